//! How a budget stands at the end of a day: what was spent of what was planned, what that will come
//! to, and which thresholds it reached.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};
use rust_decimal::Decimal;

use super::{Budget, BudgetRevision, Category, DaySums, Spending, Spent, SpentOn, Thresholds};
use crate::{
    id::{BudgetCategoryId, BudgetId},
    metrics::ratio,
    money::divide_half_even,
    period::{Month, Period},
};

/// How a budget stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// The day at whose end it stands so: what counts later is not in it.
    pub as_of: Date,
    /// How many days the budget has.
    pub days: i64,
    /// How many of them are over by the end of that day.
    pub elapsed: i64,
    /// All categories together.
    pub total: Line,
    /// Each category.
    pub categories: Vec<CategoryFigures>,
    /// What was bought in the budget's time on no account that is known, in smallest units: no category
    /// counts it. `None` where no category takes anything from accounts.
    pub without_account: Option<Spent>,
}

/// How a category stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryFigures {
    /// The category.
    pub id: BudgetCategoryId,
    /// What people call it.
    pub name: String,
    /// How it stands.
    pub line: Line,
}

/// How a plan stands. Amounts are in smallest units of the budget's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What is planned for the whole time.
    pub planned: i64,
    /// What was spent.
    pub spent: i64,
    /// How many expenses that is.
    pub expenses: i64,
    /// The part of both that was bought on accounts: amounts before tax, and lines of purchases.
    pub bought: Spent,
    /// Each month.
    pub months: Vec<MonthFigures>,
    /// Each threshold; none where nothing is planned.
    pub thresholds: Vec<Crossing>,
    /// What will have been spent in the end if it goes on at the same rate: spent ÷ days that are
    /// over × days, half to even. `None` as long as no day is over or nothing was recorded.
    pub projected: Option<i64>,
    /// The day since which more is spent than was planned, or the one on which that will be so at
    /// the same rate. `None` where it does not come to that in the budget's time, or no rate is known.
    pub overrun_on: Option<Date>,
}

/// A month of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthFigures {
    /// The month.
    pub month: Month,
    /// What is planned for it.
    pub planned: i64,
    /// What was left of the months before, or, below zero, what they took from it; nothing unless
    /// the budget rolls over. `None` for a month that has not begun.
    pub carried: Option<i64>,
    /// What was spent in it; `None` for a month that has not begun.
    pub spent: Option<i64>,
    /// Planned and carried less spent; `None` for a month that has not begun.
    pub left: Option<i64>,
}

/// A threshold and whether it is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crossing {
    /// So many percent of what is planned.
    pub percent: u16,
    /// The day since which as much or more is spent; `None` where less is.
    pub since: Option<Date>,
}

/// Something that people want to know of a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alert {
    /// The category; `None` for the budget as a whole.
    pub category: Option<BudgetCategoryId>,
    /// What it is.
    pub news: News,
    /// Since when it is so, or when it will be.
    pub day: Date,
}

/// What people want to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// So many percent of the plan are spent.
    Threshold(u16),
    /// More is spent than was planned.
    Overspent,
    /// At the same rate more will be spent than is planned.
    Ahead,
}

impl News {
    /// The name of every kind of news.
    pub const NAMES: [&'static str; 3] = ["threshold", "overspent", "overrun_ahead"];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [threshold, overspent, ahead] = Self::NAMES;
        match self {
            Self::Threshold(_) => threshold,
            Self::Overspent => overspent,
            Self::Ahead => ahead,
        }
    }
}

impl Line {
    /// What people want to know of it.
    fn alerts(&self, category: Option<BudgetCategoryId>) -> impl Iterator<Item = Alert> {
        let alert = move |news, day| Alert { category, news, day };
        let crossed = self.thresholds.iter().filter_map(move |crossing| {
            crossing.since.map(|day| alert(News::Threshold(crossing.percent), day))
        });
        let overrun = if self.remaining() < 0 { News::Overspent } else { News::Ahead };
        crossed.chain(self.overrun_on.map(|day| alert(overrun, day)))
    }

    /// What is left of the plan; below zero where more was spent.
    pub fn remaining(&self) -> i64 {
        self.planned.saturating_sub(self.spent)
    }

    /// Spent ÷ planned, to four decimals; `None` where nothing is planned.
    pub fn used(&self) -> Option<Decimal> {
        ratio(self.spent, self.planned)
    }
}

impl Figures {
    /// What people want to know: of the budget as a whole, then of each category.
    pub fn alerts(&self) -> Vec<Alert> {
        let parts = self.categories.iter();
        let parts = parts.flat_map(|category| category.line.alerts(Some(category.id)));
        self.total.alerts(None).chain(parts).collect()
    }

    /// How a budget stands at the end of a day. `approved` is the plan in force where the budget says
    /// that another one is ([`Budget::superseded`]); `spending` is what was recorded in its categories
    /// and bought on their accounts.
    pub fn of(
        budget: &Budget,
        approved: Option<&BudgetRevision>,
        spending: &Spending,
        as_of: Date,
    ) -> Self {
        let (roll_over, plan) = budget.in_force(approved);
        let (period, thresholds) = (budget.period, &budget.thresholds);
        let view = View { period, as_of, roll_over, thresholds };
        let mut all = Days::default();
        let mut categories = Vec::with_capacity(plan.len());
        for category in &plan {
            let days = view.of_category(budget.id, category, spending);
            let line = view.line(&category.planned, &days);
            categories.push(CategoryFigures { id: category.id, name: category.name.clone(), line });
            all.merge(days);
        }
        let takes = plan.iter().any(|category| !category.accounts.is_empty());
        Self {
            as_of,
            days: view.period.days(),
            elapsed: view.elapsed(),
            total: view.line(&together(&plan, period.len()), &all),
            categories,
            without_account: takes.then(|| view.without_account(spending)),
        }
    }
}

/// What was spent on each day, and what of all that was bought on accounts.
#[derive(Default)]
struct Days {
    all: DaySums,
    bought: Spent,
}

impl Days {
    fn add(&mut self, day: Date, spent: Spent) {
        let sum = self.all.entry(day).or_default();
        *sum = sum.plus(spent);
    }

    fn merge(&mut self, other: Self) {
        other.all.into_iter().for_each(|(day, spent)| self.add(day, spent));
        self.bought = self.bought.plus(other.bought);
    }
}

/// What all categories together plan for each month.
fn together(plan: &[Category], months: usize) -> Vec<i64> {
    let mut sums = vec![0; months];
    for category in plan {
        sums.iter_mut().zip(&category.planned).for_each(|(sum, minor)| *sum += minor);
    }
    sums
}

/// From where a plan is looked at.
struct View<'a> {
    period: Period,
    as_of: Date,
    roll_over: bool,
    thresholds: &'a Thresholds,
}

impl View<'_> {
    /// What was spent on something in the budget's time until the day.
    fn days(&self, spending: &Spending, on: SpentOn) -> impl Iterator<Item = (Date, Spent)> {
        let (first, last) = (self.period.from().first_day(), self.period.to().last_day());
        let days = spending.get(&on).into_iter().flatten().map(|(day, spent)| (*day, *spent));
        days.filter(move |(day, _)| (first..=last.min(self.as_of)).contains(day))
    }

    /// What was recorded in a category and bought on its accounts.
    fn of_category(&self, budget: BudgetId, category: &Category, spending: &Spending) -> Days {
        let mut days = Days::default();
        for account in &category.accounts {
            for (day, spent) in self.days(spending, SpentOn::Account { account: Some(*account) }) {
                days.add(day, spent);
                days.bought = days.bought.plus(spent);
            }
        }
        let recorded = SpentOn::Category { budget, category: category.id };
        self.days(spending, recorded).for_each(|(day, spent)| days.add(day, spent));
        days
    }

    fn without_account(&self, spending: &Spending) -> Spent {
        let nowhere = self.days(spending, SpentOn::Account { account: None });
        nowhere.fold(Spent::default(), |sum, (_, spent)| sum.plus(spent))
    }

    /// How a plan stands of which so much was spent on which days, none of them later.
    fn line(&self, planned: &[i64], spent: &Days) -> Line {
        let days = &spent.all;
        let sum = days.values().copied().fold(Spent::default(), Spent::plus);
        let whole: i64 = planned.iter().sum();
        let reached = |percent: u16| {
            since(days, |spent| spent * 100 >= i128::from(percent) * i128::from(whole))
        };
        let crossing = |percent| Crossing { percent, since: reached(percent) };
        Line {
            planned: whole,
            spent: sum.minor,
            expenses: sum.count,
            bought: spent.bought,
            months: self.months(planned, days),
            thresholds: self.thresholds.percents().filter(|_| whole > 0).map(crossing).collect(),
            projected: self.projected(sum),
            overrun_on: since(days, |spent| spent > i128::from(whole))
                .or_else(|| self.overrun(whole, sum)),
        }
    }

    fn months(&self, planned: &[i64], days: &BTreeMap<Date, Spent>) -> Vec<MonthFigures> {
        let mut carried = 0;
        let mut months = Vec::new();
        for (month, planned) in self.period.months().zip(planned.iter().copied()) {
            let begun = month.first_day() <= self.as_of;
            let of_month = days.range(month.first_day()..=month.last_day());
            let spent: i64 = of_month.map(|(_, spent)| spent.minor).sum();
            let left = planned + carried - spent;
            let known = |minor: i64| begun.then_some(minor);
            let (spent, known_carried, known_left) = (known(spent), known(carried), known(left));
            months.push(MonthFigures {
                month,
                planned,
                carried: known_carried,
                spent,
                left: known_left,
            });
            carried = if self.roll_over { left } else { 0 };
        }
        months
    }

    /// How many days are over.
    fn elapsed(&self) -> i64 {
        let first = self.period.from().first_day();
        let over = i64::from((self.as_of - first).get_days()) + 1;
        over.clamp(0, self.period.days())
    }

    fn projected(&self, sum: Spent) -> Option<i64> {
        if sum.count == 0 {
            return None;
        }
        let whole = i128::from(sum.minor) * i128::from(self.period.days());
        divide_half_even(whole, self.elapsed().into()).and_then(|minor| minor.try_into().ok())
    }

    /// The first day on which the rate comes to more than was planned: the least whole number of
    /// days with spent × days > planned × elapsed.
    fn overrun(&self, planned: i64, sum: Spent) -> Option<Date> {
        let whole = i128::from(planned) * i128::from(self.elapsed());
        let before = whole.checked_div(i128::from(sum.minor)).filter(|_| sum.minor > 0)?;
        let before = i64::try_from(before).ok().filter(|before| *before < self.period.days())?;
        let known = sum.count > 0 && self.elapsed() > 0;
        self.period.from().first_day().checked_add(before.days()).ok().filter(|_| known)
    }
}

/// The day since which that holds of all that was spent by then; `None` if it does not in the end.
fn since(days: &BTreeMap<Date, Spent>, holds: impl Fn(i128) -> bool) -> Option<Date> {
    let (mut spent, mut since) = (0, None);
    for (day, sum) in days {
        spent += i128::from(sum.minor);
        since = if holds(spent) { since.or(Some(*day)) } else { None };
    }
    since
}

#[cfg(test)]
pub(super) mod tests;
