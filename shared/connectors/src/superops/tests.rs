use clearmargin_domain::{
    agreement::{AgreementKind, AgreementStatus},
    id::{ClientId, ServiceId, TechnicianId, TicketId},
    service::Offering,
    time_entry::BillingStatus,
};
use reqwest::StatusCode;

use super::*;
use crate::fixture::{cents, context, json as parsed};

fn row(stage: SuperOpsStage, text: &str) -> Row {
    read(&context(), stage, &parsed(text), "Internal Server Error")
}

fn record(stage: SuperOpsStage, text: &str) -> Record {
    row(stage, text).mapped.unwrap()
}

fn reason(stage: SuperOpsStage, text: &str) -> String {
    row(stage, text).mapped.unwrap_err().to_string()
}

fn list(status: u16, body: &str) -> Result<List, Error> {
    let answer = Answer {
        status: StatusCode::from_u16(status).unwrap(),
        body: body.as_bytes().to_vec(),
        retry_after: None,
    };
    reply::list(SuperOpsStage::Clients, answer)
}

#[test]
fn a_client_is_read_with_its_domains() {
    let text = r#"{"accountId": "4", "name": "Globex Corporation", "stage": "Active",
        "status": "Paid", "emailDomains": ["Acme.com", "@globex.com", "", null]}"#;
    let Record::Client(client) = record(SuperOpsStage::Clients, text) else { panic!() };
    assert_eq!(client.id, ClientId::imported(context().org, SOURCE, "4"));
    assert_eq!(client.domains, ["acme.com", "globex.com"]);
    assert_eq!((client.stage.as_deref(), client.active), (Some("Active"), true));
    let text = text.replace("\"Active\"", "\"Inactive\"");
    let Record::Client(client) = record(SuperOpsStage::Clients, &text) else { panic!() };
    assert!(!client.active);
}

#[test]
fn an_association_is_named_by_an_id_above_two_to_the_53rd_without_quotes() {
    let text = r#"{"id": "7928838372746166987", "name": "Austin", "timezoneCode": "US/Central",
        "client": {"accountId": 7928838372746166998, "name": "Acme"}, "hq": true}"#;
    let Record::Site(site) = record(SuperOpsStage::Sites, text) else { panic!() };
    let client = ClientId::imported(context().org, SOURCE, "7928838372746166998");
    assert_eq!((site.client, site.headquarters), (client, true));
}

#[test]
fn a_technician_has_the_name_of_its_role() {
    let text = r#"{"userId": 4, "name": "Jason Wheeler", "role": {"roleId": "3", "name": "Lead"}}"#;
    let Record::Technician(technician) = record(SuperOpsStage::Technicians, text) else { panic!() };
    assert_eq!(technician.id, TechnicianId::imported(context().org, SOURCE, "4"));
    assert_eq!(technician.role.as_deref(), Some("Lead"));
}

#[test]
fn only_items_counted_in_units_are_products() {
    let item = |kind: &str| {
        let text = format!(
            r#"{{"itemId": "4", "name": "x", "quantityType": "{kind}", "unitPrice": "12.50"}}"#
        );
        match record(SuperOpsStage::Services, &text) {
            Record::Service(service) => (service.offering, service.unit_price),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(item("UNITS"), (Offering::Product, Some(cents(1_250))));
    for kind in ["HOURS", "BLOCK_HOURS", "BLOCK_MONEY"] {
        assert_eq!(item(kind), (Offering::Service, Some(cents(1_250))));
    }
}

#[test]
fn an_agreement_is_read_from_the_contract_inside_it() {
    let text = r#"{"contractId": "4", "client": {"accountId": "7"}, "startDate": "2024-01-01T00:00:00",
        "endDate": null, "contractStatus": "ACTIVE",
        "contract": {"contractId": "5", "name": "Gold", "contractType": "TIME_AND_MATERIAL"}}"#;
    let Record::Agreement(agreement) = record(SuperOpsStage::Agreements, text) else { panic!() };
    assert_eq!(agreement.name, "Gold");
    assert_eq!(agreement.kind, AgreementKind::TimeAndMaterial);
    assert_eq!(agreement.status, AgreementStatus::Active);
    assert_eq!((agreement.start.to_string().as_str(), agreement.end), ("2024-01-01", None));
    let broken = text.replace("ACTIVE", "ASLEEP");
    let expected = "contractStatus is \"ASLEEP\", expected a contract's status";
    assert_eq!(reason(SuperOpsStage::Agreements, &broken), expected);
}

const TICKET: &str = r#"{"ticketId": "77", "displayId": "062822-0005", "subject": "Help!",
    "client": {"accountId": "7"}, "site": null, "technician": {"userId": "8"}, "status": "New",
    "createdTime": "2022-06-28T05:25:10", "updatedTime": "2022-06-28T05:25:10.123"}"#;

#[test]
fn a_ticket_is_read() {
    let Record::Ticket(ticket) = record(SuperOpsStage::Tickets, TICKET) else { panic!() };
    assert_eq!(ticket.id, TicketId::imported(context().org, SOURCE, "77"));
    assert_eq!(ticket.client, Some(ClientId::imported(context().org, SOURCE, "7")));
    assert_eq!((ticket.site, ticket.priority), (None, None));
    assert_eq!(ticket.created_at.to_string(), "2022-06-28T05:25:10Z");
    assert_eq!(ticket.updated_at.to_string(), "2022-06-28T05:25:10.123Z");
}

#[test]
fn a_ticket_without_a_client_is_internal() {
    let text = TICKET.replace(r#"{"accountId": "7"}"#, "null");
    let Record::Ticket(ticket) = record(SuperOpsStage::Tickets, &text) else { panic!() };
    assert_eq!(ticket.client, None);
}

const WORKLOG: &str = r#"{"itemId": "4", "status": "APPROVED", "serviceItem": {"itemId": "5"},
    "billable": true, "afterHours": false, "qty": "0.33", "unitPrice": "125.00",
    "billDateTime": "2026-03-31T23:59:59", "technician": {"userId": "8"},
    "workItem": {"workId": 7928838372746166987, "displayId": "1", "module": "TICKET"}}"#;

#[test]
fn time_worked_on_a_ticket_names_the_ticket_and_leaves_client_and_cost_open() {
    let Record::TimeEntry(time) = record(SuperOpsStage::TicketTime, WORKLOG) else { panic!() };
    let ticket = TicketId::imported(context().org, SOURCE, "7928838372746166987");
    assert_eq!((time.ticket, time.client), (Some(ticket), None));
    assert_eq!((time.worked.seconds, time.labour_cost.is_none()), (1_188, true));
    assert_eq!(time.service, Some(ServiceId::imported(context().org, SOURCE, "5")));
    assert_eq!(time.hourly_price, Some(cents(12_500)));
    assert_eq!(time.status, BillingStatus::Approved);
    assert_eq!(time.day.to_string(), "2026-03-31");
}

#[test]
fn time_worked_on_a_project_has_no_ticket() {
    let Record::TimeEntry(time) = record(SuperOpsStage::ProjectTime, WORKLOG) else { panic!() };
    assert_eq!(time.ticket, None);
}

#[test]
fn time_without_a_readable_quantity_is_refused_with_the_field_named() {
    let text = WORKLOG.replace("\"0.33\"", "\"a while\"");
    let expected = "qty is \"a while\", expected a number";
    assert_eq!(reason(SuperOpsStage::TicketTime, &text), expected);
    let row = row(SuperOpsStage::TicketTime, &text);
    assert_eq!(row.external_id, "4");
    let text = WORKLOG.replace("\"userId\": \"8\"", "");
    assert_eq!(reason(SuperOpsStage::TicketTime, &text), "technician.userId is missing");
    let text = WORKLOG.replace("\"billable\": true,", "");
    assert_eq!(reason(SuperOpsStage::TicketTime, &text), "billable is missing");
}

#[test]
fn an_asset_is_its_id_and_whose_it_is() {
    let text = r#"{"assetId": 7928838372746166987, "client": {"accountId": 7928838372746166998}}"#;
    let asset = |client| {
        let external_id = "7928838372746166987".to_owned();
        Record::Asset { external_id, client }
    };
    let client = ClientId::imported(context().org, SOURCE, "7928838372746166998");
    assert_eq!(record(SuperOpsStage::Assets, text), asset(Some(client)));
    for nobody in ["null", "{}", r#"{"accountId": null, "name": null}"#] {
        let text = format!(r#"{{"assetId": "7928838372746166987", "client": {nobody}}}"#);
        assert_eq!(record(SuperOpsStage::Assets, &text), asset(None), "{nobody}");
    }
    let nameless = reason(SuperOpsStage::Assets, r#"{"client": {"accountId": "7"}}"#);
    assert_eq!(nameless, "assetId is missing");
    let text = r#"{"assetId": "7", "client": "Acme"}"#;
    assert_eq!(reason(SuperOpsStage::Assets, text), "client is \"Acme\", expected an object");
}

#[test]
fn the_last_page_says_nothing_about_more() {
    let page = |more: &str| {
        let body = format!(
            r#"{{"data": {{"getClientList": {{"clients": [{{}}],
                "listInfo": {{"hasMore": {more}, "totalCount": 1}}}}}}}}"#
        );
        list(200, &body).unwrap()
    };
    assert!(page("true").has_more);
    assert!(!page("null").has_more);
    assert!(!page("false").has_more);
    assert_eq!(page("null").total, Some(1));
}

fn coded(code: &str) -> Error {
    let body = format!(
        r#"{{"errors": [{{"message": null, "extensions": {{"clientError":
            [{{"code": "{code}", "param": {{}}}}]}}}}], "data": {{}}}}"#
    );
    list(200, &body).unwrap_err()
}

#[test]
fn errors_come_with_status_200() {
    assert_eq!(coded("rate_limit_exceeded"), Error::RateLimited { retry_after: None });
    for code in ["forbidden", "subscription_paused", "subscription_cancelled"] {
        assert!(matches!(coded(code), Error::Forbidden { .. }), "{code}");
    }
    assert!(matches!(coded("subscription_trial_expired"), Error::Forbidden { .. }));
    assert_eq!(coded("type_validation_failed"), Error::refused("type_validation_failed"));
}

#[test]
fn a_fault_of_the_server_may_pass_and_one_of_the_request_does_not() {
    let internal =
        r#"{"errors": [{"message": "Internal Server Error"}], "data": {"getClientList": null}}"#;
    assert_eq!(list(200, internal).unwrap_err(), Error::unavailable("Internal Server Error"));
    let invalid = r#"{"errors": [{"message": "Validation error (FieldUndefined@[x])",
        "extensions": {"classification": "ValidationError"}}]}"#;
    assert!(matches!(list(200, invalid), Err(Error::Refused { .. })));
    let silent = r#"{"errors": [{"message": null}], "data": null}"#;
    assert!(list(200, silent).unwrap_err().is_retryable());
}

#[test]
fn a_row_that_the_source_cannot_deliver_does_not_fail_its_page() {
    let body = r#"{"errors": [{"message": "Internal Server Error", "path": ["getClientList", "clients", 1]}],
        "data": {"getClientList": {"clients": [{"accountId": "1", "name": "a"}, null], "listInfo": {}}}}"#;
    let list = list(200, body).unwrap();
    let rows =
        list.rows.iter().map(|row| read(&context(), SuperOpsStage::Clients, row, &list.trouble));
    let rows: Vec<_> = rows.collect();
    assert!(rows[0].mapped.is_ok());
    let reason = rows[1].mapped.as_ref().unwrap_err().to_string();
    assert_eq!(reason, "the source could not deliver the row: Internal Server Error");
}

#[test]
fn refused_credentials_are_told_apart_from_a_wrong_sub_domain() {
    assert_eq!(list(401, "").unwrap_err(), Error::Unauthorized);
    assert_eq!(list(400, "").unwrap_err(), Error::refused("SuperOps knows no such sub-domain"));
}

#[test]
fn an_answer_without_the_list_is_not_taken_for_an_empty_one() {
    assert!(list(200, r#"{"data": {"getClientList": null}}"#).is_err());
    assert!(
        list(200, r#"{"data": {"getClientList": {"clients": null, "listInfo": {}}}}"#).is_err()
    );
    assert!(list(200, r#"{"data": {}}"#).is_err());
    assert!(list(200, r#"{"data": {"getClientList""#).unwrap_err().is_retryable());
    let none = r#"{"data": {"getClientList": {"clients": null, "listInfo": {"totalCount": 0}}}}"#;
    assert_eq!(list(200, none).unwrap().rows.len(), 0);
}

#[test]
fn stages_are_named_and_ordered_so_that_what_is_referred_to_comes_first() {
    let names = SuperOpsStage::ALL.map(SuperOpsStage::as_str);
    assert_eq!(names[5..], ["tickets", "ticket_time", "project_time", "assets"]);
    for stage in SuperOpsStage::ALL {
        assert_eq!(stage.as_str().parse(), Ok(stage));
    }
    assert!("invoices".parse::<SuperOpsStage>().is_err());
}
