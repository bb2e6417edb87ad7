use std::collections::BTreeSet;

use jiff::{Timestamp, civil::date};
use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{
    budget::BudgetState,
    id::{BudgetCategoryId, BudgetId, ExpenseAccountId},
    money::Currency,
};

/// A draft of the first months of 2026, as many as are planned.
pub(in crate::budget) fn budget(categories: &[Category]) -> Budget {
    let months = categories.first().map_or(1, |category| category.planned.len());
    let from: Month = "2026-01".parse().unwrap();
    let to = from.plus(i32::try_from(months).unwrap() - 1);
    Budget {
        id: BudgetId::new(Timestamp::UNIX_EPOCH, 1),
        name: "Marketing".to_owned(),
        currency: Currency::USD,
        period: Period::new(from, to, 24).unwrap(),
        roll_over: true,
        thresholds: vec![50, 80, 100].try_into().unwrap(),
        revision: 1,
        reason: None,
        state: BudgetState::Draft,
        sent_back: None,
        in_force: None,
        categories: categories.to_vec(),
    }
}

pub(in crate::budget) fn category(number: u128, planned: &[i64]) -> Category {
    Category {
        id: BudgetCategoryId::new(Timestamp::UNIX_EPOCH, number),
        name: format!("Category {number}"),
        planned: planned.to_vec(),
        accounts: BTreeSet::new(),
        booked: false,
    }
}

pub(in crate::budget) fn account(number: u128) -> ExpenseAccountId {
    ExpenseAccountId::new(Timestamp::UNIX_EPOCH, number)
}

/// The category, taking what is bought on these accounts.
pub(in crate::budget) fn taking(category: Category, accounts: &[u128]) -> Category {
    Category { accounts: accounts.iter().copied().map(account).collect(), ..category }
}

/// What was recorded in a category of the budget.
fn recorded_in(number: u128) -> SpentOn {
    SpentOn::Category {
        budget: BudgetId::new(Timestamp::UNIX_EPOCH, 1),
        category: category(number, &[]).id,
    }
}

fn spend(spending: &mut Spending, on: SpentOn, day: Date, minor: i64) {
    let sum = spending.entry(on).or_default().entry(day).or_default();
    *sum = sum.plus(Spent { minor, count: 1 });
}

fn spent(days: &[(Date, i64)]) -> Spending {
    let mut spending = Spending::new();
    for (day, minor) in days {
        spend(&mut spending, recorded_in(1), *day, *minor);
    }
    spending
}

/// How one category stands.
fn line(planned: &[i64], days: &[(Date, i64)], as_of: Date) -> Line {
    let figures = Figures::of(&budget(&[category(1, planned)]), None, &spent(days), as_of);
    assert_eq!(figures.total, figures.categories[0].line);
    figures.total
}

/// 12,000 for the year 2026.
const YEAR: [i64; 12] = [100_000; 12];

#[test]
fn a_rate_is_known_from_the_first_expense_on() {
    let first = (date(2026, 2, 10), 300_000);
    // Golden: spent, as of, what it will come to, when it is too much.
    for (days, as_of, projected, overrun) in [
        // No day is over, and nothing is recorded.
        (vec![], date(2025, 12, 31), None, None),
        (vec![], date(2026, 6, 30), None, None),
        (vec![first], date(2026, 2, 9), None, None),
        // 3,000 in 90 days are 12,166.67 in 365: 12,000 are reached with the 360th.
        (vec![first], date(2026, 3, 31), Some(1_216_667), Some(date(2026, 12, 27))),
        // In 91 days they are 12,032.97: 12,000 are reached with the 364th, and passed on the next.
        (vec![first], date(2026, 4, 1), Some(1_203_297), Some(date(2026, 12, 31))),
        // In 92 days they are less than the plan.
        (vec![first], date(2026, 4, 2), Some(1_190_217), None),
        // What came back: nothing is spent, at no rate.
        (vec![first, (date(2026, 2, 11), -300_000)], date(2026, 3, 31), Some(0), None),
        // More than everything was spent already.
        (
            vec![first, (date(2026, 3, 1), 900_001)],
            date(2026, 3, 31),
            Some(4_866_671),
            Some(date(2026, 3, 1)),
        ),
        // After the last day the rate is what it was.
        (vec![first], date(2027, 5, 1), Some(300_000), None),
    ] {
        let line = line(&YEAR, &days, as_of);
        assert_eq!((line.projected, line.overrun_on), (projected, overrun), "{as_of} {days:?}");
    }
}

#[test]
fn exactly_the_plan_is_no_overrun() {
    let even = line(&[3_100, 2_800], &[(date(2026, 1, 1), 3_100)], date(2026, 1, 31));
    assert_eq!((even.projected, even.overrun_on), (Some(5_900), None));
    let all = line(&[3_100], &[(date(2026, 1, 1), 3_100)], date(2026, 1, 31));
    assert_eq!((all.remaining(), all.used()), (0, Some(Decimal::ONE)));
    assert_eq!(all.overrun_on, None);
}

#[test]
fn a_threshold_is_reached_on_a_day_and_left_when_money_comes_back() {
    let days = [
        (date(2026, 1, 5), 40),
        (date(2026, 1, 9), 10),
        (date(2026, 1, 12), 45),
        (date(2026, 1, 20), -20),
        (date(2026, 1, 25), 25),
    ];
    let since = |as_of| {
        let line = line(&[100], &days, as_of);
        line.thresholds.iter().map(|crossing| crossing.since).collect::<Vec<_>>()
    };
    let day = |day| Some(date(2026, 1, day));
    assert_eq!(since(date(2026, 1, 8)), [None, None, None]);
    assert_eq!(since(date(2026, 1, 9)), [day(9), None, None]);
    assert_eq!(since(date(2026, 1, 12)), [day(9), day(12), None]);
    assert_eq!(since(date(2026, 1, 20)), [day(9), None, None]);
    assert_eq!(since(date(2026, 1, 31)), [day(9), day(25), day(25)]);
}

#[test]
fn what_is_left_of_a_month_counts_for_the_next_one() {
    let days = [(date(2026, 1, 31), 60), (date(2026, 2, 1), 200)];
    let mut budget = budget(&[category(1, &[100, 100, 100, 100])]);
    let months = |budget: &Budget| {
        let figures = Figures::of(budget, None, &spent(&days), date(2026, 3, 1));
        let months = figures.total.months.into_iter();
        months.map(|month| (month.carried, month.spent, month.left)).collect::<Vec<_>>()
    };
    let begun = |carried, spent, left| (Some(carried), Some(spent), Some(left));
    let future = (None, None, None);
    let rolling = [begun(0, 60, 40), begun(40, 200, -60), begun(-60, 0, 40), future];
    assert_eq!(months(&budget), rolling);
    budget.roll_over = false;
    assert_eq!(months(&budget), [begun(0, 60, 40), begun(0, 200, -100), begun(0, 0, 100), future]);
}

#[test]
fn without_a_plan_there_is_no_share_of_it() {
    let line = line(&[0], &[(date(2026, 1, 10), 5)], date(2026, 1, 31));
    assert_eq!((line.used(), line.thresholds.len(), line.remaining()), (None, 0, -5));
    assert_eq!((line.projected, line.overrun_on), (Some(5), Some(date(2026, 1, 10))));
}

#[test]
fn alerts_say_what_was_reached_and_what_lies_ahead() {
    let plan = budget(&[category(1, &[100]), category(2, &[1_000])]);
    let figures = Figures::of(&plan, None, &spent(&[(date(2026, 1, 4), 85)]), date(2026, 1, 10));
    let first = Some(category(1, &[]).id);
    let alert = |news, day| Alert { category: first, news, day: date(2026, 1, day) };
    // 85 in 10 days: 100 are passed on the 12th. The other category hardly has a rate.
    let expected =
        [alert(News::Threshold(50), 4), alert(News::Threshold(80), 4), alert(News::Ahead, 12)];
    assert_eq!(figures.alerts(), expected);
    let more = spent(&[(date(2026, 1, 4), 85), (date(2026, 1, 5), 16)]);
    let figures = Figures::of(&plan, None, &more, date(2026, 1, 10));
    assert_eq!(figures.alerts().last(), Some(&alert(News::Overspent, 5)));
}

#[test]
fn what_is_bought_in_time_on_accounts_of_the_plan_in_force_counts() {
    let on = |number: Option<u128>| SpentOn::Account { account: number.map(account) };
    let mut spending = spent(&[(date(2026, 1, 4), 40)]);
    for (account, day, minor) in [
        (Some(1), date(2026, 1, 4), 25),
        (Some(2), date(2026, 1, 9), 30),
        // Before the budget's time, after the day looked from, and on an account of no category.
        (Some(1), date(2025, 12, 31), 1_000),
        (Some(1), date(2026, 1, 11), 1_000),
        (Some(9), date(2026, 1, 5), 1_000),
        (None, date(2026, 1, 5), 7),
    ] {
        spend(&mut spending, on(account), day, minor);
    }
    let plan = budget(&[taking(category(1, &[100]), &[1, 2]), category(2, &[100])]);
    let figures = Figures::of(&plan, None, &spending, date(2026, 1, 10));
    let line = &figures.categories[0].line;
    assert_eq!((line.spent, line.expenses), (95, 3));
    assert_eq!(line.bought, Spent { minor: 55, count: 2 });
    assert_eq!(figures.categories[1].line.bought, Spent::default());
    assert_eq!((figures.total.spent, figures.total.bought.minor), (95, 55));
    assert_eq!(line.thresholds[1].since, Some(date(2026, 1, 9)));
    assert_eq!(figures.without_account, Some(Spent { minor: 7, count: 1 }));
    let manual = budget(&[category(1, &[100])]);
    let figures = Figures::of(&manual, None, &spending, date(2026, 1, 10));
    assert_eq!((figures.total.spent, figures.without_account), (40, None));
}

/// An expense: category, day and amount.
type Row = (u128, i64, i64);

/// Expenses of two categories within the first four months, what is planned for each, whether it rolls
/// over, and a day to look from.
fn histories() -> impl Strategy<Value = (Vec<Row>, [Vec<i64>; 2], bool, i64)> {
    let expense = (1..=2_u128, 0..120_i64, -2_000..10_000_i64);
    let plan = || vec(0..50_000_i64, 4);
    (vec(expense, 0..40), [plan(), plan()], any::<bool>(), -5..130_i64)
}

fn day(number: i64) -> Date {
    date(2026, 1, 1).checked_add(number.days()).unwrap()
}

/// The figures, day by day and expense by expense.
struct Oracle {
    days: i64,
    until: i64,
    planned: i64,
    expenses: Vec<(i64, i64)>,
}

impl Oracle {
    fn spent_by(&self, last: i64) -> i64 {
        self.expenses.iter().filter(|(day, _)| *day <= last).map(|(_, minor)| minor).sum()
    }

    /// The first of the last days on all of which that holds.
    fn since(&self, holds: impl Fn(i64) -> bool) -> Option<Date> {
        let with = (0..=self.until).rev().take_while(|day| holds(self.spent_by(*day)));
        with.last().map(day)
    }

    fn check(&self, line: &Line) {
        let until = self.until;
        let spent = self.spent_by(until);
        let count = self.expenses.iter().filter(|(day, _)| *day <= until).count();
        assert_eq!((line.spent, line.remaining()), (spent, self.planned - spent));
        assert_eq!(line.expenses, i64::try_from(count).unwrap());
        for crossing in &line.thresholds {
            let percent = i64::from(crossing.percent);
            let since = self.since(|spent| spent * 100 >= percent * self.planned);
            assert_eq!(crossing.since, since, "{percent}");
        }
        assert_eq!(line.thresholds.len(), if self.planned > 0 { 3 } else { 0 });
        let elapsed = (until + 1).clamp(0, self.days);
        assert_eq!(line.projected.is_some(), elapsed > 0 && count > 0);
        if let Some(projected) = line.projected {
            let off = projected * elapsed - spent * self.days;
            assert!(2 * off.abs() <= elapsed);
        }
        let overrun = if spent > self.planned {
            self.since(|spent| spent > self.planned)
        } else {
            let mut ahead = (1..=self.days).filter(|_| elapsed > 0);
            ahead.find(|days| spent * days > self.planned * elapsed).map(|days| day(days - 1))
        };
        assert_eq!(line.overrun_on, overrun);
    }
}

proptest! {
    #[test]
    fn figures_are_what_counting_day_by_day_gives(
        (expenses, plans, roll_over, until) in histories(),
    ) {
        let categories = [
            taking(category(1, &plans[0]), &[10, 11]),
            taking(category(2, &plans[1]), &[20, 21]),
        ];
        let budget = Budget { roll_over, ..budget(&categories) };
        let mut spending = Spending::new();
        for (number, at, minor) in &expenses {
            // Some are recorded, and some are bought on one of two accounts.
            let on = match minor.rem_euclid(3) {
                0 => recorded_in(*number),
                rest => SpentOn::Account {
                    account: Some(account(number * 10 + u128::from(rest == 1))),
                },
            };
            spend(&mut spending, on, day(*at), *minor);
        }
        let figures = Figures::of(&budget, None, &spending, day(until));
        let oracle = |numbers: &[u128]| Oracle {
            days: 120,
            until,
            planned: numbers.iter().flat_map(|number| {
                &plans[usize::try_from(number - 1).unwrap()]
            }).sum(),
            expenses: expenses.iter().filter(|(number, ..)| numbers.contains(number))
                .map(|(_, at, minor)| (*at, *minor)).collect(),
        };
        oracle(&[1, 2]).check(&figures.total);
        oracle(&[1]).check(&figures.categories[0].line);
        oracle(&[2]).check(&figures.categories[1].line);
        // What all months that have begun leave is what the plan of them leaves.
        let begun: Vec<_> = figures.total.months.iter().filter(|it| it.left.is_some()).collect();
        let planned: i64 = begun.iter().map(|month| month.planned).sum();
        let left = planned - figures.total.spent;
        if roll_over {
            prop_assert_eq!(begun.last().map_or(left, |month| month.left.unwrap()), left);
        } else {
            prop_assert_eq!(begun.iter().filter_map(|month| month.left).sum::<i64>(), left);
        }
    }
}
