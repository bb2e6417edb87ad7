//! What is not known is said, with what is needed.

use clearmargin_domain::{money::Currency, period::Period};
use clearmargin_insight::genome::{
    Client, DIMENSIONS, Dimension, Genome, Known, Missing, MonthFigures, Of, analyse,
};
use rust_decimal::Decimal;

use crate::made::{client, genome, month, of, portfolio, usual, year};

fn value(genome: &Genome, number: u128, dimension: Dimension) -> Known<Decimal> {
    of(genome, number).reading(dimension).unwrap().value.clone()
}

#[test]
fn of_no_client_and_of_one_little_is_said() {
    let none = genome(&[]);
    assert!(none.clients.is_empty());
    assert_eq!(none.segments, Known::Missing(Missing::Clients { have: 0, needed: 12 }));
    let one = genome(&[client(1, &[usual(); 24])]);
    let said = of(&one, 1);
    assert_eq!(said.gap, Known::Missing(Missing::Clients { have: 0, needed: 5 }));
    assert_eq!(said.segment, None);
    assert!(said.look_alikes.missing().is_some());
    for reading in &said.signature {
        assert!(reading.value.known().is_some(), "{:?}", reading.dimension);
        let missing = Missing::Clients { have: 1, needed: 5 };
        assert_eq!(reading.standing, Known::Missing(missing));
    }
    assert!(said.score.known().is_some() && said.change.known().is_some());
}

#[test]
fn a_short_history_says_with_which_month_it_is_long_enough() {
    for have in 0..=6 {
        let genome = genome(&[client(1, &vec![usual(); have])]);
        let said = of(&genome, 1);
        assert_eq!(said.months, have);
        let start = month("2026-12").plus(1 - i32::try_from(have).unwrap());
        for (dimension, needed) in [(Dimension::EffectiveRate, 3), (Dimension::RevenueTrend, 6)] {
            let until = start.plus(i32::try_from(needed).unwrap() - 1);
            let short = Known::Missing(Missing::Months { have, needed, until });
            let value = value(&genome, 1, dimension);
            assert_eq!(value == short, have < needed, "{dimension:?} of {have}");
            assert_eq!(value.known().is_some(), have >= needed);
        }
        let until = start.plus(23);
        assert_eq!(said.change, Known::Missing(Missing::Months { have, needed: 24, until }));
    }
}

#[test]
fn without_revenue_there_is_no_ratio_of_it_and_no_score() {
    let unpaid = MonthFigures { service_revenue_minor: 0, product_revenue_minor: 0, ..usual() };
    let genome = genome(&[client(1, &[unpaid; 12])]);
    let nothing = |of| Known::Missing(Missing::Nothing { of });
    assert_eq!(value(&genome, 1, Dimension::LabourShare), nothing(Of::Revenue));
    assert_eq!(value(&genome, 1, Dimension::ServiceMargin), nothing(Of::ServiceRevenue));
    assert_eq!(value(&genome, 1, Dimension::ProductMargin), nothing(Of::ProductRevenue));
    assert_eq!(value(&genome, 1, Dimension::RevenueVariation), nothing(Of::Revenue));
    assert_eq!(of(&genome, 1).score.missing(), Some(&Missing::Nothing { of: Of::Revenue }));
    // An hour that brings nothing is known to bring nothing.
    assert_eq!(value(&genome, 1, Dimension::EffectiveRate), Known::Known(Decimal::new(0, 2)));
}

#[test]
fn without_rates_labour_is_not_said_to_be_free() {
    let uncosted = MonthFigures { uncosted_seconds: 40 * 3_600, labour_cost_minor: 0, ..usual() };
    let genome = genome(&[client(1, &[uncosted; 12])]);
    let seconds = 12 * 40 * 3_600;
    let missing = Missing::Uncosted { uncosted_seconds: seconds, worked_seconds: seconds };
    assert_eq!(value(&genome, 1, Dimension::LabourShare), Known::Missing(missing.clone()));
    assert_eq!(value(&genome, 1, Dimension::ServiceMargin), Known::Missing(missing));
    assert!(of(&genome, 1).score.known().unwrap().upper_bound);
}

#[test]
fn clients_who_are_all_the_same_stand_in_the_middle_without_a_distance() {
    let same: Vec<Client> = (1..=20).map(|number| client(number, &[usual(); 24])).collect();
    let genome = genome(&same);
    for said in &genome.clients {
        for reading in &said.signature {
            let standing = reading.standing.known().unwrap();
            assert_eq!((standing.z, standing.percentile), (None, Decimal::new(5, 1)));
        }
        assert_eq!(said.gap.known().unwrap().bridge.difference.minor, 0);
        assert_eq!(said.look_alikes.missing(), Some(&Missing::Dimensions { have: 0, needed: 5 }));
    }
    assert_eq!(genome.segments.missing(), Some(&Missing::Clients { have: 0, needed: 12 }));
}

#[test]
fn a_month_of_ten_times_its_size_stays_an_outlier_of_its_client() {
    let mut clients = portfolio(20, 12);
    let before = genome(&clients);
    let odd = clients[0].months.get_mut(&month("2026-06")).unwrap();
    odd.service_revenue_minor *= 10;
    let after = genome(&clients);
    for number in 2..=20 {
        let z = |genome: &Genome| {
            let reading = of(genome, number).reading(Dimension::EffectiveRate).unwrap();
            reading.standing.known().unwrap().z.unwrap()
        };
        assert!((z(&before) - z(&after)).abs() < Decimal::ONE, "{number}");
    }
    let variation = of(&after, 1).reading(Dimension::RevenueVariation).unwrap();
    assert!(variation.standing.known().unwrap().z.unwrap() > Decimal::from(5));
}

#[test]
fn a_gap_in_the_months_is_a_month_of_nothing_and_one_before_the_first_is_none() {
    let mut gapped = client(1, &[usual(); 9]);
    gapped.months.remove(&month("2026-07"));
    let genome = genome(&[gapped]);
    assert_eq!(of(&genome, 1).months, 9);
    assert!(*value(&genome, 1, Dimension::RevenueVariation).known().unwrap() > Decimal::new(3, 1));
}

#[test]
fn months_of_loss_and_of_any_size_break_nothing() {
    let mut odd = Vec::new();
    for number in [i64::MIN, i64::MIN / 3, -1, 0, 1, i64::MAX / 7, i64::MAX] {
        for count in [None, Some(number)] {
            odd.push(MonthFigures {
                service_revenue_minor: number,
                product_revenue_minor: number.saturating_neg(),
                labour_cost_minor: number,
                product_cost_minor: number / 2,
                worked_seconds: number,
                uncosted_seconds: number / 3,
                unbilled_seconds: number,
                recurring_minor: count,
                tickets: count,
                settled_minor: number,
                settled_days: number,
                on_time_minor: number,
                users: count,
                endpoints: count,
                licences: count,
                licences_billed: count,
            });
        }
    }
    let mut clients = portfolio(14, 24);
    for (number, figures) in (100..).zip(&odd) {
        clients.push(client(number, &[*figures; 24]));
        let mixed: Vec<_> = (0..24).map(|at| odd[(at * 5 + 3) % odd.len()]).collect();
        clients.push(client(1_000 + number, &mixed));
    }
    let genome = genome(&clients);
    assert!(genome.clients.iter().all(|client| client.signature.len() == DIMENSIONS));
}

#[test]
fn a_period_of_a_month_needs_more() {
    let december = Period::new(month("2026-12"), month("2026-12"), 36).unwrap();
    let genome = analyse(&portfolio(3, 12), december, Currency::USD);
    let short = Missing::Months { have: 1, needed: 3, until: month("2027-02") };
    assert_eq!(value(&genome, 1, Dimension::NetRate), Known::Missing(short));
    assert!(year().contains(month("2026-12")));
}
