//! What can be listed page by page.

use clearmargin_domain::{
    analysis::AnalysisRun,
    budget::{Budget, BudgetRevision},
    client::{Contact, Note},
    cost_rate::CostRate,
    expense::{Expense, ExpenseAccount},
    id::{BudgetId, BulkId, ClientId, OrgId, SyncRunId, TicketId},
    identity::{ApiKey, Invitation, User},
    integration::{ClientMatch, SyncRun},
    invoice::Invoice,
    market::CompetitorQuote,
    payment::Payment,
    period::Month,
    recurring::Billed,
    ticket::{BulkPart, BulkRun, Comment, Ticket, TicketEvent, TicketTemplate},
};

use crate::{
    entity::Entity as _,
    key::{self, Index},
};

/// What can be listed page by page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Doubtful and decided matches, by id.
    Matches,
    /// Labour cost rates, by id.
    CostRates,
    /// The people of the organisation, by id.
    Users,
    /// Invitations, by id.
    Invitations,
    /// API keys, by id.
    ApiKeys,
    /// Synchronisation runs, oldest first.
    Runs,
    /// Rows that a run refused.
    Failures(SyncRunId),
    /// A client's time entries of a month, by day.
    TimeEntries(Option<ClientId>, Month),
    /// A client's invoices and credit memos of a month, by day.
    Invoices(ClientId, Month),
    /// Which agreements were billed for a month.
    Billed(Month),
    /// Everybody's invoices and credit memos of a month, by day.
    AllInvoices(Month),
    /// Invoices of which something is open, by the day on which they are due.
    OwedInvoices,
    /// Everything that settles documents and counts in a month, by day.
    AllPayments(Month),
    /// What settles the documents of a client's record, the latest first.
    Payments(ClientId),
    /// What settles the documents of a client's record and counts in a month, the latest first.
    PaymentsIn(ClientId, Month),
    /// Runs of analyses, the latest first.
    AnalysisRuns,
    /// What competitors quoted, as it was recorded, the latest first.
    CompetitorQuotes,
    /// Budgets, the latest first.
    Budgets,
    /// The approved plans of a budget, the latest first.
    BudgetPlans(BudgetId),
    /// What was spent of a budget, the latest first: all of it, or that of a month.
    BudgetExpenses(BudgetId, Option<Month>),
    /// The accounts that something was bought on, by id.
    ExpenseAccounts,
    /// All expenses of a month, by day.
    Expenses(Month),
    /// Tickets opened in a month, by time.
    Tickets(Month),
    /// People at a client, by id.
    Contacts(ClientId),
    /// A client's sites, by id.
    Sites(ClientId),
    /// What was written down about a client, the latest first.
    Notes(ClientId),
    /// Open tickets: those with a broken promise first, then by when their next one is at stake.
    OpenTickets,
    /// What was said about a ticket, oldest first.
    Comments(TicketId),
    /// What happened to a ticket, oldest first.
    TicketEvents(TicketId),
    /// Time worked on a ticket, by day.
    TicketTime(TicketId),
    /// Ticket templates, by id.
    TicketTemplates,
    /// Changes of many tickets, oldest first.
    BulkRuns,
    /// The parts of a change of many tickets.
    BulkParts(BulkId),
}

/// Which partition a list reads, and what its sort keys begin with.
pub(crate) struct Range {
    pub(crate) pk: String,
    pub(crate) prefix: String,
    pub(crate) index: Option<Index>,
    pub(crate) backwards: bool,
}

impl List {
    pub(crate) fn range(self, org: OrgId) -> Range {
        let within = |index, pk, prefix: &str| Range {
            pk,
            prefix: prefix.to_owned(),
            index,
            backwards: false,
        };
        let whole = |pk| within(None, pk, "");
        let collection = |kind| whole(key::collection(org, kind));
        let about =
            |kind, client| within(None, key::collection(org, kind), &key::about_prefix(client));
        let by_time = |pk, prefix| within(Some(Index::Time), pk, prefix);
        match self {
            Self::Matches => collection(ClientMatch::KIND),
            Self::CostRates => collection(CostRate::KIND),
            Self::Users => collection(User::KIND),
            Self::Invitations => collection(Invitation::KIND),
            Self::ApiKeys => collection(ApiKey::KIND),
            Self::Runs => collection(SyncRun::KIND),
            Self::Failures(run) => whole(key::run_failures(org, run)),
            Self::TimeEntries(client, month) => {
                by_time(key::client_month(org, client, month), "T#")
            }
            Self::Invoices(client, month) => {
                by_time(key::client_month(org, Some(client), month), "I#")
            }
            Self::AllInvoices(month) => {
                within(Some(Index::Owner), key::kind_month(org, Invoice::KIND, month), "I#")
            }
            Self::OwedInvoices => within(Some(Index::Open), key::owed(org), ""),
            Self::AllPayments(month) => by_time(key::kind_month(org, Payment::KIND, month), "P#"),
            Self::Billed(month) => {
                within(None, key::collection(org, Billed::KIND), &key::billed_in(month))
            }
            Self::Payments(client) => Range {
                backwards: true,
                ..within(Some(Index::Owner), key::owned(org, &client.to_string()), "P#")
            },
            Self::PaymentsIn(client, month) => {
                let pk = key::owned(org, &client.to_string());
                let prefix = format!("P#{month}-");
                Range { backwards: true, ..within(Some(Index::Owner), pk, &prefix) }
            }
            Self::AnalysisRuns => Range { backwards: true, ..collection(AnalysisRun::KIND) },
            Self::CompetitorQuotes => {
                Range { backwards: true, ..collection(CompetitorQuote::KIND) }
            }
            Self::Budgets => Range { backwards: true, ..collection(Budget::KIND) },
            Self::BudgetPlans(budget) => {
                let (pk, prefix) =
                    (key::collection(org, BudgetRevision::KIND), key::budget_prefix(budget));
                Range { backwards: true, ..within(None, pk, &prefix) }
            }
            Self::BudgetExpenses(budget, month) => {
                let prefix = month.map_or("X#".to_owned(), |month| format!("X#{month}-"));
                let pk = key::owned(org, &budget.to_string());
                Range { backwards: true, ..within(Some(Index::Owner), pk, &prefix) }
            }
            Self::ExpenseAccounts => collection(ExpenseAccount::KIND),
            Self::Expenses(month) => by_time(key::kind_month(org, Expense::KIND, month), "E#"),
            Self::Tickets(month) => by_time(key::kind_month(org, Ticket::KIND, month), ""),
            Self::Contacts(client) => about(Contact::KIND, client),
            Self::Sites(client) => by_time(key::sites_of(org, client), ""),
            Self::Notes(client) => Range { backwards: true, ..about(Note::KIND, client) },
            Self::OpenTickets => within(Some(Index::Open), key::open_tickets(org), ""),
            Self::Comments(ticket) => {
                within(None, key::of_ticket(org, Comment::KIND, ticket), &format!("{ticket}#"))
            }
            Self::TicketEvents(ticket) => {
                within(None, key::of_ticket(org, TicketEvent::KIND, ticket), &format!("{ticket}#"))
            }
            Self::TicketTime(ticket) => {
                within(Some(Index::Owner), key::owned(org, &ticket.to_string()), "T#")
            }
            Self::BulkRuns => collection(BulkRun::KIND),
            Self::TicketTemplates => collection(TicketTemplate::KIND),
            Self::BulkParts(run) => {
                within(None, key::collection(org, BulkPart::KIND), &format!("{run}#"))
            }
        }
    }
}
