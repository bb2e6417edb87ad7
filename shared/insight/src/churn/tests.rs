use clearmargin_domain::{
    id::InvoiceId,
    period::{Month, Period},
    rollup::Measures,
};
use jiff::{Timestamp, ToSpan as _, civil::Date};
use proptest::{collection::vec, prelude::*};

use super::*;
use crate::snapshot::{Client, IssuedInvoice};

mod simulated;

fn id(number: u128) -> ClientId {
    ClientId::new(Timestamp::UNIX_EPOCH, number)
}

/// A client, the last of its months last.
#[derive(Debug, Clone, Default)]
struct Made {
    revenue: Vec<i64>,
    recurring: Vec<i64>,
    tickets: Vec<i64>,
    hours: Vec<i64>,
    /// The day in the next month on which each month's bill was paid, or that it is open. Bills are due
    /// at the end of their month.
    paid: Vec<Option<i64>>,
    contracted: Vec<i64>,
    inactive: bool,
}

fn steady(months: usize) -> Made {
    Made { revenue: vec![100_000; months], tickets: vec![6; months], ..Made::default() }
}

fn series(period: Period, of: &[i64]) -> BTreeMap<Month, i64> {
    let skip = period.len() - of.len();
    let months = period.months().skip(skip).zip(of.iter().copied());
    months.filter(|(_, sum)| *sum != 0).collect()
}

/// The organisation with these clients on the tenth of November 2026.
fn snapshot(clients: &[(u128, Made)]) -> Snapshot {
    let last: Month = "2026-10".parse().unwrap();
    let period = Period::ending(last, 60);
    let mut snapshot = Snapshot::empty(last.plus(1).day(10).unwrap(), period);
    for (number, made) in clients {
        let id = id(*number);
        let (revenue, hours) = (series(period, &made.revenue), series(period, &made.hours));
        let mut months: BTreeMap<Month, Measures> = BTreeMap::new();
        for (month, minor) in &revenue {
            months.entry(*month).or_default().service_revenue_minor = *minor;
        }
        for (month, hours) in &hours {
            months.entry(*month).or_default().worked_seconds = hours.saturating_mul(3_600);
        }
        let tickets = series(period, &made.tickets);
        let first = tickets.keys().next().copied();
        snapshot.tickets_since = snapshot.tickets_since.into_iter().chain(first).min();
        let skip = period.len() - made.paid.len();
        for (month, paid) in period.months().skip(skip).zip(&made.paid) {
            snapshot.bills.push(bill(id, month, *paid));
        }
        let contracted = Snapshot::ahead_of(period).zip(made.contracted.iter().copied());
        let client = Client {
            active: !made.inactive,
            months,
            contracted: contracted.filter(|(_, minor)| *minor != 0).collect(),
            recurring: series(period, &made.recurring),
            tickets,
            ..Client::default()
        };
        snapshot.clients.insert(id, client);
    }
    snapshot.bills.sort();
    snapshot
}

fn bill(client: ClientId, month: Month, paid: Option<i64>) -> IssuedInvoice {
    let after = |days: i64| -> Date { month.last_day().checked_add(days.days()).unwrap() };
    IssuedInvoice {
        client,
        day: month.first_day(),
        id: InvoiceId::derived(&[&client.to_string(), &month.to_string()]),
        due: month.last_day(),
        total: 100_000,
        open: if paid.is_some() { 0 } else { 100_000 },
        paid: paid.map(after),
    }
}

fn numbered(made: impl IntoIterator<Item = Made>) -> Vec<(u128, Made)> {
    (1..).zip(made).collect()
}

/// Ten clients of three years of whom three left, and one about whom is asked.
fn with(asked: Made) -> Vec<(u128, Made)> {
    let mut clients = vec![steady(36); 10];
    for (at, client) in clients.iter_mut().take(3).enumerate() {
        client.revenue[12 + 5 * at..].fill(0);
        client.tickets[12 + 5 * at..].fill(0);
    }
    clients.push(asked);
    numbered(clients)
}

fn told(clients: &[(u128, Made)]) -> Risk {
    let churn = risk(&snapshot(clients));
    churn.outcome.unwrap_or_else(|why| panic!("{why:?}"))
}

/// The client about whom [`with`] asks.
fn asked(made: Made) -> ClientRisk {
    let risk = told(&with(made));
    risk.clients.into_iter().find(|it| it.client == id(11)).unwrap()
}

fn part(client: &ClientRisk, factor: Factor) -> Option<i64> {
    client.reasons.iter().find(|it| it.factor == factor).map(|it| it.part)
}

/// Everything that has to hold of whatever is told.
fn check(churn: &Churn) {
    let Ok(risk) = &churn.outcome else { return };
    let sum = |of: &dyn Fn(&ClientRisk) -> i64| risk.clients.iter().map(of).sum::<i64>();
    assert_eq!(sum(&|it| it.revenue_of_year), risk.revenue_of_year);
    for at in 0..HORIZONS {
        assert_eq!(sum(&|it| it.horizons[at].at_risk), risk.at_risk[at]);
    }
    assert!(risk.clients.is_sorted_by_key(|it| Reverse(it.horizons[2].at_risk)));
    assert!((0..=1_000_000).contains(&risk.learned.prior_share), "{:?}", risk.learned);
    assert!((0..=1_000_000).contains(&risk.learned.yearly));
    for it in &risk.clients {
        let [month, two, three] = &it.horizons;
        let said = 1.0 / (1.0 + (-(it.log_odds() as f64) / 1e9).exp());
        assert!((said - month.probability as f64 / 1e6).abs() < 1e-6, "{it:?}");
        assert!(month.probability <= two.probability && two.probability <= three.probability);
        assert!(month.at_risk <= two.at_risk && two.at_risk <= three.at_risk);
        for horizon in &it.horizons {
            let [(low, high), (lowest, highest)] = horizon.bands;
            assert!(0 <= lowest && lowest <= low && low <= horizon.probability, "{it:?}");
            assert!(horizon.probability <= high && high <= highest && highest <= 1_000_000);
            assert!(0 <= horizon.at_risk && horizon.at_risk <= it.revenue_of_year);
        }
        assert!(it.reasons.iter().all(|reason| !it.not_known.contains(&reason.factor)));
    }
    if let Ok(look_back) = &risk.look_back {
        for test in &look_back.horizons {
            assert_eq!(test.bins.iter().map(|bin| bin.cases).sum::<usize>(), test.cases);
        }
    }
}

#[test]
fn one_that_was_not_charged_for_three_months_when_it_was_time_has_left() {
    let gap = |step: usize, silent: usize| -> Vec<i64> {
        let charged = |at: usize| if at.is_multiple_of(step) { 50_000 } else { 0 };
        let until = 60 - silent;
        (0..60).map(|at| if at < until { charged(until - 1 - at) } else { 0 }).collect()
    };
    let standing = |revenue: Vec<i64>, inactive: bool| {
        let risk = told(&with(Made { revenue, inactive, ..Made::default() }));
        let client = risk.clients.iter().find(|it| it.client == id(11)).cloned();
        (client, risk.untold.get(&id(11)).copied())
    };
    // Charged monthly, quarterly, and once a year.
    for (step, quiet_from, gone_from) in [(1, 1, 3), (3, 3, 5), (12, 12, 14)] {
        for silent in 0..16 {
            let (client, untold) = standing(gap(step, silent), false);
            if silent < gone_from {
                let client = client.unwrap();
                assert_eq!(
                    part(&client, Factor::Quiet).is_some(),
                    silent >= quiet_from,
                    "{silent}"
                );
                assert_eq!(client.step, step);
            } else {
                let back = i32::try_from(silent - step).unwrap();
                let since = "2026-10".parse::<Month>().unwrap().plus(-back);
                assert_eq!(untold, Some(Untold::Gone { since }), "{step} {silent}");
            }
        }
    }
    assert_eq!(standing(vec![1_000; 36], true).1, Some(Untold::Inactive));
    assert_eq!(standing(Vec::new(), false).1, Some(Untold::NeverCharged));
    let few = Untold::Few { have: 2, needed: 3 };
    assert_eq!(standing(vec![50_000; 2], false).1, Some(few));
}

#[test]
fn a_client_is_learned_from_once_it_is_known_what_became_of_it() {
    // Month 12 is the last of the first leaver, and its third charged one month 2.
    let churn = risk(&snapshot(&with(steady(36))));
    // The last three months of nobody are known; each month of eight who stay from its third on counts.
    let leavers: usize = [12, 17, 22].iter().map(|months| months - 2).sum();
    assert_eq!(churn.client_months, 8 * (33 - 2) + leavers);
    assert_eq!((churn.leavers, churn.returned, churn.months), (3, 0, 36));
    // One who is away for half a year has left and come back; a season of every year is no leaving but the first.
    let mut seasonal = steady(36);
    let year = |at: usize| at % 12 < 8;
    seasonal.revenue.iter_mut().enumerate().filter(|(at, _)| !year(*at)).for_each(|it| *it.1 = 0);
    let churn = risk(&snapshot(&with(seasonal)));
    assert_eq!((churn.leavers, churn.returned), (3 + 1, 1));
}

#[test]
fn a_month_that_is_not_invoiced_yet_makes_nobody_quiet() {
    let mut clients = with(steady(36));
    for (_, made) in &mut clients {
        made.revenue[35] = 0;
    }
    let risk = told(&clients);
    assert_eq!(risk.through.to_string(), "2026-09");
    assert!(risk.clients.iter().all(|it| part(it, Factor::Quiet).is_none()));
    // Half of them were: the others are quiet.
    for (_, made) in clients.iter_mut().skip(3).take(4) {
        made.revenue[35] = 100_000;
    }
    let risk = told(&clients);
    assert_eq!(risk.through.to_string(), "2026-10");
    let quiet = risk.clients.iter().filter(|it| part(it, Factor::Quiet).is_some());
    assert_eq!(quiet.count(), 4);
}

#[test]
fn each_factor_says_what_it_is_of() {
    let halved = |of: i64| {
        let mut months = vec![of; 33];
        months.extend([of / 2; 3]);
        months
    };
    let evidence = |made: Made, factor: Factor| {
        let client = asked(made);
        let reason = client.reasons.iter().find(|it| it.factor == factor).copied();
        reason.map(|it| (it.part > 0, it.evidence.now, it.evidence.against))
    };
    let fell = Made { revenue: halved(80_000), ..steady(36) };
    assert_eq!(evidence(fell, Factor::Revenue), Some((true, 40_000, Some(80_000))));
    // One large invoice makes no trend.
    let mut project = steady(36);
    project.revenue[30] = 2_000_000;
    assert_eq!(evidence(project, Factor::Revenue), None);
    let fewer = Made { tickets: halved(20), ..steady(36) };
    assert_eq!(evidence(fewer, Factor::Tickets), Some((true, 30, Some(120))));
    let mut silent = steady(36);
    silent.tickets[33..].fill(0);
    assert_eq!(evidence(silent, Factor::Silence), Some((true, 0, Some(36))));
    let paid = [Some(-2), Some(0), Some(1), Some(40), None, Some(-1)];
    let late = Made { paid: paid.to_vec(), ..steady(36) };
    assert_eq!(evidence(late, Factor::LatePayments), Some((true, 500_000, None)));
    let work = Made { hours: [vec![10; 33], vec![20; 3]].concat(), ..steady(36) };
    assert_eq!(evidence(work, Factor::Work), Some((true, 60 * 3_600, Some(60 * 3_600))));
    assert_eq!(evidence(steady(13), Factor::Young), Some((true, 12, None)));
    let ends = Made { contracted: vec![1_000, 1_000, 600, 250], ..steady(36) };
    assert_eq!(evidence(ends, Factor::ContractEnds), Some((true, 250, Some(1_000))));
    let mut clients = with(steady(36));
    clients[5].1.recurring = vec![9_000; 36];
    let risk = told(&clients);
    let of = |number| risk.clients.iter().find(|it| it.client == id(number)).unwrap();
    assert!(part(of(11), Factor::NothingRecurs).is_some_and(|part| part > 0));
    assert_eq!(part(of(6), Factor::NothingRecurs), None);
}

#[test]
fn what_is_not_known_adds_nothing_and_is_told() {
    let bare = Made { revenue: vec![50_000; 5], ..Made::default() };
    let clients = numbered(vec![bare; 60]);
    let churn = risk(&snapshot(&clients));
    assert_eq!(churn.outcome, Err(NoChurn::NotEnough));
    let bare = Made { revenue: vec![50_000; 7], ..Made::default() };
    let risk = told(&numbered(vec![bare; 60]));
    let first = &risk.clients[0];
    let unknown = Factor::ALL.into_iter().filter(|it| !matches!(it, Factor::Quiet));
    assert_eq!(first.not_known, unknown.collect::<Vec<_>>());
    assert_eq!((first.reasons.len(), first.play), (0, None));
    assert_eq!(first.log_odds(), first.base);
    assert_eq!(first.revenue_of_year, 12 * 50_000);
}

#[test]
fn as_long_as_nobody_left_the_prior_counts_and_says_so() {
    let churn = risk(&snapshot(&numbered(vec![steady(12); 4])));
    let risk = churn.outcome.unwrap();
    assert_eq!((churn.leavers, churn.client_months), (0, 28));
    assert!(risk.learned.prior_share > 850_000, "{:?}", risk.learned);
    assert!((80_000..100_000).contains(&risk.learned.yearly), "{:?}", risk.learned);
    let none = NoLookBack { origins: 1, leavers: 0, needed: 5 };
    assert_eq!(risk.look_back, Err(NoLookBack { origins: 0, ..none }));
    // What the past cannot teach stays as it was taken to be.
    let ends = risk.learned.effects[Factor::ContractEnds.at()].1;
    assert_eq!((ends.learned, ends.width), (ends.prior, ends.prior_width));
}

#[test]
fn what_is_known_today_changes_nothing_of_the_past() {
    // The rows of a shorter history are those of the longer one as far as they go.
    let clients: Vec<_> = simulated::portfolio(7, &simulated::Truth::strong());
    let shorter = |made: &Made| Made {
        revenue: made.revenue[..34].to_vec(),
        tickets: made.tickets[..34].to_vec(),
        hours: made.hours[..34].to_vec(),
        ..Made::default()
    };
    let at = |clients: &[(u128, Made)]| {
        let without =
            |(number, made): &(u128, Made)| (*number, Made { paid: Vec::new(), ..made.clone() });
        let portfolio = Portfolio::of(&snapshot(&clients.iter().map(without).collect::<Vec<_>>()));
        let first = portfolio.first;
        let mut rows = rows(&portfolio);
        for row in &mut rows {
            row.month -= first;
        }
        rows
    };
    let cut: Vec<_> = clients.iter().map(|(number, made)| (*number, shorter(made))).collect();
    let (long, short) = (at(&clients), at(&cut));
    let last = short.iter().map(|row| row.month).max().unwrap();
    let long: Vec<_> = long.into_iter().filter(|row| row.month <= last).collect();
    assert_eq!(long, short);
}

#[test]
fn the_largest_reason_makes_the_play() {
    let mut quiet = steady(36);
    quiet.revenue[35] = 0;
    let client = asked(quiet);
    assert_eq!(client.play, Some(Factor::Quiet));
    assert!(client.horizons[0].probability > 200_000, "{client:?}");
    assert_eq!(asked(steady(36)).play, None);
    let plays: std::collections::BTreeSet<_> = Factor::ALL.map(|it| play(Some(it))).into();
    assert_eq!(plays.len(), Factor::ALL.len());
}

#[test]
fn the_same_snapshot_gives_the_same_bytes_and_ids_make_no_difference() {
    let clients = simulated::portfolio(3, &simulated::Truth::strong());
    let bytes = |churn: &Churn| serde_json::to_vec(churn).unwrap();
    let first = risk(&snapshot(&clients));
    check(&first);
    assert_eq!(bytes(&first), bytes(&risk(&snapshot(&clients))));
    let kept: Churn = serde_json::from_slice(&bytes(&first)).unwrap();
    assert_eq!(kept, first);
    let turned: Vec<_> =
        clients.iter().map(|(number, made)| (1_000 - number, made.clone())).collect();
    let second = risk(&snapshot(&turned));
    let (first, second) = (first.outcome.unwrap(), second.outcome.unwrap());
    assert_eq!((&first.learned, &first.look_back), (&second.learned, &second.look_back));
    assert_eq!(first.at_risk, second.at_risk);
    let back = |risk: &Risk, turn: &dyn Fn(u128) -> ClientId| {
        let number =
            |it: &ClientRisk| clients.iter().find(|(n, _)| turn(*n) == it.client).unwrap().0;
        risk.clients.iter().map(|it| (number(it), it.horizons)).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(back(&first, &id), back(&second, &|number| id(1_000 - number)));
}

#[test]
fn amounts_beyond_what_can_be_worked_with_are_told() {
    let mut clients = with(steady(36));
    for (_, made) in clients.iter_mut().skip(3) {
        made.revenue = vec![i64::MAX / 12; 36];
    }
    assert_eq!(risk(&snapshot(&clients)).outcome, Err(NoChurn::OutOfRange));
}

/// Odd months of a client.
fn odd() -> impl Strategy<Value = Vec<i64>> {
    let amount = prop_oneof![
        6 => 1_i64..200_000,
        3 => Just(0_i64),
        1 => -50_000_i64..0,
        1 => 1_000_000_i64..2_000_000,
    ];
    prop_oneof![
        vec(amount, 0..40),
        (0_usize..40).prop_map(|months| vec![0; months]),
        (0_usize..40, 1_i64..100_000).prop_map(|(months, minor)| vec![minor; months]),
    ]
}

fn made() -> impl Strategy<Value = Made> {
    let paid = vec(prop::option::of(-20_i64..40), 0..26);
    let (tickets, hours) = (vec(0_i64..9, 0..40), vec(0_i64..60, 0..40));
    let contracted = vec(-100_i64..100_000, 0..6);
    (odd(), odd(), tickets, hours, paid, contracted, prop::bool::weighted(0.1)).prop_map(
        |(revenue, recurring, tickets, hours, paid, contracted, inactive)| Made {
            revenue,
            recurring,
            tickets,
            hours,
            paid,
            contracted,
            inactive,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_portfolio_is_reasons_add_up_and_horizons_rise(clients in vec(made(), 0..12)) {
        let count = clients.len();
        let churn = risk(&snapshot(&numbered(clients)));
        check(&churn);
        if let Ok(risk) = &churn.outcome {
            prop_assert_eq!(risk.clients.len() + risk.untold.len(), count);
        }
    }
}
