//! Tickets as people read them: newest first, filtered, page by page.

use std::collections::BTreeSet;

use clearmargin_domain::{
    id::{ClientId, TechnicianId},
    period::Month,
    sla::SlaState,
    ticket::{Ticket, TicketStatus},
};
use jiff::Timestamp;

use crate::{
    backwards::Backwards,
    entity::{Entity as _, Stored, from_item},
    error::{StoreError, translate},
    key::{self, Index},
    table::{Sort, Span},
    tenant::{ListError, Tenant},
};

/// Which tickets; everything that is said has to hold.
#[derive(Debug, Clone, Default)]
pub struct TicketFilter {
    /// Where they stand: one of these.
    pub statuses: Option<BTreeSet<TicketStatus>>,
    /// The organisation's own word for the priority.
    pub priority: Option<String>,
    /// The organisation's own word for the category.
    pub category: Option<String>,
    /// The client, by the ids of all its records.
    pub clients: Option<Vec<ClientId>>,
    /// Who works on them.
    pub technician: Option<TechnicianId>,
    /// How what was promised stands, at its worst.
    pub sla: Option<SlaState>,
    /// What they are filed under.
    pub tag: Option<String>,
    /// The number people use, in whatever case.
    pub number: Option<String>,
    /// What subject or number contain, in whatever case.
    pub text: Option<String>,
}

impl TicketFilter {
    fn takes_all(&self) -> bool {
        let Self { statuses, priority, category, clients, technician, sla, tag, number, text } =
            self;
        let words = [priority, category, tag, number, text].into_iter().all(Option::is_none);
        let rest = statuses.is_none() && clients.is_none() && technician.is_none();
        words && rest && sla.is_none()
    }

    fn takes(&self, ticket: &Ticket) -> bool {
        let same = |wanted: &Option<String>, word: &Option<String>| {
            wanted.is_none() || wanted.as_deref() == word.as_deref()
        };
        let of_client =
            |wanted: &Vec<ClientId>| ticket.client.is_some_and(|it| wanted.contains(&it));
        self.statuses.as_ref().is_none_or(|statuses| statuses.contains(&ticket.status))
            && same(&self.priority, &ticket.priority)
            && same(&self.category, &ticket.category)
            && self.clients.as_ref().is_none_or(of_client)
            && (self.technician.is_none() || self.technician == ticket.technician)
            && (self.sla.is_none() || self.sla == ticket.sla.map(|sla| sla.state()))
            && self.tag.as_ref().is_none_or(|tag| ticket.tags.contains(tag))
            && self.number.as_ref().is_none_or(|it| it.eq_ignore_ascii_case(&ticket.number))
            && self.text.as_ref().is_none_or(|text| contains(ticket, text))
    }
}

fn contains(ticket: &Ticket, text: &str) -> bool {
    let text = text.to_lowercase();
    [&ticket.subject, &ticket.number].into_iter().any(|word| word.to_lowercase().contains(&text))
}

/// Where to look for tickets.
#[derive(Debug, Clone)]
pub enum TicketsOf {
    /// Everybody's, opened in these months in UTC, the newest first.
    Months(Vec<Month>),
    /// Those of a client's record.
    Client(ClientId),
}

/// Which tickets, and how many.
#[derive(Debug, Clone)]
pub struct TicketList {
    /// Where to look for them.
    pub of: TicketsOf,
    /// Opened from this moment on.
    pub from: Timestamp,
    /// Opened before this moment.
    pub before: Timestamp,
    /// Which of them.
    pub filter: TicketFilter,
    /// How many tickets at most.
    pub limit: usize,
    /// How many tickets to look at at most.
    pub look_at: usize,
}

impl Tenant<'_> {
    /// Tickets, newest first, and where the next page begins. A page may hold fewer tickets than
    /// wanted, although there are more: it looks at a limited number.
    pub async fn tickets(
        &self,
        list: &TicketList,
        cursor: Option<&str>,
    ) -> Result<(Vec<Stored<Ticket>>, Option<String>), ListError> {
        let TicketList { of, from, before, filter, limit, look_at } = list;
        let month = |month: &Month| key::kind_month(self.org, Ticket::KIND, *month);
        let (index, partitions) = match of {
            TicketsOf::Months(months) => (Index::Time, months.iter().map(month).collect()),
            TicketsOf::Client(id) => (Index::Owner, vec![key::owned(self.org, &id.to_string())]),
        };
        let backwards = Backwards {
            scope: format!("tickets|{from}|{before}|{filter:?}"),
            forwards: false,
            months: partitions,
            between: (from.to_string(), before.to_string()),
            index: Some(index),
            filtered: !filter.takes_all(),
            limit: *limit,
            look_at: *look_at,
        };
        let read = |item| {
            let ticket = from_item::<Ticket>(item)?;
            Ok(filter.takes(&ticket.value).then_some(ticket))
        };
        self.page_back(&backwards, cursor, read).await
    }

    /// Open tickets of which a promise changes by that moment if nothing but time happens, the
    /// earliest first.
    pub async fn tickets_due(
        &self,
        by: Timestamp,
        limit: usize,
    ) -> Result<Vec<Stored<Ticket>>, StoreError> {
        let (first, last) = (key::news_by(Timestamp::UNIX_EPOCH), key::news_by(by));
        // '$' follows '#', which ends the moment in a key: all of that moment's tickets come before.
        let sort = Sort::Between(first, format!("{last}$"));
        let span = Span { pk: key::open_tickets(self.org), sort, index: Some(Index::Open) };
        let query = self.store.query(&span).limit(i32::try_from(limit).unwrap_or(100));
        let found = query.send().await.map_err(translate)?;
        found.items.unwrap_or_default().into_iter().map(from_item).collect()
    }
}
