//! Reports agree with the documents they are made of.

use serde_json::{Value, json};

use super::app::{Answer, App};
use super::books::{company, invoice, payment, sale};

/// The amounts of a report in cents: a row's label, a column's key.
struct Table {
    keys: Vec<String>,
    rows: Vec<(String, Vec<Value>)>,
    header: Value,
}

impl Table {
    async fn read(app: &App, path: &str) -> Self {
        Self::of(app.get(path).await)
    }

    #[track_caller]
    fn of(answer: Answer) -> Self {
        let body = answer.ok();
        let columns = body["Columns"]["Column"].as_array().unwrap();
        let key = |column: &Value| {
            let meta = column["MetaData"].as_array().unwrap();
            let key = meta.iter().find(|entry| entry["Name"] == "ColKey").unwrap();
            key["Value"].as_str().unwrap().to_owned()
        };
        let mut rows = Vec::new();
        collect(&body["Rows"], &mut rows);
        Self { keys: columns.iter().map(key).collect(), rows, header: body["Header"].clone() }
    }

    /// The cell as written: "" for zero.
    #[track_caller]
    fn text(&self, label: &str, key: &str) -> &str {
        let column = self.keys.iter().position(|candidate| candidate == key).unwrap();
        let row = self.rows.iter().find(|(candidate, _)| candidate == label);
        let (_, cells) = row.unwrap_or_else(|| panic!("no {label} in {:?}", self.rows));
        cells[column]["value"].as_str().unwrap()
    }

    #[track_caller]
    fn cents(&self, label: &str, key: &str) -> i64 {
        match self.text(label, key) {
            "" => 0,
            text => crate::money::cents(&json!(text)).unwrap(),
        }
    }

    fn has(&self, label: &str) -> bool {
        self.rows.iter().any(|(candidate, _)| candidate == label)
    }
}

fn collect(rows: &Value, into: &mut Vec<(String, Vec<Value>)>) {
    for row in rows["Row"].as_array().into_iter().flatten() {
        for cells in [&row["ColData"], &row["Header"]["ColData"], &row["Summary"]["ColData"]] {
            if let Some(cells) = cells.as_array() {
                into.push((cells[0]["value"].as_str().unwrap().to_owned(), cells.clone()));
            }
        }
        collect(&row["Rows"], into);
    }
}

fn dated(mut document: Value, date: &str) -> Value {
    document["TxnDate"] = json!(date);
    document
}

fn expense(account: &str, customer: &str, amount: &Value) -> Value {
    json!({
        "PaymentType": "Check",
        "AccountRef": { "value": "6" },
        "Line": [{
            "Amount": amount,
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": { "AccountRef": { "value": account }, "CustomerRef": { "value": customer } },
        }],
    })
}

/// January: 100 for Acme Lab, half paid in February. February: 250 for Zenith, expenses for both.
async fn books() -> App {
    let app = App::new(company()).await;
    let mut first = dated(invoice("2", json!(100)), "2026-01-10");
    first["DueDate"] = json!("2026-01-20");
    let first = app.save("Invoice", &first).await;
    let second = json!({ "CustomerRef": { "value": "3" }, "Line": [sale("1", json!(200)), sale("2", json!(50))] });
    app.save("Invoice", &dated(second, "2026-02-05")).await;
    app.save("Payment", &dated(payment("2", json!(50), &first, json!(50)), "2026-02-20")).await;
    app.save("Purchase", &dated(expense("3", "2", &json!(30.1)), "2026-02-07")).await;
    app.save("Purchase", &dated(expense("7", "3", &json!(20)), "2026-02-08")).await;
    app
}

const PERIOD: &str = "start_date=2026-01-01&end_date=2026-02-28";

#[tokio::test]
async fn profit_and_loss_adds_up_by_month() {
    let app = books().await;
    let table =
        Table::read(&app, &format!("/reports/ProfitAndLoss?{PERIOD}&summarize_column_by=Month"))
            .await;
    assert_eq!(table.keys, ["account", "Jan 2026", "Feb 2026", "total"]);
    for (label, expected) in [
        ("Services", [10_000, 20_000, 30_000]),
        ("Hardware", [0, 5000, 5000]),
        ("Total Income", [10_000, 25_000, 35_000]),
        ("Total Cost of Goods Sold", [0, 2000, 2000]),
        ("Gross Profit", [10_000, 23_000, 33_000]),
        ("Total Expenses", [0, 3010, 3010]),
        ("Net Operating Income", [10_000, 19_990, 29_990]),
        ("Net Income", [10_000, 19_990, 29_990]),
    ] {
        assert_eq!(
            ["Jan 2026", "Feb 2026", "total"].map(|key| table.cents(label, key)),
            expected,
            "{label}"
        );
    }
    assert_eq!(table.text("Hardware", "Jan 2026"), "");
    assert!(!table.has("Other Income"));
    assert_eq!(table.header["ReportBasis"], "Accrual");
}

#[tokio::test]
async fn by_cash_income_counts_when_it_is_paid() {
    let app = books().await;
    let path =
        format!("/reports/ProfitAndLoss?{PERIOD}&summarize_column_by=Month&accounting_method=Cash");
    let table = Table::read(&app, &path).await;
    assert_eq!(["Jan 2026", "Feb 2026"].map(|key| table.cents("Total Income", key)), [0, 5000]);
    assert_eq!(table.cents("Total Expenses", "total"), 3010);
}

#[tokio::test]
async fn parts_of_a_paid_invoice_add_up_to_the_cent() {
    let app = App::new(company()).await;
    let lines = json!([sale("1", json!(33.33)), sale("2", json!(33.34)), sale("1", json!(33.33))]);
    let bill =
        app.save("Invoice", &json!({ "CustomerRef": { "value": "1" }, "Line": lines })).await;
    for part in ["0.01", "33.33", "66.66"] {
        let part = json!(part.parse::<serde_json::Number>().unwrap());
        app.save("Payment", &payment("1", part.clone(), &bill, part)).await;
    }
    let table = Table::read(&app, "/reports/ProfitAndLoss?accounting_method=Cash").await;
    assert_eq!([table.cents("Services", "total"), table.cents("Hardware", "total")], [6666, 3334]);
}

#[tokio::test]
async fn profit_and_loss_divides_by_customer() {
    let app = books().await;
    let table = Table::read(
        &app,
        &format!("/reports/ProfitAndLoss?{PERIOD}&summarize_column_by=Customers"),
    )
    .await;
    assert_eq!(table.keys, ["account", "2", "3", "total"]);
    assert_eq!(
        ["2", "3", "total"].map(|key| table.cents("Net Income", key)),
        [6990, 23_000, 29_990]
    );
    let one = Table::read(&app, &format!("/reports/ProfitAndLoss?{PERIOD}&customer=3")).await;
    assert_eq!(one.cents("Net Income", "total"), 23_000);
}

#[tokio::test]
async fn accounts_stand_below_their_parents() {
    let app = App::new(company()).await;
    let parent =
        json!({ "Name": "Managed", "AccountType": "Income", "ParentRef": { "value": "1" } });
    let account = app.save("Account", &parent).await;
    let item = json!({ "Name": "Plan", "IncomeAccountRef": { "value": account["Id"] } });
    let item = app.save("Item", &item).await;
    let lines = json!([sale(item["Id"].as_str().unwrap(), json!(40)), sale("1", json!(60))]);
    app.save("Invoice", &json!({ "CustomerRef": { "value": "1" }, "Line": lines })).await;
    let table = Table::read(&app, "/reports/ProfitAndLoss").await;
    assert_eq!(
        ["Services", "Managed", "Total Services"].map(|label| table.cents(label, "total")),
        [6000, 4000, 10_000]
    );
}

#[tokio::test]
async fn customer_income_agrees_with_profit_and_loss() {
    let app = books().await;
    let table = Table::read(&app, &format!("/reports/CustomerIncome?{PERIOD}")).await;
    let row = |label: &str| ["income", "expense", "net_income"].map(|key| table.cents(label, key));
    assert_eq!(row("Acme Lab"), [10_000, 3010, 6990]);
    assert_eq!(row("Total Acme"), [10_000, 3010, 6990]);
    assert_eq!(row("Zenith"), [25_000, 2000, 23_000]);
    assert_eq!(row("Total"), [35_000, 5010, 29_990]);
}

#[tokio::test]
async fn receivables_are_aged_and_agree_with_the_balances() {
    let app = books().await;
    let table = Table::read(&app, "/reports/AgedReceivables?report_date=2026-03-10").await;
    assert_eq!(
        table.keys,
        ["customer", "current", "1_30", "31_60", "61_90", "91_and_over", "total"]
    );
    assert_eq!(table.cents("Acme Lab", "31_60"), 5000);
    assert_eq!(table.cents("Zenith", "1_30"), 25_000);
    let owed: i64 = app
        .rows("SELECT * FROM Customer")
        .await
        .iter()
        .map(|customer| crate::money::cents(&customer["Balance"]).unwrap())
        .sum();
    assert_eq!((table.cents("Total", "total"), owed), (30_000, 30_000));
}

#[tokio::test]
async fn receivables_of_a_past_day_ignore_what_came_later() {
    let app = books().await;
    let table = Table::read(&app, "/reports/AgedReceivables?report_date=2026-01-31").await;
    assert_eq!((table.cents("Acme Lab", "1_30"), table.cents("Total", "total")), (10_000, 10_000));
    assert!(!table.has("Zenith"));
    let wide = Table::read(&app, "/reports/AgedReceivables?report_date=2026-01-31&aging_method=Current&aging_period=10&num_periods=2").await;
    assert_eq!(wide.keys, ["customer", "current", "1_10", "11_and_over", "total"]);
    assert_eq!(wide.cents("Acme Lab", "11_and_over"), 10_000);
}

#[tokio::test]
async fn money_in_hand_counts_against_debt() {
    let app = App::new(company()).await;
    let bill = app.save("Invoice", &invoice("1", json!(100))).await;
    app.save("Payment", &payment("1", json!(130), &bill, json!(100))).await;
    app.save("CreditMemo", &invoice("3", json!(10))).await;
    let table = Table::read(&app, "/reports/AgedReceivables").await;
    assert_eq!(
        ["Acme", "Zenith", "Total"].map(|label| table.cents(label, "total")),
        [-3000, -1000, -4000]
    );
}

#[tokio::test]
async fn an_empty_report_says_so() {
    let app = App::new(company()).await;
    for name in ["ProfitAndLoss", "CustomerIncome", "AgedReceivables"] {
        let table = Table::read(&app, &format!("/reports/{name}")).await;
        let options = table.header["Option"].as_array().unwrap();
        assert!(options.contains(&json!({ "Name": "NoReportData", "Value": "true" })), "{name}");
    }
}

#[tokio::test]
async fn what_reports_cannot_do_is_refused() {
    let app = App::new(company()).await;
    for query in [
        "ProfitAndLoss?summarize_column_by=Classes",
        "ProfitAndLoss?accounting_method=Barter",
        "ProfitAndLoss?date_macro=Someday",
        "ProfitAndLoss?start_date=soon",
        "AgedReceivables?num_periods=0",
    ] {
        app.get(&format!("/reports/{query}")).await.refused("6000");
    }
    app.get("/reports/ProfitAndLoss?customer=x").await.refused("2030");
    app.get("/reports/MoonPhases").await.refused("500");
}

#[tokio::test]
async fn more_than_a_hundred_months_share_the_last_column() {
    let app = App::new(company()).await;
    app.save("Invoice", &dated(invoice("1", json!(5)), "2025-12-01")).await;
    let path = "/reports/ProfitAndLoss?start_date=2016-01-01&end_date=2025-12-31&summarize_column_by=Month";
    let table = Table::read(&app, path).await;
    assert_eq!(table.keys.len(), 102);
    assert_eq!(table.cents("Services", "Others"), 500);
}
