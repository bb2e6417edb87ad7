//! Recurring invoices: as they are shown, drafted once, and let go of.

use std::collections::BTreeSet;

use axum::http::Method;
use clearmargin_domain::{
    agreement::{
        Agreement, AgreementKind, AgreementLine, AgreementStatus, DatedPrice, Frequency, Prices,
        PricingUnit,
    },
    id::{AgreementId, AgreementLineId, InvoiceId},
    invoice::Invoice,
    money::{Currency, Money},
    recurring::Billed,
    service::Offering,
    usage_count::{UsageCount, UsageKind},
};
use clearmargin_store::{List, Stored};
use futures_util::future::join_all;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::desk::{Desk, path_of};

const NONE: Value = Value::Null;
const START: Date = date(2026, 1, 1);
const MANY: usize = 50;

impl Desk {
    /// An agreement of the client's since January, and a line of it: ten units of 45 dollars a month.
    pub(crate) async fn agree(
        &self,
        number: u128,
        kind: AgreementKind,
        unit: PricingUnit,
    ) -> AgreementLine {
        let agreement = Agreement {
            id: AgreementId::new(self.world.now(), number),
            client: self.client,
            name: format!("Care {number}"),
            kind,
            status: AgreementStatus::Active,
            start: START,
            end: None,
            origin: None,
            said: None,
        };
        let unit_price = Money::new(4_500, Currency::USD);
        let price = DatedPrice { effective_from: START, unit_price, unit_cost: None };
        let line = AgreementLine {
            id: AgreementLineId::new(self.world.now(), number),
            agreement: agreement.id,
            client: self.client,
            service: None,
            description: "Workstations".to_owned(),
            offering: Offering::Product,
            unit,
            quantity: rust_decimal::Decimal::TEN.try_into().unwrap(),
            prices: Prices::new(vec![price]).unwrap(),
            frequency: Frequency::Monthly,
            start: START,
            end: None,
            included_minutes: None,
            tax_code: None,
        };
        let ctx = self.ctx();
        let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, NONE));
        change.insert(&agreement).unwrap();
        change.insert(&line).unwrap();
        change.commit().await.unwrap();
        line
    }

    pub(crate) async fn flat(&self, number: u128) -> AgreementLine {
        self.agree(number, AgreementKind::Service, PricingUnit::Flat).await
    }

    pub(crate) async fn relined(&self, id: &AgreementLine, new: AgreementLine) {
        let ctx = self.ctx();
        let old = ctx.tenant().get::<AgreementLine>((id.agreement, id.id)).await.unwrap().unwrap();
        let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, NONE));
        change.update(&old, &new).unwrap();
        change.commit().await.unwrap();
    }

    pub(crate) async fn generate(&self, month: &str) -> Vec<(String, Option<String>)> {
        let answer = self.post("/invoices/recurring", &json!({"month": month})).await;
        outcomes(&answer)
    }

    pub(crate) async fn drafts(&self) -> Vec<Stored<Invoice>> {
        let list = List::Invoices(self.client, "2026-07".parse().unwrap());
        self.ctx().tenant().every(list).await.unwrap()
    }

    pub(crate) async fn billed(&self, month: &str) -> Vec<InvoiceId> {
        let list = List::Billed(month.parse().unwrap());
        let billed = self.ctx().tenant().every::<Billed>(list).await.unwrap();
        billed.iter().map(|billed| billed.invoice).collect()
    }
}

pub(crate) fn outcomes(answer: &Value) -> Vec<(String, Option<String>)> {
    let outcome = |row: &Value| {
        let invoice = row["invoiceId"].as_str().map(str::to_owned);
        (row["outcome"].as_str().unwrap().to_owned(), invoice)
    };
    answer["agreements"].as_array().unwrap().iter().map(outcome).collect()
}

#[tokio::test]
async fn what_is_shown_is_what_is_drafted_line_for_line() {
    let desk = Desk::new().await;
    let line = desk.flat(1).await;
    let raised = Money::new(5_000, Currency::USD);
    let raised =
        DatedPrice { effective_from: date(2026, 7, 11), unit_price: raised, unit_cost: None };
    let prices = Prices::new([line.prices.all(), &[raised]].concat()).unwrap();
    desk.relined(&line, AgreementLine { prices, ..line.clone() }).await;
    let shown = desk.get("/invoices/recurring?month=2026-07").await[0].take();
    assert_eq!(shown["day"], "2026-07-01");
    // 450 × 10 ÷ 31 = 145.16…, and 500 − 500 × 10 ÷ 31 = 500 − 161.29…
    assert_eq!(shown["total"].to_string(), "483.87");
    assert_eq!(shown["lines"][1]["reasons"][0]["days"], 21);
    assert_eq!(shown["lines"][1]["reasons"][1]["code"], "price_changed");
    let made = desk.generate("2026-07").await;
    let id = made[0].1.clone().unwrap();
    assert_eq!((made.len(), made[0].0.as_str()), (1, "created"));
    let draft = desk.get(&format!("/invoices/{id}")).await;
    let said = |lines: &Value| {
        let part = |line: &Value| {
            ["description", "quantity", "unitPrice", "net", "offering"]
                .map(|name| line[name].to_string())
        };
        lines.as_array().unwrap().iter().map(part).collect::<Vec<_>>()
    };
    assert_eq!(said(&draft["lines"]), said(&shown["lines"]));
    let sums = ["total", "day", "status"].map(|name| draft[name].to_string());
    assert_eq!(sums, ["483.87", "\"2026-07-01\"", "\"draft\""]);
    assert_eq!(draft["recurring"], json!({"agreementId": line.agreement, "month": "2026-07"}));
    let shown = desk.get("/invoices/recurring?month=2026-07").await[0].take();
    assert_eq!(shown["invoiceId"], id);
    assert_eq!(desk.generate("2026-07").await, [("already_there".to_owned(), Some(id))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_at_once_draft_each_invoice_once() {
    let desk = Desk::new().await;
    for number in 1..=3 {
        desk.flat(number).await;
    }
    let body = json!({"month": "2026-07"});
    let asked = (0..MANY).map(|_| desk.ask(Method::POST, "/invoices/recurring", &body));
    let answers = join_all(asked).await;
    let mut created = 0;
    let mut named = BTreeSet::new();
    for answer in &answers {
        assert!(answer.status.is_success(), "{answer:?}");
        for (outcome, invoice) in outcomes(&answer.json()["data"]) {
            assert!(["created", "already_there"].contains(&outcome.as_str()), "{outcome}");
            created += usize::from(outcome == "created");
            named.insert(invoice.unwrap());
        }
    }
    assert_eq!((created, named.len()), (3, 3));
    desk.world.settle().await;
    let drafts = desk.drafts().await;
    let ids: BTreeSet<_> = drafts.iter().map(|draft| draft.id.to_string()).collect();
    assert_eq!((drafts.len(), ids), (3, named));
    assert_eq!(drafts.iter().map(|draft| draft.total.minor).sum::<i64>(), 3 * 45_000);
    let billed: BTreeSet<_> = desk.billed("2026-07").await.into_iter().collect();
    assert_eq!(billed, drafts.iter().map(|draft| draft.id).collect());
}

#[tokio::test]
async fn the_month_is_free_again_when_its_invoice_is_thrown_away_or_taken_back() {
    let desk = Desk::new().await;
    desk.flat(1).await;
    let first = desk.generate("2026-07").await[0].1.clone().unwrap();
    desk.ask(Method::DELETE, &format!("/invoices/{first}"), &NONE).await;
    assert_eq!(desk.billed("2026-07").await, []);
    let second = desk.generate("2026-07").await[0].1.clone().unwrap();
    let path = format!("/invoices/{second}");
    desk.post(&format!("{path}/issue"), &NONE).await;
    assert_eq!(desk.generate("2026-07").await[0].0, "already_there");
    desk.post(&format!("{path}/void"), &json!({})).await;
    let (outcome, third) = desk.generate("2026-07").await.remove(0);
    assert!(outcome == "created" && third != Some(second));
    // Another month is another invoice.
    assert_eq!(desk.generate("2026-08").await[0].0, "created");
}

#[tokio::test]
async fn a_recurring_draft_may_change_and_stays_that_of_its_agreement() {
    let desk = Desk::new().await;
    let line = desk.flat(1).await;
    let id = desk.generate("2026-07").await[0].1.clone().unwrap();
    let path = format!("/invoices/{id}");
    let changed = desk.done(Method::PUT, &path, &desk.draft(400)).await;
    assert_eq!(changed["recurring"]["agreementId"], json!(line.agreement));
    let other = clearmargin_domain::id::ClientId::new(desk.world.now(), 2);
    desk.record(other, None).await;
    let mut body = desk.draft(400);
    body["clientId"] = json!(other);
    assert_eq!(desk.ask(Method::PUT, &path, &body).await.refused().0, "clientId");
    let mut body = desk.draft(400);
    body["kind"] = json!("credit_memo");
    assert_eq!(desk.ask(Method::PUT, &path, &body).await.refused().0, "kind");
}

#[tokio::test]
async fn usage_is_counted_and_what_is_not_counted_is_not_billed_as_nothing() {
    let desk = Desk::new().await;
    let line = desk.agree(1, AgreementKind::Usage, PricingUnit::User).await;
    desk.agree(2, AgreementKind::TimeAndMaterial, PricingUnit::Hour).await;
    let answer = desk.post("/invoices/recurring", &json!({"month": "2026-07"})).await;
    let rows: Vec<_> = outcomes(&answer).into_iter().map(|(outcome, _)| outcome).collect();
    assert_eq!(rows, ["incomplete", "nothing"]);
    assert_eq!(answer["agreements"][0]["unbilled"][0]["code"], "no_count");
    let anyway = json!({"month": "2026-07", "includeIncomplete": true});
    let anyway = desk.post("/invoices/recurring", &anyway).await;
    assert_eq!(outcomes(&anyway)[0].0, "incomplete");
    let ctx = desk.ctx();
    let (day, kind) = (date(2026, 6, 28), UsageKind::Users);
    let count = UsageCount {
        id: UsageCount::id_of(desk.org, desk.client, kind, None, day),
        client: desk.client,
        kind,
        product: None,
        day,
        assigned: None,
        total: Some(12),
        committed: None,
        source: None,
    };
    let mut change = ctx.tenant().change(ctx.audit("test.made", desk.org, NONE));
    change.insert(&count).unwrap();
    change.commit().await.unwrap();
    let shown = desk.get("/invoices/recurring?month=2026-07").await;
    let counted = json!({
        "code": "counted", "days": null, "of": null, "count": 12, "day": "2026-06-28",
    });
    assert_eq!(shown[0]["lines"][0]["reasons"][1], counted);
    assert_eq!(shown[0]["lines"][0]["agreementLineId"], json!(line.id));
    assert_eq!(shown[1]["unbilled"][0]["code"], "by_the_hour");
    assert_eq!(desk.generate("2026-07").await[0].0, "created");
    assert_eq!(desk.drafts().await[0].total.minor, 54_000);
    // It is too old for August.
    assert_eq!(desk.generate("2026-08").await[0].0, "incomplete");
}

#[tokio::test]
async fn an_agreement_that_is_not_the_callers_is_not_there_and_nothing_is_billed() {
    let desk = Desk::new().await;
    let line = desk.flat(1).await;
    let stranger = AgreementId::new(desk.world.now(), 99);
    let body = json!({"month": "2026-07", "agreementIds": [line.agreement, stranger]});
    let refused = desk.ask(Method::POST, "/invoices/recurring", &body).await.refused();
    assert_eq!(refused.0, "agreementIds[1]");
    assert_eq!(desk.billed("2026-07").await, []);
    for (body, path) in [
        (json!({"month": "2026-07", "agreementIds": []}), "agreementIds"),
        (json!({"month": "2026-07", "cursor": "x"}), "cursor"),
        (json!({"month": "2101-07"}), "month"),
    ] {
        let refused = desk.ask(Method::POST, "/invoices/recurring", &body).await.refused();
        assert_eq!(refused.0, path);
    }
}

#[tokio::test]
async fn another_tenant_bills_nothing_here() {
    let desk = Desk::new().await;
    let line = desk.flat(1).await;
    let other = desk.world.owner("eve@example.com").await;
    let token = other.access_token.expose().to_owned();
    let body = json!({"month": "2026-07", "agreementIds": [line.agreement]});
    let path = "/api/invoices/recurring";
    let answer = desk.world.ask(Method::POST, path, &token, Some(&body)).await;
    assert_eq!(answer.refused().0, "agreementIds[0]");
    let client = format!("{path}?month=2026-07&clientId={}", desk.client);
    let answer = desk.world.ask(Method::GET, &client, &token, None).await;
    assert_eq!(answer.refused().0, "query.clientId");
    assert_eq!(desk.billed("2026-07").await, []);
}

#[tokio::test]
async fn the_same_request_again_is_answered_as_before() {
    let desk = Desk::new().await;
    desk.flat(1).await;
    let body = json!({"month": "2026-07"});
    let ask = || desk.ask_with(Method::POST, "/invoices/recurring", "july", &body);
    let (first, again) = (ask().await, ask().await);
    assert_eq!(outcomes(&first.json()["data"])[0].0, "created");
    assert_eq!(first.json()["data"], again.json()["data"]);
}

#[tokio::test]
async fn many_agreements_are_billed_in_several_requests() {
    let desk = Desk::new().await;
    for number in 1..=52 {
        desk.flat(number).await;
    }
    let mut body = json!({"month": "2026-07"});
    let first = desk.post("/invoices/recurring", &body).await;
    body["cursor"] = first["nextCursor"].clone();
    let second = desk.post("/invoices/recurring", &body).await;
    assert_eq!((outcomes(&first).len(), outcomes(&second).len()), (50, 2));
    assert_eq!(second["nextCursor"], NONE);
    assert_eq!(desk.billed("2026-07").await.len(), 52);
    let page = desk.ask(Method::GET, "/invoices/recurring?month=2026-07&limit=100", &NONE).await;
    assert_eq!(page.json()["data"].as_array().unwrap().len(), 52);
}

#[tokio::test]
async fn a_month_that_is_closed_is_drafted_and_not_issued() {
    let desk = Desk::new().await;
    desk.flat(1).await;
    clearmargin_app::books::close(&desk.ctx(), "2026-05".parse().unwrap()).await.unwrap();
    let id = desk.generate("2026-05").await[0].1.clone().unwrap();
    let path = path_of(&desk.get(&format!("/invoices/{id}")).await);
    let refused = desk.refused(Method::POST, &format!("{path}/issue"), &NONE).await;
    assert_eq!(refused, "409 closed_period");
}
