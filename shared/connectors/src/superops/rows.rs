//! SuperOps' rows as canonical records.

use clearmargin_domain::{
    agreement::{Agreement, AgreementKind, AgreementStatus},
    client::{Client, Site},
    id::{AgreementId, ClientId, ServiceId, SiteId, TechnicianId, TicketId, TimeEntryId},
    labour::WorkedTime,
    service::{Offering, Service},
    source::Origin,
    tags::Tags,
    technician::Technician,
    ticket::{Reached, Ticket, TicketStatus},
    time_entry::{BillingStatus, TimeEntry},
};

use jiff::Timestamp;

use super::SOURCE;
use crate::{
    fields::Fields,
    record::{Context, Record},
    rejection::Rejection,
};

fn origin(kind: &str, external_id: String) -> Origin {
    Origin { source: SOURCE, kind: kind.to_owned(), external_id, revision: None }
}

/// The id inside an association.
fn associated(
    row: &Fields<'_>,
    association: &str,
    id_field: &str,
) -> Result<Option<String>, Rejection> {
    let object = row.optional_object(association)?;
    let id = object.map(|object| object.optional_text(id_field));
    Ok(id.transpose()?.flatten())
}

fn client_id(context: &Context, row: &Fields<'_>) -> Result<ClientId, Rejection> {
    let id = row.object("client")?.text("accountId")?;
    Ok(ClientId::imported(context.org, SOURCE, &id))
}

pub(super) fn technician(context: &Context, row: &Fields<'_>) -> Result<Record, Rejection> {
    let external_id = row.text("userId")?;
    Ok(Record::Technician(Technician {
        id: TechnicianId::imported(context.org, SOURCE, &external_id),
        name: row.text("name")?,
        role: associated(row, "role", "name")?,
        origin: origin("Technician", external_id),
    }))
}

pub(super) fn service(context: &Context, row: &Fields<'_>) -> Result<Record, Rejection> {
    let external_id = row.text("itemId")?;
    let offering = match row.text("quantityType")?.as_str() {
        "UNITS" => Offering::Product,
        _ => Offering::Service,
    };
    Ok(Record::Service(Service {
        id: ServiceId::imported(context.org, SOURCE, &external_id),
        name: row.text("name")?,
        offering,
        unit_price: row.optional_money("unitPrice", context.currency)?,
        purchase_cost: None,
        bought_on: None,
        active: true,
        origin: Some(origin("ServiceItem", external_id)),
        pricing: None,
        said: None,
    }))
}

pub(super) fn client(context: &Context, row: &Fields<'_>) -> Result<Record, Rejection> {
    let external_id = row.text("accountId")?;
    let stage = row.optional_text("stage")?;
    let status = row.optional_text("status")?;
    let inactive = |word: &Option<String>| {
        let word = word.as_deref().unwrap_or_default();
        word.eq_ignore_ascii_case("inactive")
    };
    let active = !inactive(&stage) && !inactive(&status);
    let domain = |text: &str| text.trim().trim_start_matches('@').to_lowercase();
    let domains = row.texts("emailDomains").into_iter().map(domain);
    Ok(Record::Client(Client {
        id: ClientId::imported(context.org, SOURCE, &external_id),
        name: row.text("name")?,
        domains: domains.filter(|domain| !domain.is_empty()).collect(),
        active,
        stage,
        parent: None,
        merged_into: None,
        origin: Some(origin("Client", external_id)),
    }))
}

pub(super) fn site(context: &Context, row: &Fields<'_>) -> Result<Record, Rejection> {
    let external_id = row.text("id")?;
    Ok(Record::Site(Site {
        id: SiteId::imported(context.org, SOURCE, &external_id),
        client: client_id(context, row)?,
        name: row.text("name")?,
        time_zone: row.optional_text("timezoneCode")?,
        headquarters: row.optional_flag("hq")?.unwrap_or(false),
        address: None,
        origin: Some(origin("ClientSite", external_id)),
    }))
}

pub(super) fn agreement(context: &Context, row: &Fields<'_>) -> Result<Record, Rejection> {
    let external_id = row.text("contractId")?;
    let contract = row.object("contract")?;
    let name = contract.optional_text("name")?;
    Ok(Record::Agreement(Agreement {
        id: AgreementId::imported(context.org, SOURCE, &external_id),
        client: client_id(context, row)?,
        name: name.unwrap_or_else(|| "Unnamed contract".to_owned()),
        kind: contract.required("contractType", "a type of contract", agreement_kind)?,
        status: row.required("contractStatus", "a contract's status", agreement_status)?,
        start: row.date("startDate")?,
        end: row.optional_date("endDate")?,
        origin: Some(origin("ClientContract", external_id)),
        said: None,
    }))
}

fn agreement_kind(text: &str) -> Option<AgreementKind> {
    Some(match text {
        "SERVICE" => AgreementKind::Service,
        "USAGE" => AgreementKind::Usage,
        "ONE_TIME" => AgreementKind::OneTime,
        "TIME_AND_MATERIAL" => AgreementKind::TimeAndMaterial,
        _ => return None,
    })
}

fn agreement_status(text: &str) -> Option<AgreementStatus> {
    Some(match text {
        "DRAFT" => AgreementStatus::Draft,
        "ACTIVE" => AgreementStatus::Active,
        "INACTIVE" => AgreementStatus::Inactive,
        _ => return None,
    })
}

pub(super) fn ticket(context: &Context, row: &Fields<'_>) -> Result<Record, Rejection> {
    let org = context.org;
    let external_id = row.text("ticketId")?;
    let client = associated(row, "client", "accountId")?;
    let site = associated(row, "site", "id")?;
    let technician = associated(row, "technician", "userId")?;
    let created_at = row.timestamp("createdTime")?;
    let updated_at = row.optional_timestamp("updatedTime")?;
    let source_status = row.optional_text("status")?;
    let status = source_status.as_deref().and_then(TicketStatus::from_word);
    // Of a ticket whose status is not understood nobody can say that it is done.
    let status = status.unwrap_or(TicketStatus::InProgress);
    let resolution = reached(context, row, created_at, "resolution")?;
    Ok(Record::Ticket(Box::new(Ticket {
        id: TicketId::imported(org, SOURCE, &external_id),
        number: row.text("displayId")?,
        subject: row.optional_text("subject")?.unwrap_or_default(),
        client: client.map(|id| ClientId::imported(org, SOURCE, &id)),
        site: site.map(|id| SiteId::imported(org, SOURCE, &id)),
        technician: technician.map(|id| TechnicianId::imported(org, SOURCE, &id)),
        status,
        source_status,
        priority: row.optional_text("priority")?,
        category: row.optional_text("category")?,
        tags: Tags::default(),
        created_at,
        opened_on: context.day(created_at),
        updated_at: updated_at.unwrap_or(created_at),
        first_response: reached(context, row, created_at, "firstResponse")?,
        // What was resolved and opened again keeps its old time in the source.
        resolution: resolution.filter(|_| !status.is_open()),
        pauses: Vec::new(),
        sla: None,
        escalation: None,
        reopened_on: Vec::new(),
        rating: None,
        source_words: None,
        origin: Some(origin("Ticket", external_id)),
    })))
}

/// When a ticket reached a goal, and whether that was in time, as the source says.
fn reached(
    context: &Context,
    row: &Fields<'_>,
    created_at: Timestamp,
    goal: &str,
) -> Result<Option<Reached>, Rejection> {
    let Some(at) = row.optional_timestamp(&format!("{goal}Time"))? else {
        return Ok(None);
    };
    let late = row.optional_flag(&format!("{goal}Violated"))?;
    let seconds = at.duration_since(created_at).as_secs().max(0);
    Ok(Some(Reached { at, on: context.day(at), seconds, in_time: late.map(|late| !late) }))
}

pub(super) fn ticket_time(context: &Context, row: &Fields<'_>) -> Result<Record, Rejection> {
    let work_id = row.object("workItem")?.text("workId")?;
    let ticket = TicketId::imported(context.org, SOURCE, &work_id);
    time_entry(context, row, Some(ticket))
}

pub(super) fn project_time(context: &Context, row: &Fields<'_>) -> Result<Record, Rejection> {
    time_entry(context, row, None)
}

fn time_entry(
    context: &Context,
    row: &Fields<'_>,
    ticket: Option<TicketId>,
) -> Result<Record, Rejection> {
    let external_id = row.text("itemId")?;
    let technician = row.object("technician")?.text("userId")?;
    let service = associated(row, "serviceItem", "itemId")?;
    let worked = WorkedTime::from_hours(row.decimal("qty")?);
    Ok(Record::TimeEntry(TimeEntry {
        id: TimeEntryId::imported(context.org, SOURCE, &external_id),
        ticket,
        client: None,
        technician: TechnicianId::imported(context.org, SOURCE, &technician),
        service: service.map(|id| ServiceId::imported(context.org, SOURCE, &id)),
        day: row.date("billDateTime")?,
        worked: worked.ok_or_else(|| row.wrong("qty", "a number of hours"))?,
        billable: row.flag("billable")?,
        after_hours: row.flag("afterHours")?,
        status: row.required("status", "a worklog's status", billing_status)?,
        hourly_price: row.optional_money("unitPrice", context.currency)?,
        charge: None,
        invoiced: None,
        labour_cost: None,
        started_at: None,
        note: None,
        origin: Some(origin("WorklogEntry", external_id)),
    }))
}

/// Of an asset nothing counts but whose it is.
pub(super) fn asset(context: &Context, row: &Fields<'_>) -> Result<Record, Rejection> {
    let client = associated(row, "client", "accountId")?;
    Ok(Record::Asset {
        external_id: row.text("assetId")?,
        client: client.map(|id| ClientId::imported(context.org, SOURCE, &id)),
    })
}

fn billing_status(text: &str) -> Option<BillingStatus> {
    Some(match text {
        "PENDING" => BillingStatus::Pending,
        "APPROVED" => BillingStatus::Approved,
        "IGNORED" => BillingStatus::Ignored,
        "INVOICED" => BillingStatus::Invoiced,
        "UNDER_CONTRACT" => BillingStatus::UnderContract,
        _ => return None,
    })
}
