//! An organisation sees its own records and nobody else's.

use clearmargin_domain::{
    agreement::{Agreement, AgreementLine, AgreementTerms},
    analysis::AnalysisRun,
    books::Books,
    budget::{Budget, BudgetExpense, BudgetRevision},
    client::{Client, ClientProfile, Contact, Note, Site},
    cost_rate::CostRate,
    desk::SubjectKind,
    expense::{Expense, ExpenseAccount},
    identity::{ApiKey, Invitation, Organization, Session, User},
    integration::{ClientMatch, Connection, SyncRun},
    invoice::Invoice,
    market::CompetitorQuote,
    payment::Payment,
    period::{Month, Period},
    rollup::Subject,
    service::Service,
    source::Source,
    standing::StandingOf,
    technician::Technician,
    ticket::Ticket,
    time_entry::TimeEntry,
    usage_count::UsageCount,
};
use clearmargin_store::{List, Record, RunFailure};

use crate::{
    bench::Bench,
    sample::{self, DAY},
};

/// Inserts a record and sees to it that only its own organisation finds it.
async fn only_its_own<T: Record>(bench: &Bench, value: T, id: T::Id) {
    let mut change = bench.change();
    change.insert(&value).unwrap();
    change.commit().await.unwrap();
    let found = bench.tenant().get::<T>(id).await.unwrap();
    assert_eq!(found.map(|found| found.value), Some(value));
    assert_eq!(bench.other().get::<T>(id).await.unwrap(), None, "{}", T::KIND);
    assert!(bench.other().get_many::<T>(&[id]).await.unwrap().is_empty());
}

/// One record of each kind, in the first organisation.
pub(crate) async fn one_of_each() -> Bench {
    let bench = Bench::new().await;
    only_its_own::<Agreement>(&bench, sample::agreement(1), sample::agreement(1).id).await;
    let (terms, line) = (sample::agreement_terms(1), sample::agreement_line(1));
    only_its_own::<AgreementTerms>(&bench, terms.clone(), terms.agreement).await;
    only_its_own::<AgreementLine>(&bench, line.clone(), (line.agreement, line.id)).await;
    let count = sample::usage_count(1);
    let id = (count.client, count.day, count.id);
    only_its_own::<UsageCount>(&bench, count, id).await;
    only_its_own::<Books>(&bench, sample::books(), ()).await;
    only_its_own(&bench, sample::budget(1), sample::budget(1).id).await;
    let plan = sample::budget_revision(1);
    only_its_own(&bench, plan.clone(), (plan.budget, plan.number)).await;
    only_its_own(&bench, sample::budget_expense(1), sample::budget_expense(1).id).await;
    only_its_own::<Client>(&bench, sample::client(1), sample::client(1).id).await;
    only_its_own::<ApiKey>(&bench, sample::api_key(1), sample::api_key(1).id).await;
    only_its_own::<Invitation>(&bench, sample::invitation(1), sample::invitation(1).id).await;
    let session = sample::session(1);
    only_its_own::<Session>(&bench, session.clone(), (session.user, session.id)).await;
    let found = sample::client_match(1);
    only_its_own::<ClientMatch>(&bench, found.clone(), found.id).await;
    only_its_own(&bench, sample::bulk_run(1), sample::bulk_run(1).id).await;
    only_its_own(&bench, sample::bulk_part(1), (sample::bulk_run(1).id, 1)).await;
    let description = sample::ticket_description(1);
    only_its_own(&bench, description.clone(), description.ticket).await;
    let comment = sample::comment(1);
    only_its_own(&bench, comment.clone(), (comment.ticket, comment.id)).await;
    let event = sample::ticket_event(1);
    only_its_own(&bench, event.clone(), (event.ticket, event.id)).await;
    only_its_own(&bench, sample::rating_offer(1), sample::rating_offer(1).ticket).await;
    only_its_own(&bench, sample::routing_rule(1), sample::routing_rule(1).id).await;
    only_its_own(&bench, sample::routing_turn(1), sample::routing_turn(1).rule).await;
    only_its_own(&bench, sample::sequence(), sample::sequence().of).await;
    only_its_own(&bench, sample::sla_policy(1), sample::sla_policy(1).id).await;
    only_its_own(&bench, sample::tax_code(1), sample::tax_code(1).id).await;
    let skills = sample::technician_skills(1);
    only_its_own(&bench, skills.clone(), skills.technician).await;
    only_its_own(&bench, sample::ticket_template(1), sample::ticket_template(1).id).await;
    only_its_own::<Connection>(&bench, sample::connection(), Source::QuickBooks).await;
    only_its_own::<CostRate>(&bench, sample::cost_rate(1), sample::cost_rate(1).id).await;
    only_its_own(&bench, sample::analyses(), ()).await;
    only_its_own(&bench, sample::analysis_run(1), sample::analysis_run(1).id).await;
    only_its_own(&bench, sample::recommended(1), sample::recommended(1).id).await;
    only_its_own(&bench, sample::leak_case(1), sample::leak_case(1).id).await;
    only_its_own(&bench, sample::leak_invoice(1), sample::leak_invoice(1).id).await;
    let account = sample::expense_account(1);
    only_its_own(&bench, account.clone(), account.id).await;
    only_its_own::<Expense>(&bench, sample::expense(1), sample::expense(1).id).await;
    only_its_own::<Invoice>(&bench, sample::invoice(1), sample::invoice(1).id).await;
    let organization = sample::organization(1);
    only_its_own::<Organization>(&bench, organization.clone(), organization.id).await;
    let billed = sample::billed(1);
    let period = billed.period;
    only_its_own(&bench, billed, (period.month, period.agreement)).await;
    let claimed = sample::claimed_time();
    only_its_own(&bench, claimed.clone(), (claimed.client, claimed.month)).await;
    only_its_own(&bench, sample::recurring_schedule(), ()).await;
    only_its_own(&bench, sample::recurring_run(), sample::recurring_run().month).await;
    only_its_own(&bench, sample::dunning::dunning_policy(), ()).await;
    only_its_own(&bench, sample::dunning::dunning_run(), sample::dunning::dunning_run().day).await;
    let dunning = sample::dunning::invoice_dunning();
    only_its_own(&bench, dunning.clone(), dunning.invoice).await;
    only_its_own(&bench, sample::competitor_quote(1), sample::competitor_quote(1).id).await;
    only_its_own(&bench, sample::participation(), ()).await;
    only_its_own::<Payment>(&bench, sample::payment(1), sample::payment(1).id).await;
    only_its_own::<RunFailure>(&bench, sample::failure(1), (sample::run(1).id, 1)).await;
    only_its_own::<Service>(&bench, sample::service(1), sample::service(1).id).await;
    only_its_own::<ClientProfile>(&bench, sample::profile(1), sample::profile(1).client).await;
    let contact = sample::contact(1);
    only_its_own::<Contact>(&bench, contact.clone(), (contact.client, contact.id)).await;
    let note = sample::note(1);
    only_its_own::<Note>(&bench, note.clone(), (note.client, note.id)).await;
    only_its_own::<Site>(&bench, sample::site(1), sample::site(1).id).await;
    only_its_own::<SyncRun>(&bench, sample::run(1), sample::run(1).id).await;
    only_its_own::<Technician>(&bench, sample::technician(1), sample::technician(1).id).await;
    only_its_own::<Ticket>(&bench, sample::ticket(1), sample::ticket(1).id).await;
    only_its_own::<TimeEntry>(&bench, sample::time_entry(1), sample::time_entry(1).id).await;
    let user = sample::user(1, "ada@example.com");
    only_its_own::<User>(&bench, user.clone(), user.id).await;
    bench
}

async fn listed<T: Record>(bench: &Bench, list: List) -> [usize; 2] {
    let own = bench.tenant().list::<T>(list, 100, "", None).await.unwrap();
    let foreign = bench.other().list::<T>(list, 100, "", None).await.unwrap();
    [own.items.len(), foreign.items.len()]
}

#[tokio::test]
async fn the_same_id_asked_by_another_organisation_gives_nothing() {
    one_of_each().await;
}

#[tokio::test]
async fn lists_hold_the_organisations_own_records() {
    let bench = one_of_each().await;
    let (client, month) = (sample::client(1).id, Month::of(DAY));
    assert_eq!(listed::<Contact>(&bench, List::Contacts(client)).await, [1, 0]);
    assert_eq!(listed::<Note>(&bench, List::Notes(client)).await, [1, 0]);
    assert_eq!(listed::<Site>(&bench, List::Sites(client)).await, [1, 0]);
    assert_eq!(bench.tenant().count(List::Contacts(client)).await.unwrap(), 1);
    assert_eq!(bench.other().count(List::Contacts(client)).await.unwrap(), 0);
    assert_eq!(listed::<CompetitorQuote>(&bench, List::CompetitorQuotes).await, [1, 0]);
    assert_eq!(listed::<Budget>(&bench, List::Budgets).await, [1, 0]);
    let budget = sample::budget(1).id;
    assert_eq!(listed::<BudgetRevision>(&bench, List::BudgetPlans(budget)).await, [1, 0]);
    for (of, there) in [(None, 1), (Some(month), 1), (Some(month.plus(1)), 0)] {
        let expenses = listed::<BudgetExpense>(&bench, List::BudgetExpenses(budget, of)).await;
        assert_eq!(expenses, [there, 0], "{of:?}");
    }
    assert_eq!(listed::<ClientMatch>(&bench, List::Matches).await, [1, 0]);
    assert_eq!(listed::<CostRate>(&bench, List::CostRates).await, [1, 0]);
    assert_eq!(listed::<AnalysisRun>(&bench, List::AnalysisRuns).await, [1, 0]);
    assert_eq!(listed::<ExpenseAccount>(&bench, List::ExpenseAccounts).await, [1, 0]);
    assert_eq!(listed::<SyncRun>(&bench, List::Runs).await, [1, 0]);
    let failures = List::Failures(sample::run(1).id);
    assert_eq!(listed::<RunFailure>(&bench, failures).await, [1, 0]);
    let entries = List::TimeEntries(Some(client), month);
    assert_eq!(listed::<TimeEntry>(&bench, entries).await, [1, 0]);
    assert_eq!(listed::<Invoice>(&bench, List::Invoices(client, month)).await, [1, 0]);
    assert_eq!(listed::<Invoice>(&bench, List::AllInvoices(month)).await, [1, 0]);
    assert_eq!(listed::<Invoice>(&bench, List::OwedInvoices).await, [1, 0]);
    assert_eq!(listed::<Payment>(&bench, List::AllPayments(month)).await, [1, 0]);
    assert_eq!(listed::<Expense>(&bench, List::Expenses(month)).await, [1, 0]);
    assert_eq!(listed::<Ticket>(&bench, List::Tickets(month)).await, [1, 0]);
    let days = (DAY, DAY);
    for (tenant, expected) in [(bench.tenant(), 1), (bench.other(), 0)] {
        let agreement = sample::agreement(1);
        assert_eq!(tenant.lines_of(agreement.id).await.unwrap().len(), expected);
        assert_eq!(tenant.lines_of_client(agreement.client).await.unwrap().len(), expected);
        let counts = tenant.counts(client, days, 100, "", None).await.unwrap();
        assert_eq!(counts.items.len(), expected);
        assert_eq!(tenant.last_counts(client, days, 100).await.unwrap().len(), expected);
    }
    assert_eq!(bench.tenant().all::<Service>().await.unwrap().len(), 1);
    assert_eq!(bench.other().all::<Service>().await.unwrap().len(), 0);
}

#[tokio::test]
async fn sums_and_outboxes_are_the_organisations_own() {
    let bench = one_of_each().await;
    let (own, foreign) = (bench.tenant(), bench.other());
    let outbox = bench.store.outbox();
    assert_eq!(outbox.waiting(own.org()).await.unwrap().len(), 6);
    assert_eq!(outbox.waiting(foreign.org()).await.unwrap().len(), 0);
    bench.settle().await;
    let period = Period::new(Month::of(DAY), Month::of(DAY), 1).unwrap();
    assert_eq!(own.client_rollups(period).await.unwrap().len(), 1);
    assert_eq!(foreign.client_rollups(period).await.unwrap().len(), 0);
    assert_eq!(own.rollups(Subject::Organization, period).await.unwrap().len(), 1);
    assert_eq!(foreign.rollups(Subject::Organization, period).await.unwrap().len(), 0);
    assert_eq!(own.owed_on(DAY).await.unwrap().len(), 1);
    assert_eq!(foreign.owed_on(DAY).await.unwrap().len(), 0);
    let budget = sample::budget(1).id;
    assert_eq!(own.spent_of(budget).await.unwrap().len(), 1);
    assert_eq!(foreign.spent_of(budget).await.unwrap().len(), 0);
    let account = Some(sample::expense_account(1).id);
    assert_eq!(own.bought_on(account, period).await.unwrap().len(), 1);
    assert_eq!(foreign.bought_on(account, period).await.unwrap().len(), 0);
    assert_eq!(own.standing(StandingOf::Work, period).await.unwrap().len(), 1);
    assert_eq!(foreign.standing(StandingOf::Work, period).await.unwrap().len(), 0);
    assert_eq!(own.method_rollups(period).await.unwrap().len(), 1);
    assert_eq!(foreign.method_rollups(period).await.unwrap().len(), 0);
    assert_eq!(own.recurring_rollups(period.to()).await.unwrap().len(), 1);
    assert_eq!(foreign.recurring_rollups(period.to()).await.unwrap().len(), 0);
    for of in [StandingOf::Invoices, StandingOf::InvoicesOf(sample::client(1).id)] {
        assert_eq!(own.standing(of, period).await.unwrap().len(), 2, "{of:?}");
        assert_eq!(foreign.standing(of, period).await.unwrap().len(), 0, "{of:?}");
    }
    for tenant in [own, foreign] {
        let sums = tenant.desk_months(SubjectKind::Client, period).await.unwrap();
        assert_eq!(sums.len(), usize::from(tenant.org() == own.org()));
    }
    assert_eq!(foreign.drift().await.unwrap().unwrap().rows, 0);
}

#[tokio::test]
async fn every_key_begins_with_the_organisation() {
    let bench = one_of_each().await;
    bench.settle().await;
    let org = bench.tenant().org().to_string();
    for item in bench.items() {
        for name in ["pk", "gsi1pk"].into_iter().filter(|name| item.get(name).is_some()) {
            assert!(crate::bench::text(&item, name).starts_with(&org), "{item}");
        }
    }
}
