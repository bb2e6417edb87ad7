//! Made-up portfolios with leaks that are planted, and with what looks like leaks and is none.
//!
//! Whoever plants a leak writes its truth down from what was planted, by arithmetic of its own: nothing
//! of the detectors is used here but the types of the records.
#![expect(clippy::indexing_slicing, reason = "clients by number")]

mod baseline;
mod ledgers;
mod more_traps;
mod plan;
mod planted;
mod purchases;
mod random;
mod records;
mod traps;
mod working;

use clearmargin_domain::period::Month;
use clearmargin_insight::leaks::{Portfolio, Purchase};
use jiff::civil::{Date, date};

use self::{
    plan::{Bill, Calendar, ENDPOINT, Plan, USER},
    random::Random,
};
use super::truth::Truth;

/// A portfolio, the day on which it is looked at, and its leaks.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) as_of: Date,
    pub(crate) portfolio: Portfolio,
    pub(crate) truth: Truth,
}

/// What a portfolio is made from.
struct Scene {
    random: Random,
    /// Names what is sold.
    shop: String,
    /// Names the clients and all that is theirs.
    tag: String,
    calendar: Calendar,
    clients: Vec<Plan>,
    shared: Vec<Purchase>,
    /// Credit memos to write: client, month, kit, units, amount.
    memos: Vec<(usize, usize, usize, i64, i64)>,
    outliers: Vec<(usize, usize)>,
    /// What is charged in the books alone: client, month, line, what.
    books_only: Vec<(usize, usize, usize, Bill)>,
    /// Clients that something was planted with, by what it is about.
    used: Vec<(usize, &'static str)>,
    truth: Truth,
}

/// The portfolio of a seed: 20 to 80 clients over 18 to 36 months. One without leaks has everything
/// else.
pub(crate) fn make(seed: u64, leaks: bool) -> Made {
    let mut random = Random::new(seed);
    let clients = random.within(20, 80);
    let months = random.within(18, 36);
    let from = Month::of(date(2022, 1, 1)).plus(i32::try_from(random.within(0, 24)).unwrap_or(0));
    let months = usize::try_from(months).unwrap_or(18);
    make_sized(seed, leaks, usize::try_from(clients).unwrap_or(20), (from, months))
}

/// The same with so many clients, from a month for so many months.
pub(crate) fn make_sized(seed: u64, leaks: bool, clients: usize, span: (Month, usize)) -> Made {
    make_part((seed, 0), leaks, clients, span)
}

/// A part of a portfolio that is too large to be made at once: what is sold and the day are the same in all
/// parts of a seed, the clients are others.
pub(crate) fn make_part(
    (seed, part): (u64, u64),
    leaks: bool,
    clients: usize,
    (from, months): (Month, usize),
) -> Made {
    let mut random = Random::new(seed ^ 0x5eed);
    let last = from.plus(i32::try_from(months).unwrap_or(18));
    let day = last.day(i8::try_from(random.within(3, 27)).unwrap_or(3));
    let calendar = Calendar { from, months, as_of: day.unwrap_or(last.first_day()) };
    let shop = format!("{seed}");
    let mut tag = shop.clone();
    if part != 0 {
        tag = format!("{seed}-{part}");
        random = Random::new(seed ^ (part << 32));
    }
    let clients: Vec<Plan> =
        (0..clients).map(|number| baseline::client(&mut random, &calendar, &tag, number)).collect();
    let mut scene = Scene {
        random,
        shop,
        tag,
        calendar,
        clients,
        shared: Vec::new(),
        memos: Vec::new(),
        outliers: Vec::new(),
        books_only: Vec::new(),
        used: Vec::new(),
        truth: Truth::default(),
    };
    scene.play(leaks);
    let portfolio = scene.portfolio();
    Made { as_of: scene.calendar.as_of, portfolio, truth: scene.truth }
}

impl Scene {
    fn play(&mut self, leaks: bool) {
        if leaks {
            for kit in [USER, 2, 3] {
                self.plant_outlier(kit);
            }
            self.plant_lines();
        }
        self.put_traps();
        self.vendors();
        self.work();
        if leaks {
            self.plant_work();
        }
        self.expenses(leaks);
        self.plant_fates(leaks);
        self.tell_outliers();
    }

    fn plant_lines(&mut self) {
        let plants: [fn(&mut Self); 14] = [
            |it| it.plant_excess(ENDPOINT),
            |it| it.plant_excess(USER),
            |it| it.plant_excess(2),
            Self::plant_excess_by_bill,
            Self::plant_not_invoiced,
            Self::plant_year_not_invoiced,
            Self::plant_fewer,
            Self::plant_uplift,
            Self::plant_renewal,
            Self::plant_wrong_price,
            Self::plant_cost_rise,
            Self::plant_cancelled,
            Self::plant_never_bought,
            Self::plant_uncontracted,
        ];
        self.once_or_twice(&plants);
        for _ in 0..self.random.within(1, 3) {
            self.plant_discount();
        }
    }

    fn plant_work(&mut self) {
        let plants: [fn(&mut Self); 4] = [
            Self::plant_unbilled,
            Self::plant_otherwise,
            Self::plant_wrong_rate,
            Self::plant_overrun,
        ];
        self.once_or_twice(&plants);
    }

    /// Does each of these once or twice.
    fn once_or_twice(&mut self, all: &[fn(&mut Self)]) {
        for one in all {
            for _ in 0..self.random.within(1, 2) {
                one(self);
            }
        }
    }

    /// A client with which nothing of that kind was done yet.
    fn free_client(&mut self, fits: impl Fn(&Plan) -> bool, what: &'static str) -> Option<usize> {
        let free = |at: &usize| fits(&self.clients[*at]) && !self.used.contains(&(*at, what));
        let all: Vec<usize> = (0..self.clients.len()).filter(free).collect();
        let found = self.random.pick(&all).copied()?;
        self.used.push((found, what));
        Some(found)
    }
}
