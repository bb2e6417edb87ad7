//! Who TechWave serves: size, growth, agreement, prices, habits.

use super::people::{self, City};
use super::profiles::{Presence, Profile, profiles};
use crate::random::Random;

/// How a client pays for the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agreement {
    PerUser,
    PerDevice,
    Flat,
    BlockHours,
    TimeAndMaterial,
}

/// How a client settles its invoices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Payer {
    Prompt,
    Slow,
    /// In two parts.
    Partial,
    /// Several invoices with one payment.
    Collecting,
    /// Not at all in the last months.
    Stopped,
}

/// A client with all that its tickets and invoices follow from. Money is in cents.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) number: usize,
    pub(super) profile: Profile,
    pub(super) city: City,
    pub(super) agreement: Agreement,
    pub(super) payer: Payer,
    /// Price of an hour outside the agreement.
    pub(super) labour_rate: i64,
    pub(super) discount_percent: i64,
    pub(super) taxed: bool,
    /// Days until an invoice is due.
    pub(super) terms: i64,
    /// Months with service: from the first, up to and not including the second.
    pub(super) first_month: usize,
    pub(super) end_month: Option<usize>,
    /// The month in which the agreement's price went up.
    pub(super) raise_month: Option<usize>,
    /// How much trouble a seat makes, in thousandths of the usual.
    pub(super) demand: i64,
    /// Names of the sub-customers that QuickBooks knows.
    pub(super) branches: &'static [&'static str],
    first_price: i64,
    seats: i64,
    growth_per_mille: i64,
}

impl Client {
    /// People served in a month; grows steadily, with a step where the client takes on a team.
    pub(super) fn seats(&self, month: usize) -> i64 {
        let months = i64::try_from(month.saturating_sub(self.first_month)).unwrap_or(0);
        let steps = months / 12 * (self.seats / 10);
        (self.seats + self.seats * self.growth_per_mille * months / 1000 + steps).max(3)
    }

    /// Managed machines in a month: a few servers beside one per person and some spare.
    pub(super) fn devices(&self, month: usize) -> i64 {
        let seats = self.seats(month);
        seats + seats / 5 + self.servers()
    }

    /// Servers under backup.
    pub(super) fn servers(&self) -> i64 {
        1 + self.seats / 25
    }

    /// Price of a user, a device, a month or a prepaid hour, as the agreement has it.
    pub(super) fn unit_price(&self, month: usize) -> i64 {
        let raised = self.raise_month.is_some_and(|raise| month >= raise);
        if raised { self.first_price / 2_000 * 2_100 + 100 } else { self.first_price }
    }

    /// Whether the client pays far too little for what it asks.
    pub(super) fn is_sinkhole(&self) -> bool {
        is_sinkhole(self.number)
    }

    /// Blocks of ten prepaid hours a month.
    pub(super) fn blocks(&self) -> i64 {
        1 + self.seats / 20
    }

    /// Whether the client is served in the month.
    pub(super) fn is_served(&self, month: usize) -> bool {
        month >= self.first_month && self.end_month.is_none_or(|end| month < end)
    }

    pub(super) fn has_left(&self) -> bool {
        self.end_month.is_some()
    }

    pub(super) fn in_desk(&self) -> bool {
        self.profile.presence != Presence::QuickBooksAlone
    }

    pub(super) fn in_books(&self) -> bool {
        self.profile.presence != Presence::SuperOpsAlone
    }
}

/// The clients of one data set.
pub(super) fn clients(count: usize, months: usize, random: &Random) -> Vec<Client> {
    let numbered = profiles(count).into_iter().enumerate().zip(1..);
    numbered
        .map(|((number, profile), purpose)| client(number, profile, months, random.fork(purpose)))
        .collect()
}

fn client(number: usize, profile: Profile, months: usize, mut random: Random) -> Client {
    let agreement = agreement(number, &mut random);
    let seats = seats(&mut random);
    let sinkhole = is_sinkhole(number);
    let city = people::city(&mut random);
    let leaves = months >= 12 && number % 23 == 14;
    let joins_late = months >= 12 && random.chance(300);
    Client {
        number,
        profile,
        agreement,
        payer: payer(number, &mut random),
        first_price: first_price(agreement, seats, sinkhole, &mut random),
        labour_rate: *random.pick(&[12_000, 13_000, 14_000, 15_000, 16_000]),
        discount_percent: [0, 5, 10, 15]
            .get(random.weighted(&[70, 15, 10, 5]))
            .copied()
            .unwrap_or(0),
        taxed: city.tax_basis_points > 0,
        city,
        terms: *random.pick(&[15, 30, 30, 45]),
        first_month: if joins_late { random.index(months / 2) } else { 0 },
        end_month: leaves.then_some(months - months / 5),
        raise_month: (months >= 18 && number.is_multiple_of(2)).then_some(months * 3 / 5),
        demand: if sinkhole { random.between(5_000, 8_000) } else { random.between(450, 2_300) },
        branches: if number == 4 { &["Downtown Shop", "Warehouse & Yard"] } else { &[] },
        seats,
        growth_per_mille: random.between(-4, 14),
    }
}

fn is_sinkhole(number: usize) -> bool {
    number % 17 == 3
}

fn agreement(number: usize, random: &mut Random) -> Agreement {
    const KINDS: [Agreement; 5] = [
        Agreement::PerUser,
        Agreement::Flat,
        Agreement::PerDevice,
        Agreement::BlockHours,
        Agreement::TimeAndMaterial,
    ];
    let sinkhole = is_sinkhole(number);
    let drawn = KINDS.get(random.weighted(&[40, 20, 20, 8, 12])).copied();
    // The first ones show every kind, so that small scales do too.
    let shown = [0, 4, 2, 1, 3].get(number).and_then(|kind: &usize| KINDS.get(*kind)).copied();
    if sinkhole { Agreement::Flat } else { shown.or(drawn).unwrap_or(Agreement::PerUser) }
}

fn seats(random: &mut Random) -> i64 {
    match random.weighted(&[30, 42, 22, 6]) {
        0 => random.between(5, 12),
        1 => random.between(13, 35),
        2 => random.between(36, 80),
        _ => random.between(81, 130),
    }
}

fn payer(number: usize, random: &mut Random) -> Payer {
    if number % 19 == 8 {
        return Payer::Stopped;
    }
    let kinds = [Payer::Prompt, Payer::Slow, Payer::Partial, Payer::Collecting];
    kinds.get(random.weighted(&[50, 25, 10, 15])).copied().unwrap_or(Payer::Prompt)
}

fn first_price(agreement: Agreement, seats: i64, sinkhole: bool, random: &mut Random) -> i64 {
    match agreement {
        Agreement::PerUser => random.between(62, 115) * 100,
        Agreement::PerDevice => random.between(30, 58) * 100,
        Agreement::Flat if sinkhole => (seats * 14).max(180) * 100,
        Agreement::Flat => (seats * random.between(45, 95)).max(450) / 50 * 5_000,
        Agreement::BlockHours => random.between(11, 14) * 1_000,
        Agreement::TimeAndMaterial => 0,
    }
}
