//! The table of what is due when, and how it stands.

use jiff::SignedDuration;

use super::*;

const TABLE: &str = include_str!("golden.txt");

fn rows() -> impl Iterator<Item = [&'static str; 12]> {
    let lines = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        cells.try_into().unwrap_or_else(|_| panic!("expected twelve cells: {line}"))
    })
}

fn some_at(text: &str) -> Option<Timestamp> {
    (text != "-").then(|| at(text))
}

fn pauses(text: &str) -> Vec<Pause> {
    let pauses = text.split(", ").filter_map(|pause| pause.split_once(".."));
    pauses
        .map(|(from, to)| Pause { from: at(from), to: (!to.is_empty()).then(|| at(to)) })
        .collect()
}

fn in_words(measure: &SlaMeasure) -> String {
    let state = match measure.state {
        SlaState::OnTrack => "on track",
        SlaState::AtRisk => "at risk",
        SlaState::Breached => "breached",
        SlaState::Met => "met",
    };
    format!("{state}{}", if measure.paused { ", paused" } else { "" })
}

#[test]
fn every_row_of_the_table_holds() {
    for row in rows() {
        let [name, zone, hours, holidays, created, paused, done, minutes, now, due, elapsed, state] =
            row;
        let calendar = calendar(zone, hours, holidays);
        let clock =
            SlaClock::new(&calendar, target(minutes.parse().unwrap()), AtRiskPercent::default());
        let resolved_at = some_at(done);
        let ticket = TicketEvents { pauses: pauses(paused), resolved_at, ..opened(at(created)) };
        let measure = clock.read(&ticket, at(now)).resolution;
        let elapsed: SignedDuration = elapsed.parse().unwrap();
        let expected = (some_at(due), elapsed.as_secs(), state.to_owned());
        assert_eq!((measure.due, measure.elapsed_seconds, in_words(&measure)), expected, "{name}");
        assert_eq!(measure.remaining_seconds, measure.target_seconds - measure.elapsed_seconds);
    }
}

#[test]
fn the_table_is_large_and_its_rows_have_names_of_their_own() {
    let names: std::collections::BTreeSet<_> = rows().map(|row| row[0]).collect();
    assert_eq!(names.len(), rows().count());
    assert!(names.len() >= 100, "{}", names.len());
}
