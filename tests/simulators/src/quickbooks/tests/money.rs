//! Totals, tax, balances and the application of payments, to the cent.

use serde_json::{Value, json};

use super::app::App;
use super::books::{company, invoice, payment, sale};

/// The fields of an object, by value.
fn fields<'a, const N: usize>(object: &'a Value, names: [&str; N]) -> [&'a Value; N] {
    names.map(|name| &object[name])
}

fn cents(value: &Value) -> i64 {
    crate::money::cents(value).unwrap()
}

#[tokio::test]
async fn amounts_are_stored_without_a_float_between() {
    let app = App::new(company()).await;
    let lines = ["0.10", "0.20", "4503599627370497.01"]
        .map(|text| sale("1", text.parse::<serde_json::Number>().unwrap()));
    let body = json!({ "CustomerRef": { "value": "1" }, "Line": lines });
    let made = app.save("Invoice", &body).await;
    assert_eq!(made["TotalAmt"].to_string(), "4503599627370497.31");
    assert_eq!(made["Line"][0]["Amount"].to_string(), "0.1");
}

#[tokio::test]
async fn lines_add_up_with_a_subtotal_behind_them() {
    let app = App::new(company()).await;
    let discount = json!({
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": { "PercentBased": true, "DiscountPercent": 10 },
    });
    let note = json!({ "DetailType": "DescriptionOnly", "Description": "Thanks" });
    let lines = json!([sale("1", json!(33.33)), discount, note, sale("2", json!(66.72))]);
    let made =
        app.save("Invoice", &json!({ "CustomerRef": { "value": "1" }, "Line": lines })).await;
    assert_eq!(cents(&made["TotalAmt"]), 10_005 - 1001);
    let types: Vec<_> = made["Line"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["DetailType"].as_str().unwrap())
        .collect();
    let expected = [
        "SalesItemLineDetail",
        "DescriptionOnly",
        "SalesItemLineDetail",
        "SubTotalLineDetail",
        "DiscountLineDetail",
    ];
    assert_eq!(types, expected);
    assert_eq!(cents(&made["Line"][3]["Amount"]), 10_005);
    assert_eq!(cents(&made["Line"][4]["Amount"]), 1001);
}

#[tokio::test]
async fn price_times_quantity_must_be_the_amount() {
    let app = App::new(company()).await;
    let line = |amount: Value| {
        json!({
            "Amount": amount,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": { "ItemRef": { "value": "1" }, "UnitPrice": 12.345, "Qty": 3 },
        })
    };
    let body = |amount| json!({ "CustomerRef": { "value": "1" }, "Line": [line(amount)] });
    app.save("Invoice", &body(json!(37.04))).await;
    app.post("/invoice", &body(json!(37.03))).await.refused("6070");
}

#[tokio::test]
async fn tax_is_counted_by_the_rates_of_the_code() {
    let app = App::new(company()).await;
    let mut taxed = sale("1", json!(99.99));
    taxed["SalesItemLineDetail"]["TaxCodeRef"] = json!({ "value": "TAX" });
    let body = json!({
        "CustomerRef": { "value": "1" },
        "Line": [taxed, sale("1", json!(50))],
        "TxnTaxDetail": { "TxnTaxCodeRef": { "value": "2" }, "TotalTax": 1 },
    });
    let made = app.save("Invoice", &body).await;
    // 7.25 % of 99.99 is 7.249…, 1 % is 0.9999.
    assert_eq!(cents(&made["TxnTaxDetail"]["TotalTax"]), 725 + 100);
    assert_eq!(cents(&made["TotalAmt"]), 14_999 + 825);
    assert_eq!(made["TxnTaxDetail"]["TaxLine"].as_array().unwrap().len(), 2);
    let mut stated = body.clone();
    stated["TxnTaxDetail"] = json!({ "TotalTax": 1.5 });
    assert_eq!(cents(&app.save("Invoice", &stated).await["TotalAmt"]), 14_999 + 150);
}

#[tokio::test]
async fn a_payment_settles_invoices_and_links_both() {
    let app = App::new(company()).await;
    let bill = app.save("Invoice", &invoice("1", json!(100))).await;
    let paid = app.save("Payment", &payment("1", json!(80), &bill, json!(55.5))).await;
    assert_eq!(fields(&paid, ["TotalAmt", "UnappliedAmt"]).map(cents), [8000, 2450]);
    let bill = app.read("Invoice", "1").await;
    assert_eq!(cents(&bill["Balance"]), 4450);
    assert_eq!(bill["LinkedTxn"], json!([{ "TxnId": paid["Id"], "TxnType": "Payment" }]));
    // A change that follows from another keeps the SyncToken, as recorded.
    assert_eq!(bill["SyncToken"], "0");
    assert_eq!(cents(&app.read("Customer", "1").await["Balance"]), 10_000 - 8000);
}

#[tokio::test]
async fn a_side_effect_moves_the_time_of_change() {
    let app = App::new(company()).await;
    let bill = app.save("Invoice", &invoice("1", json!(100))).await;
    app.clock.advance(jiff::SignedDuration::from_mins(5));
    app.save("Payment", &payment("1", json!(100), &bill, json!(100))).await;
    let changed = "WHERE MetaData.LastUpdatedTime > '2026-03-10T12:00:00-07:00'";
    assert_eq!(app.ids(&format!("SELECT * FROM Invoice {changed}")).await, ["1"]);
    assert_eq!(app.ids(&format!("SELECT * FROM Customer {changed}")).await, ["1"]);
}

#[tokio::test]
async fn no_more_than_what_is_open_can_be_paid() {
    let app = App::new(company()).await;
    let bill = app.save("Invoice", &invoice("1", json!(100))).await;
    app.post("/payment", &payment("1", json!(200), &bill, json!(100.01))).await.refused("6000");
    app.post("/payment", &payment("1", json!(50), &bill, json!(60))).await.refused("6000");
    let missing = json!({ "Id": "77" });
    app.post("/payment", &payment("1", json!(50), &missing, json!(50))).await.refused("2500");
    assert_eq!(cents(&app.read("Invoice", "1").await["Balance"]), 10_000);
}

#[tokio::test]
async fn changing_a_payment_moves_what_it_settles() {
    let app = App::new(company()).await;
    let first = app.save("Invoice", &invoice("1", json!(100))).await;
    let second = app.save("Invoice", &invoice("1", json!(60))).await;
    let paid = app.save("Payment", &payment("1", json!(60), &first, json!(60))).await;
    let mut moved = payment("1", json!(60), &second, json!(60));
    moved["Id"] = paid["Id"].clone();
    moved["SyncToken"] = json!("0");
    app.save("Payment", &moved).await;
    let (first, second) = (app.read("Invoice", "1").await, app.read("Invoice", "2").await);
    assert_eq!([cents(&first["Balance"]), cents(&second["Balance"])], [10_000, 0]);
    assert_eq!(first["LinkedTxn"], json!([]));
    assert_eq!(cents(&app.read("Customer", "1").await["Balance"]), 10_000);
}

#[tokio::test]
async fn deleting_or_voiding_a_payment_opens_the_invoice_again() {
    let app = App::new(company()).await;
    for path in [
        "/payment?operation=delete",
        "/payment?operation=update&include=void",
        "/payment?operation=void",
    ] {
        let bill = app.save("Invoice", &invoice("3", json!(40))).await;
        let paid = app.save("Payment", &payment("3", json!(40), &bill, json!(40))).await;
        app.post(path, &json!({ "Id": paid["Id"], "SyncToken": "0" })).await.ok();
        let bill = app.read("Invoice", bill["Id"].as_str().unwrap()).await;
        assert_eq!((cents(&bill["Balance"]), &bill["LinkedTxn"]), (4000, &json!([])));
    }
    assert_eq!(cents(&app.read("Customer", "3").await["Balance"]), 12_000);
}

#[tokio::test]
async fn deleting_a_paid_invoice_leaves_the_money_unapplied() {
    let app = App::new(company()).await;
    let bill = app.save("Invoice", &invoice("1", json!(40))).await;
    let paid = app.save("Payment", &payment("1", json!(40), &bill, json!(40))).await;
    app.post("/invoice?operation=delete", &json!({ "Id": bill["Id"], "SyncToken": "0" }))
        .await
        .ok();
    let paid = app.read("Payment", paid["Id"].as_str().unwrap()).await;
    assert_eq!((cents(&paid["UnappliedAmt"]), &paid["Line"]), (4000, &json!([])));
    assert_eq!(cents(&app.read("Customer", "1").await["Balance"]), -4000);
}

#[tokio::test]
async fn a_credit_is_used_by_a_payment_of_nothing() {
    let app = App::new(company()).await;
    let bill = app.save("Invoice", &invoice("1", json!(100))).await;
    let credit = app.save("CreditMemo", &invoice("1", json!(30))).await;
    assert_eq!(fields(&credit, ["TotalAmt", "RemainingCredit"]).map(cents), [3000, 3000]);
    assert_eq!(cents(&app.read("Customer", "1").await["Balance"]), 7000);
    let link = |id: &Value, kind: &str| json!([{ "TxnId": id, "TxnType": kind }]);
    let body = json!({
        "CustomerRef": { "value": "1" },
        "TotalAmt": 0,
        "Line": [
            { "Amount": 30, "LinkedTxn": link(&bill["Id"], "Invoice") },
            { "Amount": 30, "LinkedTxn": link(&credit["Id"], "CreditMemo") },
        ],
    });
    app.save("Payment", &body).await;
    assert_eq!(cents(&app.read("Invoice", "1").await["Balance"]), 7000);
    assert_eq!(cents(&app.read("CreditMemo", "2").await["RemainingCredit"]), 0);
    assert_eq!(cents(&app.read("Customer", "1").await["Balance"]), 7000);
}

#[tokio::test]
async fn an_updated_invoice_keeps_what_was_paid() {
    let app = App::new(company()).await;
    let bill = app.save("Invoice", &invoice("1", json!(100))).await;
    app.save("Payment", &payment("1", json!(60), &bill, json!(60))).await;
    let update = |amount| json!({ "Id": "1", "SyncToken": "0", "sparse": true, "Line": [sale("1", amount)] });
    app.post("/invoice", &update(json!(50))).await.refused("6000");
    let bill = app.save("Invoice", &update(json!(75.25))).await;
    assert_eq!(fields(&bill, ["TotalAmt", "Balance"]).map(cents), [7525, 1525]);
    assert_eq!(cents(&app.read("Customer", "1").await["Balance"]), 1525);
}

#[tokio::test]
async fn an_invoice_that_moves_takes_its_debt_along() {
    let app = App::new(company()).await;
    app.save("Invoice", &invoice("2", json!(100))).await;
    assert_eq!(cents(&app.read("Customer", "2").await["Balance"]), 10_000);
    let parent = app.read("Customer", "1").await;
    assert_eq!(fields(&parent, ["Balance", "BalanceWithJobs"]).map(cents), [0, 10_000]);
    let moved =
        json!({ "Id": "1", "SyncToken": "0", "sparse": true, "CustomerRef": { "value": "3" } });
    app.save("Invoice", &moved).await;
    assert_eq!(cents(&app.read("Customer", "3").await["Balance"]), 10_000);
    assert_eq!(cents(&app.read("Customer", "1").await["BalanceWithJobs"]), 0);
}

#[tokio::test]
async fn bills_and_expenses_add_up() {
    let app = App::new(company()).await;
    let line = json!({
        "Amount": 12.5,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": { "AccountRef": { "value": "3" }, "CustomerRef": { "value": "1" } },
    });
    let bill = json!({ "VendorRef": { "value": "4" }, "Line": [line, line] });
    let bill = app.save("Bill", &bill).await;
    assert_eq!(fields(&bill, ["TotalAmt", "Balance"]).map(cents), [2500, 2500]);
    assert_eq!(
        (&bill["APAccountRef"]["value"], &bill["DueDate"]),
        (&json!("4"), &json!("2026-04-09"))
    );
    assert_eq!(bill["Line"][0]["AccountBasedExpenseLineDetail"]["BillableStatus"], "NotBillable");
    assert_eq!(cents(&app.read("Vendor", "4").await["Balance"]), 2500);
    let expense =
        json!({ "PaymentType": "CreditCard", "AccountRef": { "value": "6" }, "Line": [line] });
    assert_eq!(cents(&app.save("Purchase", &expense).await["TotalAmt"]), 1250);
    let mut barter = expense;
    barter["PaymentType"] = json!("Barter");
    app.post("/purchase", &barter).await.refused("6000");
}

#[tokio::test]
async fn a_document_in_another_currency_says_what_it_is_worth_and_reports_count_that() {
    let app = App::new(company()).await;
    let abroad = |mut object: Value, date: &str, rate: Value| {
        object["CurrencyRef"] = json!({ "value": "EUR" });
        object["TxnDate"] = json!(date);
        object["ExchangeRate"] = rate;
        object
    };
    let charged = abroad(invoice("1", json!(100)), "2026-01-10", json!(1.1));
    let charged = app.save("Invoice", &charged).await;
    assert_eq!(
        fields(&charged, ["TotalAmt", "HomeTotalAmt", "HomeBalance"]).map(cents),
        [10_000, 11_000, 11_000]
    );
    let paid = abroad(payment("1", json!(50), &charged, json!(40)), "2026-02-10", json!(1.2));
    let paid = app.save("Payment", &paid).await;
    assert!(paid.get("HomeTotalAmt").is_none(), "{paid}");
    let charged = app.read("Invoice", charged["Id"].as_str().unwrap()).await;
    assert_eq!(fields(&charged, ["Balance", "HomeBalance"]).map(cents), [6_000, 6_600]);
    // 60.00 at 1.1, and 10.00 in hand at 1.2.
    let owed = app.get("/reports/AgedReceivables?report_date=2026-02-28").await.ok();
    let total = owed["Rows"]["Row"].as_array().unwrap().last().unwrap().clone();
    let total = total["Summary"]["ColData"].as_array().unwrap().last().unwrap()["value"].clone();
    assert_eq!(total, "54.00");
    let none = abroad(invoice("1", json!(100)), "2026-01-10", Value::Null);
    let booked = app.save("Invoice", &none).await;
    assert_eq!((&booked["ExchangeRate"], cents(&booked["HomeTotalAmt"])), (&json!(1), 10_000));
}
