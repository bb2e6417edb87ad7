use clearmargin_domain::{
    agreement::{Months, PricingUnit, Quantity},
    id::{AgreementId, AgreementLineId},
    period::{Month, Period},
    rollup::Measures,
    service::Offering,
};
use jiff::{
    Timestamp,
    civil::{Date, date},
};
use proptest::{
    collection::{btree_set, vec},
    prelude::*,
};
use rust_decimal::Decimal;

use super::*;
use crate::snapshot::{
    Client,
    sold::{Entry, Sold, SoldAgreement, SoldLine},
};

const DAY: Date = date(2026, 7, 1);

fn client_id(number: u128) -> ClientId {
    ClientId::new(Timestamp::UNIX_EPOCH, number)
}

fn service(number: u128) -> ServiceId {
    ServiceId::new(Timestamp::UNIX_EPOCH, number)
}

/// What brings so much in each of the last twelve months, and pays so much a month for each service.
#[derive(Debug, Clone)]
struct Made {
    monthly: i64,
    has: Vec<(u128, i64)>,
}

fn made(monthly: i64, has: &[(u128, i64)]) -> Made {
    Made { monthly, has: has.to_vec() }
}

fn snapshot(clients: &[Made]) -> Snapshot {
    let last = Month::of(DAY).plus(-1);
    let mut known = BTreeMap::new();
    let (mut agreements, mut catalogue, mut next) = (Vec::new(), BTreeMap::new(), 0);
    for (number, made) in (1..).zip(clients) {
        let sums = Measures { service_revenue_minor: made.monthly, ..Measures::default() };
        let months = (0..12).map(|back| (last.plus(-back), sums)).collect();
        known.insert(client_id(number), Client { active: true, months, ..Client::default() });
        let lines = made.has.iter().map(|(entry, price)| {
            next += 1;
            let offering = Offering::Service;
            let listed = Entry { offering, active: true, list_price: None, unit_cost: None };
            catalogue.insert(service(*entry), listed);
            SoldLine {
                id: AgreementLineId::new(Timestamp::UNIX_EPOCH, next),
                service: Some(service(*entry)),
                offering,
                unit: PricingUnit::Flat,
                quantity: Quantity::try_from(Decimal::ONE).unwrap(),
                every: Some(Months::ONE),
                unit_price: Some(*price),
                unit_cost: None,
                foreign: false,
            }
        });
        agreements.push(SoldAgreement {
            id: AgreementId::new(Timestamp::UNIX_EPOCH, number),
            client: client_id(number),
            end: None,
            renewal: None,
            escalator: None,
            lines: lines.collect(),
        });
    }
    let sold = Sold { agreements, catalogue };
    Snapshot { clients: known, sold, ..Snapshot::empty(DAY, Period::ending(last, 60)) }
}

fn found(clients: &[Made]) -> Found {
    of_snapshot(&snapshot(clients)).found.unwrap()
}

fn of(found: &Found, client: u128, entry: u128) -> Option<&Chance> {
    found.chances.iter().find(|it| (it.client, it.service) == (client_id(client), service(entry)))
}

#[test]
fn share_price_and_expected_value_of_the_worked_example() {
    // Eleven clients alike have 1; six of the ten others have 2, too.
    let both = made(100_000, &[(1, 50_000), (2, 10_000)]);
    let one = made(100_000, &[(1, 50_000)]);
    let clients: Vec<_> =
        (0..11).map(|at| if at < 5 { one.clone() } else { both.clone() }).collect();
    let found = found(&clients);
    assert_eq!(found.chances.len(), 5);
    let chance = of(&found, 1, 2).unwrap();
    assert_eq!((chance.with, chance.alike), (6, 10));
    assert_eq!((chance.everybody_with, chance.everybody), (6, 10));
    // (6 + 5 × 7/12) ÷ 15 = 107/180, and × $100 × 12 = $713.33.
    assert_eq!((chance.share, chance.monthly, chance.expected), (594_444, 10_000, 71_333));
    let (low, high) = chance.band;
    assert!(
        low > 400_000 && low < chance.share && chance.share < high && high < 800_000,
        "{chance:?}"
    );
}

#[test]
fn what_it_would_pay_goes_by_its_size_within_what_others_pay() {
    let owner = |size: i64| made(size, &[(1, size / 10), (2, size / 20)]);
    let mut clients: Vec<_> = (1..=6).map(|times| owner(times * 100_000)).collect();
    for size in [250_000, 40_000, 9_000_000] {
        clients.push(made(size, &[(1, 1_000)]));
    }
    let found = found(&clients);
    let monthly = |client| of(&found, client, 2).unwrap().monthly;
    // A twentieth of its size; not less than the smallest pays, and not more than the largest.
    assert_eq!([monthly(7), monthly(8), monthly(9)], [12_500, 5_000, 30_000]);
}

/// Two kinds of clients: those with 1 to 4, and those with 5 to 8. Each has three of its four.
fn two_kinds() -> Vec<Made> {
    let three = |first: u128, without: u128| {
        let four = (first..first + 4).filter(|entry| *entry != first + without);
        made(100_000, &four.map(|entry| (entry, 10_000)).collect::<Vec<_>>())
    };
    (0..24_u128).map(|at| three(if at % 2 == 0 { 1 } else { 5 }, at / 2 % 4)).collect()
}

#[test]
fn what_look_alikes_have_goes_before_what_many_have() {
    let found = found(&two_kinds());
    // The first has 2, 3 and 4.
    let (like, unlike) = (of(&found, 1, 1).unwrap(), of(&found, 1, 5));
    assert!(like.share > 550_000, "{like:?}");
    assert!(unlike.is_none_or(|it| it.share < 300_000), "{unlike:?}");
    let held_out = found.held_out.unwrap();
    assert_eq!((held_out.hidden, found.cases), (72, 72));
    // Any five of six are found by chance in most cases; the place tells more.
    assert!(held_out.alike.found > held_out.popular.found, "{held_out:?}");
    assert!(held_out.alike.precision > 2 * held_out.popular.precision, "{held_out:?}");
}

#[test]
fn too_few_clients_or_cases_are_told() {
    let some = made(100_000, &[(1, 1_000), (2, 1_000)]);
    let few = of_snapshot(&snapshot(&vec![some.clone(); 5]));
    assert_eq!((few.compared, few.found), (5, None));
    let idle = made(0, &[(1, 1_000)]);
    let mut clients = vec![some; 6];
    clients.push(idle);
    let growth = of_snapshot(&snapshot(&clients));
    assert_eq!((growth.compared, growth.left_out, growth.services), (6, 1, 2));
    // Everybody who can be compared has everything, and twelve cases are too few to test with.
    let nothing = Found { chances: vec![], held_out: None, cases: 12 };
    assert_eq!(growth.found, Some(nothing));
    assert_eq!(of_snapshot(&snapshot(&[])).found, None);
}

#[test]
fn what_is_no_longer_sold_is_not_proposed() {
    let both = made(100_000, &[(1, 50_000), (2, 10_000)]);
    let mut clients = vec![both; 8];
    clients.push(made(100_000, &[(1, 50_000)]));
    let mut snapshot = snapshot(&clients);
    assert_eq!(of_snapshot(&snapshot).found.unwrap().chances.len(), 1);
    snapshot.sold.catalogue.get_mut(&service(2)).unwrap().active = false;
    assert_eq!(of_snapshot(&snapshot).found.unwrap().chances, []);
}

fn any_clients() -> impl Strategy<Value = Vec<Made>> {
    let price = -50_i64..100_000;
    let has = btree_set(1_u128..9, 0..6).prop_flat_map(move |entries| {
        let count = entries.len();
        (Just(entries), vec(price.clone(), count))
    });
    let one = (-1_000_i64..1_000_000, has).prop_map(|(monthly, (entries, prices))| Made {
        monthly,
        has: entries.into_iter().zip(prices).collect(),
    });
    vec(one, 0..30)
}

proptest! {
    #[test]
    fn sums_add_up_and_shares_are_shares(clients in any_clients()) {
        let snapshot = snapshot(&clients);
        let growth = of_snapshot(&snapshot);
        let Some(found) = growth.found else {
            prop_assert!(growth.compared < FEWEST_CLIENTS);
            return Ok(());
        };
        let all: i64 = found.chances.iter().map(|it| it.expected).sum();
        for sum in [
            sums(&found.chances, |it| it.client.to_string()),
            sums(&found.chances, |it| it.service.to_string()),
        ] {
            prop_assert_eq!(sum.values().map(|(_, expected)| expected).sum::<i64>(), all);
            prop_assert_eq!(sum.values().map(|(count, _)| count).sum::<usize>(), found.chances.len());
        }
        for it in &found.chances {
            let (low, high) = it.band;
            prop_assert!(0 <= low && low < high && high <= 1_000_000, "{:?}", it);
            prop_assert!(low <= it.share && it.share <= high, "{:?}", it);
            prop_assert!(it.with <= it.alike && it.alike <= NEAREST && it.monthly > 0);
            // Within half a millionth of a share of a year, and half a cent.
            let off = Decimal::from(it.expected)
                - Decimal::new(it.share, SHARE_DECIMALS) * Decimal::from(12 * it.monthly);
            let most = Decimal::new(5, 1) + Decimal::new(6 * it.monthly, SHARE_DECIMALS);
            prop_assert!(off.abs() <= most, "{:?}", it);
        }
        if let Some(held_out) = found.held_out {
            prop_assert!(held_out.alike.found <= held_out.hidden);
            prop_assert!(held_out.popular.found <= held_out.hidden);
        }
    }

    #[test]
    fn the_order_of_agreements_makes_no_difference_to_a_byte(clients in any_clients()) {
        let snapshot = snapshot(&clients);
        let mut other = snapshot.clone();
        other.sold.agreements.reverse();
        let written = |snapshot| serde_json::to_vec(&of_snapshot(snapshot)).unwrap();
        prop_assert_eq!(written(&snapshot), written(&other));
        let read: Growth = serde_json::from_slice(&written(&snapshot)).unwrap();
        prop_assert_eq!(read, of_snapshot(&snapshot));
    }
}
