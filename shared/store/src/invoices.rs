//! Invoices and credit memos as people read them: newest first, or by when they are due.

use std::collections::BTreeSet;

use clearmargin_domain::{
    id::ClientId,
    invoice::{DocumentKind, Invoice, InvoiceStatus},
    money::Currency,
    period::Month,
};
use jiff::civil::Date;

use crate::{
    backwards::Backwards,
    entity::{Entity as _, Stored, from_item},
    key::{self, Index},
    tenant::{ListError, Tenant},
};

/// Which documents; everything that is said has to hold.
#[derive(Debug, Clone)]
pub struct InvoiceFilter {
    /// The day on which they are looked at: what is overdue follows from it.
    pub today: Date,
    /// Of one of these days: the first and the last.
    pub days: Option<(Date, Date)>,
    /// Charges or gives back.
    pub kind: Option<DocumentKind>,
    /// Where they stand: one of these.
    pub statuses: Option<BTreeSet<InvoiceStatus>>,
    /// The client, by the ids of all its records.
    pub clients: Option<Vec<ClientId>>,
    /// The number on it, in whatever case.
    pub number: Option<String>,
    /// Due on this day or later.
    pub due_from: Option<Date>,
    /// Due on this day or earlier.
    pub due_to: Option<Date>,
    /// The currency of their amounts.
    pub currency: Option<Currency>,
    /// The least total, in smallest units; what a credit memo gives back counts as an amount, too.
    pub least: Option<i64>,
    /// The greatest total.
    pub most: Option<i64>,
}

impl InvoiceFilter {
    /// All of them, looked at on a day.
    pub const fn all(today: Date) -> Self {
        Self {
            today,
            days: None,
            kind: None,
            statuses: None,
            clients: None,
            number: None,
            due_from: None,
            due_to: None,
            currency: None,
            least: None,
            most: None,
        }
    }

    fn takes_all(&self) -> bool {
        let Self {
            today: _,
            days,
            kind,
            statuses,
            clients,
            number,
            due_from,
            due_to,
            currency,
            least,
            most,
        } = self;
        let lists = statuses.is_none() && clients.is_none() && number.is_none();
        let bounds = due_from.is_none() && due_to.is_none() && least.is_none() && most.is_none();
        days.is_none() && kind.is_none() && lists && bounds && currency.is_none()
    }

    fn takes(&self, invoice: &Invoice) -> bool {
        let total = invoice.total.minor.saturating_abs();
        let number = invoice.number.as_deref().unwrap_or_default();
        let status = invoice.status_on(self.today);
        let within = |(from, to): (Date, Date)| (from..=to).contains(&invoice.day);
        self.days.is_none_or(within)
            && self.kind.is_none_or(|kind| kind == invoice.kind)
            && self.statuses.as_ref().is_none_or(|statuses| statuses.contains(&status))
            && self.clients.as_ref().is_none_or(|clients| clients.contains(&invoice.client))
            && self.number.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(number))
            && self.due_from.is_none_or(|from| invoice.due_day() >= from)
            && self.due_to.is_none_or(|to| invoice.due_day() <= to)
            && self.currency.is_none_or(|currency| currency == invoice.total.currency)
            && self.least.is_none_or(|least| total >= least)
            && self.most.is_none_or(|most| total <= most)
    }
}

/// Where to look for documents.
#[derive(Debug, Clone)]
pub enum InvoicesOf {
    /// Everybody's of these months, in that order.
    Months(Vec<Month>),
    /// Those of a client's record of these months, in that order.
    Client(ClientId, Vec<Month>),
    /// Invoices of which something is open, by the day on which they are due.
    Owed,
}

/// Which documents, and how many.
#[derive(Debug, Clone)]
pub struct InvoiceList {
    /// Where to look for them.
    pub of: InvoicesOf,
    /// Whether the earliest come first: the months are to be in that order, too.
    pub ascending: bool,
    /// Of this day or later; of what is owed, due on this day or later.
    pub from: Date,
    /// Of this day or earlier; of what is owed, due on this day or earlier.
    pub to: Date,
    /// Which of them.
    pub filter: InvoiceFilter,
    /// How many at most.
    pub limit: usize,
    /// How many to look at at most.
    pub look_at: usize,
}

impl Tenant<'_> {
    /// Documents in that order, and where the next page begins. A page may hold fewer than wanted,
    /// although there are more: it looks at a limited number.
    pub async fn invoices(
        &self,
        list: &InvoiceList,
        cursor: Option<&str>,
    ) -> Result<(Vec<Stored<Invoice>>, Option<String>), ListError> {
        let InvoiceList { of, ascending, from, to, filter, limit, look_at } = list;
        // '$' follows '#': the last day's documents all come before it.
        let by_day = (format!("I#{from}#"), format!("I#{to}$"));
        let (index, months, between) = match of {
            InvoicesOf::Months(months) => {
                let month = |month: &Month| key::kind_month(self.org, Invoice::KIND, *month);
                (Index::Owner, months.iter().map(month).collect(), by_day)
            }
            InvoicesOf::Client(client, months) => {
                let month = |month: &Month| key::client_month(self.org, Some(*client), *month);
                (Index::Time, months.iter().map(month).collect(), by_day)
            }
            InvoicesOf::Owed => {
                let by_due = (format!("{from}#"), format!("{to}$"));
                (Index::Open, vec![key::owed(self.org)], by_due)
            }
        };
        let backwards = Backwards {
            scope: format!("invoices|{index:?}|{ascending}|{from}|{to}|{filter:?}"),
            forwards: *ascending,
            months,
            between,
            index: Some(index),
            filtered: !filter.takes_all(),
            limit: *limit,
            look_at: *look_at,
        };
        let read = |item| {
            let invoice = from_item::<Invoice>(item)?;
            Ok(filter.takes(&invoice.value).then_some(invoice))
        };
        self.page_back(&backwards, cursor, read).await
    }
}
