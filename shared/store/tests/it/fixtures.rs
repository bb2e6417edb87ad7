//! A stored shape is a promise: what was ever written can be read.
//!
//! Each file in `tests/fixtures` is an item as DynamoDB has it, named by its kind and shape. A file
//! is never changed once a program that writes it is in use: a record that is to be stored in
//! another way gets the next shape, an upgrade from the last one, and a new file beside the old.

mod money;

use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::PathBuf,
    time::Duration,
};

use clearmargin_domain::{
    budget::SpentOn,
    desk::{DeskSubject, Sample, SubjectKind},
    identity::{Organization, Plan},
    integration::SyncRun,
    job::Job,
    limit::{FullAt, Rate},
    period::{Month, Period},
    rollup::Subject,
    sketch::Sketch,
    source::Source,
    standing::{StandingBucket, StandingOf},
    tags::Tags,
    ticket::{Ticket, TicketStatus},
    usage::Usage,
};
use clearmargin_store::{Consent, OutboxRecord, Record, RunFailure, SigningKeyRecord};
use jiff::civil::date;
use serde_json::Value;

use self::money::{read_expense, read_invoice, read_planned, read_recurring};
use crate::{
    bench::{Bench, NOW, org, text},
    isolation::one_of_each,
    once::remembered,
    sample,
};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// A rate of which one token is taken.
const RATE: Rate = Rate::per_minute(2);

fn signing_key() -> SigningKeyRecord {
    SigningKeyRecord {
        kid: "key-1".to_owned(),
        public_jwk: r#"{"kty":"OKP"}"#.to_owned(),
        sealed_private: "v1.AAAA.AAAA".to_owned(),
        created_at: NOW,
    }
}

fn consent() -> Consent {
    Consent { org: org(1), user: sample::user(1, "ada@example.com").id, until: NOW }
}

fn usage() -> Usage {
    let mut usage = Usage::one(200, Duration::from_millis(7), 25, 0);
    usage.merge(&Usage::one(404, Duration::from_micros(80), 5, 0));
    usage.merge(&Usage::one(503, Duration::from_secs(2), 0, 20));
    usage
}

/// The name of an item's file.
fn name(item: &Value) -> String {
    let Some(kind) = item.get("kind") else {
        let letter = text(item, "pk").rsplit('#').next().unwrap();
        // Of a month beside those of its days.
        let whole = text(item, "pk").contains("#U#") && text(item, "sk").ends_with("#-");
        // On an account beside those of a category.
        let account = text(item, "sk").starts_with("acc_");
        let part = if whole {
            "-whole"
        } else if account {
            "-account"
        } else {
            ""
        };
        return format!("sum-{letter}{part}.1").to_lowercase();
    };
    let shape = item["shape"]["N"].as_str().unwrap();
    format!("{}.{shape}", kind["S"].as_str().unwrap()).to_lowercase()
}

/// An item of each kind, as it is written today.
async fn written() -> BTreeMap<String, Value> {
    let bench = one_of_each().await;
    bench.settle().await;
    bench.store.directory().add_signing_key(&signing_key()).await.unwrap();
    bench.tenant().take_tokens("all", RATE, (1, FullAt::default()), NOW).await.unwrap();
    let waiting = Bench::new().await;
    let owner = sample::user(1, "ada@example.com");
    let mut change = waiting.change();
    change.register(&sample::organization(1), &owner).unwrap();
    change.add_account(&sample::account(1, "ada@example.com")).unwrap();
    change.expect_consent("state", &consent()).unwrap();
    change.give(sample::contributor(7), &sample::share(5, 44)).unwrap();
    change.insert(&sample::time_entry(1)).unwrap();
    change.once(&remembered("request")).unwrap();
    change.saw(&sample::seen_rows(1)).unwrap();
    change.send(Job::SyncPage { source: Source::QuickBooks, run: sample::run(1).id, step: 12 });
    change.send(Job::MatchClients { run: sample::run(1).id });
    change.commit().await.unwrap();
    bench.tenant().add_usage(sample::DAY, "GET /api/clients/{id}", &usage(), NOW).await.unwrap();
    waiting.store.commons().settle(sample::cohort()).await.unwrap();
    waiting.seal().await;
    let items = [bench.items(), waiting.items(), open_sheets().await].concat();
    items.into_iter().map(|item| (name(&item), item)).collect()
}

/// The sheets of how things stand, with one ticket open: the sample of a ticket is resolved.
async fn open_sheets() -> Vec<Value> {
    let bench = Bench::new().await;
    let mut change = bench.change();
    let open = Ticket { status: TicketStatus::New, ..sample::ticket(1) };
    change.insert(&open).unwrap();
    change.commit().await.unwrap();
    bench.settle().await;
    let mut items = bench.items();
    items.retain(|item| text(item, "pk").ends_with("#Q#CAN"));
    items
}

/// What differs from one test run to the next: the ids of audit rows, and what is derived from
/// them, such as the hash of their block.
fn without_chance(mut item: Value) -> Value {
    let kind = item.get("kind").map(|kind| kind["S"].clone());
    if kind.is_some_and(|kind| kind == "audit" || kind == "outbox") {
        item["sk"]["S"] = "…".into();
        item["doc"]["M"]["id"]["S"] = "…".into();
        item["doc"]["M"]["detail"]["M"]["count"]["N"] = "0".into();
    }
    if item.get("kind").is_some_and(|kind| kind["S"] == "seal") {
        item["doc"]["M"]["hash"]["S"] = "…".into();
        item["doc"]["M"]["newest"]["S"] = "…".into();
    }
    item
}

pub(crate) fn read(file: &str) -> Value {
    let text = fs::read_to_string(folder().join(file)).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn what_is_written_today_is_what_was_promised() {
    let fresh = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("fixtures");
    fs::create_dir_all(&fresh).unwrap();
    let mut broken = Vec::new();
    for (name, item) in written().await {
        let file = format!("{name}.json");
        let text = serde_json::to_string_pretty(&item).unwrap() + "\n";
        fs::write(fresh.join(&file), text).unwrap();
        let kept = folder().join(&file).exists();
        if !kept || without_chance(read(&file)) != without_chance(item) {
            broken.push(file);
        }
    }
    let fresh = fresh.display();
    assert_eq!(broken, [""; 0], "what is written today is in {fresh}; see this file's first lines");
}

async fn reads<T: Record>(bench: &Bench, value: T, id: T::Id) {
    let found = bench.tenant().get::<T>(id).await.unwrap();
    assert_eq!(found.map(|found| found.value), Some(value), "{}", T::KIND);
}

#[tokio::test]
async fn whatever_was_written_in_any_shape_is_read() {
    let bench = Bench::new().await;
    let mut files: Vec<_> = fs::read_dir(folder()).unwrap().map(|file| file.unwrap()).collect();
    files.sort_by_key(fs::DirEntry::file_name);
    // In the order of shapes, so that the newest of each kind is in the table at the end; each is
    // read by itself before the next comes.
    for file in files {
        let item = read(file.file_name().to_str().unwrap());
        bench.put(&item);
        let kind = item.get("kind").map_or("", |kind| kind["S"].as_str().unwrap());
        let shape = item.get("shape").map_or("", |shape| shape["N"].as_str().unwrap());
        read_one(&bench, kind, shape).await;
    }
    let report = bench.tenant().drift().await.unwrap();
    assert_eq!(report, None, "the outbox record is still waiting");
    let period = Month::of(sample::DAY);
    let period = Period::new(period, period, 1).unwrap();
    let used = bench.tenant().usage(sample::DAY, sample::DAY).await.unwrap();
    assert_eq!(used.rows.first().map(|row| &row.usage), Some(&usage()));
    let subjects = [
        Subject::Organization,
        Subject::Client(sample::client(1).id),
        Subject::Service(sample::service(1).id),
        Subject::Technician(sample::technician(1).id),
    ];
    for subject in subjects {
        let sums = bench.tenant().rollups(subject, period).await.unwrap();
        assert_eq!(sums.values().next().unwrap().worked_seconds, 5_400, "{subject:?}");
    }
    reads_standing(&bench, period).await;
    reads_billing(&bench, period).await;
    reads_desk(&bench, period).await;
    reads_owed(&bench).await;
    let expense = sample::budget_expense(1);
    let spent = bench.tenant().spent_of(expense.budget).await.unwrap();
    let on = SpentOn::Category { budget: expense.budget, category: expense.category };
    let sum = spent.get(&on).and_then(|days| days.get(&expense.day)).unwrap();
    assert_eq!((sum.minor, sum.count), (12_345, 1));
    let account = Some(sample::expense_account(1).id);
    let bought = bench.tenant().bought_on(account, period).await.unwrap();
    let sum = bought.get(&SpentOn::Account { account }).and_then(|days| days.get(&sample::DAY));
    assert_eq!(sum.map(|sum| (sum.minor, sum.count)), Some((9_000, 1)));
}

/// Where invoices stand: the sample is settled in part, by a payment of its own day.
async fn reads_standing(bench: &Bench, period: Period) {
    for of in [StandingOf::Invoices, StandingOf::InvoicesOf(sample::client(1).id)] {
        let sums = bench.tenant().standing(of, period).await.unwrap();
        let bucket = |day| StandingBucket { of, month: period.from(), day };
        let paid = sums.get(&bucket(None)).unwrap();
        assert_eq!((paid.money_minor, paid.on_time_minor, paid.money_days), (9_000, 9_000, 0));
        let waits = sums.get(&bucket(Some(date(2026, 11, 14)))).unwrap();
        assert_eq!((waits.partial, waits.partial_open_minor), (1, 2_966));
    }
}

/// What came in by method, what recurs, and what work waits for an invoice.
async fn reads_billing(bench: &Bench, period: Period) {
    let methods = bench.tenant().method_rollups(period).await.unwrap();
    let received = methods.iter().map(|(bucket, sums)| (bucket.subject, sums.received_minor));
    assert_eq!(received.collect::<Vec<_>>(), [(Subject::Method(None), 10_000)]);
    let recurring = bench.tenant().recurring_rollups(period.to()).await.unwrap();
    let recurring = recurring.iter().map(|(bucket, sums)| (bucket.subject, sums.recurring_minor));
    let client = Subject::Recurring(sample::client(1).id);
    assert_eq!(recurring.collect::<Vec<_>>(), [(client, 10_000)]);
    let work = bench.tenant().standing(StandingOf::Work, period).await.unwrap();
    let waits: Vec<_> =
        work.iter().map(|(bucket, sum)| (bucket.day, sum.unbilled_seconds)).collect();
    assert_eq!(waits, [(Some(sample::DAY), 5_400)]);
}

/// What clients owe: years lead to the first day of a year, and months to one of a later month.
async fn reads_owed(bench: &Bench) {
    for day in [date(2027, 12, 1), date(2028, 1, 1)] {
        let owed = bench.tenant().owed_on(day).await.unwrap();
        assert_eq!(owed.get(&sample::client(1).id).unwrap().total(), 2_966, "{day}");
    }
}

/// The desk's sums, of every kind and in every grain.
async fn reads_desk(bench: &Bench, period: Period) {
    let (tenant, day) = (bench.tenant(), sample::DAY);
    let samples = [(Sample::FirstResponse, 600), (Sample::Resolution, 1_800)];
    let near = |sketch: Option<&Sketch>, seconds: u64| {
        let found = sketch.and_then(|sketch| sketch.quantile(50)).unwrap();
        assert!(found.abs_diff(seconds) * 20 <= seconds, "{found} for {seconds}");
    };
    let every = [
        SubjectKind::Organization,
        SubjectKind::Client,
        SubjectKind::Technician,
        SubjectKind::Category,
        SubjectKind::Priority,
    ];
    for kind in every {
        let sums = tenant.desk_months(kind, period).await.unwrap();
        assert_eq!(sums.values().next().unwrap().resolution_seconds, 1_800, "{kind:?}");
        for (sample, seconds) in samples {
            let sums = tenant.desk_month_sketches(kind, sample, period).await.unwrap();
            near(sums.values().next(), seconds);
        }
    }
    let client = DeskSubject::Client(sample::ticket(1).client);
    assert_eq!(tenant.desk_now().await.unwrap().get(&client).unwrap().open, 1);
    for subject in [DeskSubject::Organization, client] {
        let sums = tenant.desk_days(&subject, day, day).await.unwrap();
        assert_eq!(sums.get(&day).unwrap().rating_scores, 5);
        for (sample, seconds) in samples {
            let sums = tenant.desk_day_sketches(&subject, sample, day, day).await.unwrap();
            near(sums.get(&day), seconds);
        }
    }
}

/// An organisation of before it had settings.
fn earlier_organization() -> Organization {
    Organization {
        domain: None,
        plan: Plan::Trial,
        fiscal_year_start_month: 1,
        business_hours: Vec::new(),
        holidays: Vec::new(),
        owners: 1,
        purge_at: None,
        export_key: None,
        ..sample::organization(1)
    }
}

/// A ticket of before anything was known of how far it has come.
fn earlier_ticket() -> Ticket {
    Ticket {
        status: TicketStatus::New,
        source_status: Some("Open".to_owned()),
        first_response: None,
        resolution: None,
        tags: Tags::default(),
        pauses: Vec::new(),
        sla: None,
        escalation: None,
        reopened_on: Vec::new(),
        rating: None,
        ..sample::ticket(1)
    }
}

async fn read_dunning(bench: &Bench, kind: &str) {
    match kind {
        "DUNNED" => {
            let dunning = sample::dunning::invoice_dunning();
            reads(bench, dunning.clone(), dunning.invoice).await;
        }
        "DUNNING" => reads(bench, sample::dunning::dunning_policy(), ()).await,
        _ => reads(bench, sample::dunning::dunning_run(), sample::dunning::dunning_run().day).await,
    }
}

/// [`read_one`], for what the service desk works with.
async fn read_desk(bench: &Bench, kind: &str) {
    match kind {
        "BULK" => reads(bench, sample::bulk_run(1), sample::bulk_run(1).id).await,
        "BULKPART" => reads(bench, sample::bulk_part(1), (sample::bulk_run(1).id, 1)).await,
        "COMMENT" => {
            let comment = sample::comment(1);
            reads(bench, comment.clone(), (comment.ticket, comment.id)).await;
        }
        "DESCRIPTION" => {
            let description = sample::ticket_description(1);
            reads(bench, description.clone(), description.ticket).await;
        }
        "HAPPENED" => {
            let event = sample::ticket_event(1);
            reads(bench, event.clone(), (event.ticket, event.id)).await;
        }
        "OFFER" => reads(bench, sample::rating_offer(1), sample::rating_offer(1).ticket).await,
        "ROUTING" => reads(bench, sample::routing_rule(1), sample::routing_rule(1).id).await,
        "SEQUENCE" => reads(bench, sample::sequence(), sample::sequence().of).await,
        "SKILLS" => {
            let skills = sample::technician_skills(1);
            reads(bench, skills.clone(), skills.technician).await;
        }
        "SLA" => reads(bench, sample::sla_policy(1), sample::sla_policy(1).id).await,
        "TEMPLATE" => {
            reads(bench, sample::ticket_template(1), sample::ticket_template(1).id).await;
        }
        "TURN" => reads(bench, sample::routing_turn(1), sample::routing_turn(1).rule).await,
        other => panic!("nothing here reads {other}"),
    }
}

/// What is sold, to whom, and how much of it there is.
async fn read_agreed(bench: &Bench, kind: &str, shape: &str) {
    match kind {
        "AGREEMENT" => {
            let mut agreement = sample::agreement(1);
            agreement.said = agreement.said.filter(|_| shape != "1");
            let id = agreement.id;
            reads(bench, agreement, id).await;
        }
        "LINE" => {
            let line = sample::agreement_line(1);
            reads(bench, line.clone(), (line.agreement, line.id)).await;
        }
        "TERMS" => {
            let terms = sample::agreement_terms(1);
            reads(bench, terms.clone(), terms.agreement).await;
        }
        "COUNT" => {
            let mut count = sample::usage_count(1);
            count.source = count.source.filter(|_| shape != "1");
            reads(bench, count.clone(), (count.client, count.day, count.id)).await;
        }
        "SERVICE" => {
            let mut service = sample::service(1);
            service.said = service.said.filter(|_| shape != "1");
            service.pricing = service.pricing.filter(|_| shape != "1");
            service.bought_on = service.bought_on.filter(|_| shape == "3");
            let id = service.id;
            reads(bench, service, id).await;
        }
        other => panic!("nothing here reads {other}"),
    }
}

/// [`read_one`], for what is no record of the business.
async fn read_other(bench: &Bench, kind: &str, shape: &str) {
    let directory = bench.store.directory();
    match kind {
        "once" => {
            let found = bench.tenant().once("request", NOW).await.unwrap();
            assert_eq!(found, Some(remembered("request")));
        }
        "seen" => {
            let seen = bench.tenant().seen(sample::run(1).id, "tickets").await.unwrap();
            assert_eq!(seen, HashSet::from(["77".to_owned(), "78".to_owned()]));
            let whose = bench.tenant().seen_clients(sample::run(1).id, "tickets").await.unwrap();
            assert_eq!(whose.len(), if shape == "1" { 0 } else { 2 });
        }
        "account" | "login" => {
            let account = sample::account(1, "ada@example.com");
            let found = directory.account(account.id).await.unwrap();
            assert_eq!(found.as_ref().map(|found| &found.value), Some(&account));
            if kind == "login" {
                assert_eq!(directory.account_of(&account.email).await.unwrap(), found);
            }
        }
        "org" => assert_eq!(directory.organizations().await.unwrap(), [org(1)]),
        "consent" => {
            let found = directory.take_consent("state").await.unwrap();
            assert_eq!(found, Some(consent()));
        }
        "share" => {
            let kept = bench.store.commons().shares(Month::of(sample::DAY)).await.unwrap();
            assert_eq!(kept, [(sample::contributor(7).digits(), sample::share(5, 44))]);
        }
        "cohort" => {
            let kept = bench.store.commons().cohort(Month::of(sample::DAY)).await.unwrap();
            assert_eq!(kept, Some(sample::cohort()));
        }
        "key" => assert_eq!(directory.signing_keys().await.unwrap(), [signing_key()]),
        "outbox" => {
            let waiting = bench.store.outbox().waiting(org(1)).await.unwrap();
            let steps: Vec<_> = waiting.iter().flat_map(OutboxRecord::messages).collect();
            assert_eq!(steps.len(), 2);
        }
        "audit" => {
            let rows = bench.tenant().audit_since(NOW, NOW).await.unwrap();
            assert_eq!(rows.last().unwrap().entry.version, 1);
        }
        "seal" => assert_eq!(bench.tenant().audit_head().await.unwrap().block, 1),
        // Sums are read together at the end.
        "" => {}
        "bucket" => {
            let rest = bench.tenant().take_tokens("all", RATE, (9, FullAt::default()), NOW).await;
            assert_eq!(rest.unwrap().tokens, 1, "one of two was taken");
        }
        other => panic!("nothing here reads {other}"),
    }
}

/// Reads the item of that kind in the table, and compares it with what it was made from.
async fn read_one(bench: &Bench, kind: &str, shape: &str) {
    match kind {
        "AGREEMENT" | "LINE" | "TERMS" | "COUNT" | "SERVICE" => {
            read_agreed(bench, kind, shape).await;
        }
        "BOOKS" => reads(bench, sample::books(), ()).await,
        "ANALYSES" | "ANALYSIS" | "BUDGET" | "BUDGETPLAN" | "LEAK" | "LEAKINVOICE"
        | "RECOMMENDED" | "SPENDING" => {
            read_planned(bench, kind, shape).await;
        }
        "CLIENT" => reads(bench, sample::client(1), sample::client(1).id).await,
        "CONNECTION" => reads(bench, sample::connection(), Source::QuickBooks).await,
        "EXPENSE" | "EXPENSEACCOUNT" => read_expense(bench, kind, shape).await,
        "MARKET" => reads(bench, sample::participation(), ()).await,
        "QUOTE" => {
            reads(bench, sample::competitor_quote(1), sample::competitor_quote(1).id).await;
        }
        "FAILURE" => {
            let (failure, run): (RunFailure, SyncRun) = (sample::failure(1), sample::run(1));
            reads(bench, failure, (run.id, 1)).await;
        }
        "INVOICE" => read_invoice(bench, shape).await,
        "TAX" => reads(bench, sample::tax_code(1), sample::tax_code(1).id).await,
        "MATCH" => reads(bench, sample::client_match(1), sample::client_match(1).id).await,
        "APIKEY" => reads(bench, sample::api_key(1), sample::api_key(1).id).await,
        "INVITATION" => reads(bench, sample::invitation(1), sample::invitation(1).id).await,
        "ORGANIZATION" => {
            let earlier = shape == "1";
            let organization =
                if earlier { earlier_organization() } else { sample::organization(1) };
            reads::<Organization>(bench, organization, org(1)).await;
        }
        "SESSION" => {
            reads(bench, sample::session(1), (sample::session(1).user, sample::session(1).id))
                .await;
        }
        "PAYMENT" => {
            let mut payment = sample::payment(1);
            for part in payment.allocations.iter_mut().filter(|_| shape == "1") {
                (part.day, part.due, part.issued) = (None, None, None);
            }
            let id = payment.id;
            reads(bench, payment, id).await;
        }
        "BILLED" | "BILLRUN" | "CLAIMED" | "SCHEDULE" => read_recurring(bench, kind).await,
        "DUNNED" | "DUNNING" | "DUNRUN" => read_dunning(bench, kind).await,
        "RATE" => reads(bench, sample::cost_rate(1), sample::cost_rate(1).id).await,
        "RUN" => reads(bench, sample::run(1), sample::run(1).id).await,
        "BULK" | "BULKPART" | "COMMENT" | "DESCRIPTION" | "HAPPENED" | "OFFER" | "ROUTING"
        | "SEQUENCE" | "SKILLS" | "SLA" | "TEMPLATE" | "TURN" => read_desk(bench, kind).await,
        "PROFILE" => reads(bench, sample::profile(1), sample::profile(1).client).await,
        "CONTACT" => {
            let contact = sample::contact(1);
            let id = (contact.client, contact.id);
            reads(bench, contact, id).await;
        }
        "NOTE" => {
            let note = sample::note(1);
            let id = (note.client, note.id);
            reads(bench, note, id).await;
        }
        "SITE" => {
            let mut site = sample::site(1);
            site.address = site.address.filter(|_| shape != "1");
            let id = site.id;
            reads(bench, site, id).await;
        }
        "TECHNICIAN" => reads(bench, sample::technician(1), sample::technician(1).id).await,
        "TICKET" => {
            let ticket = if shape == "1" { earlier_ticket() } else { sample::ticket(1) };
            let id = ticket.id;
            reads(bench, ticket, id).await;
        }
        "TIME" => {
            let mut entry = sample::time_entry(1);
            if shape == "1" {
                (entry.started_at, entry.note) = (None, None);
            }
            let id = entry.id;
            reads(bench, entry, id).await;
        }
        "USER" => {
            let mut user = sample::user(1, "ada@example.com");
            user.avatar_file_id = user.avatar_file_id.filter(|_| shape != "1");
            let id = user.id;
            reads(bench, user, id).await;
        }
        other => read_other(bench, other, shape).await,
    }
}
