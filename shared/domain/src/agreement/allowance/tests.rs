use proptest::{collection::vec, option, prelude::*};
use serde_json::json;

use super::*;

fn first_month() -> Month {
    "2026-01".parse().unwrap()
}

fn months(count: u16) -> Months {
    count.try_into().unwrap()
}

fn ledger_of(allowance: Allowance, used_seconds: &[i64]) -> Vec<AllowanceMonth> {
    ledger(allowance, first_month(), used_seconds.iter().map(|it| WorkedTime { seconds: *it }))
}

/// Used minutes in; covered, overage, expired and carried-out minutes of each month out.
fn minutes(allowance: Allowance, used: &[i64]) -> Vec<[i64; 4]> {
    let used: Vec<_> = used.iter().map(|minutes| minutes * 60).collect();
    let row = |it: AllowanceMonth| {
        [it.covered, it.overage, it.expired, it.carried_out].map(|time| time.seconds / 60)
    };
    ledger_of(allowance, &used).into_iter().map(row).collect()
}

#[test]
fn without_roll_over_the_rest_of_a_month_is_lost() {
    let allowance = Allowance::Monthly { minutes: 600, roll_over: None };
    let rows = minutes(allowance, &[400, 700]);
    assert_eq!(rows, [[400, 0, 200, 0], [600, 100, 0, 0]]);
}

#[test]
fn what_is_rolled_over_is_used_before_the_months_own() {
    let roll_over = Some(RollOver { cap_minutes: None, expires_after_months: Some(months(1)) });
    let allowance = Allowance::Monthly { minutes: 100, roll_over };
    // January's 60 pay for February's work first, so only 10 of them are too old at its end.
    assert_eq!(
        minutes(allowance, &[40, 50, 0]),
        [[40, 0, 0, 60], [50, 0, 10, 100], [0, 0, 100, 100]]
    );
}

#[test]
fn no_more_than_the_cap_is_carried_over() {
    let roll_over = Some(RollOver { cap_minutes: Some(150), expires_after_months: None });
    let allowance = Allowance::Monthly { minutes: 100, roll_over };
    assert_eq!(minutes(allowance, &[0, 0, 250]), [[0, 0, 0, 100], [0, 0, 50, 150], [250, 0, 0, 0]]);
}

#[test]
fn a_block_is_there_until_it_is_used_up_or_too_old() {
    let block = |expires_after_months| Allowance::Block { minutes: 600, expires_after_months };
    assert_eq!(minutes(block(None), &[100, 600]), [[100, 0, 0, 500], [500, 100, 0, 0]]);
    assert_eq!(
        minutes(block(Some(months(1))), &[100, 100, 100]),
        [[100, 0, 0, 500], [100, 0, 400, 0], [0, 100, 0, 0]]
    );
}

#[test]
fn corrections_that_outweigh_the_work_give_nothing_back() {
    let allowance = Allowance::Block { minutes: 10, expires_after_months: None };
    assert_eq!(minutes(allowance, &[-5, 10]), [[0, 0, 0, 10], [10, 0, 0, 0]]);
}

#[test]
fn an_allowance_reads_as_it_is_written() {
    let text = json!({"kind": "monthly", "minutes": 600, "rollOver": {"capMinutes": 300}});
    let roll_over = Some(RollOver { cap_minutes: Some(300), expires_after_months: None });
    let allowance = Allowance::Monthly { minutes: 600, roll_over };
    assert_eq!(serde_json::to_value(allowance).unwrap(), text);
    assert_eq!(serde_json::from_value::<Allowance>(text).unwrap(), allowance);
}

fn any_months() -> impl Strategy<Value = Option<Months>> {
    option::of((1_u16..5).prop_map(months))
}

fn any_allowance() -> impl Strategy<Value = Allowance> {
    let roll_over =
        (option::of(0_u32..80), any_months()).prop_map(|(cap_minutes, expires_after_months)| {
            RollOver { cap_minutes, expires_after_months }
        });
    prop_oneof![
        (0_u32..40, option::of(roll_over))
            .prop_map(|(minutes, roll_over)| Allowance::Monthly { minutes, roll_over }),
        (0_u32..200, any_months()).prop_map(|(minutes, expires_after_months)| Allowance::Block {
            minutes,
            expires_after_months
        }),
    ]
}

/// The same with a token for each minute: its number is the month that granted it.
fn with_tokens(allowance: Allowance, used: &[i64]) -> Vec<[i64; 4]> {
    let (each_month, at_first) = match allowance {
        Allowance::Monthly { minutes, .. } => (minutes, 0),
        Allowance::Block { minutes, .. } => (0, minutes),
    };
    let mut tokens: Vec<usize> = vec![0; at_first.try_into().unwrap()];
    let row = |(month, used): (usize, &i64)| {
        tokens.extend(vec![month; each_month.try_into().unwrap()]);
        tokens.sort_unstable();
        let covered = tokens.len().min(usize::try_from(*used).unwrap());
        tokens.drain(..covered);
        let before = tokens.len();
        tokens.retain(|granted| match allowance {
            Allowance::Monthly { roll_over: None, .. } => false,
            Allowance::Monthly {
                roll_over: Some(RollOver { expires_after_months: life, .. }),
                ..
            }
            | Allowance::Block { expires_after_months: life, .. } => {
                life.is_none_or(|life| month < granted + usize::from(life.count()))
            }
        });
        if let Allowance::Monthly {
            roll_over: Some(RollOver { cap_minutes: Some(cap), .. }), ..
        } = allowance
        {
            while tokens.len() > usize::try_from(cap).unwrap() {
                tokens.remove(0);
            }
        }
        let count = |tokens: usize| i64::try_from(tokens).unwrap();
        [count(covered), used - count(covered), count(before - tokens.len()), count(tokens.len())]
    };
    used.iter().enumerate().map(row).collect()
}

proptest! {
    #[test]
    fn the_ledger_is_what_minute_tokens_give(
        allowance in any_allowance(), used in vec(0_i64..100, 0..15),
    ) {
        prop_assert_eq!(minutes(allowance, &used), with_tokens(allowance, &used));
    }

    #[test]
    fn no_second_appears_or_vanishes(
        allowance in any_allowance(), used in vec(-100_i64..6_000, 0..15),
    ) {
        let rows = ledger_of(allowance, &used);
        prop_assert_eq!(rows.len(), used.len());
        let mut carried = WorkedTime::default();
        for (row, used) in rows.iter().zip(used) {
            prop_assert_eq!(row.carried_in, carried);
            prop_assert_eq!(row.carried_in + row.granted, row.covered + row.expired + row.carried_out);
            prop_assert_eq!(row.used, row.covered + row.overage);
            prop_assert_eq!(row.used.seconds, used.max(0));
            let parts = [row.granted, row.covered, row.overage, row.expired, row.carried_out];
            prop_assert!(parts.iter().all(|part| part.seconds >= 0));
            carried = row.carried_out;
        }
    }

    #[test]
    fn what_is_carried_out_keeps_to_the_cap_and_the_age(
        allowance in any_allowance(), used in vec(0_i64..6_000, 0..15),
    ) {
        let rows = ledger_of(allowance, &used);
        for (number, row) in rows.iter().enumerate() {
            let young = |life: Months| {
                let first = (number + 1).saturating_sub(life.count().into());
                rows[first..=number].iter().map(|row| row.granted).sum::<WorkedTime>()
            };
            match allowance {
                Allowance::Monthly { roll_over: None, .. } => {
                    prop_assert_eq!(row.carried_out.seconds, 0);
                }
                Allowance::Monthly { roll_over: Some(roll_over), .. } => {
                    let cap = roll_over.cap_minutes.map_or(i64::MAX, seconds);
                    prop_assert!(row.carried_out.seconds <= cap);
                    let young = roll_over.expires_after_months.map(young);
                    prop_assert!(young.is_none_or(|young| row.carried_out <= young));
                }
                Allowance::Block { expires_after_months, .. } => {
                    let young = expires_after_months.map(young);
                    prop_assert!(young.is_none_or(|young| row.carried_out <= young));
                }
            }
        }
    }
}
