//! Reminders of what is open: by steps, in the organisation's words, and not for everybody.

use axum::http::Method;
use clearmargin_app::{Ctx, audit, dunning, jobs, schedule};
use clearmargin_domain::{
    access::{Action, Grant, Role},
    dunning::{InvoiceDunning, NotReminded},
    id::{InvoiceId, OutboxId},
    invoice::Invoice,
    job::{Envelope, Job},
    source::{Origin, Source},
};
use serde_json::{Value, json};

use crate::{
    desk::{Desk, path_of},
    sending::BILLS,
};

pub(crate) const PATH: &str = "/invoices/dunning";
const PREVIEW: &str = "/invoices/dunning/preview";

pub(crate) fn step(days: i16) -> Value {
    json!({
        "daysAfterDue": days,
        "subject": format!("{{{{number}}}} step {days}"),
        "body": "Dear {{client}},\n{{open}} of {{total}} due on {{dueOn}}, {{daysOverdue}} days ago.\n{{organization}}",
    })
}

/// A policy that is switched on, from the first hour of the day on.
pub(crate) fn wanted(days: &[i16]) -> Value {
    let steps: Vec<_> = days.iter().map(|days| step(*days)).collect();
    json!({"enabled": true, "hour": 0, "steps": steps})
}

pub(crate) fn id_of(path: &str) -> InvoiceId {
    path.trim_start_matches("/invoices/").parse().unwrap()
}

impl Desk {
    /// A desk whose client has somebody for bills, with a policy.
    async fn reminding(policy: &Value) -> Self {
        let desk = Box::pin(Self::new()).await;
        desk.contact(1, Some(BILLS), "Billing", false).await;
        desk.done(Method::PUT, PATH, policy).await;
        desk
    }

    pub(crate) async fn look_for_debts(&self) {
        schedule::run(&self.world.app, schedule::Due::Dunning, "schedule").await.unwrap();
    }

    async fn remind(&self) {
        self.world.settle().await;
        self.look_for_debts().await;
        self.world.settle().await;
    }

    /// An invoice of the middle of June that is due on a day; its path.
    pub(crate) async fn due(&self, dollars: i64, due: &str) -> String {
        let day = if due < "2026-06-01" { due } else { "2026-06-01" };
        self.charged("invoice", dollars, day, due).await
    }

    pub(crate) fn order(&self, job: Job) -> Envelope {
        Envelope {
            id: OutboxId::derived(&["dunning"]),
            version: Envelope::VERSION,
            org_id: self.org,
            occurred_at: self.world.now(),
            request_id: "test".to_owned(),
            job,
        }
    }

    /// The reminders of today are ordered, and no mail is handed over yet.
    async fn ordered(&self) {
        self.world.settle().await;
        self.look_for_debts().await;
        let day = "2026-07-01".parse().unwrap();
        let order = self.order(Job::RemindOfInvoices { day, step: 0 });
        assert_eq!(jobs::run(&self.world.app, &order).await.unwrap(), jobs::Outcome::Done);
    }

    pub(crate) async fn dunned(&self, path: &str) -> InvoiceDunning {
        dunning::of_invoice(&self.ctx(), id_of(path)).await.unwrap().value
    }

    async fn subjects(&self) -> Vec<String> {
        let mails = self.world.mails_to(BILLS).await.into_iter();
        let mut subjects: Vec<_> = mails.map(|(subject, _)| subject).collect();
        subjects.sort();
        subjects
    }

    /// What would become of each invoice, by its number.
    async fn previewed(&self) -> Vec<String> {
        self.world.settle().await;
        let rows = self.get(PREVIEW).await;
        let row = |row: &Value| format!("{} {}", row["number"], row["outcome"]).replace('"', "");
        let mut rows: Vec<_> = rows.as_array().unwrap().iter().map(row).collect();
        rows.sort();
        rows
    }
}

#[tokio::test]
async fn nobody_is_reminded_unless_the_organisation_wants_it() {
    let desk = Desk::new().await;
    desk.contact(1, Some(BILLS), "Billing", false).await;
    desk.due(100, "2026-06-20").await;
    let none = desk.get(PATH).await;
    assert_eq!((&none["enabled"], &none["steps"]), (&json!(false), &json!([])));
    desk.remind().await;
    assert_eq!((desk.mailed(BILLS).await, desk.get(PREVIEW).await), (0, json!([])));
    // One that is switched off tells what it would do, and does nothing.
    let mut off = wanted(&[7]);
    off["enabled"] = json!(false);
    desk.done(Method::PUT, PATH, &off).await;
    desk.remind().await;
    assert_eq!(desk.previewed().await, ["INV-000001 remind"]);
    assert_eq!(desk.mailed(BILLS).await, 0);
    let run = desk.get("/invoices/dunning/run?day=2026-07-01").await;
    assert_eq!(run, json!({"day": "2026-07-01", "run": null}));
}

#[tokio::test]
async fn each_step_goes_out_once_on_its_day_and_says_what_is_open_then() {
    let desk = Desk::reminding(&wanted(&[-3, 7])).await;
    let path = desk.due(100, "2026-07-04").await;
    let part = json!({"amount": 40, "currency": "USD"});
    desk.done(Method::PUT, &format!("{path}/payment"), &part).await;
    let mut sent = Vec::new();
    for day in 1..=20 {
        for hour in [6, 12, 18] {
            if (day, hour) > (1, 6) {
                desk.at(&format!("2026-07-{day:02}T{hour:02}:30:00Z"));
            }
            desk.remind().await;
        }
        sent.push(desk.mailed(BILLS).await);
    }
    let expected: Vec<_> = (1..=20).map(|day| if day < 11 { 1 } else { 2 }).collect();
    assert_eq!(sent, expected);
    let mails = desk.world.mails_to(BILLS).await;
    assert_eq!(mails[0].0, "INV-000001 step -3");
    let text = "Dear Acme,\n60.00 USD of 100.00 USD due on 2026-07-04, 7 days ago.\nTechWave MSP";
    assert_eq!(mails[1], ("INV-000001 step 7".to_owned(), text.to_owned()));
    let dunned = desk.dunned(&path).await;
    let told: Vec<_> = dunned.reminders.iter().map(|it| (it.days_after_due, it.day)).collect();
    let day = |text: &str| text.parse().unwrap();
    assert_eq!(told, [(-3, day("2026-07-01")), (7, day("2026-07-11"))]);
    assert!(
        dunned.reminders.iter().all(|it| it.handed_over_at.is_some() && it.withdrawn.is_none())
    );
    let run = dunning::run_of(&desk.ctx(), day("2026-07-11")).await.unwrap().unwrap();
    assert_eq!((run.counts.looked_at, run.counts.ordered), (1, 1));
}

#[tokio::test]
async fn switched_on_late_it_sends_the_latest_step_alone_and_nothing_about_years_ago() {
    let desk = Desk::reminding(&wanted(&[-3, 7, 30])).await;
    for due in ["2023-01-10", "2026-04-01", "2026-04-02", "2026-05-20", "2026-06-20", "2026-06-30"]
    {
        desk.due(100, due).await;
    }
    desk.remind().await;
    // Ninety days back and no further; what is one day late is between two steps.
    let sent = ["INV-000003 step 30", "INV-000004 step 30", "INV-000005 step 7"];
    assert_eq!(desk.subjects().await, sent);
    let run = desk.get("/invoices/dunning/run?day=2026-07-01").await["run"].take();
    assert_eq!(
        (&run["lookedAt"], &run["ordered"], &run["failed"]),
        (&json!(4), &json!(3), &json!(0))
    );
    assert_eq!(run["notReminded"], json!([{"why": "not_due", "count": 1}]));
    assert!(run["finishedAt"].is_string());
}

#[tokio::test]
async fn a_day_begins_at_its_hour_on_the_organisations_clocks() {
    let mut policy = wanted(&[0]);
    policy["hour"] = json!(9);
    let desk = Desk::reminding(&policy).await;
    desk.zone("America/New_York").await;
    desk.due(100, "2026-06-20").await;
    // It is noon in Greenwich, and eight there.
    desk.remind().await;
    assert_eq!(desk.mailed(BILLS).await, 0);
    desk.at("2026-07-01T12:59:59Z");
    desk.remind().await;
    assert_eq!(desk.mailed(BILLS).await, 0);
    desk.at("2026-07-01T13:00:00Z");
    desk.remind().await;
    assert_eq!(desk.mailed(BILLS).await, 1);
}

#[tokio::test]
async fn the_preview_tells_what_goes_out_to_whom_and_what_not_and_why() {
    let mut policy = wanted(&[0, 7]);
    policy["minimumOpen"] = json!(5);
    let desk = Desk::reminding(&policy).await;
    let first = desk.due(100, "2026-06-20").await;
    desk.remind().await;
    for dollars in [50, 4, 60] {
        desk.due(dollars, "2026-06-21").await;
    }
    let held = format!(
        "/invoices/{}/dunning",
        desk.get("/invoices?number=INV-000004").await[0]["id"].as_str().unwrap()
    );
    desk.done(Method::PUT, &held, &json!({"reason": "disputed"})).await;
    let rows = [
        "INV-000001 already_sent",
        "INV-000002 remind",
        "INV-000003 below_minimum",
        "INV-000004 on_hold",
    ];
    assert_eq!(desk.previewed().await, rows);
    let rows = desk.get(PREVIEW).await;
    let mut rows = rows.as_array().unwrap().iter();
    let mut row = rows.find(|row| row["outcome"] == "remind").unwrap().clone();
    let amounts = ["open", "clientOwes"].map(|name| row[name].take().to_string());
    assert_eq!(amounts, ["50.00", "214.00"]);
    let expected = json!({
        "invoiceId": row["invoiceId"], "number": "INV-000002", "clientId": desk.client,
        "due": "2026-06-21", "daysOverdue": 10, "currency": "USD", "open": null,
        "outcome": "remind", "daysAfterDue": 7, "to": BILLS, "clientOwes": null,
    });
    assert_eq!(row, expected);
    // Page by page, every invoice once.
    let (mut cursor, mut seen) = (String::new(), 0);
    loop {
        let page =
            desk.ask(Method::GET, &format!("{PREVIEW}?limit=1{cursor}"), &Value::Null).await.json();
        seen += page["data"].as_array().unwrap().len();
        let Some(next) = page["page"]["nextCursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, 4);
    // Who may not see clients does not see their contacts.
    let grant = Grant::Key { role: Role::Owner, scopes: [Action::InvoicesRead].into() };
    let ctx = Ctx { grant, ..desk.ctx() };
    let (rows, _) = dunning::preview(&ctx, 10, None).await.unwrap();
    let unseen =
        |row: &dunning::PreviewRow| matches!(row.told, dunning::Told::Reminded { to: None, .. });
    assert_eq!(rows.iter().filter(|row| unseen(row)).count(), 1);
    // A preview sends nothing.
    assert_eq!((desk.mailed(BILLS).await, desk.dunned(&first).await.reminders.len()), (1, 1));
}

#[tokio::test]
async fn without_an_address_for_bills_or_where_credit_makes_up_for_it_nobody_is_reminded() {
    let desk = Desk::new().await;
    desk.done(Method::PUT, PATH, &wanted(&[0])).await;
    let path = desk.due(100, "2026-06-20").await;
    assert_eq!(desk.previewed().await, ["INV-000001 no_billing_contact"]);
    desk.contact(1, Some(BILLS), "Billing", false).await;
    desk.charged("credit_memo", 60, "2026-06-01", "2026-06-30").await;
    assert_eq!(desk.previewed().await, ["INV-000001 remind"]);
    assert_eq!(desk.get(PREVIEW).await[0]["clientOwes"].to_string(), "40.00");
    desk.charged("credit_memo", 40, "2026-06-01", "2026-06-30").await;
    assert_eq!(desk.previewed().await, ["INV-000001 credit"]);
    desk.remind().await;
    assert_eq!((desk.mailed(BILLS).await, desk.dunned(&path).await.reminders.len()), (0, 0));
}

#[tokio::test]
async fn a_client_is_left_out_by_any_of_its_records_until_the_day_that_is_named() {
    let desk = Desk::reminding(&wanted(&[0])).await;
    let other = clearmargin_domain::id::ClientId::new(desk.world.now(), 2);
    desk.record(other, Some(desk.client)).await;
    desk.due(100, "2026-06-20").await;
    let mut policy = wanted(&[0]);
    policy["leftOut"] = json!([{"clientId": other, "until": "2026-07-01", "reason": "pays later"}]);
    let set = desk.done(Method::PUT, PATH, &policy).await;
    assert_eq!(set["leftOut"], policy["leftOut"]);
    assert_eq!(desk.previewed().await, ["INV-000001 client_left_out"]);
    desk.remind().await;
    assert_eq!(desk.mailed(BILLS).await, 0);
    desk.at("2026-07-02T12:00:00Z");
    desk.remind().await;
    assert_eq!(desk.mailed(BILLS).await, 1);
}

#[tokio::test]
async fn what_a_source_brought_is_reminded_of_unless_only_own_invoices_are() {
    let mut own = wanted(&[0]);
    own["ownOnly"] = json!(true);
    let desk = Desk::reminding(&own).await;
    let path = desk.due(100, "2026-06-20").await;
    let ctx = desk.ctx();
    let old = ctx.tenant().get::<Invoice>(id_of(&path)).await.unwrap().unwrap();
    let origin = Origin {
        source: Source::QuickBooks,
        kind: "Invoice".to_owned(),
        external_id: "1".to_owned(),
        revision: None,
    };
    let brought = Invoice { origin: Some(origin), ..old.value.clone() };
    let mut change = ctx.tenant().change(ctx.audit("test.made", desk.org, Value::Null));
    change.update(&old, &brought).unwrap();
    change.commit().await.unwrap();
    assert_eq!(desk.previewed().await, ["INV-000001 not_own"]);
    // It can be held and released, though nothing else of it can be changed here.
    let held = format!("{path}/dunning");
    desk.done(Method::PUT, &held, &json!({"reason": "disputed"})).await;
    desk.done(Method::PUT, PATH, &wanted(&[0])).await;
    assert_eq!(desk.previewed().await, ["INV-000001 on_hold"]);
    desk.done(Method::DELETE, &held, &Value::Null).await;
    desk.remind().await;
    assert_eq!(desk.mailed(BILLS).await, 1);
}

/// Something happens between the order and the mail: what the reminder says then.
fn withdrawn(
    meanwhile: impl AsyncFn(&Desk, &str),
) -> std::pin::Pin<Box<impl Future<Output = Option<&'static str>>>> {
    // A test has no need of so large a future on its stack.
    Box::pin(async move {
        let desk = Desk::reminding(&wanted(&[0, 7])).await;
        let path = desk.due(100, "2026-06-20").await;
        desk.ordered().await;
        assert_eq!(desk.dunned(&path).await.reminders.len(), 1);
        meanwhile(&desk, &path).await;
        let mails = desk.mailed(BILLS).await;
        let reminder = desk.dunned(&path).await.reminders.remove(0);
        assert_eq!(reminder.handed_over_at.is_some(), mails == 1, "{reminder:?}");
        assert_eq!(reminder.withdrawn.is_some(), mails == 0, "{reminder:?}");
        reminder.withdrawn.map(NotReminded::as_str)
    })
}

#[tokio::test]
async fn what_changed_before_the_mail_was_handed_over_withdraws_it() {
    assert_eq!(withdrawn(async |_, _| ()).await, None);
    let paid = withdrawn(async |desk, path| {
        let body = json!({"amount": 100, "currency": "USD"});
        desk.done(Method::PUT, &format!("{path}/payment"), &body).await;
    });
    assert_eq!(paid.await, Some("nothing_open"));
    let void = withdrawn(async |desk, path| {
        desk.post(&format!("{path}/void"), &json!({})).await;
    });
    assert_eq!(void.await, Some("nothing_open"));
    let held = withdrawn(async |desk, path| {
        let body = json!({"reason": "disputed"});
        desk.done(Method::PUT, &format!("{path}/dunning"), &body).await;
    });
    assert_eq!(held.await, Some("on_hold"));
    let off = withdrawn(async |desk, _| {
        let mut policy = wanted(&[0, 7]);
        policy["enabled"] = json!(false);
        desk.done(Method::PUT, PATH, &policy).await;
    });
    assert_eq!(off.await, Some("switched_off"));
    let left_out = withdrawn(async |desk, _| {
        let mut policy = wanted(&[0, 7]);
        policy["leftOut"] = json!([{"clientId": desk.client}]);
        desk.done(Method::PUT, PATH, &policy).await;
    });
    assert_eq!(left_out.await, Some("client_left_out"));
    let other_steps = withdrawn(async |desk, _| {
        desk.done(Method::PUT, PATH, &wanted(&[0, 8])).await;
    });
    assert_eq!(other_steps.await, Some("superseded"));
}

#[tokio::test]
async fn what_was_withdrawn_is_reminded_of_once_it_may_be_again() {
    let desk = Desk::reminding(&wanted(&[0, 7])).await;
    let path = desk.due(100, "2026-06-20").await;
    let held = format!("{path}/dunning");
    desk.ordered().await;
    desk.done(Method::PUT, &held, &json!({"reason": "disputed"})).await;
    assert_eq!(desk.mailed(BILLS).await, 0);
    let told = desk.get(&held).await;
    assert_eq!(told["hold"], json!({"reason": "disputed", "since": "2026-07-01T12:00:00Z"}));
    let reminder = json!({
        "daysAfterDue": 7, "to": BILLS, "at": "2026-07-01T12:00:00Z", "handedOverAt": null,
        "withdrawn": "on_hold",
    });
    assert_eq!(told["reminders"], json!([reminder]));
    desk.done(Method::DELETE, &held, &Value::Null).await;
    desk.at("2026-07-02T12:00:00Z");
    desk.remind().await;
    assert_eq!(desk.subjects().await, ["INV-000001 step 7"]);
}

#[tokio::test]
async fn a_hold_is_for_issued_invoices_and_ends_once() {
    let desk = Desk::new().await;
    let draft = path_of(&desk.post("/invoices", &desk.draft(100)).await);
    let body = json!({"reason": "disputed"});
    let put = |path: &str| format!("{path}/dunning");
    assert_eq!(desk.refused(Method::PUT, &put(&draft), &body).await, "409 draft");
    let memo = desk.memo(10).await;
    assert_eq!(desk.refused(Method::PUT, &put(&memo), &body).await, "409 not_an_invoice");
    let nowhere = "/invoices/inv_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C";
    assert_eq!(desk.refused(Method::PUT, &put(nowhere), &body).await, "404 not_found");
    assert_eq!(desk.refused(Method::GET, &put(nowhere), &Value::Null).await, "404 not_found");
    let path = put(&desk.issued(100).await);
    for reason in [json!(""), json!("a\nb"), json!("x".repeat(201)), Value::Null] {
        let answer = desk.ask(Method::PUT, &path, &json!({"reason": reason})).await;
        assert_eq!(answer.refused().0, "reason", "{reason}");
    }
    assert_eq!(desk.refused(Method::DELETE, &path, &Value::Null).await, "404 not_found");
    let seen = desk.ask(Method::GET, &path, &Value::Null).await.header("etag").to_owned();
    assert!(desk.ask_if(Method::PUT, &path, &seen, &body).await.status.is_success());
    let other = json!({"reason": "lost"});
    assert_eq!(desk.ask_if(Method::PUT, &path, &seen, &other).await.problem().0, 412);
    // Said again, it is what it is.
    desk.done(Method::PUT, &path, &body).await;
    let first = desk.ask_with(Method::DELETE, &path, "once", &json!({})).await;
    let again = desk.ask_with(Method::DELETE, &path, "once", &json!({})).await;
    assert_eq!((first.text, again.header("idempotent-replayed")), (again.text.clone(), "true"));
    assert_eq!(desk.refused(Method::DELETE, &path, &Value::Null).await, "404 not_found");
}

#[tokio::test]
async fn a_policy_is_changed_by_who_has_seen_it_and_says_which_value_is_wrong() {
    let desk = Desk::new().await;
    let with = |change: &dyn Fn(&mut Value)| {
        let mut policy = wanted(&[0, 7]);
        change(&mut policy);
        policy
    };
    let nobody = json!([{"clientId": "cli_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C"}]);
    let twice = json!([{"clientId": desk.client}, {"clientId": desk.client}]);
    let many = json!(vec![step(1); 7]);
    for (wrong, place) in [
        (with(&|it| it["steps"][1]["subject"] = json!("{{nobody}}")), "steps[1].subject"),
        (
            with(&|it| it["steps"][1]["subject"] = json!("a\r\nBcc: eve@example.com")),
            "steps[1].subject",
        ),
        (with(&|it| it["steps"][0]["body"] = json!("{{open")), "steps[0].body"),
        (with(&|it| it["steps"][0]["body"] = json!("x".repeat(4_001))), "steps[0].body"),
        (with(&|it| it["steps"][1]["daysAfterDue"] = json!(0)), "steps[1].daysAfterDue"),
        (with(&|it| it["steps"][0]["daysAfterDue"] = json!(-31)), "steps[0].daysAfterDue"),
        (with(&|it| it["steps"][1]["daysAfterDue"] = json!(99_999)), "steps[1].daysAfterDue"),
        (with(&|it| it["steps"] = json!([])), "steps"),
        (with(&|it| it["steps"] = many.clone()), "steps"),
        (with(&|it| it["maxDaysOverdue"] = json!(6)), "maxDaysOverdue"),
        (with(&|it| it["maxDaysOverdue"] = json!(366)), "maxDaysOverdue"),
        (with(&|it| it["hour"] = json!(24)), "hour"),
        (with(&|it| it["minimumOpen"] = json!(-1)), "minimumOpen"),
        (with(&|it| it["minimumOpen"] = json!(0.001)), "minimumOpen"),
        (with(&|it| it["leftOut"] = nobody.clone()), "leftOut[0].clientId"),
        (with(&|it| it["leftOut"] = twice.clone()), "leftOut[1].clientId"),
    ] {
        let answer = desk.ask(Method::PUT, PATH, &wrong).await;
        assert_eq!(answer.refused().0, place, "{wrong}");
    }
    assert_eq!(desk.get(PATH).await["steps"], json!([]));
    let seen = desk.ask(Method::GET, PATH, &Value::Null).await.header("etag").to_owned();
    let set = desk.ask_if(Method::PUT, PATH, &seen, &wanted(&[0, 7])).await.json();
    assert_eq!(set["data"]["steps"], wanted(&[0, 7])["steps"]);
    assert_eq!(
        (&set["data"]["maxDaysOverdue"], &set["data"]["currency"]),
        (&json!(90), &json!("USD"))
    );
    assert_eq!(desk.ask_if(Method::PUT, PATH, &seen, &wanted(&[0])).await.problem().0, 412);
}

#[tokio::test]
async fn another_organisation_sees_nothing_and_no_audit_row_says_who_was_reminded() {
    let desk = Desk::reminding(&wanted(&[0])).await;
    let path = desk.due(100, "2026-06-20").await;
    desk.remind().await;
    let other = desk.world.owner("eve@example.com").await;
    let token = other.access_token.expose().to_owned();
    let see = async |path: &str| desk.world.get(&format!("/api{path}"), Some(&token)).await;
    assert_eq!(see(PATH).await.json()["data"]["enabled"], false);
    assert_eq!(see(PREVIEW).await.json()["data"], json!([]));
    assert_eq!(see(&format!("{path}/dunning")).await.problem().0, 404);
    let rows = audit::list(&desk.ctx(), audit::Wanted::default(), 100, None).await.unwrap().0;
    let rows = format!("{rows:?}");
    assert!(
        rows.contains("invoice.reminded") && rows.contains("invoice.reminderHandedOver"),
        "{rows}"
    );
    assert!(!rows.contains(BILLS) && !rows.contains("bills"), "{rows}");
}
