//! What a budget takes from accounts is what QuickBooks reports of them.

use std::collections::BTreeMap;

use clearmargin_simulators::techwave::{Scale, generate};
use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::Bench;

/// Every client and more than the year that is compared; hardly any work.
const BOOKS: Scale = Scale { clients: 50, months: 14, technicians: 3, tickets: 20, worklogs: 20 };

/// What the report says of each account, in cents: by its id in QuickBooks.
fn reported(rows: &Value, found: &mut BTreeMap<String, i64>) {
    for row in rows["Row"].as_array().into_iter().flatten() {
        let cells = &row["ColData"];
        if let (Some(id), Some(amount)) = (cells[0]["id"].as_str(), cells[1]["value"].as_str()) {
            found.insert(id.to_owned(), cents(amount));
        }
        reported(&row["Rows"], found);
    }
}

fn cents(text: &str) -> i64 {
    text.replace('.', "").parse().unwrap()
}

/// A budget of a year with a category for each account: its path.
async fn plan(bench: &Bench, token: &str, accounts: &[Value]) -> String {
    let budget = json!({"name": "Everything", "from": "2025-11", "to": "2026-10"});
    let budget = bench.post("/api/budgets", token, &budget).await.data();
    let path = format!("/api/budgets/{}", budget["id"].as_str().unwrap());
    for account in accounts {
        let category = json!({
            "name": account["name"], "currency": "USD", "total": 120_000,
            "accountIds": [account["id"]],
        });
        bench.post(&format!("{path}/categories"), token, &category).await.data();
    }
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_budget_takes_from_accounts_is_what_quickbooks_reports_of_them() {
    let bench = Bench::over(generate(BOOKS, 1)).await;
    let token = bench.techwave().await;
    let accounts = bench.get("/api/expenses/accounts?limit=100", &token).await.data();
    let accounts = accounts.as_array().unwrap();
    let path = plan(&bench, &token, accounts).await;
    let standing = bench.get(&format!("{path}/alerts?day=2026-10-31"), &token).await.data();
    let report = "reports/ProfitAndLoss?start_date=2025-11-01&end_date=2026-10-31\
                  &accounting_method=Accrual&minorversion=75";
    let report = bench.in_quickbooks(Method::GET, report, &Value::Null).await;
    let mut theirs = BTreeMap::new();
    reported(&report["Rows"], &mut theirs);

    let mut compared = 0;
    for (account, category) in accounts.iter().zip(standing["categories"].as_array().unwrap()) {
        assert_eq!(category["name"], account["name"]);
        let Some(amount) = theirs.get(account["externalId"].as_str().unwrap()) else {
            // Stock is an asset until it is sold: the report does not name it.
            assert_eq!(account["name"], "Inventory Asset");
            continue;
        };
        let bought = cents(&category["bought"].to_string());
        if account["name"] == "Cost of Goods Sold" {
            // QuickBooks books the cost of stock there when it is sold: that is not bought.
            assert!((1..*amount).contains(&bought), "{bought} of {amount}");
            continue;
        }
        assert_eq!(bought, *amount, "{account}");
        assert_eq!(category["spent"], category["bought"]);
        compared += 1;
    }
    assert!(compared >= 2, "{theirs:?}");
    assert_eq!(standing["withoutAccount"].to_string(), "0.00");
    assert_eq!(bench.drift().await, 0);
}
