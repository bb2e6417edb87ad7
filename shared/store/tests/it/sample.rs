//! A record of each kind.

mod analysis;
mod budgets;
mod desk;
pub(crate) mod dunning;
mod expenses;
mod market;

use std::collections::BTreeMap;

pub(crate) use analysis::*;
pub(crate) use budgets::*;
use clearmargin_domain::{
    access::{Action, Role},
    agreement::{
        Agreement, AgreementFields, AgreementKind, AgreementLine, AgreementStatus, AgreementTerms,
        Allowance, DatedPrice, Days, Direction, Escalator, Exclusion, Frequency, Months,
        PricingUnit, Renewal, RollOver, Rounding,
    },
    audit::Actor,
    billing::{TaxCode, TaxRate, Units},
    books::Books,
    client::{Client, ClientProfile, Contact, ContractType, Note, Site, Term},
    cost_rate::CostRate,
    id::{
        AgreementId, AgreementLineId, ApiKeyId, ClientId, ContactId, CostRateId, InvitationId,
        InvoiceId, MatchId, NoteId, PaymentId, ServiceId, SessionId, SiteId, SyncRunId, TaxCodeId,
        TechnicianId, TicketId, TimeEntryId, UserId,
    },
    identity::{
        Account, ApiKey, BusinessHours, Holiday, Invitation, InvitationStatus, OneTime,
        Organization, Plan, RecoveryCode, SecondFactor, SecretHash, Session, TokenSecret, User,
    },
    integration::{
        ClientMatch, Connection, ConnectionStatus, Evidence, MatchStatus, Phase, RowCounts,
        RowFailure, SyncMode, SyncRun, SyncStatus,
    },
    invoice::{DocumentKind, DocumentState, Invoice, InvoiceLine},
    labour::WorkedTime,
    money::{Currency, Money},
    payment::{Allocation, Payment, PaymentKind, Settles},
    period::Month,
    recurring::{
        Billed, BilledPeriod, BillingDay, ClaimedBy, ClaimedTime, LeftOut, LeftOutAs, RecurringRun,
        RecurringSchedule, RunCounts, ScheduleTerms,
    },
    service::{Offering, Pricing, Service, ServiceFields},
    source::{Origin, Source},
    technician::Technician,
    time_entry::{BillingStatus, LabourCost, TimeEntry},
    usage_count::{UsageCount, UsageKind},
};
use clearmargin_store::{RunFailure, SeenRows};
pub(crate) use desk::*;
pub(crate) use expenses::*;
use jiff::civil::{Date, Weekday, date, time};
pub(crate) use market::*;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::bench::{NOW, org};

pub(crate) const DAY: Date = date(2026, 10, 15);

pub(crate) fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

fn origin(kind: &str, number: u128) -> Origin {
    Origin {
        source: Source::QuickBooks,
        kind: kind.to_owned(),
        external_id: number.to_string(),
        revision: Some(3),
    }
}

pub(crate) fn organization(number: u128) -> Organization {
    Organization {
        id: org(number),
        name: "TechWave MSP".parse().unwrap(),
        domain: Some("techwave.com".parse().unwrap()),
        plan: Plan::Standard,
        currency: Currency::USD,
        time_zone: "America/New_York".parse().unwrap(),
        fiscal_year_start_month: 7,
        business_hours: vec![BusinessHours {
            day: Weekday::Monday,
            from: time(8, 30, 0, 0),
            to: time(17, 0, 0, 0),
        }],
        holidays: vec![Holiday { date: DAY, name: "Founders' Day".parse().unwrap() }],
        owners: 2,
        created_at: NOW,
        purge_at: Some(NOW),
        export_key: Some("org_…/export/2026".to_owned()),
    }
}

pub(crate) fn account(number: u128, email: &str) -> Account {
    let one_time =
        || OneTime::new(&TokenSecret::new([7; 32]), NOW, jiff::SignedDuration::from_mins(30));
    Account {
        id: UserId::new(NOW, number),
        email: email.parse().unwrap(),
        email_verified_at: Some(NOW),
        first_name: "Ada".parse().unwrap(),
        last_name: "Lovelace".parse().unwrap(),
        password_hash: "$argon2id$v=19$…".to_owned(),
        sessions_from: Some(NOW),
        organizations: vec![org(number)],
        second_factor: Some(SecondFactor {
            sealed_secret: "v1.AAAA.AAAA".to_owned(),
            confirmed_at: Some(NOW),
            last_step: 59_000_000,
            recovery_codes: vec![RecoveryCode(SecretHash::of_text("code"))],
        }),
        reset: Some(one_time()),
        verification: Some(one_time()),
        created_at: NOW,
    }
}

pub(crate) fn session(number: u128) -> Session {
    Session {
        id: SessionId::new(NOW, number),
        user: UserId::new(NOW, number),
        hash: TokenSecret::new([1; 32]).hash(),
        previous: Some(TokenSecret::new([2; 32]).hash()),
        created_at: NOW,
        refreshed_at: NOW,
        user_agent: Some("curl/8".to_owned()),
    }
}

pub(crate) fn invitation(number: u128) -> Invitation {
    Invitation {
        id: InvitationId::new(NOW, number),
        email: "grace@example.com".parse().unwrap(),
        role: Role::Finance,
        invited_by: UserId::new(NOW, number),
        created_at: NOW,
        expires_at: NOW,
        status: InvitationStatus::Pending,
        token: Some(OneTime::new(&TokenSecret::new([7; 32]), NOW, Invitation::LIFETIME)),
    }
}

pub(crate) fn api_key(number: u128) -> ApiKey {
    ApiKey {
        id: ApiKeyId::new(NOW, number),
        name: "Zapier".parse().unwrap(),
        scopes: [Action::ClientsRead].into(),
        role: Role::Admin,
        created_by: UserId::new(NOW, number),
        created_at: NOW,
        expires_at: Some(NOW),
        revoked_at: Some(NOW),
        hash: TokenSecret::new([7; 32]).hash(),
    }
}

pub(crate) fn user(number: u128, email: &str) -> User {
    User {
        id: UserId::new(NOW, number),
        email: email.parse().unwrap(),
        first_name: "Ada".parse().unwrap(),
        last_name: "Lovelace".parse().unwrap(),
        role: Role::Owner,
        active: true,
        avatar_file_id: Some("fil_1".parse().unwrap()),
        created_at: NOW,
    }
}

pub(crate) fn client(number: u128) -> Client {
    Client {
        id: ClientId::new(NOW, number),
        name: format!("Client {number}"),
        domains: vec!["client.example".to_owned()],
        stage: Some("Active".to_owned()),
        active: true,
        parent: Some(ClientId::new(NOW, number + 1_000)),
        merged_into: Some(ClientId::new(NOW, number + 2_000)),
        origin: Some(origin("Customer", number)),
    }
}

pub(crate) fn profile(number: u128) -> ClientProfile {
    let tags = vec!["VIP".parse().unwrap(), "Midtown".parse().unwrap()];
    ClientProfile {
        client: ClientId::new(NOW, number),
        revision: 3,
        name: Some("Acme Dental".parse().unwrap()),
        industry: Some("Dental".parse().unwrap()),
        contract_type: Some(ContractType::Recurring),
        owner: Some(UserId::new(NOW, 1)),
        tags: tags.try_into().unwrap(),
        term: Term::new(Some(date(2026, 1, 1)), Some(date(2026, 12, 31))).unwrap(),
        archived_at: Some(NOW),
    }
}

pub(crate) fn contact(number: u128) -> Contact {
    Contact {
        id: ContactId::new(NOW, number),
        client: ClientId::new(NOW, 1),
        name: "Ada Lovelace".parse().unwrap(),
        email: Some("ada@example.com".parse().unwrap()),
        phone: Some("+1 555 0100".parse().unwrap()),
        role: Some("Office manager".parse().unwrap()),
        primary: true,
    }
}

pub(crate) fn note(number: u128) -> Note {
    Note {
        id: NoteId::new(NOW, number),
        client: ClientId::new(NOW, 1),
        text: "Call before noon.".parse().unwrap(),
        pinned: true,
        author: Actor::User(UserId::new(NOW, 1)),
        created_at: NOW,
        changed_at: Some(NOW),
    }
}

pub(crate) fn site(number: u128) -> Site {
    Site {
        id: SiteId::new(NOW, number),
        client: ClientId::new(NOW, 1),
        name: "Headquarters".to_owned(),
        time_zone: Some("America/New_York".to_owned()),
        address: Some("350 Fifth Avenue, New York".parse().unwrap()),
        headquarters: true,
        origin: Some(origin("ClientSite", number)),
    }
}

pub(crate) fn technician(number: u128) -> Technician {
    Technician {
        id: TechnicianId::new(NOW, number),
        name: "Grace Hopper".to_owned(),
        role: Some("Senior".to_owned()),
        origin: origin("Technician", number),
    }
}

pub(crate) fn service(number: u128) -> Service {
    Service {
        id: ServiceId::new(NOW, number),
        name: "Firewall".to_owned(),
        offering: Offering::Product,
        unit_price: Some(usd(12_050)),
        purchase_cost: Some(usd(9_000)),
        bought_on: Some(expense_account(1)),
        active: true,
        origin: Some(origin("Item", number)),
        pricing: Some(Pricing { prices: prices().try_into().unwrap(), instead_of: Some(usd(100)) }),
        said: Some(ServiceFields {
            name: "Firewall 40F".to_owned(),
            offering: Offering::Service,
            active: false,
        }),
    }
}

fn prices() -> Vec<DatedPrice> {
    let price = |effective_from, unit_cost| DatedPrice {
        effective_from,
        unit_price: usd(12_050),
        unit_cost,
    };
    vec![price(date(2026, 1, 1), None), price(DAY, Some(usd(9_000)))]
}

fn exact<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_value(json!(text)).unwrap()
}

pub(crate) fn agreement_terms(number: u128) -> AgreementTerms {
    let category = Exclusion::Category("Projects".parse().unwrap());
    let roll_over = RollOver { cap_minutes: Some(600), expires_after_months: Some(Months::ONE) };
    AgreementTerms {
        agreement: agreement(number).id,
        client: agreement(number).client,
        frequency: Frequency::Monthly,
        allowance: Some(Allowance::Monthly { minutes: 1_200, roll_over: Some(roll_over) }),
        after_hours_multiplier: Some(exact("1.5")),
        rounding: Some(Rounding {
            increment: 15.try_into().unwrap(),
            minimum_minutes: 30,
            direction: Direction::Up,
        }),
        escalator: Some(Escalator {
            percent: exact("3.5"),
            every_months: Months::YEAR,
            first_on: date(2027, 1, 1),
        }),
        exclusions: vec![Exclusion::Service(service(1).id), category],
        renewal: Some(Renewal {
            on: date(2027, 1, 1),
            automatic: true,
            notice_days: 60,
            term_months: Months::YEAR,
        }),
        hours_cap: None,
        tax_code: None,
    }
}

pub(crate) fn agreement_line(number: u128) -> AgreementLine {
    AgreementLine {
        id: AgreementLineId::new(NOW, number),
        agreement: agreement(1).id,
        client: agreement(1).client,
        service: Some(service(1).id),
        description: "Firewalls".to_owned(),
        offering: Offering::Product,
        unit: PricingUnit::Device,
        quantity: exact("2.5"),
        prices: prices().try_into().unwrap(),
        frequency: Frequency::Quarterly,
        start: date(2026, 1, 1),
        end: Some(date(2026, 12, 31)),
        included_minutes: Some(60),
        tax_code: None,
    }
}

pub(crate) fn usage_count(number: u128) -> UsageCount {
    let (client, kind) = (ClientId::new(NOW, number), UsageKind::Licences);
    UsageCount {
        id: UsageCount::id_of(org(1), client, kind, Some("Business Premium"), DAY),
        client,
        kind,
        product: Some("Business Premium".to_owned()),
        day: DAY,
        assigned: Some(40),
        total: Some(45),
        committed: Some(50),
        source: Some(Source::SuperOps),
    }
}

pub(crate) fn agreement(number: u128) -> Agreement {
    Agreement {
        id: AgreementId::new(NOW, number),
        client: ClientId::new(NOW, 1),
        name: "Managed service".to_owned(),
        kind: AgreementKind::Service,
        status: AgreementStatus::Active,
        start: date(2026, 1, 1),
        end: Some(date(2026, 12, 31)),
        origin: Some(origin("ClientContract", number)),
        said: Some(AgreementFields {
            name: "Managed services".to_owned(),
            kind: AgreementKind::Usage,
            status: AgreementStatus::Draft,
            start: date(2026, 1, 2),
            end: Some(DAY),
        }),
    }
}

pub(crate) fn books() -> Books {
    Books { closed_through: Some(Month::of(DAY)) }
}

pub(crate) fn cost_rate(number: u128) -> CostRate {
    CostRate {
        id: CostRateId::new(NOW, number),
        technician: Some(TechnicianId::new(NOW, 1)),
        role: None,
        hourly: usd(4_250),
        effective_from: date(2026, 1, 1),
    }
}

pub(crate) fn client_match(number: u128) -> ClientMatch {
    ClientMatch {
        id: MatchId::new(NOW, number),
        client: ClientId::new(NOW, 2),
        into: ClientId::new(NOW, 1),
        status: MatchStatus::Doubtful,
        score_per_mille: 871,
        trail: vec![Evidence {
            rule: "name_similarity".to_owned(),
            detail: "acme inc ~ acme incorporated".to_owned(),
        }],
        decided_at: None,
    }
}

pub(crate) fn connection() -> Connection {
    Connection {
        source: Source::QuickBooks,
        account: "9130357".to_owned(),
        status: ConnectionStatus::Connected,
        sealed_credentials: Some("v1.AAAA.AAAA".to_owned()),
        connected_at: NOW,
        last_run: Some(SyncRunId::new(NOW, 1)),
        synced_to: Some(NOW),
        compared_to: None,
    }
}

pub(crate) fn run(number: u128) -> SyncRun {
    let counts = RowCounts {
        read: 5,
        created: 2,
        updated: 1,
        unchanged: 1,
        skipped: 0,
        failed: 1,
        removed: 0,
    };
    SyncRun {
        id: SyncRunId::new(NOW, number),
        source: Source::QuickBooks,
        mode: SyncMode::Incremental,
        status: SyncStatus::Failed,
        step: 12,
        stage: Some("invoices".to_owned()),
        cursor: json!({"position": 101, "seen": [1, 2.5, null]}),
        counts: BTreeMap::from([("invoices".to_owned(), counts)]),
        started_at: NOW,
        updated_at: NOW,
        finished_at: Some(NOW),
        since: Some(NOW),
        error: Some("the source refuses the question".to_owned()),
        phase: Phase::Reading,
        compares: false,
    }
}

pub(crate) fn failure(number: u64) -> RunFailure {
    RunFailure {
        run: SyncRunId::new(NOW, 1),
        number,
        failure: RowFailure {
            stage: "invoices".to_owned(),
            external_id: "77".to_owned(),
            reason: "the lines do not add up to the total".to_owned(),
        },
    }
}

pub(crate) fn time_entry(number: u128) -> TimeEntry {
    TimeEntry {
        id: TimeEntryId::new(NOW, number),
        ticket: Some(TicketId::new(NOW, 1)),
        client: Some(ClientId::new(NOW, 1)),
        technician: TechnicianId::new(NOW, 1),
        service: Some(ServiceId::new(NOW, 1)),
        day: DAY,
        worked: WorkedTime { seconds: 5_400 },
        billable: true,
        after_hours: true,
        status: BillingStatus::Pending,
        hourly_price: Some(usd(15_000)),
        charge: None,
        invoiced: None,
        labour_cost: Some(LabourCost { rate: CostRateId::new(NOW, 1), cost: usd(6_375) }),
        started_at: Some(NOW),
        note: Some("Put it out.".parse().unwrap()),
        origin: Some(origin("WorklogEntry", number)),
    }
}

pub(crate) fn billed(number: u128) -> Billed {
    let period = BilledPeriod { agreement: agreement(number).id, month: Month::of(DAY) };
    Billed { period, invoice: InvoiceId::new(NOW, number), scheduled: false, time_of: Vec::new() }
}

pub(crate) fn claimed_time() -> ClaimedTime {
    let invoice = InvoiceId::new(NOW, 1);
    let entries = vec![(time_entry(1).id, 22_500), (time_entry(2).id, 0)];
    let claimed = ClaimedTime::none(ClientId::new(NOW, 1), Month::of(DAY));
    let claimed = claimed.claimed(ClaimedBy { invoice, day: DAY, entries });
    claimed.written(&[time_entry(1).id])
}

fn schedule_terms() -> ScheduleTerms {
    let day = BillingDay::try_from(5).unwrap();
    ScheduleTerms { enabled: true, day, include_incomplete: false, issue: true }
}

pub(crate) fn recurring_schedule() -> RecurringSchedule {
    RecurringSchedule { terms: schedule_terms(), next: Month::of(DAY).plus(1) }
}

pub(crate) fn recurring_run() -> RecurringRun {
    let run = RecurringRun::begun(Month::of(DAY), schedule_terms(), NOW);
    let counts = RunCounts {
        agreements: 50,
        drafted: 46,
        issued: 45,
        already_there: 1,
        nothing: 2,
        left_out: 2,
    };
    let why = "there is no count of users in the month or the one before";
    let left_out = LeftOut::new(agreement(1).id, LeftOutAs::Incomplete, why);
    run.went_on(&counts, vec![left_out], Some(agreement(2).id), NOW)
}

/// Two and a half units at a price in parts of a cent.
pub(crate) fn units() -> Units {
    Units { quantity: "2.5".parse().unwrap(), unit_price: Some("12.345".parse().unwrap()) }
}

pub(crate) fn invoice(number: u128) -> Invoice {
    let line = |offering, minor| InvoiceLine {
        units: Some(units()),
        service: Some(ServiceId::new(NOW, 1)),
        offering,
        description: "October".to_owned(),
        amount: usd(minor),
        charge: None,
        recurs: (offering == Offering::Service).then(|| Days::of(Month::of(DAY))),
    };
    Invoice {
        id: InvoiceId::new(NOW, number),
        kind: DocumentKind::Invoice,
        state: DocumentState::Issued,
        number: Some("1042".to_owned()),
        client: ClientId::new(NOW, 1),
        day: DAY,
        due: Some(date(2026, 11, 14)),
        lines: vec![line(Offering::Service, 10_000), line(Offering::Product, 2_005)],
        computed: None,
        tax: usd(961),
        total: usd(12_966),
        balance: usd(2_966),
        rate: None,
        memo: String::new(),
        reference: None,
        corrects: None,
        sendings: Vec::new(),
        origin: Some(origin("Invoice", number)),
    }
}

pub(crate) fn tax_code(number: u128) -> TaxCode {
    let rate = |name: &str, percent: &str, compound| TaxRate {
        name: name.to_owned(),
        percent: serde_json::from_value(json!(percent)).unwrap(),
        compound,
    };
    TaxCode {
        id: TaxCodeId::new(NOW, number),
        name: "Québec".to_owned(),
        rates: vec![rate("GST", "5", false), rate("QST", "9.5", true)],
        active: true,
    }
}

pub(crate) fn payment(number: u128) -> Payment {
    Payment {
        id: PaymentId::new(NOW, number),
        kind: PaymentKind::Received,
        client: ClientId::new(NOW, 1),
        day: DAY,
        method: None,
        reference: None,
        total: usd(10_000),
        unapplied: usd(1_000),
        allocations: vec![Allocation {
            settles: Settles::Invoice(InvoiceId::new(NOW, 1)),
            amount: usd(9_000),
            day: Some(DAY),
            due: Some(DAY),
            issued: Some(DAY),
            client: None,
            home_minor: None,
        }],
        rate: None,
        origin: Some(origin("Payment", number)),
    }
}

/// What the page of that step brought of tickets.
pub(crate) fn seen_rows(step: u64) -> SeenRows {
    SeenRows {
        run: run(1).id,
        stage: "tickets".to_owned(),
        step,
        external_ids: vec!["77".to_owned(), "78".to_owned()],
        clients: vec![Some(client(1).id), None],
        at: NOW,
    }
}
