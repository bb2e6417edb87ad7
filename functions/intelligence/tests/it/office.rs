//! An organisation with clients and invoices to analyse.

use std::{cell::Cell, sync::Arc};

use axum::http::Method;
use clearmargin_app::{App, Ctx, Rephraser, jobs};
use clearmargin_domain::{
    client::Client,
    id::{ClientId, InvoiceId, OrgId, OutboxId, PaymentId},
    invoice::{DocumentKind, DocumentState, Invoice, InvoiceLine},
    job::{Envelope, Job},
    money::{Currency, Money},
    payment::{Allocation, Payment, PaymentKind},
    period::Month,
    service::Offering,
};
use clearmargin_store::{Record, Stored};
use jiff::{ToSpan as _, civil::Date};
use serde_json::Value;

use crate::world::{Answer, World};

/// An organisation seen by its owner on the first of July 2026.
pub(crate) struct Office {
    pub(crate) world: World,
    pub(crate) org: OrgId,
    pub(crate) token: String,
    /// What people write, over and over again; what is usual, if nothing.
    texts: Vec<String>,
    written: Cell<usize>,
}

impl Office {
    pub(crate) async fn new() -> Self {
        Self::writing(Vec::new()).await
    }

    /// One in which people write these texts into every name, subject and note.
    pub(crate) async fn writing(texts: Vec<String>) -> Self {
        let world = World::new(clearmargin_intelligence::routes()).await;
        let owner = world.owner("ada@example.com").await;
        let (org, token) = (owner.org, owner.access_token.expose().to_owned());
        Self { world, org, token, texts, written: Cell::new(0) }
    }

    /// The same where a language model is deployed.
    pub(crate) fn rephrased_by(self, rephraser: Arc<dyn Rephraser>) -> Self {
        let app = App { rephraser: Some(rephraser), ..self.world.app.clone() };
        Self { world: self.world.with(app, clearmargin_intelligence::routes()), ..self }
    }

    /// What people write where this is usual.
    pub(crate) fn says(&self, usual: &str) -> String {
        let at = self.written.replace(self.written.get() + 1);
        let text = self.texts.get(at % self.texts.len().max(1));
        text.cloned().unwrap_or_else(|| usual.to_owned())
    }

    pub(crate) fn ctx(&self) -> Ctx {
        self.world.app.for_system(self.org, "test")
    }

    pub(crate) async fn ask(&self, method: Method, path: &str) -> Answer {
        self.world.ask(method, &format!("/api/ai{path}"), &self.token, None).await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.ask(Method::GET, path).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text);
        answer.json()["data"].take()
    }

    /// Begins a run: its id.
    pub(crate) async fn begun(&self) -> String {
        let answer = self.ask(Method::POST, "/analytics/run-analysis").await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        answer.json()["data"]["id"].as_str().unwrap().to_owned()
    }

    /// Begins a run and does everything: the run when it is over.
    pub(crate) async fn analysed(&self) -> Value {
        self.world.settle().await;
        let id = self.begun().await;
        self.world.settle().await;
        self.get(&format!("/analytics/status/{id}")).await
    }

    /// Carries an order out.
    pub(crate) async fn carry_out(&self, job: Job) -> jobs::Outcome {
        let order = Envelope {
            id: OutboxId::derived(&["analysis"]),
            version: Envelope::VERSION,
            org_id: self.org,
            occurred_at: self.world.now(),
            request_id: "test".to_owned(),
            job,
        };
        Box::pin(jobs::run(&self.world.app, &order)).await.unwrap()
    }

    pub(crate) async fn made<T: Record>(&self, record: &T) {
        let ctx = self.ctx();
        let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, Value::Null));
        change.insert(record).unwrap();
        change.commit().await.unwrap();
    }

    /// A record as it is stored.
    pub(crate) async fn stored<T: Record>(&self, id: T::Id) -> Stored<T> {
        self.ctx().tenant().get::<T>(id).await.unwrap().unwrap()
    }

    /// Somebody changes a record.
    pub(crate) async fn becomes<T: Record>(&self, old: &Stored<T>, new: &T) {
        let ctx = self.ctx();
        let mut change = ctx.tenant().change(ctx.audit("test.changed", self.org, Value::Null));
        change.update(old, new).unwrap();
        change.commit().await.unwrap();
    }

    /// A client of that number.
    pub(crate) async fn client(&self, number: u128) -> ClientId {
        let id = ClientId::new(self.world.now(), number);
        let client = Client {
            id,
            name: self.says(&format!("Client {number}")),
            domains: Vec::new(),
            stage: None,
            active: true,
            parent: None,
            merged_into: None,
            origin: None,
        };
        self.made(&client).await;
        id
    }

    /// What a client was charged in the months up to June 2026, the last one last, in cents.
    pub(crate) async fn charged(&self, client: ClientId, amounts: &[i64]) {
        let last: Month = "2026-06".parse().unwrap();
        for (back, minor) in (0..).zip(amounts.iter().rev()) {
            self.made(&invoice(client, last.plus(-back), *minor)).await;
        }
    }

    /// An invoice of 30 days' terms of which so much is open.
    pub(crate) async fn billed(
        &self,
        client: ClientId,
        day: Date,
        minor: i64,
        open: i64,
    ) -> Invoice {
        let bill = bill(client, day, minor, open);
        self.made(&bill).await;
        bill
    }

    /// An invoice that was settled after so many days, in two parts: the last one by money, or
    /// whatever else.
    pub(crate) async fn settled(
        &self,
        client: ClientId,
        day: Date,
        minor: i64,
        (took, by): (i64, PaymentKind),
    ) -> Invoice {
        let bill = bill(client, day, minor, 0);
        let first = payment(&bill, minor / 3, took / 2, PaymentKind::Received);
        let last = payment(&bill, minor - minor / 3, took, by);
        let ctx = self.ctx();
        let mut change = ctx.tenant().change(ctx.audit("test.made", self.org, Value::Null));
        change.insert(&bill).unwrap();
        change.insert(&last).unwrap();
        change.insert(&first).unwrap();
        change.commit().await.unwrap();
        bill
    }
}

pub(crate) fn after(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).unwrap()
}

fn bill(client: ClientId, day: Date, minor: i64, open: i64) -> Invoice {
    let id = InvoiceId::derived(&[&client.to_string(), &day.to_string(), &minor.to_string()]);
    let balance = Money::new(open, Currency::USD);
    let due = Some(after(day, 30));
    Invoice { id, day, due, balance, ..invoice(client, Month::of(day), minor) }
}

fn payment(bill: &Invoice, minor: i64, after_days: i64, kind: PaymentKind) -> Payment {
    let day = after(bill.day, after_days);
    let amount = Money::new(minor, Currency::USD);
    Payment {
        id: PaymentId::derived(&[&bill.id.to_string(), &day.to_string(), kind.as_str()]),
        kind,
        client: bill.client,
        day,
        method: None,
        reference: None,
        total: amount,
        unapplied: Money::new(0, Currency::USD),
        allocations: vec![Allocation::of(bill, minor, day)],
        rate: None,
        origin: None,
    }
}

pub(crate) fn invoice(client: ClientId, month: Month, minor: i64) -> Invoice {
    let amount = Money::new(minor, Currency::USD);
    let line = InvoiceLine {
        units: None,
        service: None,
        offering: Offering::Service,
        description: "Work".to_owned(),
        amount,
        charge: None,
        recurs: None,
    };
    Invoice {
        id: InvoiceId::derived(&[&client.to_string(), &month.to_string()]),
        kind: DocumentKind::Invoice,
        state: DocumentState::Issued,
        number: None,
        client,
        day: month.first_day(),
        due: None,
        lines: vec![line],
        computed: None,
        tax: Money::new(0, Currency::USD),
        total: amount,
        balance: amount,
        rate: None,
        memo: String::new(),
        reference: None,
        corrects: None,
        sendings: Vec::new(),
        origin: None,
    }
}
