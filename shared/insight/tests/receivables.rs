//! When bills are paid, told of clients whose truth is known.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a test fails by panicking, also in its helpers; models are numbers"
)]

use std::collections::BTreeMap;

use clearmargin_domain::{
    id::ClientId,
    money::{Currency, Money},
};
use clearmargin_insight::receivables::{
    Bill, Book, Expected, FEWEST, Fact, Late, Model, NotEnough,
};
use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use proptest::prelude::*;

const START: Date = date(2025, 1, 1);

fn after(day: Date, days: f64) -> Date {
    day.checked_add((days.round() as i64).days()).unwrap()
}

fn client(number: usize) -> ClientId {
    ClientId::derived(&["client", &number.to_string()])
}

/// Numbers that look random and are the same each time.
fn noise(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn bill(of: usize, day: Date, terms: i32, took: Option<f64>) -> Bill {
    Bill {
        client: client(of),
        day,
        due: after(day, f64::from(terms)),
        settled: took.map(|days| after(day, days)),
        amount: Money::new(120_000, Currency::USD),
        disputed: Some(false),
        words: BTreeMap::new(),
    }
}

/// How far chance moves a payment, as a standard deviation in days.
const CHANCE: f64 = 5.0;

/// What each bill was to take: by its client, by how it was sent, by whether it is disputed.
fn truth(of: usize, bill: &Bill) -> f64 {
    let habit = (of % 10) as f64 * 3.0 - 18.0;
    let post = if bill.words["sent"] == "post" { 6.0 } else { 0.0 };
    let dispute = if bill.disputed == Some(true) { 15.0 } else { 0.0 };
    30.0 + habit + post + dispute
}

/// Bills of twenty clients, one every nine days or so, with what each was to take.
fn bills(count: usize) -> Vec<(Bill, f64)> {
    let mut next = noise(11);
    (0..count)
        .map(|at| {
            let of = at % 20;
            let day = after(START, (at / 20) as f64 * 9.0 + next() * 8.0);
            let mut bill = bill(of, day, 30, None);
            bill.disputed = Some(next() < 0.2);
            bill.amount.minor = (next() * 200_000.0) as i64 + 1_000;
            let sent = if next() < 0.5 { "post" } else { "mail" };
            bill.words.insert("sent".to_owned(), sent.to_owned());
            let chance = (0..12).map(|_| next()).sum::<f64>() - 6.0;
            let expected = truth(of, &bill);
            bill.settled = Some(after(day, (expected + CHANCE * chance).max(0.0)));
            (bill, expected)
        })
        .collect()
}

fn some(count: usize) -> Vec<Bill> {
    bills(count).into_iter().map(|(bill, _)| bill).collect()
}

fn told(expected: &[Expected]) -> String {
    format!("{expected:?}")
}

fn took(bill: &Bill) -> f64 {
    f64::from((bill.settled.unwrap() - bill.day).get_days())
}

#[test]
fn days_and_risk_are_nearly_as_good_as_knowing_the_truth() {
    let all = bills(2_000);
    let cut = after(START, 700.0);
    let book = Book::new(all.iter().map(|(bill, _)| bill.clone()));
    let model = Model::fit(&book, cut).unwrap();
    let (asked, truths): (Vec<Bill>, Vec<f64>) =
        all.into_iter().filter(|(bill, _)| bill.day >= cut).unzip();
    assert!(asked.len() > 300);
    let expected = model.expect(&book, &asked, cut);
    let (mut off, mut best, mut surprise, mut within) = (0.0, 0.0, 0.0, [0.0; 2]);
    for ((bill, truth), said) in asked.iter().zip(&truths).zip(&expected) {
        off += (said.course.days(0.5) - took(bill)).abs();
        best += (truth - took(bill)).abs();
        let late = said.late.probability();
        surprise -= if took(bill) > 30.0 { late.ln() } else { (1.0 - late).ln() };
        for (sum, level) in within.iter_mut().zip([0.8, 0.95]) {
            let (low, high) = said.course.band(level);
            *sum += f64::from(u8::from((low..=high).contains(&took(bill))));
        }
    }
    let count = asked.len() as f64;
    assert!(off < best * 1.08, "{} {}", off / count, best / count);
    // Knowing nothing of anybody comes to 0.69.
    assert!(surprise / count < 0.35, "{}", surprise / count);
    let [most, nearly] = within.map(|sum| sum / count);
    assert!((0.75..0.88).contains(&most) && (0.92..0.985).contains(&nearly), "{most} {nearly}");
}

#[test]
fn a_reason_says_what_it_is_about() {
    let book = Book::new(some(1_000));
    let today = after(START, 500.0);
    let model = Model::fit(&book, today).unwrap();
    let mut asked = bill(0, today, 30, None);
    asked.words.insert("sent".to_owned(), "post".to_owned());
    let part = |bill: &Bill, fact: Fact| {
        let expected = model.expect(&book, std::slice::from_ref(bill), today);
        let Late::Perhaps { reasons, .. } = &expected[0].late else { panic!("not late yet") };
        reasons.iter().find(|reason| reason.fact == fact).unwrap().part
    };
    // Clients 0 and 10 pay early, 9 and 19 late.
    assert!(part(&asked, Fact::Habit) < -0.5);
    assert!(part(&Bill { client: client(9), ..asked.clone() }, Fact::Habit) > 0.5);
    assert!(part(&Bill { client: client(99), ..asked.clone() }, Fact::Habit).abs() < 1e-12);
    assert!(part(&asked, Fact::Word("sent".to_owned())) > 0.2);
    assert!(part(&Bill { disputed: Some(true), ..asked.clone() }, Fact::Disputed) > 1.0);
    assert!(part(&Bill { disputed: None, ..asked.clone() }, Fact::Disputed).abs() < 1e-12);
    assert!(part(&asked, Fact::Amount).abs() < 0.3);
}

#[test]
fn who_stopped_paying_is_late_before_any_of_it_is_settled() {
    let mut all = some(1_000);
    let today = after(START, 500.0);
    let asked = [bill(3, today, 30, None)];
    let before = Book::new(all.clone());
    let model = Model::fit(&before, today).unwrap();
    let usual = model.expect(&before, &asked, today);
    let owed = [90.0, 60.0, 45.0].map(|days| bill(3, after(today, -days), 30, None));
    all.extend(owed);
    let book = Book::new(all);
    let now = model.expect(&book, &asked, today);
    assert!(now[0].late.probability() > usual[0].late.probability() + 0.05);
    assert!(now[0].course.days(0.5) > usual[0].course.days(0.5) + 1.0);
    let Late::Perhaps { reasons, .. } = &now[0].late else { panic!("not late yet") };
    assert!(reasons.iter().any(|it| it.fact == Fact::OpenBills && it.part > 0.1), "{reasons:?}");
    // What is not due yet says next to nothing.
    let fresh =
        Book::new(before.bills().iter().cloned().chain([bill(3, after(today, -3.0), 30, None)]));
    let fresh = model.expect(&fresh, &asked, today);
    assert!((fresh[0].course.days(0.5) - usual[0].course.days(0.5)).abs() < 0.05);
}

#[test]
fn who_pays_on_the_due_day_to_the_day_is_rarely_late_though_others_are() {
    let mut all = some(1_000);
    all.extend((0..60).map(|at| bill(50, after(START, f64::from(at) * 8.0), 30, Some(30.0))));
    let today = after(START, 520.0);
    let book = Book::new(all);
    let model = Model::fit(&book, today).unwrap();
    let expected = model.expect(&book, &[bill(50, today, 30, None)], today);
    // Without a pattern of its own it would be 0.42.
    assert!(expected[0].late.probability() < 0.25, "{}", expected[0].late.probability());
    assert!((expected[0].course.days(0.5) - 30.0).abs() < 1.0);
}

#[test]
fn the_longer_a_bill_has_waited_beyond_all_others_the_longer_it_will() {
    let book = Book::new(some(1_000));
    let today = after(START, 500.0);
    let model = Model::fit(&book, today).unwrap();
    let rest = |age: f64| {
        let open = bill(5, after(today, -age), 30, None);
        model.expect(&book, &[open], today)[0].course.days(0.5) - age
    };
    assert!(
        rest(100.0) > 3.0 && rest(400.0) > rest(100.0) * 2.0,
        "{} {}",
        rest(100.0),
        rest(400.0)
    );
}

#[test]
fn quick_payments_of_young_bills_do_not_make_all_look_quick() {
    // Every other bill is paid after 50 days, of which only the first ten can be seen after 60.
    let took = |at: usize| Some([10.0, 50.0][at / 4 % 2]);
    let all = (0..240).map(|at| bill(at % 4, after(START, (at / 4) as f64), 30, took(at)));
    let (book, today) = (Book::new(all), after(START, 60.0));
    let model = Model::fit(&book, today).unwrap();
    let expected = model.expect(&book, &[bill(9, today, 30, None)], today);
    let late = expected[0].late.probability();
    assert!((0.4..0.6).contains(&late), "{late}");
}

#[test]
fn an_own_mean_by_hand() {
    let day = |at: i32| after(START, f64::from(at));
    let book = Book::new([
        bill(1, day(0), 30, Some(10.0)),
        bill(1, day(5), 30, Some(40.0)),
        bill(2, day(0), 30, Some(20.0)),
        bill(2, day(1), 30, None),
    ]);
    let means = book.own_means(&[
        bill(1, day(10), 30, None),
        bill(1, day(11), 30, None),
        bill(1, day(60), 30, None),
    ]);
    // A payment on the day of the bill is not known yet.
    assert_eq!(means[0], None);
    let [one, two] = [means[1].unwrap(), means[2].unwrap()];
    assert!((one.days - 10.0).abs() < 1e-12 && one.late == 0.0);
    assert!((two.days - (50.0 + 2.0 * 70.0 / 3.0) / 4.0).abs() < 1e-12);
    assert!((two.late - (1.0 + 2.0 / 3.0) / 4.0).abs() < 1e-12);
}

#[test]
fn too_few_settled_bills_are_refused_with_their_number() {
    let mut all = some(FEWEST + 30);
    let end = after(START, 3_000.0);
    all.iter_mut().skip(FEWEST - 1).for_each(|bill| bill.settled = None);
    let refused = Model::fit(&Book::new(all.clone()), end).unwrap_err();
    assert_eq!(refused, NotEnough { settled: FEWEST - 1 });
    all[FEWEST].settled = Some(after(START, 90.0));
    assert!(Model::fit(&Book::new(all.clone()), end).is_ok());
    // On the day itself the payment is not known yet.
    assert!(Model::fit(&Book::new(all), after(START, 20.0)).is_err());
    assert_eq!(Model::fit(&Book::default(), end).unwrap_err(), NotEnough { settled: 0 });
}

fn is_sane(expected: &Expected) {
    let late = expected.late.probability();
    assert!((0.0..=1.0).contains(&late), "{late}");
    let days = [0.0, 0.025, 0.5, 0.975, 1.0].map(|share| expected.course.days(share));
    assert!(days.iter().all(|days| days.is_finite() && *days >= 0.0), "{days:?}");
    assert!(days.windows(2).all(|pair| pair[0] <= pair[1]), "{days:?}");
    let paid = expected.course.paid_by(after(START, 9_000.0));
    assert!((0.0..=1.0).contains(&paid), "{paid}");
    expected.course.day(1.0);
}

#[test]
fn odd_books_give_numbers_all_the_same() {
    let day = |at: usize| after(START, at as f64);
    let today = day(400);
    let constant = |of: usize, at: usize| bill(of, day(at * 3), 30, Some(30.0));
    let books: [Vec<Bill>; 6] = [
        (0..60).map(|at| constant(0, at)).collect(),
        (0..60).map(|at| constant(at, at)).collect(),
        (0..60).map(|at| bill(at % 3, day(at), 0, Some(0.0))).collect(),
        (0..60).map(|at| bill(at % 3, day(at), -20, Some(at as f64 - 5.0))).collect(),
        (0..60).map(|at| bill(at % 3, START, 30, Some(at as f64))).collect(),
        // One took ten times as long, one is a credit, some are never paid.
        (0..90)
            .map(|at| {
                let took = (at % 7 > 0).then_some(if at == 8 { 300.0 } else { at as f64 % 40.0 });
                let mut bill = bill(at % 4, day(at), 14, took);
                bill.amount.minor = i64::try_from(at).unwrap() - 1;
                bill.disputed = None;
                bill
            })
            .collect(),
    ];
    for all in books {
        let book = Book::new(all.clone());
        let model = Model::fit(&book, today).unwrap();
        let strange = Bill { due: Date::MIN, ..bill(77, day(390), 30, None) };
        let old = bill(0, date(1900, 1, 1), 30, None);
        let far = bill(1, day(390), 30_000, None);
        let asked: Vec<Bill> = all.into_iter().chain([strange, old, far]).collect();
        for as_of in [Date::MIN, today, date(2300, 1, 1)] {
            model.expect(&book, &asked, as_of).iter().for_each(is_sane);
        }
    }
}

#[test]
fn an_outlier_widens_bands_and_hardly_moves_the_middle() {
    let mut all = some(400);
    let today = after(START, 700.0);
    let asked = [bill(5, today, 30, None)];
    let expect = |all: &[Bill]| {
        let book = Book::new(all.to_vec());
        Model::fit(&book, today).unwrap().expect(&book, &asked, today).remove(0).course
    };
    let plain = expect(&all);
    for at in [3, 103, 203] {
        all[at].settled = Some(after(all[at].day, 400.0));
    }
    let odd = expect(&all);
    assert!((plain.days(0.5) - odd.days(0.5)).abs() < 2.0);
    assert!(odd.days(0.99) > plain.days(0.99) + 2.0, "{} {}", odd.days(0.99), plain.days(0.99));
}

/// A book, the place of a bill in it that is asked about, and the day on which it is.
fn asked_about() -> impl Strategy<Value = (Vec<Bill>, usize, i64)> {
    (120_usize..300, any::<prop::sample::Index>(), 0_i64..70, any::<u64>()).prop_map(
        |(count, at, waits, seed)| {
            let mut next = noise(seed);
            let mut all = some(count);
            for bill in &mut all {
                if next() < 0.1 {
                    bill.settled = None;
                }
            }
            let at = at.index(count);
            (all, at, waits)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Payments on the bill's date or later, and bills of that day or later, are not known on its
    /// date. The model is learned on an earlier day and knows neither.
    #[test]
    fn nothing_that_came_after_a_bill_changes_what_is_expected_of_it(
        (all, at, waits) in asked_about(),
        seed in any::<u64>(),
    ) {
        let mut next = noise(seed);
        let asked = all[at].clone();
        let as_of = asked.day.checked_add(waits.days()).unwrap();
        let book = Book::new(all.clone());
        let fitted = after(START, 2_000.0);
        let model = Model::fit(&book, fitted).unwrap();
        let mut later = all;
        for bill in &mut later {
            if bill.settled.is_none_or(|day| day >= asked.day) {
                bill.settled = (next() < 0.7).then(|| after(asked.day.max(bill.day), next() * 90.0));
            }
        }
        later.extend((0..10).map(|of| bill(of, after(asked.day, next() * 50.0), 30, None)));
        later.push(Bill { client: asked.client, ..bill(0, asked.day, 30, None) });
        let later = Book::new(later);
        let asked = [Bill { settled: None, ..asked }];
        let said = |book: &Book| told(&model.expect(book, &asked, as_of));
        prop_assert_eq!(said(&book), said(&later));
    }

    /// The same for what is learned: the day of learning is the last that counts.
    #[test]
    fn nothing_that_came_after_a_day_changes_what_is_learned_on_it(
        (all, at, _) in asked_about(),
        seed in any::<u64>(),
    ) {
        let mut next = noise(seed);
        let asked = [bill(4, all[at].day, 30, None)];
        let today = after(START, 120.0);
        let mut later = all.clone();
        later.retain(|bill| bill.day < today || next() < 0.5);
        let news = later.iter_mut().filter(|bill| bill.day >= today);
        news.for_each(|bill| drop(bill.words.insert("by".to_owned(), "Kim".to_owned())));
        for bill in &mut later {
            if bill.settled.is_none_or(|day| day >= today) {
                bill.settled = (next() < 0.7).then(|| after(today.max(bill.day), next() * 90.0));
            }
        }
        later.extend((0..3).map(|of| bill(of, today, 30, Some(1.0))));
        let book = Book::new(all);
        let said = |learned: &[Bill]| {
            let model = Model::fit(&Book::new(learned.to_vec()), today).unwrap();
            told(&model.expect(&book, &asked, today))
        };
        prop_assert_eq!(said(book.bills()), said(&later));
    }

    #[test]
    fn the_order_of_bills_does_not_matter((all, at, waits) in asked_about(), seed in any::<u64>()) {
        let mut next = noise(seed);
        let asked = [all[at].clone()];
        let as_of = asked[0].day.checked_add(waits.days()).unwrap();
        let said = |all: Vec<Bill>| {
            let book = Book::new(all);
            told(&Model::fit(&book, after(START, 2_000.0)).unwrap().expect(&book, &asked, as_of))
        };
        let mut shuffled = all.clone();
        shuffled.sort_by_cached_key(|_| next().to_bits());
        prop_assert_eq!(said(all), said(shuffled));
    }

    /// Dates and probabilities are one distribution, which moves on as the bill waits.
    #[test]
    fn reasons_add_up_and_dates_agree_with_them((all, at, waits) in asked_about()) {
        let asked = [all[at].clone()];
        let (day, due) = (asked[0].day, asked[0].due);
        let book = Book::new(all);
        let model = Model::fit(&book, after(START, 2_000.0)).unwrap();
        let on = |waits: i64| {
            model.expect(&book, &asked, day.checked_add(waits.days()).unwrap()).remove(0)
        };
        let (now, next) = (on(waits), on(waits + 1));
        let late = now.late.probability();
        match &now.late {
            Late::Already => {
                prop_assert!(waits > 30);
                prop_assert!(now.course.paid_by(due) == 0.0);
            }
            Late::Perhaps { base, reasons } => {
                prop_assert!(waits <= 30);
                let sum = base + reasons.iter().map(|reason| reason.part).sum::<f64>();
                prop_assert!((sum - now.late.log_odds().unwrap()).abs() < 1e-9);
                prop_assert!((late - 1.0 / (1.0 + (-sum).exp())).abs() < 1e-9);
                prop_assert!((1.0 - now.course.paid_by(due) - late).abs() < 1e-6);
                let waited = reasons.iter().find(|reason| reason.fact == Fact::Waited).unwrap();
                prop_assert!(waited.part >= 0.0 && (waits > 0 || waited.part == 0.0));
            }
        }
        prop_assert!(next.late.probability() >= late - 1e-12);
        let mut before = 0.0;
        for share in [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99] {
            let days = now.course.days(share);
            prop_assert!(days >= before && days > waits as f64 - 0.5 - 1e-9);
            prop_assert!(next.course.days(share) >= days - 1e-6);
            before = days;
        }
        let paid: Vec<f64> =
            (-3..400).map(|days| now.course.paid_by(day.checked_add(days.days()).unwrap())).collect();
        prop_assert!(paid.windows(2).all(|pair| pair[0] <= pair[1]));
        prop_assert!(paid[..3 + usize::try_from(waits).unwrap()].iter().all(|paid| *paid == 0.0));
        let (low, high) = now.course.band(0.8);
        let wide = now.course.band(0.95);
        prop_assert!(wide.0 <= low && low <= high && high <= wide.1);
    }

    /// Weeks of cash: parts that are as large as the probability says, and never lose a cent.
    #[test]
    fn an_amount_is_spread_over_weeks_without_loss(
        (all, at, waits) in asked_about(),
        minor in -1_000_000_i64..1_000_000_000,
    ) {
        let asked = [all[at].clone()];
        let as_of = asked[0].day.checked_add(waits.days()).unwrap();
        let book = Book::new(all);
        let model = Model::fit(&book, after(START, 2_000.0)).unwrap();
        let course = model.expect(&book, &asked, as_of).remove(0).course;
        let ends: Vec<Date> = (1..=13).map(|week| as_of.checked_add((7 * week).days()).unwrap()).collect();
        let parts = course.spread_over(Money::new(minor, Currency::USD), &ends);
        prop_assert_eq!(parts.len(), 14);
        prop_assert_eq!(parts.iter().map(|part| part.minor).sum::<i64>(), minor);
        let mut until = 0;
        for (part, end) in parts.iter().zip(&ends) {
            prop_assert!(part.minor.signum() * minor.signum() >= 0);
            until += part.minor;
            prop_assert!((until as f64 - course.paid_by(*end) * minor as f64).abs() <= 0.51);
        }
    }
}
