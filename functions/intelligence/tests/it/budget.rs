//! How a budget is divided, as a caller sees it.

use std::collections::BTreeSet;

use axum::http::Method;
use clearmargin_domain::{
    budget::{Budget, BudgetExpense, BudgetState, Category, ExpenseSource, Thresholds},
    id::{BudgetCategoryId, BudgetExpenseId, BudgetId},
    money::{Currency, Money},
    period::{Month, Period},
};
use serde_json::{Value, json};

use crate::{office::Office, world::Answer};

const PATH: &str = "/predictions/budget";

async fn asked(office: &Office, body: &Value) -> Answer {
    office.world.ask(Method::POST, &format!("/api/ai{PATH}"), &office.token, Some(body)).await
}

async fn divided(office: &Office, body: &Value) -> Value {
    let answer = asked(office, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["data"].take()
}

fn growth() -> Value {
    json!({
        "total": 1_200, "aim": "value",
        "lines": [
            {"name": "Sales", "returns": [{"upTo": 400, "perUnit": 3}, {"upTo": 1_000, "perUnit": 1.5}]},
            {"name": "Tools", "most": 600, "returns": [{"upTo": 500, "perUnit": 2}]},
            {"name": "Training", "least": 100, "returns": [{"upTo": 300, "perUnit": 1}]}
        ],
        "groups": [{"name": "Growth", "lines": ["Sales", "tools"], "mostShare": 0.75}],
        "proportions": [{"name": "Half", "line": "Training", "of": "Sales", "least": 0.5}]
    })
}

fn rule<'a>(rules: &'a Value, kind: &str) -> &'a Value {
    rules.as_array().unwrap().iter().find(|rule| rule["kind"] == kind).unwrap()
}

#[tokio::test]
async fn a_budget_is_divided_to_the_cent_and_each_rule_has_its_price() {
    let office = Office::new().await;
    let answer = divided(&office, &growth()).await;
    assert_eq!((&answer["currency"], &answer["conflict"]), (&json!("USD"), &Value::Null));
    let division = &answer["division"];
    let amounts = |of: &Value| -> Vec<String> {
        let lines = of["lines"].as_array().unwrap().iter();
        lines.map(|line| format!("{} {}", line["amount"], line["value"])).collect()
    };
    assert_eq!(amounts(division), ["400.00 1200", "500.00 1000", "300.00 300"]);
    assert_eq!(division["value"].to_string(), "2500");
    assert_eq!((&division["left"].to_string(), &division["lost"]), (&"0.00".to_owned(), &json!(0)));
    let group = rule(&division["rules"], "group_most");
    assert_eq!((&group["name"], &group["binding"]), (&json!("Growth"), &json!(true)));
    assert_eq!(
        (&group["looser"].to_string(), &group["tighter"].to_string()),
        (&"0.5".to_owned(), &"2".to_owned())
    );
    let half = rule(&division["rules"], "proportion_least");
    assert_eq!(
        (half["actual"].to_string(), half["limit"].to_string()),
        ("300.00".to_owned(), "200.00".to_owned())
    );
    // Nothing is stored: the same question has the same answer.
    assert_eq!(divided(&office, &growth()).await, answer);
}

#[tokio::test]
async fn what_cannot_be_names_what_stands_against_each_other() {
    let office = Office::new().await;
    let mut body = growth();
    body["lines"][1]["least"] = json!(550);
    body["groups"][0]["mostShare"] = json!(0.4);
    let answer = divided(&office, &body).await;
    assert_eq!(answer["division"], Value::Null);
    let moves = |of: &Value| -> Vec<String> {
        let moves = of.as_array().unwrap().iter();
        moves.map(|it| format!("{} {} {}", it["kind"], it["name"], it["by"])).collect()
    };
    let conflict = &answer["conflict"];
    assert_eq!(
        moves(&conflict["rules"]),
        ["\"line_least\" \"Tools\" 70.00", "\"group_most\" \"Growth\" 70.00"]
    );
    assert_eq!(conflict["wayOut"].as_array().unwrap().len(), 1);
    assert_eq!(conflict["wayOut"][0]["by"].to_string(), "70.00");
}

#[tokio::test]
async fn what_is_wrong_is_refused_by_its_field() {
    let office = Office::new().await;
    let changes: [(&str, &str, Value); 16] = [
        ("/total", "total", json!(-1)),
        ("/total", "total", json!(0.001)),
        ("/total", "total", json!("92233720368547758.07")),
        ("/total", "total", json!("99999999999999999999")),
        ("/lines", "lines", json!([])),
        ("/lines/1/name", "lines[1].name", json!("SALES")),
        ("/lines/1/most", "lines[1].most", json!(-3)),
        ("/lines/2/least", "lines[2].least", json!(20_000_000_000_i64)),
        ("/lines/0/returns/1/perUnit", "lines[0].returns[1].perUnit", json!(3.5)),
        ("/lines/0/returns/1/perUnit", "lines[0].returns[1].perUnit", json!(0.00001)),
        ("/lines/0/returns/1/upTo", "lines[0].returns[1].upTo", json!(400)),
        ("/lines/0/returns", "lines[0].returns", Value::Null),
        ("/groups/0/lines/1", "groups[0].lines[1]", json!("Books")),
        ("/groups/0/mostShare", "groups[0].mostShare", json!(1.5)),
        ("/proportions/0/of", "proportions[0].of", json!("training")),
        ("/proportions/0/least", "proportions[0].least", json!(0.125)),
    ];
    for (place, path, value) in changes {
        let mut body = growth();
        *body.pointer_mut(place).unwrap() = value.clone();
        let answer = asked(&office, &body).await;
        assert_eq!(answer.refused().0, path, "{value}");
    }
    let mut body = growth();
    body["lines"][0]["wish"] = json!(1);
    assert_eq!(asked(&office, &body).await.refused().0, "lines[0].wish");
    body["lines"] = json!([{"name": "Sales", "wish": 1, "colour": "red"}]);
    assert_eq!(asked(&office, &body).await.refused().0, "lines[0].colour");
}

fn category(name: &str) -> Category {
    let id = BudgetCategoryId::derived(&[name]);
    let (planned, accounts) = (vec![0; 12], BTreeSet::new());
    Category { id, name: name.to_owned(), planned, accounts, booked: true }
}

/// A budget of 2025 in that currency in which so much was spent, in cents.
async fn spent(office: &Office, currency: &str, spent: &[(&str, i64)]) -> BudgetId {
    let id = BudgetId::derived(&[currency]);
    let currency: Currency = currency.parse().unwrap();
    let months: [Month; 2] = ["2025-01", "2025-12"].map(|month| month.parse().unwrap());
    let budget = Budget {
        id,
        name: "Office 2025".to_owned(),
        currency,
        period: Period::new(months[0], months[1], 24).unwrap(),
        roll_over: false,
        thresholds: Thresholds::default(),
        revision: 1,
        reason: None,
        state: BudgetState::Draft,
        sent_back: None,
        in_force: None,
        categories: spent.iter().map(|(name, _)| category(name)).collect(),
    };
    office.made(&budget).await;
    for (name, minor) in spent {
        let expense = BudgetExpense {
            id: BudgetExpenseId::derived(&[&id.to_string(), name]),
            budget: id,
            category: category(name).id,
            day: "2025-05-05".parse().unwrap(),
            amount: Money::new(*minor, currency),
            vendor: None,
            note: None,
            source: ExpenseSource::Manual,
        };
        office.made(&expense).await;
    }
    office.world.settle().await;
    id
}

#[tokio::test]
async fn wishes_may_be_what_was_spent_on_the_category_of_that_name() {
    let office = Office::new().await;
    let before = spent(&office, "USD", &[("Rent", 60_000), ("Travel", 30_000)]).await;
    let mut body = json!({
        "total": 1_000, "aim": "wishes", "likeBudgetId": before,
        "lines": [
            {"name": "rent", "weight": 10}, {"name": "Travel"}, {"name": "Books", "wish": 150, "weight": 2}
        ]
    });
    let answer = divided(&office, &body).await;
    let lines = answer["division"]["lines"].as_array().unwrap();
    let amounts: Vec<_> = lines.iter().map(|line| line["amount"].to_string()).collect();
    assert_eq!(amounts, ["600.00", "250.00", "150.00"]);
    assert_eq!(answer["division"]["value"].to_string(), "-50");
    // What was never spent is no wish.
    body["lines"][2] = json!({"name": "Books"});
    assert_eq!(asked(&office, &body).await.refused().0, "lines[2].wish");
    body["likeBudgetId"] = json!(BudgetId::derived(&["another"]));
    assert_eq!(asked(&office, &body).await.refused().0, "likeBudgetId");
    body["likeBudgetId"] = json!(spent(&office, "EUR", &[("Books", 1)]).await);
    assert_eq!(asked(&office, &body).await.refused().0, "likeBudgetId");
    body["likeBudgetId"] = Value::Null;
    assert_eq!(asked(&office, &body).await.refused().0, "lines[0].wish");
}
