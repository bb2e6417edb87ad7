//! A small company and the documents it writes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Accounts, items, a tax code, three customers (one below another), a vendor.
pub(super) fn company() -> BTreeMap<String, Vec<Value>> {
    let shelves = [
        ("Account", accounts()),
        ("Customer", customers()),
        ("Vendor", vec![party("4", "Cloud Supply", &json!({}))]),
        ("Item", vec![item("1", "Support", "1"), item("2", "Laptop", "2")]),
        (
            "TaxRate",
            vec![
                named("3", "State", &json!({ "RateValue": 7.25 })),
                named("4", "City", &json!({ "RateValue": 1 })),
            ],
        ),
        (
            "TaxCode",
            vec![named(
                "2",
                "Both",
                &json!({ "SalesTaxRateList": { "TaxRateDetail": [
            { "TaxRateRef": { "value": "3" } },
            { "TaxRateRef": { "value": "4" } },
        ] } }),
            )],
        ),
    ];
    shelves.into_iter().map(|(entity, objects)| (entity.to_owned(), objects)).collect()
}

fn accounts() -> Vec<Value> {
    let account = |id, name, kind: &str, class: &str, sub: &str| {
        let more = json!({ "AccountType": kind, "Classification": class, "AccountSubType": sub });
        named(id, name, &more)
    };
    vec![
        account("1", "Services", "Income", "Revenue", "ServiceFeeIncome"),
        account("2", "Hardware", "Income", "Revenue", "SalesOfProductIncome"),
        account("3", "Software", "Expense", "Expense", "OfficeGeneralAdministrativeExpenses"),
        account("4", "Payables", "Accounts Payable", "Liability", "AccountsPayable"),
        account("5", "Undeposited Funds", "Other Current Asset", "Asset", "UndepositedFunds"),
        account("6", "Checking", "Bank", "Asset", "Checking"),
        account("7", "Parts", "Cost of Goods Sold", "Expense", "SuppliesMaterialsCogs"),
        account("8", "Interest", "Other Income", "Revenue", "InterestEarned"),
    ]
}

fn customers() -> Vec<Value> {
    let whole = json!({ "BalanceWithJobs": 0 });
    let job = json!({
        "BalanceWithJobs": 0,
        "Job": true,
        "ParentRef": { "value": "1" },
        "FullyQualifiedName": "Acme:Acme Lab",
    });
    vec![party("1", "Acme", &whole), party("2", "Acme Lab", &job), party("3", "Zenith", &whole)]
}

fn party(id: &str, name: &str, more: &Value) -> Value {
    let mut party = named(id, name, more);
    let fields = party.as_object_mut().unwrap();
    fields.remove("Name");
    fields.insert("DisplayName".to_owned(), json!(name));
    fields.insert("Balance".to_owned(), json!(0));
    party
}

fn item(id: &str, name: &str, income: &str) -> Value {
    named(id, name, &json!({ "Type": "Service", "IncomeAccountRef": { "value": income } }))
}

fn named(id: &str, name: &str, more: &Value) -> Value {
    let stamp = "2025-01-01T00:00:00-08:00";
    let mut object = json!({
        "Id": id,
        "SyncToken": "0",
        "Active": true,
        "Name": name,
        "FullyQualifiedName": name,
        "MetaData": { "CreateTime": stamp, "LastUpdatedTime": stamp },
    });
    object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    object
}

/// A sales line of so much for an item.
pub(super) fn sale(item: &str, amount: impl Into<Value>) -> Value {
    let amount = amount.into();
    json!({
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": { "ItemRef": { "value": item } },
    })
}

/// An invoice of one line.
pub(super) fn invoice(customer: &str, amount: impl Into<Value>) -> Value {
    json!({ "CustomerRef": { "value": customer }, "Line": [sale("1", amount)] })
}

/// A payment that settles part of one document.
pub(super) fn payment(
    customer: &str,
    total: impl Into<Value>,
    invoice: &Value,
    part: impl Into<Value>,
) -> Value {
    let (total, part) = (total.into(), part.into());
    json!({
        "CustomerRef": { "value": customer },
        "TotalAmt": total,
        "Line": [{ "Amount": part, "LinkedTxn": [{ "TxnId": invoice["Id"], "TxnType": "Invoice" }] }],
    })
}
