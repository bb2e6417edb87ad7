//! The calendar and the clock against the oracle, and the laws that hold between their answers.

use proptest::prelude::*;

use super::{
    oracle::{Count, Expected, MINUTES, any_rules, any_story, second},
    *,
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn open_time_is_what_the_wall_clock_shows(
        rules in any_rules(), from in 0..MINUTES * 60, to in 0..MINUTES * 60, wanted in 1..50_000_i64,
    ) {
        let (calendar, count) = (rules.calendar(), Count(rules.open_minutes()));
        let at = |offset| second(rules.start + offset);
        prop_assert_eq!(calendar.open_seconds(at(from), at(to)), count.between(from, to));
        prop_assert_eq!(calendar.is_open(at(from)), count.between(from, from + 1) == 1);
        // What is open up to a moment outside hours is reached as they end, not as the next begin.
        let up_to_then = count.between(from, to).max(1);
        for wanted in [wanted, up_to_then] {
            let reached = calendar.add(at(from), wanted).map(|at| at.as_second() - rules.start);
            let reached = reached.filter(|second| *second <= MINUTES * 60);
            prop_assert_eq!(reached, count.reach(from, wanted));
        }
    }

    #[test]
    fn a_ticket_stands_as_the_minutes_say(
        rules in any_rules(), story in any_story(), minutes in 1..1_500_u32, percent in 1..100_u8,
        now in 0..MINUTES * 60,
    ) {
        let calendar = rules.calendar();
        let at_risk = AtRiskPercent::try_from(percent).unwrap();
        let clock = SlaClock::new(&calendar, target(minutes), at_risk);
        let events = story.events(rules.start);
        let open = rules.open_minutes().into_iter().zip(0_i64..);
        let count = Count(open.map(|(open, minute)| open && !story.is_paused(minute)).collect());
        let expected = Expected { count, story, minutes, percent };
        // The moments at which it is decided are looked at, too.
        let due = expected.due();
        let moments = [Some(now), due.map(|due| due - 1), due, due.map(|due| due + 1)];
        for now in moments.into_iter().flatten().filter(|now| *now <= MINUTES * 60) {
            let measure = clock.read(&events, second(rules.start + now)).resolution;
            let (state, paused) = (expected.state(now), expected.paused(now));
            prop_assert_eq!(measure.elapsed_seconds, expected.elapsed(now));
            prop_assert_eq!((measure.state, measure.paused), (state, paused));
            let open_end = paused && measure.remaining_seconds > 0;
            let found = measure.due.map(|due| due.as_second() - rules.start);
            let found = found.filter(|due| *due <= MINUTES * 60);
            prop_assert_eq!(found, due.filter(|_| !open_end));
        }
    }

    #[test]
    fn adding_is_the_inverse_of_counting(
        rules in any_rules(), from in -10_000_000..10_000_000_i64, wanted in 1..5_000_000_i64,
    ) {
        let (calendar, from) = (rules.calendar(), second(rules.start + from));
        if let Some(to) = calendar.add(from, wanted) {
            let before = second(to.as_second() - 1);
            prop_assert_eq!(calendar.open_seconds(from, to), wanted);
            prop_assert_eq!(calendar.open_seconds(from, before), wanted - 1);
        } else {
            let five_years = second(from.as_second() + Calendar::HORIZON);
            prop_assert!(calendar.open_seconds(from, five_years) < wanted);
        }
    }

    #[test]
    fn open_time_adds_up_and_never_goes_back(
        rules in any_rules(), mut instants in prop::array::uniform3(-10_000_000..10_000_000_i64),
    ) {
        instants.sort_unstable();
        let calendar = rules.calendar();
        let [a, b, c] = instants.map(|offset| second(rules.start + offset));
        let (first, rest) = (calendar.open_seconds(a, b), calendar.open_seconds(b, c));
        prop_assert_eq!(first + rest, calendar.open_seconds(a, c));
        prop_assert!(first >= 0 && first <= b.as_second() - a.as_second());
    }

    #[test]
    fn a_state_lasts_until_the_next_change_and_no_longer(
        rules in any_rules(), story in any_story(), minutes in 1..5_000_u32, now in 0..MINUTES * 60,
        between in 0..1_000_i64,
    ) {
        let calendar = rules.calendar();
        let clock = SlaClock::new(&calendar, target(minutes), AtRiskPercent::default());
        let events = story.events(rules.start);
        let measure = |second_now: i64| clock.read(&events, second(second_now)).resolution;
        let now = rules.start + now;
        let (state, next) = (measure(now).state, measure(now).next_change);
        let last = next.map_or(now + 100_000_000, |next| next.as_second() - 1);
        prop_assert!(now <= last);
        prop_assert_eq!(measure(last).state, state);
        prop_assert_eq!(measure(now + (last - now) / 1_000 * between).state, state);
        if next.is_some() {
            prop_assert_ne!(measure(last + 1).state, state);
        }
    }
}
