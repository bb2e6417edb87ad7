//! What is known of clients month by month, and when each was one.
//!
//! A client is charged in a month if its documents of it bring revenue. Its step is how many months its
//! documents usually lie apart: the longest step of two years, of those of at most twelve. Once nothing came
//! for a step, it is quiet; once it was so for three months, it has left, in the first of them. What comes
//! after that begins anew, but a season is remembered. All of it follows from months that are over: nothing of what came later is in it.

use std::collections::BTreeMap;

use clearmargin_domain::{id::ClientId, period::Month};

use crate::snapshot::{Client, IssuedInvoice, Snapshot};

/// In how many months a client has to have been charged: fewer are jobs, not clients.
pub(super) const CHARGED: usize = 3;
/// For how many months a client has to be quiet to have left.
pub(super) const QUIET: usize = 3;
/// Steps longer than a year are those of different jobs.
const LONGEST_STEP: usize = 12;
/// How far back steps count.
const STEPS_BACK: usize = 24;

/// Where a client stands at the end of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    /// Which of its times as a client it is.
    pub(super) spell: usize,
    /// The month in which that began.
    pub(super) first: usize,
    /// The month in which it was last charged.
    pub(super) last: usize,
    /// How many months its documents lie apart.
    pub(super) step: usize,
    /// In how many months it was charged.
    pub(super) charged: usize,
}

impl State {
    /// Whether it is more than a few jobs.
    pub(super) fn is_client(&self) -> bool {
        self.charged >= CHARGED
    }

    /// Whether it was time for a document, and there was none.
    pub(super) fn is_quiet(&self, month: usize) -> bool {
        month - self.last >= self.step
    }
}

/// What came due in a month.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Due {
    pub(super) bills: usize,
    pub(super) minor: i64,
    pub(super) late_minor: i64,
}

/// A client, month by month.
#[derive(Debug)]
pub(super) struct Course {
    pub(super) active: bool,
    pub(super) revenue: Vec<i64>,
    pub(super) recurring: Vec<i64>,
    pub(super) tickets: Vec<i64>,
    pub(super) worked: Vec<i64>,
    pub(super) due: Vec<Due>,
    /// What is contracted at the end of the current month and three months later.
    pub(super) contracted: (i64, i64),
    /// Where it stands at the end of each month; nothing before and between its times as a client.
    pub(super) states: Vec<Option<State>>,
    /// The month in which it left, of each of its times.
    pub(super) ends: Vec<Option<usize>>,
}

impl Course {
    /// Whether it has left by the end of a month, seen from an earlier one.
    pub(super) fn has_left(&self, state: State, by: usize) -> bool {
        self.ends.get(state.spell).copied().flatten().is_some_and(|end| end <= by)
    }

    /// When it last left; nothing of one that never was there.
    pub(super) fn last_end(&self) -> Option<usize> {
        self.ends.last().copied().flatten()
    }
}

/// Everybody, over the same months.
#[derive(Debug)]
pub(super) struct Portfolio {
    /// The first month.
    pub(super) from: Month,
    /// How many there are; the last is the last that was over and has been charged for.
    pub(super) months: usize,
    /// The first month in which anybody was charged; the number of months if nobody was.
    pub(super) first: usize,
    pub(super) tickets_since: Option<usize>,
    pub(super) worked_since: Option<usize>,
    pub(super) recurring_since: Option<usize>,
    pub(super) clients: Vec<(ClientId, Course)>,
}

impl Portfolio {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let from = snapshot.period.from();
        let months = charged_months(snapshot);
        let mut bills: BTreeMap<ClientId, Vec<&IssuedInvoice>> = BTreeMap::new();
        let known = snapshot.bills_from().first_day();
        for bill in snapshot.bills.iter().filter(|bill| bill.day >= known) {
            bills.entry(bill.client).or_default().push(bill);
        }
        let window = Window { from, months, over: snapshot.period.len() };
        let course = |(id, client): (&ClientId, &Client)| {
            let bills = bills.get(id).map_or(&[][..], Vec::as_slice);
            (*id, window.course(client, bills))
        };
        let clients: Vec<_> = snapshot.clients.iter().map(course).collect();
        let since = |of: fn(&Course) -> &Vec<i64>| {
            let first = |(_, course): &(ClientId, Course)| of(course).iter().position(|it| *it > 0);
            clients.iter().filter_map(first).min()
        };
        Self {
            from,
            months,
            first: since(|it| &it.revenue).unwrap_or(months),
            tickets_since: snapshot.tickets_since.and_then(|month| window.at(month)),
            worked_since: since(|it| &it.worked),
            recurring_since: since(|it| &it.recurring),
            clients,
        }
    }

    /// How many months are known.
    pub(super) fn history(&self) -> usize {
        self.months - self.first
    }

    /// The month of that number.
    pub(super) fn month(&self, at: usize) -> Month {
        self.from.plus(i32::try_from(at).unwrap_or(i32::MAX))
    }
}

/// How many months of a snapshot have been charged for: all that are over, or all but the last one if
/// fewer than half of those who were charged in each of the three before were charged in it. Its invoices
/// are not written yet then.
pub(crate) fn charged_months(snapshot: &Snapshot) -> usize {
    let (months, last) = (snapshot.period.len(), snapshot.period.to());
    let charged = |client: &Client, back: i32| {
        client.months.get(&last.plus(-back)).is_some_and(|sums| sums.revenue_minor() > 0)
    };
    let monthly = |client: &&Client| (1..=3).all(|back| charged(client, back));
    let (mut before, mut again) = (0_usize, 0_usize);
    for client in snapshot.clients.values().filter(monthly) {
        before += 1;
        again += usize::from(charged(client, 0));
    }
    months - usize::from(2 * again < before)
}

/// The months that are looked at.
struct Window {
    from: Month,
    months: usize,
    /// How many are over.
    over: usize,
}

impl Window {
    fn at(&self, month: Month) -> Option<usize> {
        usize::try_from(month.since(self.from)).ok().filter(|at| *at < self.months)
    }

    fn dense<T>(&self, sums: &BTreeMap<Month, T>, of: impl Fn(&T) -> i64) -> Vec<i64> {
        let mut dense = vec![0; self.months];
        for (month, sum) in sums {
            if let Some(at) = self.at(*month) {
                dense[at] = of(sum);
            }
        }
        dense
    }

    fn course(&self, client: &Client, bills: &[&IssuedInvoice]) -> Course {
        let revenue = self.dense(&client.months, |sums| sums.revenue_minor());
        let (states, ends) = times(&revenue);
        let current = self.from.plus(i32::try_from(self.over).unwrap_or(i32::MAX));
        Course {
            active: client.active,
            recurring: self.dense(&client.recurring, |minor| *minor),
            tickets: self.dense(&client.tickets, |count| *count),
            worked: self.dense(&client.months, |sums| sums.worked_seconds),
            due: self.due(bills),
            contracted: contracted(client, current),
            revenue,
            states,
            ends,
        }
    }

    /// What came due. Whether it was paid by then was known on that day. What was settled without being
    /// known to be paid is left out.
    fn due(&self, bills: &[&IssuedInvoice]) -> Vec<Due> {
        let mut due = vec![Due::default(); self.months];
        let known = bills.iter().filter(|it| it.total > 0 && (it.open > 0 || it.paid.is_some()));
        for bill in known {
            let Some(at) = self.at(Month::of(bill.due)) else { continue };
            let late = bill.paid.is_none_or(|paid| paid > bill.due);
            let sum = &mut due[at];
            sum.bills += 1;
            sum.minor = sum.minor.saturating_add(bill.total);
            sum.late_minor = sum.late_minor.saturating_add(if late { bill.total } else { 0 });
        }
        due
    }
}

/// What is contracted at the end of the current month, and at the end of the third one after it.
fn contracted(client: &Client, current: Month) -> (i64, i64) {
    let at = |month: Month| client.contracted.get(&month).copied().unwrap_or_default();
    (at(current), at(current.plus(3)))
}

/// A time as a client.
struct Spell {
    first: usize,
    last: usize,
    charged: usize,
    step: usize,
}

impl Spell {
    /// For how many months it may be without a document. Of a few jobs nobody knows.
    fn patience(&self) -> usize {
        if self.charged < CHARGED { LONGEST_STEP } else { self.step }
    }
}

/// How many months a client's documents lie apart, by those of its past.
fn step(charged: &[usize], month: usize) -> usize {
    let recent = charged.iter().rev().take_while(|at| month - **at <= STEPS_BACK);
    let recent: Vec<usize> = recent.copied().collect();
    let steps = recent.windows(2).map(|pair| pair[0] - pair[1]);
    steps.filter(|step| *step <= LONGEST_STEP).max().unwrap_or(1)
}

/// Where a client stands at the end of each month, and the month in which each of its times ended.
fn times(revenue: &[i64]) -> (Vec<Option<State>>, Vec<Option<usize>>) {
    let (mut states, mut ends) = (Vec::with_capacity(revenue.len()), Vec::<Option<usize>>::new());
    let (mut charged, mut current) = (Vec::new(), None::<Spell>);
    for (month, minor) in revenue.iter().enumerate() {
        if *minor > 0 {
            charged.push(month);
            let before = current.take().unwrap_or_else(|| {
                ends.push(None);
                Spell { first: month, last: month, charged: 0, step: 1 }
            });
            let step = step(&charged, month);
            let charged = before.charged + 1;
            current = Some(Spell { last: month, charged, step, ..before });
        }
        let is_over = |spell: &Spell| month + 1 - spell.last >= spell.patience() + QUIET;
        if let Some(spell) = current.take_if(|spell| is_over(spell))
            && let Some(end) = ends.last_mut()
        {
            *end = Some(spell.last + spell.patience());
        }
        states.push(current.as_ref().map(|spell| State {
            spell: ends.len() - 1,
            first: spell.first,
            last: spell.last,
            step: spell.step,
            charged: spell.charged,
        }));
    }
    (states, ends)
}
