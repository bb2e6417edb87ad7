//! A client with its figures, as lists show it.

use std::collections::HashMap;

use clearmargin_domain::{
    access::Action,
    client::{Health, MarginBand, Receivables},
    desk::{DeskMeasures, DeskSubject},
    id::ClientId,
    metrics::Profitability,
    money::{Currency, Money},
    period::{Month, Period},
    rollup::{Measures, Subject},
};
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

use super::{ClientGroup, groups};
use crate::{
    Ctx, Error,
    agreements::{self, ClientWorth},
    organizations,
};

/// How many whole months before this one figures cover.
const MONTHS: i32 = 12;

/// What a client's agreements promise; none where nothing is agreed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Promised {
    /// What recurs every month.
    pub mrr: Option<Money>,
    /// How many lines that recur have no price yet, and no part in that.
    pub unpriced_lines: usize,
    /// What is agreed over all of the term.
    pub contract_value: Option<Money>,
    /// The first day.
    pub start: Option<Date>,
    /// The last day.
    pub end: Option<Date>,
}

/// What a client earns and owes; only for who may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Gross margin as a share of revenue, where it is exact.
    pub margin: Option<Decimal>,
    /// The band of it.
    pub band: MarginBand,
    /// How it is doing.
    pub health: Health,
    /// Open on invoices that were due before this month.
    pub overdue: Money,
    /// What its agreements promise.
    pub promised: Promised,
}

/// A client with its figures.
#[derive(Debug, Clone)]
pub struct Row {
    /// The client.
    pub group: ClientGroup,
    /// The currency of every amount.
    pub currency: Currency,
    /// What it earns and owes; none for who may not see it.
    pub figures: Option<Figures>,
    /// How many of its tickets are open.
    pub tickets_open: i64,
    /// From when until when it is a client: what is said of it or, unless anything is, agreed.
    pub term: (Option<Date>, Option<Date>),
    /// When it was made, if it was made here.
    pub created_at: Option<Timestamp>,
}

/// The whole months that figures cover.
pub(super) fn months(ctx: &Ctx) -> Result<Period, Error> {
    let now = Month::of(jiff::tz::TimeZone::UTC.to_datetime(ctx.now).date());
    Period::new(now.plus(-MONTHS), now.plus(-1), usize::MAX).map_err(Error::internal)
}

impl Promised {
    fn of(worth: &ClientWorth) -> Self {
        Self {
            mrr: worth.mrr,
            unpriced_lines: worth.unpriced_lines,
            contract_value: worth.contract_value,
            start: Some(worth.start),
            end: worth.end,
        }
    }

    /// What the agreements of two records promise together: without an end if one has none.
    fn and(self, other: Self) -> Result<Self, Error> {
        let contract_value = agreements::sum(self.contract_value, other.contract_value);
        Ok(Self {
            mrr: agreements::sum(self.mrr, other.mrr).map_err(Error::internal)?,
            unpriced_lines: self.unpriced_lines + other.unpriced_lines,
            contract_value: contract_value.map_err(Error::internal)?,
            start: self.start.into_iter().chain(other.start).min(),
            end: self.end.zip(other.end).map(|(a, b)| a.max(b)),
        })
    }
}

/// Every client with its figures. Costs clients × years, however many rows there are behind them.
pub(super) async fn rows(ctx: &Ctx) -> Result<Vec<Row>, Error> {
    let groups = groups(ctx).await?;
    let mut sums = Sums::new(ctx).await?;
    if ctx.may(Action::AgreementsRead) {
        sums.promised = agreements::worth_by_client(ctx).await?;
    }
    if sums.shows_money {
        for row in ctx.tenant().client_rollups(months(ctx)?).await? {
            sums.add_month(row.client, row.measures);
        }
    }
    for (subject, counts) in ctx.tenant().desk_now().await? {
        sums.add_open(&subject, counts);
    }
    groups.into_iter().map(|group| sums.row(group)).collect()
}

/// One client with its figures.
pub(super) async fn row(ctx: &Ctx, group: ClientGroup) -> Result<Row, Error> {
    let mut sums = Sums::new(ctx).await?;
    if ctx.may(Action::AgreementsRead) {
        sums.promised = agreements::worth_of(ctx, &group.ids()).await?;
    }
    if sums.shows_money {
        let period = months(ctx)?;
        for record in group.ids() {
            let months = ctx.tenant().rollups(Subject::Client(record), period).await?;
            for measures in months.into_values() {
                sums.add_month(record, measures);
            }
        }
    }
    for (subject, counts) in ctx.tenant().desk_now_of(&group.ids()).await? {
        sums.add_open(&subject, counts);
    }
    sums.row(group)
}

/// The sums that figures are made of, by record.
struct Sums {
    currency: Currency,
    shows_money: bool,
    money: HashMap<ClientId, Measures>,
    open: HashMap<ClientId, i64>,
    promised: HashMap<ClientId, ClientWorth>,
}

impl Sums {
    async fn new(ctx: &Ctx) -> Result<Self, Error> {
        Ok(Self {
            currency: organizations::own(ctx, ctx.org).await?.currency,
            shows_money: ctx.may(Action::MarginsRead),
            money: HashMap::new(),
            open: HashMap::new(),
            promised: HashMap::new(),
        })
    }

    fn add_month(&mut self, record: ClientId, measures: Measures) {
        let sum = self.money.entry(record).or_default();
        *sum = sum.plus(measures);
    }

    fn add_open(&mut self, subject: &DeskSubject, counts: DeskMeasures) {
        if let DeskSubject::Client(Some(record)) = subject {
            *self.open.entry(*record).or_default() += counts.open;
        }
    }

    fn row(&self, group: ClientGroup) -> Result<Row, Error> {
        let ids = group.ids();
        let mut agreed = ids.iter().filter_map(|id| self.promised.get(id)).map(Promised::of);
        let first = agreed.next().unwrap_or_default();
        let promised = agreed.try_fold(first, Promised::and)?;
        let said = group.profile().map(|profile| profile.term).unwrap_or_default();
        let made_here = group.lead().origin.is_none();
        Ok(Row {
            currency: self.currency,
            figures: self.shows_money.then(|| self.figures(&ids, promised)),
            tickets_open: ids.iter().filter_map(|id| self.open.get(id)).sum(),
            term: (said.start.or(promised.start), said.end.or(promised.end)),
            created_at: made_here.then(|| group.lead().id.at()),
            group,
        })
    }

    fn figures(&self, ids: &[ClientId], promised: Promised) -> Figures {
        let records = ids.iter().filter_map(|id| self.money.get(id));
        let sum = records.fold(Measures::default(), |sum, part| sum.plus(*part));
        let margin = Profitability::new(sum, self.currency).costed_margin_ratio();
        let band = MarginBand::of(margin);
        let owed = Receivables {
            overdue_minor: sum.open_minor,
            revenue_minor: sum.revenue_minor(),
            invoiced: sum.invoices > 0,
        };
        Figures {
            margin,
            band,
            health: Health::of(band, owed),
            overdue: Money::new(sum.open_minor, self.currency),
            promised,
        }
    }
}
