#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "probabilities are numbers"
)]

use clearmargin_domain::{id::CompetitorQuoteId, money::Money};
use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn service(number: u128) -> ServiceId {
    ServiceId::new(jiff::Timestamp::UNIX_EPOCH, number)
}

fn quote(
    competitor: &str,
    of: Option<ServiceId>,
    minor: i64,
    outcome: QuoteOutcome,
) -> CompetitorQuote {
    CompetitorQuote {
        id: CompetitorQuoteId::derived(&[competitor, &minor.to_string()]),
        customer: None,
        competitor: competitor.parse().unwrap(),
        service: of,
        unit: PricingUnit::User,
        unit_price: Money::new(minor, Currency::USD),
        quantity: None,
        quoted_on: date(2026, 10, 1),
        outcome,
    }
}

fn own(minor: i64) -> OwnPrice {
    OwnPrice { service: service(1), unit: PricingUnit::User, clients: 3, median: minor }
}

#[test]
fn intervals_of_medians_are_those_of_the_tables() {
    // From how many of the least to how many of the most, and how sure: Conover, Practical Nonparametric
    // Statistics, the binomial with ½.
    for (count, from, coverage) in
        [(5, 1, 937_500), (8, 2, 929_688), (10, 2, 978_516), (13, 4, 907_715), (20, 6, 958_611)]
    {
        let spread = Spread::of((1..=count).collect()).unwrap();
        assert_eq!((spread.between, spread.coverage), ((from, count + 1 - from), coverage));
    }
    assert_eq!(Spread::of(vec![1; 4]), None);
}

#[test]
fn quotes_stand_beside_what_own_clients_pay() {
    let of = Some(service(1));
    let quotes = [
        quote("Rival  IT", of, 9_000, QuoteOutcome::Won),
        quote("rival it", of, 10_000, QuoteOutcome::Lost),
        quote("Other", of, 11_000, QuoteOutcome::Lost),
        quote("Other", of, 12_000, QuoteOutcome::Pending),
        quote("Third", of, 13_000, QuoteOutcome::Won),
        quote("Third", None, 99, QuoteOutcome::Pending),
    ];
    let all = analysed(&quotes, &[own(10_000)], Currency::USD);
    assert_eq!(all.len(), 2);
    let first = &all[0];
    assert_eq!((first.service, first.quotes, first.competitors), (of, 5, 3));
    assert_eq!((first.own, first.beside_own), (Some(own(10_000)), Some((3, 1))));
    let spread = first.spread.unwrap();
    assert_eq!((spread.median, spread.between), (11_000, (9_000, 13_000)));
    assert_eq!(first.outcomes, Outcomes { won: 2, lost: 2, pending: 1 });
    let other = &all[1];
    assert_eq!(
        (other.service, other.own, other.spread, other.beside_own),
        (None, None, None, None)
    );
    assert_eq!(other.outcomes.band(), None);
}

#[test]
fn a_price_in_another_currency_is_counted_and_not_compared() {
    let mut quotes = vec![quote("Rival", Some(service(1)), 9_000, QuoteOutcome::Won); 5];
    quotes[0].unit_price = Money::new(1, "EUR".parse().unwrap());
    let all = analysed(&quotes, &[own(10_000)], Currency::USD);
    assert_eq!((all[0].quotes, all[0].priced, all[0].spread), (5, 4, None));
    assert_eq!(all[0].beside_own, Some((0, 4)));
}

#[test]
fn the_share_that_is_won_has_the_interval_of_jeffreys() {
    // Brown, Cai and DasGupta 2001: of Beta(won + ½, lost + ½); here 8 of 10 within 90 per cent.
    let (low, high) = Outcomes { won: 8, lost: 2, pending: 9 }.band().unwrap();
    assert!((low - 547_000).abs() < 3_000 && (high - 940_000).abs() < 8_000, "{low} {high}");
    let (low, high) = Outcomes { won: 0, lost: 1, pending: 0 }.band().unwrap();
    assert!(low < 10_000 && high > 700_000, "{low} {high}");
}

proptest! {
    #[test]
    fn an_interval_is_as_sure_as_it_says_and_no_wider_than_needed(count in 5..120_usize) {
        let prices: Vec<i64> = (0..).take(count).collect();
        let spread = Spread::of(prices).unwrap();
        // Plainly: of all ways in which prices fall below or above the median, those that leave too few below.
        let choose = |of: usize, many: usize| {
            (0..many).fold(1.0_f64, |ways, at| ways * (of - at) as f64 / (at + 1) as f64)
        };
        let miss = |left: usize| {
            (0..=left).map(|it| choose(count, it)).sum::<f64>() * 2.0 / 2.0_f64.powf(count as f64)
        };
        let left = usize::try_from(spread.between.0).unwrap();
        prop_assert!(miss(left) <= 0.1 + 1e-9 && miss(left + 1) > 0.1 - 1e-9);
        prop_assert!((1.0 - miss(left) - spread.coverage as f64 / 1e6).abs() < 1e-6);
        prop_assert!(spread.coverage >= 900_000);
    }

    #[test]
    fn everything_told_is_in_order(prices in proptest::collection::vec(1..1_000_i64, 5..60)) {
        let spread = Spread::of(prices.clone()).unwrap();
        let told = [spread.lowest, spread.lower_quartile, spread.median, spread.upper_quartile, spread.highest];
        prop_assert!(told.is_sorted());
        prop_assert!(spread.between.0 <= spread.median && spread.median <= spread.between.1);
        prop_assert!(told.iter().all(|price| prices.contains(price)));
    }
}
