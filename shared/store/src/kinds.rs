//! Every kind of record that can be walked through, for what concerns all of them alike.

use clearmargin_domain::{
    agreement::{Agreement, AgreementLine, AgreementTerms},
    analysis::{Analyses, AnalysisRun},
    billing::TaxCode,
    books::Books,
    budget::{Budget, BudgetExpense, BudgetRevision},
    client::{Client, ClientProfile, Contact, Note, Site},
    cost_rate::CostRate,
    dunning::{DunningPolicy, DunningRun, InvoiceDunning},
    expense::{Expense, ExpenseAccount},
    id::OrgId,
    identity::{ApiKey, Invitation, Organization, Session, User},
    integration::{ClientMatch, Connection, SyncRun},
    invoice::Invoice,
    leak::{LeakCase, LeakInvoice},
    market::{CompetitorQuote, Participation},
    payment::Payment,
    recommendation::RecommendationCase,
    recurring::{Billed, ClaimedTime, RecurringRun, RecurringSchedule},
    sequence::Sequence,
    service::Service,
    sla::SlaPolicy,
    technician::Technician,
    ticket::{
        BulkPart, BulkRun, Comment, RatingOffer, RoutingRule, RoutingTurn, TechnicianSkills,
        Ticket, TicketDescription, TicketEvent, TicketTemplate,
    },
    time_entry::TimeEntry,
    usage_count::UsageCount,
};

use crate::{
    entity::{Walked, from_item, to_item},
    error::StoreError,
    item::Item,
};

/// A kind of record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// The shape it is written in today.
    pub(crate) shape: u16,
    pub(crate) partitions: fn(OrgId) -> Vec<String>,
    /// The item as it would be written today, at the same version.
    pub(crate) rewritten: fn(OrgId, Item) -> Result<Item, StoreError>,
}

impl Kind {
    pub(crate) const fn of<T: Walked>() -> Self {
        Self {
            name: T::KIND,
            shape: T::SHAPE,
            partitions: T::partitions,
            rewritten: |org, item| {
                let stored = from_item::<T>(item)?;
                to_item(org, &stored.value, stored.version)
            },
        }
    }
}

/// What the organisation's business is made of, in the order of the names.
pub(crate) const BUSINESS: [Kind; 47] = [
    Kind::of::<Agreement>(),
    Kind::of::<Billed>(),
    Kind::of::<RecurringRun>(),
    Kind::of::<Books>(),
    Kind::of::<Budget>(),
    Kind::of::<BudgetRevision>(),
    Kind::of::<BulkRun>(),
    Kind::of::<BulkPart>(),
    Kind::of::<ClaimedTime>(),
    Kind::of::<Client>(),
    Kind::of::<Comment>(),
    Kind::of::<Contact>(),
    Kind::of::<UsageCount>(),
    Kind::of::<TicketDescription>(),
    Kind::of::<InvoiceDunning>(),
    Kind::of::<DunningPolicy>(),
    Kind::of::<DunningRun>(),
    Kind::of::<Expense>(),
    Kind::of::<ExpenseAccount>(),
    Kind::of::<TicketEvent>(),
    Kind::of::<Invoice>(),
    Kind::of::<LeakCase>(),
    Kind::of::<LeakInvoice>(),
    Kind::of::<AgreementLine>(),
    Kind::of::<ClientMatch>(),
    Kind::of::<Note>(),
    Kind::of::<Organization>(),
    Kind::of::<Payment>(),
    Kind::of::<ClientProfile>(),
    Kind::of::<CompetitorQuote>(),
    Kind::of::<CostRate>(),
    Kind::of::<RecommendationCase>(),
    Kind::of::<RoutingRule>(),
    Kind::of::<RecurringSchedule>(),
    Kind::of::<Sequence>(),
    Kind::of::<Service>(),
    Kind::of::<Site>(),
    Kind::of::<TechnicianSkills>(),
    Kind::of::<SlaPolicy>(),
    Kind::of::<BudgetExpense>(),
    Kind::of::<TaxCode>(),
    Kind::of::<Technician>(),
    Kind::of::<TicketTemplate>(),
    Kind::of::<AgreementTerms>(),
    Kind::of::<Ticket>(),
    Kind::of::<TimeEntry>(),
    Kind::of::<RoutingTurn>(),
];

/// Who signs in, and how the business and what is known of it came here.
pub(crate) const ACCESS: [Kind; 10] = [
    Kind::of::<Analyses>(),
    Kind::of::<AnalysisRun>(),
    Kind::of::<ApiKey>(),
    Kind::of::<Connection>(),
    Kind::of::<Invitation>(),
    Kind::of::<Participation>(),
    Kind::of::<RatingOffer>(),
    Kind::of::<Session>(),
    Kind::of::<SyncRun>(),
    Kind::of::<User>(),
];
