use clearmargin_domain::{
    client::Client,
    expense::{Expense, ExpenseAccount, ExpenseKind, ExpenseLine, Rebilled},
    id::{ClientId, ExpenseAccountId, ExpenseId, InvoiceId, ServiceId},
    payment::{Allocation, Payment, Settles},
    service::{Offering, Service},
};

use super::*;
use crate::fixture::{cents, context, json};

macro_rules! fixture {
    ($name:literal) => {
        json(include_str!(concat!("../../../tests/fixtures/", $name)))
    };
}

fn record(entity: Entity, row: &Value) -> Record {
    entity.row(&context(), row).mapped.unwrap()
}

fn client_id(id: &str) -> ClientId {
    ClientId::imported(context().org, SOURCE, id)
}

#[test]
fn recorded_customers_become_clients() {
    let answer = fixture!("customers.json");
    let rows = answer["QueryResponse"]["Customer"].as_array().unwrap();
    let clients = rows.iter().map(|row| match record(Entity::Customer, row) {
        Record::Client(client) => client,
        other => panic!("{other:?}"),
    });
    let clients: Vec<Client> = clients.collect();
    let told: Vec<_> = clients
        .iter()
        .map(|client| (client.name.as_str(), client.domains.join(" "), client.parent))
        .collect();
    let parent = clients[1].id;
    assert_eq!(
        told,
        [
            ("Amy's Bird Sanctuary", "example.com".to_owned(), None),
            ("Doe, Jack", String::new(), None),
            ("Jack Doe", String::new(), Some(parent)),
            ("Freeman Sporting Goods", "example.com sportinggoods.intuit.com".to_owned(), None),
        ]
    );
    assert_eq!(clients[0].id, client_id("1"));
    assert_eq!(clients[0].origin.as_ref().unwrap().revision, Some(0));
    assert!(clients.iter().all(|client| client.active && client.merged_into.is_none()));
}

#[test]
fn a_field_with_several_addresses_gives_each_domain_once() {
    let row = json(
        r#"{"Id": "9", "DisplayName": "Acme", "Active": false,
            "PrimaryEmailAddr": {"Address": "a@Acme.com, b@acme.com; c@acme.org"},
            "WebAddr": {"URI": "https://www.acme.net:443/start?x=1"}}"#,
    );
    let Record::Client(client) = record(Entity::Customer, &row) else { panic!() };
    assert_eq!(client.domains, ["acme.com", "acme.net", "acme.org"]);
    assert!(!client.active);
}

#[test]
fn a_recorded_item_becomes_a_service() {
    let Record::Service(service) = record(Entity::Item, &fixture!("item.json")) else { panic!() };
    let expected = Service {
        id: ServiceId::imported(context().org, SOURCE, "10"),
        name: "Pest Control".to_owned(),
        offering: Offering::Service,
        unit_price: Some(cents(3_500)),
        purchase_cost: Some(cents(0)),
        bought_on: None,
        active: true,
        origin: service.origin.clone(),
        pricing: None,
        said: None,
    };
    assert_eq!(service, expected);
}

#[test]
fn an_item_says_on_which_account_it_is_bought() {
    let (cost, stock) = (("80", Some("Cost of sales")), ("81", Some("Stock")));
    for (kind, expected) in [("NonInventory", cost), ("Service", cost), ("Inventory", stock)] {
        let row = format!(
            r#"{{"Id": "1", "Name": "x", "Type": "{kind}",
                "AssetAccountRef": {{"value": "81", "name": "Stock"}},
                "ExpenseAccountRef": {{"value": "80", "name": "Cost of sales"}}}}"#
        );
        let Record::Service(service) = record(Entity::Item, &json(&row)) else { panic!() };
        let account = service.bought_on.unwrap();
        assert_eq!((account.external_id.as_str(), account.name.as_deref()), expected);
        let id = ExpenseAccountId::imported(context().org, SOURCE, &account.external_id);
        assert_eq!(account.id, id);
    }
}

#[test]
fn stock_and_what_is_bought_to_order_are_products() {
    let offering = |kind: &str| {
        let row = format!(r#"{{"Id": "1", "Name": "x", "Type": "{kind}", "UnitPrice": 0.015}}"#);
        match record(Entity::Item, &json(&row)) {
            Record::Service(service) => (service.offering, service.unit_price),
            other => panic!("{other:?}"),
        }
    };
    // A list price with more decimals than the currency is rounded, half to even.
    assert_eq!(offering("Inventory"), (Offering::Product, Some(cents(2))));
    assert_eq!(offering("NonInventory").0, Offering::Product);
    assert_eq!(offering("Group").0, Offering::Service);
}

#[test]
fn a_sample_payment_says_what_it_settles() {
    let Record::Payment(payment) = record(Entity::Payment, &fixture!("payment.json")) else {
        panic!()
    };
    let expected = Payment {
        client: client_id("20"),
        day: "2015-01-16".parse().unwrap(),
        total: cents(6_500),
        unapplied: cents(1_000),
        allocations: vec![Allocation {
            settles: Settles::Invoice(InvoiceId::imported(context().org, SOURCE, "70")),
            amount: cents(5_500),
            day: None,
            due: None,
            issued: None,
            client: None,
            home_minor: None,
        }],
        ..payment.clone()
    };
    assert_eq!(payment, expected);
}

#[test]
fn a_payment_of_nothing_uses_what_a_credit_memo_gives_back() {
    let row = json(
        r#"{"Id": "1", "CustomerRef": {"value": "2"}, "TxnDate": "2026-01-01", "TotalAmt": 0,
            "Line": [{"Amount": 5, "LinkedTxn": [{"TxnId": "7", "TxnType": "CreditMemo"}]},
                     {"Amount": 5, "LinkedTxn": [{"TxnId": "7", "TxnType": "Invoice"}]}]}"#,
    );
    let Record::Payment(payment) = record(Entity::Payment, &row) else { panic!() };
    let used: i64 = payment.allocations.iter().map(|it| it.settles.sign() * it.amount.minor).sum();
    assert_eq!((payment.allocations.len(), used), (2, 0));
}

fn expense(entity: Entity, row: &Value) -> Expense {
    match record(entity, row) {
        Record::Expense(expense) => expense,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_recorded_purchase_becomes_an_expense_of_nobody() {
    let expense = expense(Entity::Purchase, &fixture!("purchase.json"));
    let account = ExpenseAccount {
        id: ExpenseAccountId::imported(context().org, SOURCE, "146"),
        source: SOURCE,
        external_id: "146".to_owned(),
        name: Some("Recharges".to_owned()),
    };
    let line = |id: &str, description: &str, minor| ExpenseLine {
        units: None,
        rebilled: Rebilled::No,
        client: None,
        service: None,
        description: description.to_owned(),
        amount: cents(minor),
        source_id: Some(id.to_owned()),
        account: Some(account.clone()),
        allocated: None,
    };
    assert_eq!(expense.kind, ExpenseKind::Purchase);
    assert_eq!(expense.vendor.as_deref(), Some("Employee A"));
    assert_eq!(expense.lines, [line("1", "Client Meeting", 10_500), line("2", "Test", 10_200)]);
    assert_eq!((expense.total, expense.origin.revision), (cents(20_700), Some(2)));
    let id = ExpenseId::imported(context().org, SOURCE, "purchase:1450");
    assert_eq!(expense.id, id);
}

#[test]
fn tax_on_a_recorded_bill_is_no_cost() {
    let expense = expense(Entity::Bill, &fixture!("bill.json"));
    assert_eq!(expense.lines, []);
    assert_eq!(expense.total, cents(10_355));
    assert_eq!(expense.id, ExpenseId::imported(context().org, SOURCE, "bill:25"));
    assert_eq!(expense.vendor.as_deref(), Some("Norton Lumber and Building Materials"));
}

const REFUND: &str = r#"{
    "Id": "5", "TxnDate": "2026-02-03", "TotalAmt": 30.5, "Credit": true,
    "Line": [
        {"Amount": 20, "DetailType": "AccountBasedExpenseLineDetail",
         "AccountBasedExpenseLineDetail": {"CustomerRef": {"value": "12"}}},
        {"Amount": 10.5, "DetailType": "ItemBasedExpenseLineDetail",
         "ItemBasedExpenseLineDetail": {"ItemRef": {"value": "3"}}}
    ]}"#;

#[test]
fn a_refund_is_negative_and_its_lines_say_for_whom() {
    let expense = expense(Entity::Purchase, &json(REFUND));
    let [first, second] = expense.lines.as_slice() else { panic!() };
    assert_eq!((first.client, first.amount), (Some(client_id("12")), cents(-2_000)));
    assert_eq!((second.client, second.amount), (None, cents(-1_050)));
    let item = ServiceId::imported(context().org, SOURCE, "3");
    assert_eq!(second.service, Some(item));
    assert_eq!(expense.total, cents(-3_050));
}

#[test]
fn a_deleted_object_names_the_id_that_its_record_has() {
    let row = fixture!("deleted_invoice.json");
    let removed =
        |kind, external_id: &str| Record::Removed { kind, external_id: external_id.to_owned() };
    let told = Entity::ALL.map(|entity| record(entity, &row));
    assert_eq!(
        told,
        [
            removed(RemovedKind::Client, "266"),
            removed(RemovedKind::Service, "266"),
            removed(RemovedKind::Invoice, "266"),
            removed(RemovedKind::Invoice, "creditmemo:266"),
            removed(RemovedKind::Payment, "266"),
            removed(RemovedKind::Expense, "bill:266"),
            removed(RemovedKind::Expense, "purchase:266"),
        ]
    );
}

#[test]
fn a_row_without_an_id_is_refused_alone() {
    let row = Entity::Item.row(&context(), &json(r#"{"Name": "x"}"#));
    assert_eq!(row.external_id, "");
    assert_eq!(row.mapped.unwrap_err().to_string(), "Id is missing");
}
