//! Where a run goes on: stage, phase and cursor after each of its pages.

use clearmargin_domain::{
    integration::{Phase, SyncRun},
    source::Source,
};
use serde_json::Value;

use super::{compare, counting, reader};

/// Where a run goes on; without a stage it has come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) stage: Option<String>,
    pub(super) phase: Phase,
    pub(super) cursor: Value,
}

impl Place {
    /// After a page of the source, which named the next one, if any.
    pub(super) fn after_page(run: &SyncRun, next: Option<Value>) -> Self {
        let stage = run.stage.as_deref().unwrap_or_default();
        match (next, run.phase) {
            (Some(cursor), phase) => Self::in_stage(run, phase, cursor),
            (None, Phase::ReadingAgain) => Self::in_stage(run, Phase::Removing, Value::Null),
            (None, _) if run.compares && compare::is_compared(run.source, stage) => {
                Self::in_stage(run, Phase::Comparing, Value::Null)
            }
            (None, _) if counting::is_counted(run.source, stage) => {
                Self::in_stage(run, Phase::Counting, Value::Null)
            }
            (None, _) => Self::in_next_stage(run.source, stage),
        }
    }

    /// After a stretch of the stored records in which nothing is left to do. `next` is where the
    /// phase goes on, if it does.
    pub(super) fn after_stretch(run: &SyncRun, next: Option<Value>) -> Self {
        match next {
            Some(cursor) => Self::in_stage(run, run.phase, cursor),
            None => Self::in_next_stage(run.source, run.stage.as_deref().unwrap_or_default()),
        }
    }

    /// After a stored record was met that had not been read.
    pub(super) fn to_read_again(run: &SyncRun) -> Self {
        Self::in_stage(run, Phase::ReadingAgain, Value::Null)
    }

    fn in_stage(run: &SyncRun, phase: Phase, cursor: Value) -> Self {
        Self { stage: run.stage.clone(), phase, cursor }
    }

    fn in_next_stage(source: Source, stage: &str) -> Self {
        let stage = reader::next_stage(source, stage).map(str::to_owned);
        Self { stage, phase: Phase::Reading, cursor: Value::Null }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use clearmargin_domain::{
        id::SyncRunId,
        integration::{SyncMode, SyncStatus},
    };
    use jiff::Timestamp;

    use super::*;

    fn run(stage: &str, phase: Phase, compares: bool) -> SyncRun {
        SyncRun {
            id: SyncRunId::new(Timestamp::UNIX_EPOCH, 1),
            source: Source::SuperOps,
            mode: SyncMode::Full,
            status: SyncStatus::Running,
            step: 3,
            stage: Some(stage.to_owned()),
            phase,
            compares,
            cursor: Value::Null,
            counts: BTreeMap::new(),
            started_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            finished_at: None,
            since: None,
            error: None,
        }
    }

    fn stands(place: &Place) -> (Option<&str>, Phase) {
        (place.stage.as_deref(), place.phase)
    }

    #[test]
    fn a_stage_goes_on_while_it_has_pages_and_then_the_next_one_begins() {
        let here = run("tickets", Phase::Reading, false);
        let cursor = Value::from(7);
        let place = Place::after_page(&here, Some(cursor.clone()));
        assert_eq!(stands(&place), (Some("tickets"), Phase::Reading));
        assert_eq!(place.cursor, cursor);
        let place = Place::after_page(&here, None);
        assert_eq!(stands(&place), (Some("ticket_time"), Phase::Reading));
        let last = run("assets", Phase::Counting, false);
        assert_eq!(stands(&Place::after_stretch(&last, None)), (None, Phase::Reading));
    }

    #[test]
    fn a_record_goes_only_after_it_was_missed_twice() {
        let read = run("tickets", Phase::Reading, true);
        assert_eq!(stands(&Place::after_page(&read, None)), (Some("tickets"), Phase::Comparing));
        let compared = run("tickets", Phase::Comparing, true);
        let all_there = Place::after_stretch(&compared, None);
        assert_eq!(stands(&all_there), (Some("ticket_time"), Phase::Reading));
        let missed = Place::to_read_again(&compared);
        assert_eq!(stands(&missed), (Some("tickets"), Phase::ReadingAgain));
        let again = run("tickets", Phase::ReadingAgain, true);
        assert_eq!(stands(&Place::after_page(&again, None)), (Some("tickets"), Phase::Removing));
        let removed = run("tickets", Phase::Removing, true);
        let done = Place::after_stretch(&removed, None);
        assert_eq!(stands(&done), (Some("ticket_time"), Phase::Reading));
    }

    #[test]
    fn what_is_not_kept_is_counted_when_all_of_it_is_read_in_every_run() {
        for compares in [false, true] {
            let read = run("assets", Phase::Reading, compares);
            let place = Place::after_page(&read, Some(Value::from(2)));
            assert_eq!(stands(&place), (Some("assets"), Phase::Reading));
            assert_eq!(stands(&Place::after_page(&read, None)), (Some("assets"), Phase::Counting));
            let counted = run("assets", Phase::Counting, compares);
            let place = Place::after_stretch(&counted, Some(Value::from("cli_1")));
            assert_eq!(stands(&place), (Some("assets"), Phase::Counting));
            assert_eq!(place.cursor, Value::from("cli_1"));
        }
    }

    #[test]
    fn what_money_hangs_on_is_not_compared() {
        for stage in ["technicians", "services", "clients"] {
            let place = Place::after_page(&run(stage, Phase::Reading, true), None);
            assert_eq!(place.phase, Phase::Reading, "{stage}");
        }
    }
}
