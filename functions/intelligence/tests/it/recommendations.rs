//! What is recommended, accepted once, and followed up.

use axum::http::Method;
use clearmargin_app::{Ctx, Error, recommendations};
use clearmargin_domain::{
    access::{Grant, Role},
    agreement::{AgreementLine, AgreementTerms},
    billing::Units,
    id::{AgreementId, ClientId, InvoiceId, RecommendationId, ServiceId},
    invoice::{DocumentState, Invoice},
    leak::LeakCase,
    money::{Currency, Money},
    period::Month,
};
use futures_util::future::join_all;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    leaks::undercharged,
    office::{Office, after, invoice},
    pricing::portfolio,
    wire::{cents, rows},
    world::Answer,
};

const PATH: &str = "/insights/recommendations";
const ACCEPT: &str = "/api/ai/insights/accept-recommendation";
const DISMISS: &str = "/api/ai/insights/dismiss-recommendation";

impl Office {
    async fn accepts(&self, of: &Value, dry_run: bool) -> Answer {
        let body = json!({"recommendationId": of["id"], "basis": of["basis"], "dryRun": dry_run});
        self.world.ask(Method::POST, ACCEPT, &self.token, Some(&body)).await
    }

    async fn recommended(&self, query: &str) -> Vec<Value> {
        rows(&self.get(&format!("{PATH}{query}")).await, "open").to_vec()
    }

    async fn decided(&self, state: &str) -> Vec<Value> {
        rows(&self.get(&format!("{PATH}?state={state}")).await, "decided").to_vec()
    }

    /// How many invoices charge leaks, drafts among them.
    async fn charging(&self) -> usize {
        let path = "/analytics/revenue-leaks/cases";
        let cases = self.get(path).await;
        let charges = cases.as_array().unwrap().iter().flat_map(|case| rows(case, "charges"));
        charges.count()
    }
}

/// A client of whom a leak can be charged as it is: the recommendation that brings most.
async fn leaking(office: &Office) -> (ClientId, Value) {
    let client = office.client(1).await;
    undercharged(office, client).await;
    office.analysed().await;
    let mut found = office.recommended("").await;
    let expected: Vec<_> = found.iter().map(|it| cents(&it["expected"])).collect();
    assert_eq!(expected, [48_000, 10_000]);
    (client, found.remove(0))
}

#[tokio::test]
async fn a_leak_is_drafted_as_it_was_shown_and_followed_until_the_money_is_there() {
    let office = Office::new().await;
    let (client, few) = leaking(&office).await;
    let dry = office.accepts(&few, true).await;
    assert_eq!(dry.status, 200, "{}", dry.text);
    let would = dry.json()["data"]["wouldChange"].take();
    let amounts: Vec<_> =
        rows(&would["draft"], "lines").iter().map(|it| cents(&it["amount"])).collect();
    assert_eq!((amounts, cents(&would["draft"]["total"])), (vec![4_000; 12], 48_000));
    assert_eq!(would["draft"]["clientId"], client.to_string());
    // So far nothing is changed.
    assert_eq!((office.charging().await, office.decided("accepted").await.len()), (0, 0));

    let done = office.accepts(&few, false).await;
    assert_eq!(done.status, 200, "{}", done.text);
    let done = done.json()["data"]["accepted"].take();
    assert_eq!(done["done"]["leakId"], would["leakId"]);
    let id: InvoiceId = done["done"]["invoiceId"].as_str().unwrap().parse().unwrap();
    let draft = office.stored::<Invoice>(id).await;
    assert_eq!((draft.state, draft.total.minor), (DocumentState::Draft, 48_000));
    let leak = office.stored::<LeakCase>(would["leakId"].as_str().unwrap().parse().unwrap()).await;
    assert_eq!((leak.state.standing().as_str(), leak.charged[0].minor), ("approved", 48_000));
    assert_eq!(office.recommended("").await.len(), 1);
    let outcome = |rows: Vec<Value>| {
        let of = &rows[0]["outcome"];
        (of["state"].clone(), cents(&of["invoiced"]), cents(&of["collected"]))
    };
    assert_eq!(outcome(office.decided("accepted").await), (json!("pending"), 0, 0));

    let balance = Money::new(12_000, Currency::USD);
    let issued = Invoice { state: DocumentState::Issued, balance, ..draft.value.clone() };
    office.becomes(&draft, &issued).await;
    assert_eq!(outcome(office.decided("accepted").await), (json!("done"), 48_000, 36_000));
    // What is charged by now is no leak any more.
    office.analysed().await;
    let leaks = office.get("/analytics/revenue-leaks").await;
    assert_eq!(rows(&leaks, "leaks").len(), 1, "{leaks}");
    let leak = office.stored::<LeakCase>(leak.id).await;
    assert_eq!(leak.state.standing().as_str(), "resolved");

    let void = DocumentState::Void { on: issued.day };
    let stored = office.stored::<Invoice>(id).await;
    office.becomes(&stored, &Invoice { state: void, ..issued }).await;
    assert_eq!(outcome(office.decided("accepted").await), (json!("undone"), 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_accept_at_once_it_is_done_once() {
    let office = Office::new().await;
    let (_, few) = leaking(&office).await;
    let answers = join_all((0..12).map(|_| office.accepts(&few, false))).await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 409, 503].contains(status)), "{statuses:?}");
    assert_eq!((office.charging().await, office.decided("accepted").await.len()), (1, 1));
    let again = office.accepts(&few, false).await;
    assert_eq!(again.problem(), (409, "recommendation_accepted".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_again_gets_the_same_answer_and_does_nothing_more() {
    let office = Office::new().await;
    let (_, few) = leaking(&office).await;
    let body = json!({"recommendationId": few["id"], "basis": few["basis"]}).to_string();
    let key = [("idempotency-key", "one")];
    let ask = || office.world.post_with(ACCEPT, Some(&office.token), &key, &body);
    let first = ask().await;
    assert_eq!(first.status, 200, "{}", first.text);
    for again in join_all((0..6).map(|_| ask())).await {
        assert_eq!(
            (again.status, again.json()["data"].take()),
            (first.status, first.json()["data"].take())
        );
    }
    assert_eq!(office.charging().await, 1);
    let another = json!({"recommendationId": few["id"], "basis": "c0ffee"}).to_string();
    let reused = office.world.post_with(ACCEPT, Some(&office.token), &key, &another).await;
    assert_eq!(reused.problem().1, "idempotency_key_reused");
}

#[tokio::test]
async fn what_rests_on_something_that_has_changed_is_refused_and_changes_nothing() {
    let office = Office::new().await;
    let (client, few) = leaking(&office).await;
    let wrong = json!({"id": few["id"], "basis": "c0ffee"});
    assert_eq!(office.accepts(&wrong, false).await.problem(), (409, "basis_changed".to_owned()));
    // Another hour of work makes another leak, but not another one of this.
    office
        .hour(client, 1, date(2026, 4, 10), clearmargin_domain::time_entry::BillingStatus::Approved)
        .await;
    office.analysed().await;
    assert_eq!(office.accepts(&few, true).await.status, 200);
    // Somebody else decided about the leak.
    let id = few["leak"]["leakId"].as_str().unwrap().parse().unwrap();
    let leak = office.stored::<LeakCase>(id).await;
    let months = leak.months.iter().map(|(month, minor)| (*month, minor - 1)).collect();
    office.becomes(&leak, &LeakCase { months, ..leak.value.clone() }).await;
    for dry_run in [true, false] {
        let refused = office.accepts(&few, dry_run).await;
        assert_eq!(refused.problem(), (409, "basis_changed".to_owned()));
    }
    assert_eq!((office.charging().await, office.decided("accepted").await.len()), (0, 0));
}

#[tokio::test]
async fn prices_are_set_as_they_were_shown_unless_somebody_was_faster() {
    let office = Office::new().await;
    portfolio(&office).await;
    office.analysed().await;
    let found = office.recommended("?kind=raise_prices").await;
    let [one, other] = found.as_slice() else { panic!("two: {found:?}") };
    for raise in [one, other] {
        let would = office.accepts(raise, true).await.json()["data"]["wouldChange"].take();
        let [price] = rows(&would, "prices") else { panic!("one price: {would}") };
        let line = &rows(&raise["raise"], "lines")[0];
        assert_eq!((&price["lineId"], &price["to"]), (&line["lineId"], &line["proposed"]));
        assert_eq!((&would["draft"], &would["byHand"]), (&Value::Null, &json!(false)));
    }
    let done = office.accepts(one, false).await;
    assert_eq!(done.status, 200, "{}", done.text);
    let agreement: AgreementId = one["raise"]["agreementId"].as_str().unwrap().parse().unwrap();
    let number = if agreement == AgreementId::new(office.world.now(), 1) { 1 } else { 2 };
    let on = one["raise"]["on"].as_str().unwrap().parse().unwrap();
    let line = office.stored::<AgreementLine>((agreement, office.line(number, 0))).await;
    let terms = office.ctx().tenant().get::<AgreementTerms>(agreement).await.unwrap();
    let escalator = terms.as_ref().and_then(|terms| terms.escalator.as_ref());
    let price = line.unit_price_on(on, escalator).unwrap().unwrap();
    assert_eq!(price.minor, cents(&rows(&one["raise"], "lines")[0]["proposed"]));
    let accepted = office.decided("accepted").await;
    assert_eq!(accepted[0]["outcome"]["state"], "pending");
    assert_eq!(accepted[0]["expected"], one["expected"]);
    let realised = &accepted[0]["outcome"]["realised"];
    assert_eq!((&realised["amount"], &realised["reason"]), (&Value::Null, &json!("pending")));

    // Meanwhile somebody agreed on another price for the other one.
    let agreement: AgreementId = other["raise"]["agreementId"].as_str().unwrap().parse().unwrap();
    let line = office.stored::<AgreementLine>((agreement, office.line(3 - number, 0))).await;
    let mut price = *line.price_on(date(2026, 7, 1)).unwrap();
    price.effective_from = date(2026, 8, 1);
    let agreed = line.set_price(price, clearmargin_domain::books::Books::default()).unwrap();
    office.becomes(&line, &agreed).await;
    let refused = office.accepts(other, false).await;
    assert_eq!(refused.problem(), (409, "basis_changed".to_owned()));
    let line = office.stored::<AgreementLine>((agreement, office.line(3 - number, 0))).await;
    assert_eq!((line.value.clone(), office.decided("accepted").await.len()), (agreed, 1));
}

#[tokio::test]
async fn what_a_raise_brings_is_told_from_the_lines_that_charge_the_new_price() {
    let mut office = Office::new().await;
    portfolio(&office).await;
    office.analysed().await;
    let client = ClientId::new(office.world.now(), 1);
    let path = format!("?kind=raise_prices&clientId={client}");
    let [raise] = office.recommended(&path).await.try_into().unwrap();
    assert_eq!(office.accepts(&raise, false).await.status, 200);
    let line = &rows(&raise["raise"], "lines")[0];
    let (old, new) = (cents(&line["price"]), cents(&line["proposed"]));
    let on: Date = raise["raise"]["on"].as_str().unwrap().parse().unwrap();
    let managed = ServiceId::new(office.world.now(), 1);
    let days = i64::from((on - date(2026, 7, 1)).get_days()) + 40;
    office.later(days * 86_400).await;
    let realised =
        async |office: &Office| office.decided("accepted").await[0]["outcome"]["realised"].clone();
    let none = realised(&office).await;
    assert_eq!((&none["amount"], &none["reason"]), (&Value::Null, &json!("not_charged")));
    // Ten at the new price; another entry, and a month before, say nothing.
    office.made(&charging(client, after(on, 2), managed, (10, new))).await;
    office.made(&charging(client, after(on, -3), managed, (10, new))).await;
    let told = realised(&office).await;
    assert_eq!((cents(&told["amount"]), &told["reason"]), (10 * (new - old), &Value::Null));
    assert_eq!((&told["lines"], &told["from"]), (&json!(1), &json!(on.to_string())));
    assert_eq!(told["to"], after(on, 40).to_string());
    // What is still charged at the old price brings nothing more.
    office.made(&charging(client, after(on, 32), managed, (10, old))).await;
    assert_eq!(realised(&office).await, told);
    let mut unsaid = charging(client, after(on, 33), managed, (10, new));
    unsaid.lines[0].units = None;
    office.made(&unsaid).await;
    let unknown = realised(&office).await;
    assert_eq!((&unknown["amount"], &unknown["reason"]), (&Value::Null, &json!("price_not_said")));
}

/// An invoice of so many units of an entry at a price.
fn charging(
    client: ClientId,
    day: Date,
    service: ServiceId,
    (units, price): (i64, i64),
) -> Invoice {
    let mut invoice = invoice(client, Month::of(day), units * price);
    invoice.id = InvoiceId::derived(&[&client.to_string(), &day.to_string()]);
    invoice.day = day;
    let unit_price = Some(Decimal::new(price, 2));
    invoice.lines[0].service = Some(service);
    invoice.lines[0].units = Some(Units { quantity: Decimal::from(units), unit_price });
    invoice
}

#[tokio::test]
async fn what_is_dismissed_is_not_told_of_and_nobody_else_can_decide() {
    let office = Office::new().await;
    let before = office.get(PATH).await;
    assert_eq!((&before["reason"], &before["runId"]), (&json!("not_analysed"), &Value::Null));
    let (client, few) = leaking(&office).await;
    let dismiss = json!({"recommendationId": few["id"], "reason": "We promised that."});
    let eve = office.world.owner("eve@example.com").await.access_token.expose().to_owned();
    let accept = json!({"recommendationId": few["id"], "basis": few["basis"]});
    for (path, body) in [(DISMISS, &dismiss), (ACCEPT, &accept)] {
        let answer = office.world.ask(Method::POST, path, &eve, Some(body)).await;
        assert_eq!(answer.refused().0, "recommendationId", "{}", answer.text);
    }
    let path = format!("/api/ai{PATH}");
    let theirs = office.world.ask(Method::GET, &path, &eve, None).await.json();
    assert_eq!(theirs["data"]["open"], json!([]));

    let answer = office.world.ask(Method::POST, DISMISS, &office.token, Some(&dismiss)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(office.recommended(&format!("?clientId={client}")).await.len(), 1);
    let [dismissed] = office.decided("dismissed").await.try_into().unwrap();
    assert_eq!(
        (&dismissed["reason"], &dismissed["outcome"]),
        (&json!("We promised that."), &Value::Null)
    );
    let (mut told, mut path) = (Vec::new(), format!("{PATH}?limit=1"));
    loop {
        let page = office.get(&path).await;
        told.extend(rows(&page, "open").iter().map(|it| cents(&it["expected"])));
        let Some(next) = page["nextCursor"].as_str() else { break };
        path = format!("{PATH}?limit=1&cursor={next}");
    }
    assert_eq!(told, [10_000]);
    let stranger = ClientId::new(office.world.now(), 99);
    for query in [format!("clientId={stranger}"), "kind=nothing".into(), "state=gone".into()] {
        let answer = office.ask(Method::GET, &format!("{PATH}?{query}")).await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.text);
    }
}

#[tokio::test]
async fn what_is_too_old_or_not_allowed_is_refused() {
    let office = Office::new().await;
    let (_, few) = leaking(&office).await;
    let id: RecommendationId = few["id"].as_str().unwrap().parse().unwrap();
    let basis = few["basis"].as_str().unwrap();
    let as_role = |role| Ctx { grant: Grant::Role(role), ..office.ctx() };
    for role in [Role::Operations, Role::Viewer] {
        let answer = recommendations::accept(&as_role(role), id, basis, true).await;
        assert!(matches!(answer, Err(Error::Forbidden)));
    }
    let late = |days: i64| Ctx {
        now: office.world.now() + jiff::SignedDuration::from_hours(24 * days),
        ..as_role(Role::Owner)
    };
    assert!(recommendations::accept(&late(14), id, basis, true).await.is_ok());
    let answer = recommendations::accept(&late(15), id, basis, false).await;
    assert!(matches!(answer, Err(Error::Conflict { code: "recommendation_expired", .. })));
}
