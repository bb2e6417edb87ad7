//! Clients that are made up.

use std::collections::BTreeMap;

use clearmargin_domain::{
    id::ClientId,
    money::Currency,
    period::{Month, Period},
};
use clearmargin_insight::genome::{Client, ClientGenome, Genome, MonthFigures, analyse};
use jiff::Timestamp;
use proptest::{collection::vec, option, prelude::*};

pub(crate) fn id(number: u128) -> ClientId {
    ClientId::new(Timestamp::UNIX_EPOCH, number)
}

pub(crate) fn month(text: &str) -> Month {
    text.parse().unwrap()
}

/// The year 2026.
pub(crate) fn year() -> Period {
    Period::new(month("2026-01"), month("2026-12"), 36).unwrap()
}

/// A client whose last months, up to December 2026, are these.
pub(crate) fn client(number: u128, months: &[MonthFigures]) -> Client {
    let count = i32::try_from(months.len()).unwrap();
    let first = month("2026-12").plus(1 - count);
    let months = (0..count).map(|at| first.plus(at)).zip(months.iter().copied());
    Client { id: id(number), months: months.collect() }
}

pub(crate) fn genome(clients: &[Client]) -> Genome {
    analyse(clients, year(), Currency::USD)
}

pub(crate) fn of(genome: &Genome, number: u128) -> &ClientGenome {
    genome.clients.iter().find(|client| client.client == id(number)).unwrap()
}

/// A usual month: $5,000 of work in 40 hours, $1,000 of products.
pub(crate) fn usual() -> MonthFigures {
    MonthFigures {
        service_revenue_minor: 500_000,
        product_revenue_minor: 100_000,
        labour_cost_minor: 160_000,
        product_cost_minor: 75_000,
        worked_seconds: 40 * 3_600,
        uncosted_seconds: 0,
        unbilled_seconds: 3_600,
        recurring_minor: Some(480_000),
        tickets: Some(32),
        settled_minor: 600_000,
        settled_days: 600_000 * 28,
        on_time_minor: 450_000,
        users: Some(40),
        endpoints: Some(50),
        licences: Some(60),
        licences_billed: Some(57),
    }
}

/// The same month a little different for each client and month.
pub(crate) fn varied(client: u128, at: u128) -> MonthFigures {
    let off = |salt: u128, part: i64| {
        // The end of splitmix64: places near each other have nothing to do with each other.
        let place = u64::try_from((client * 64 + at) * 16 + salt).unwrap();
        let mixed = place.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        part * i64::try_from((mixed ^ (mixed >> 31)) % 41).unwrap() / 40
    };
    let usual = usual();
    MonthFigures {
        service_revenue_minor: 400_000 + off(1, 200_000),
        product_revenue_minor: 50_000 + off(2, 100_000),
        labour_cost_minor: 100_000 + off(3, 120_000),
        product_cost_minor: 40_000 + off(4, 70_000),
        worked_seconds: 90_000 + off(5, 90_000),
        unbilled_seconds: off(6, 9_000),
        tickets: Some(20 + off(7, 25)),
        settled_days: 600_000 * (15 + off(8, 40)),
        on_time_minor: off(9, 600_000),
        users: Some(30 + off(10, 20)),
        endpoints: Some(35 + off(11, 30)),
        ..usual
    }
}

/// So many clients of so many months.
pub(crate) fn portfolio(clients: u128, months: u128) -> Vec<Client> {
    let one = |number| {
        let all: Vec<_> = (0..months).map(|at| varied(number, at)).collect();
        client(number, &all)
    };
    (1..=clients).map(one).collect()
}

/// Any month: also returns, time without a rate, and what was not counted.
fn any_month() -> impl Strategy<Value = MonthFigures> {
    let money = || prop_oneof![4 => 0_i64..3_000_000, 1 => Just(0), 1 => -200_000_i64..0];
    let count = || option::of(0_i64..300);
    (
        (money(), money(), money(), money()),
        (0_i64..400_000, 0_i64..40_000, 0_i64..40_000),
        (option::of(0_i64..2_000_000), count(), count(), count(), count(), count()),
        (0_i64..2_000_000, 0_i64..90),
    )
        .prop_map(|(money, time, counts, paid)| MonthFigures {
            service_revenue_minor: money.0,
            product_revenue_minor: money.1,
            labour_cost_minor: money.2,
            product_cost_minor: money.3,
            worked_seconds: time.0,
            uncosted_seconds: time.1,
            unbilled_seconds: time.2,
            recurring_minor: counts.0,
            tickets: counts.1,
            users: counts.2,
            endpoints: counts.3,
            licences: counts.4,
            licences_billed: counts.5,
            settled_minor: paid.0,
            settled_days: paid.0 * paid.1,
            on_time_minor: paid.0 / 2,
        })
}

/// A usual month times something, with counts or without.
fn likely_month() -> impl Strategy<Value = MonthFigures> {
    (50_i64..200, 50_i64..200, 20_i64..200, 0_i64..3_600, any::<bool>()).prop_map(
        |(price, load, rate, uncosted, counted)| {
            let usual = usual();
            MonthFigures {
                service_revenue_minor: usual.service_revenue_minor * price / 100,
                labour_cost_minor: usual.labour_cost_minor * rate / 100,
                worked_seconds: usual.worked_seconds * load / 100,
                uncosted_seconds: uncosted,
                tickets: Some(load / 3 + 1),
                users: counted.then_some(40 + price / 10),
                ..usual
            }
        },
    )
}

/// Any portfolio of up to thirty clients of up to thirty months.
pub(crate) fn any_portfolio() -> impl Strategy<Value = Vec<Client>> {
    let months = prop_oneof![
        2 => vec(likely_month(), 0..30),
        1 => vec(any_month(), 0..30),
    ];
    vec(months, 0..30)
        .prop_map(|all| (1..).zip(all).map(|(number, months)| client(number, &months)).collect())
}

/// The same with all money in a unit of which there are ten times as many.
pub(crate) fn in_tenths(clients: &[Client]) -> Vec<Client> {
    let scaled = |figures: &MonthFigures| MonthFigures {
        service_revenue_minor: figures.service_revenue_minor * 10,
        product_revenue_minor: figures.product_revenue_minor * 10,
        labour_cost_minor: figures.labour_cost_minor * 10,
        product_cost_minor: figures.product_cost_minor * 10,
        recurring_minor: figures.recurring_minor.map(|minor| minor * 10),
        settled_minor: figures.settled_minor * 10,
        settled_days: figures.settled_days * 10,
        on_time_minor: figures.on_time_minor * 10,
        ..*figures
    };
    let months = |client: &Client| -> BTreeMap<_, _> {
        client.months.iter().map(|(month, figures)| (*month, scaled(figures))).collect()
    };
    clients.iter().map(|client| Client { id: client.id, months: months(client) }).collect()
}
