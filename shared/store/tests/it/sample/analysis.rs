//! A run of analyses.

use clearmargin_domain::{
    analysis::{
        Analyses, AnalysisRun, Cause, Kept, Measure, Part, PartResult, RunState, Score, ScoreOf,
        SnapshotNote,
    },
    audit::Actor,
    id::{AnalysisRunId, UserId},
    integration::AsOf,
    period::{Month, Period},
};

use super::DAY;
use crate::bench::NOW;

pub(crate) fn analyses() -> Analyses {
    let run = |number| Some(AnalysisRunId::new(NOW, number));
    Analyses { running: run(2), done: run(1), again: true }
}

pub(crate) fn analysis_run(number: u128) -> AnalysisRun {
    let kept = || Kept { sha256: "c0ffee".to_owned(), bytes: 1_234 };
    let month = Month::of(DAY);
    let period = Period::new(month.plus(-11), month, 12).unwrap();
    let as_of = AsOf { superops: Some(NOW), quickbooks: Some(NOW) };
    AnalysisRun {
        id: AnalysisRunId::new(NOW, number),
        cause: Cause::Asked,
        by: Actor::User(UserId::new(NOW, 1)),
        day: DAY,
        state: RunState::Done,
        started_at: NOW,
        touched_at: NOW,
        finished_at: Some(NOW),
        snapshot: Some(SnapshotNote {
            kept: kept(),
            portfolio: Some(kept()),
            period,
            clients: 3,
            as_of,
        }),
        results: vec![PartResult {
            part: Part::Revenue,
            model: "revenue/1".to_owned(),
            kept: kept(),
            scores: vec![
                Score::new(ScoreOf::Months, Measure::ScaledError, 712_000, 36).beside(1_000_000),
            ],
        }],
    }
}
