use axum::http::Method;
use clearmargin_domain::{
    id::{ClientId, InvoiceId},
    invoice::Invoice,
    money::Money,
};
use serde_json::{Value, json};

use crate::desk::{Desk, path_of};

const NONE: Value = Value::Null;

#[tokio::test]
async fn an_invoice_is_drafted_changed_issued_and_does_not_change_any_more() {
    let desk = Desk::new().await;
    let tax = json!({"name": "Sales tax", "rates": [
        {"name": "State", "percent": 4}, {"name": "City", "percent": 4.5},
    ]});
    let tax = desk.post("/tax-codes", &tax).await;
    let mut body = desk.draft(100);
    body["lines"][0]["taxCodeId"] = tax["id"].clone();
    body["discount"] = json!({"amount": 10});
    let draft = desk.post("/invoices", &body).await;
    assert_eq!((&draft["status"], &draft["number"]), (&json!("draft"), &NONE));
    let sums = ["net", "tax", "total", "balance"].map(|name| draft[name].to_string());
    assert_eq!(sums, ["90.00", "7.65", "97.65", "97.65"]);
    assert_eq!(draft["taxes"][1]["amount"].to_string(), "4.05");
    let path = path_of(&draft);
    body["discount"] = json!({"percent": 10});
    body["memo"] = json!("Thank you.");
    let changed = desk.done(Method::PUT, &path, &body).await;
    assert_eq!(
        (changed["total"].to_string(), &changed["memo"]),
        ("97.65".to_owned(), &json!("Thank you."))
    );
    // A code that changes leaves what was made with it.
    let raised = json!({"name": "Sales tax", "rates": [{"name": "State", "percent": 20}]});
    let code = format!("/tax-codes/{}", tax["id"].as_str().unwrap());
    desk.done(Method::PUT, &code, &raised).await;
    let issued = desk.post(&format!("{path}/issue"), &NONE).await;
    assert_eq!((&issued["number"], &issued["status"]), (&json!("INV-000001"), &json!("sent")));
    assert_eq!(
        (issued["total"].to_string(), &issued["due"]),
        ("97.65".to_owned(), &json!("2026-07-31"))
    );
    for (method, at, body) in [
        (Method::PUT, path.clone(), body.clone()),
        (Method::DELETE, path.clone(), NONE),
        (Method::POST, format!("{path}/issue"), NONE),
    ] {
        assert_eq!(desk.refused(method, &at, &body).await, "409 issued", "{at}");
    }
    assert_eq!(desk.get(&path).await, issued);
}

#[tokio::test]
async fn what_cannot_be_drafted_names_its_place() {
    let desk = Desk::new().await;
    let refused = async |change: Value| {
        let mut body = desk.draft(100);
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        desk.ask(Method::POST, "/invoices", &body).await.refused().0
    };
    let line = |line: Value| {
        let mut whole = json!({"description": "Work", "quantity": 1, "unitPrice": 1});
        for (name, value) in line.as_object().unwrap() {
            whole[name] = value.clone();
        }
        json!({"lines": [whole]})
    };
    let nobody = "cli_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C";
    for (change, place) in [
        (json!({"clientId": nobody}), "clientId"),
        (json!({"currency": "EUR"}), "exchangeRate"),
        (json!({"exchangeRate": 1.1}), "exchangeRate"),
        (json!({"day": "2026-07-01", "due": "2026-06-30"}), "due"),
        (json!({"day": "1889-07-01"}), "day"),
        (json!({"discount": {"percent": 10, "amount": 1}}), "discount"),
        (json!({"discount": {"amount": 100.01}}), "discount"),
        (json!({"discount": {"amount": 0.001}}), "discount.amount"),
        (json!({"correctsId": "inv_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C"}), "correctsId"),
        (line(json!({"quantity": -1})), "lines[0].quantity"),
        (line(json!({"unitPrice": null})), "lines[0].unitPrice"),
        (line(json!({"description": null})), "lines[0].description"),
        (line(json!({"discount": {"percent": 101}})), "lines[0].discount.percent"),
        (line(json!({"serviceId": "svc_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C"})), "lines[0].serviceId"),
        (line(json!({"taxCodeId": "tax_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C"})), "lines[0].taxCodeId"),
        (
            line(json!({"quantity": 1_000_000, "unitPrice": 10_000_000, "discount": null})),
            "lines[0]",
        ),
    ] {
        assert_eq!(refused(change.clone()).await, place, "{change}");
    }
}

#[tokio::test]
async fn an_invoice_in_another_currency_counts_in_the_organisations_at_its_own_rate() {
    let desk = Desk::new().await;
    let mut body = desk.draft(100);
    body["currency"] = json!("EUR");
    body["exchangeRate"] = json!(1.0837);
    let path = path_of(&desk.post("/invoices", &body).await);
    let issued = desk.post(&format!("{path}/issue"), &NONE).await;
    assert_eq!(
        (&issued["currency"], issued["homeTotal"].to_string()),
        (&json!("EUR"), "108.37".to_owned())
    );
    desk.world.settle().await;
    let ctx = desk.ctx();
    let month = "2026-07".parse().unwrap();
    let period = clearmargin_domain::period::Period::new(month, month, 1).unwrap();
    let subject = clearmargin_domain::rollup::Subject::Client(desk.client);
    let sums = ctx.tenant().rollups(subject, period).await.unwrap()[&month];
    assert_eq!((sums.service_revenue_minor, sums.invoices), (10_837, 1));
}

#[tokio::test]
async fn a_credit_memo_corrects_an_invoice_and_has_numbers_of_its_own() {
    let desk = Desk::new().await;
    let invoice = desk.issued(100).await;
    let mut body = desk.draft(30);
    body["kind"] = json!("credit_memo");
    body["correctsId"] = json!(invoice.trim_start_matches("/invoices/"));
    let memo = path_of(&desk.post("/invoices", &body).await);
    let memo = desk.post(&format!("{memo}/issue"), &NONE).await;
    assert_eq!(
        (&memo["number"], memo["total"].to_string()),
        (&json!("CM-000001"), "-30.00".to_owned())
    );
    assert_eq!((&memo["status"], &memo["due"]), (&json!("sent"), &NONE));
}

#[tokio::test]
async fn documents_are_found_by_what_they_say_and_where_they_stand() {
    let desk = Desk::new().await;
    let (first, second) = (desk.issued(100).await, desk.issued(250).await);
    desk.post("/invoices", &desk.draft(75)).await;
    desk.done(Method::PUT, &format!("{first}/payment"), &json!({"amount": 40, "currency": "USD"}))
        .await;
    desk.post(&format!("{second}/void"), &json!({})).await;
    desk.world.settle().await;
    let found = async |query: &str| {
        let rows = desk.get(&format!("/invoices?{query}")).await;
        let total = |row: &Value| row["total"].to_string();
        let mut totals: Vec<_> = rows.as_array().unwrap().iter().map(total).collect();
        totals.sort_unstable();
        totals.join(" ")
    };
    assert_eq!(found("").await, "100.00 250.00 75.00");
    assert_eq!(found("status=partially_paid").await, "100.00");
    assert_eq!(found("status=void").await, "250.00");
    assert_eq!(found("status=draft").await, "75.00");
    assert_eq!(found("number=inv-000002").await, "250.00");
    assert_eq!(found("minTotal=75.01&maxTotal=100&currency=USD").await, "100.00");
    assert_eq!(found("from=2026-07-02").await, "");
    assert_eq!(found("dueTo=2026-07-30").await, "");
    assert_eq!(found(&format!("clientId={}&limit=1", desk.client)).await.split(' ').count(), 1);
    let all = format!("from=0160-10-05&to=9999-01-01&clientId={}", desk.client);
    assert_eq!(found(&all).await, "100.00 250.00 75.00");
    assert_eq!(found("currency=EUR").await, "");
    let bare = desk.ask(Method::GET, "/invoices?minTotal=1", &NONE).await;
    assert_eq!(bare.refused().0, "query.currency");
    for days in ["0", "3661"] {
        let answer = desk.ask(Method::GET, &format!("/invoices?overdueDays={days}"), &NONE).await;
        assert_eq!(answer.refused().0, "query.overdueDays");
    }
    // 45 days later what is open is overdue, by 15 days.
    desk.world.clock.advance(45 * 86_400);
    let owner = desk.world.app.for_system(desk.org, "test");
    let wanted = clearmargin_app::invoices::Wanted { overdue_days: Some(15), ..Default::default() };
    let (rows, _, today) = clearmargin_app::invoices::list(&owner, wanted, 10, None).await.unwrap();
    assert_eq!((rows.len(), rows[0].status_on(today).as_str()), (1, "overdue"));
    let wanted = clearmargin_app::invoices::Wanted { overdue_days: Some(16), ..Default::default() };
    assert!(clearmargin_app::invoices::list(&owner, wanted, 10, None).await.unwrap().0.is_empty());
}

/// A client of two systems has a record of each, and documents may be of either.
#[tokio::test]
async fn documents_of_a_joined_client_are_those_of_each_of_its_records() {
    let desk = Desk::new().await;
    let (lead, billed) = (desk.client, ClientId::new(desk.world.now(), 2));
    let of = async |client: ClientId| {
        let rows = desk.get(&format!("/invoices?clientId={client}")).await;
        rows.as_array().unwrap().iter().map(|row| row["total"].to_string()).collect::<Vec<_>>()
    };
    desk.record(billed, Some(lead)).await;
    desk.issued(100).await;
    let first = desk.get("/invoices").await[0]["id"].as_str().map(str::to_owned).unwrap();
    let ctx = desk.ctx();
    let made = ctx.tenant().get::<Invoice>(first.parse().unwrap()).await.unwrap().unwrap();
    let theirs = Invoice {
        id: InvoiceId::new(desk.world.now(), 77),
        client: billed,
        day: made.day.yesterday().unwrap(),
        number: Some("1042".to_owned()),
        total: Money { minor: 2_500, ..made.total },
        ..made.value
    };
    let mut change = ctx.tenant().change(ctx.audit("test.made", desk.org, Value::Null));
    change.insert(&theirs).unwrap();
    change.commit().await.unwrap();
    desk.world.settle().await;
    // The newest first, whichever of its records is named.
    assert_eq!(of(lead).await, ["100.00", "25.00"]);
    assert_eq!(of(billed).await, ["100.00", "25.00"]);
}

#[tokio::test]
async fn a_closed_month_takes_in_nothing() {
    let desk = Desk::new().await;
    let mut body = desk.draft(100);
    body["day"] = json!("2026-05-31");
    let path = path_of(&desk.post("/invoices", &body).await);
    let ctx = desk.ctx();
    clearmargin_app::books::close(&ctx, "2026-05".parse().unwrap()).await.unwrap();
    assert_eq!(
        desk.refused(Method::POST, &format!("{path}/issue"), &NONE).await,
        "409 closed_period"
    );
    let open = desk.issued(100).await;
    let early = json!({"amount": 1, "currency": "USD", "day": "2026-05-31"});
    let pay = format!("{open}/payment");
    assert_eq!(desk.refused(Method::PUT, &pay, &early).await, "409 closed_period");
    let ahead = json!({"amount": 1, "currency": "USD", "day": "2026-07-02"});
    assert_eq!(desk.ask(Method::PUT, &pay, &ahead).await.refused().0, "day");
}

#[tokio::test]
async fn a_draft_may_wait_for_its_lines_and_is_not_issued_before() {
    let desk = Desk::new().await;
    let body = json!({"clientId": desk.client, "currency": "USD", "lines": []});
    let draft = desk.post("/invoices", &body).await;
    assert_eq!(draft["total"].to_string(), "0.00");
    let issue = format!("{}/issue", path_of(&draft));
    assert_eq!(desk.refused(Method::POST, &issue, &Value::Null).await, "409 empty");
    desk.done(Method::PUT, &path_of(&draft), &desk.draft(100)).await;
    desk.post(&issue, &Value::Null).await;
}

#[tokio::test]
async fn documents_come_by_day_or_by_when_they_are_due_in_either_direction() {
    let desk = Desk::new().await;
    let mut paths = Vec::new();
    for (day, due) in [
        ("2026-03-10", "2026-06-20"),
        ("2026-04-02", "2026-05-02"),
        ("2026-05-05", "2026-08-01"),
        ("2026-06-01", "2026-06-15"),
    ] {
        let mut draft = desk.draft(100);
        (draft["day"], draft["due"]) = (json!(day), json!(due));
        let path = path_of(&desk.post("/invoices", &draft).await);
        desk.post(&format!("{path}/issue"), &NONE).await;
        paths.push(path);
    }
    // Paid, and so not among what is open.
    let paid = path_of(&desk.post("/invoices", &desk.draft(5)).await);
    desk.post(&format!("{paid}/issue"), &NONE).await;
    let body = json!({"amount": 5, "currency": "USD"});
    desk.done(Method::PUT, &format!("{paid}/payment"), &body).await;
    desk.world.settle().await;
    // Page by page, one after the other.
    let listed = async |query: &str| {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/invoices?limit=1&{query}{cursor}");
            let page = desk.ask(Method::GET, &path, &NONE).await.json();
            for row in page["data"].as_array().unwrap() {
                found.push(paths.iter().position(|path| *path == path_of(row)).unwrap_or(9));
            }
            match page["page"]["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return found,
            }
        }
    };
    for (query, expected) in [
        ("", vec![9, 3, 2, 1, 0]),
        ("order=desc", vec![9, 3, 2, 1, 0]),
        ("sort=day&order=asc", vec![0, 1, 2, 3, 9]),
        ("order=asc&from=2026-04-01&to=2026-06-30", vec![1, 2, 3]),
        ("sort=due&status=overdue", vec![1, 3, 0]),
        ("sort=due&status=overdue&order=desc", vec![0, 3, 1]),
        ("sort=due&status=sent", vec![2]),
        ("sort=due&overdueDays=16", vec![1, 3]),
        ("sort=due&status=overdue&dueFrom=2026-06-15&dueTo=2026-06-19", vec![3]),
        ("sort=due&status=overdue&from=2026-03-01&to=2026-04-30", vec![1, 0]),
        ("sort=due&status=overdue&kind=credit_memo", vec![]),
    ] {
        assert_eq!(listed(query).await, expected, "{query}");
    }
    let mine = format!("sort=due&status=overdue&clientId={}", desk.client);
    assert_eq!(listed(&mine).await, [1, 3, 0]);
    for query in ["sort=due", "sort=due&status=paid", "sort=due&status=draft"] {
        let answer = desk.ask(Method::GET, &format!("/invoices?{query}"), &NONE).await;
        assert_eq!(answer.refused().0, "query.sort", "{query}");
    }
    // A cursor of one order is none of another.
    let page = desk.ask(Method::GET, "/invoices?limit=1&order=asc", &NONE).await.json();
    let cursor = page["page"]["nextCursor"].as_str().unwrap();
    let other = desk.ask(Method::GET, &format!("/invoices?limit=1&cursor={cursor}"), &NONE).await;
    assert_eq!(other.refused().0, "query.cursor");
}
