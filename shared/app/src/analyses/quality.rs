//! How good each model was on the organisation's own past, run after run.

use clearmargin_domain::{
    access::Action,
    analysis::{AnalysisRun, Part, PartResult, RunState, Score, drift},
    id::AnalysisRunId,
};
use clearmargin_store::List;
use jiff::civil::Date;

use crate::{Ctx, Error};

/// How many runs are looked at.
const RUNS: usize = 30;

/// How good the model of a part was.
#[derive(Debug, Clone)]
pub struct PartQuality {
    /// The part.
    pub part: Part,
    /// The last run that was done with it; `None` as long as there was none.
    pub run: Option<AnalysisRun>,
    /// What was measured in it; none if nothing was.
    pub scores: Vec<ScoreCourse>,
}

/// A score with what it came to in earlier runs of the same version of the model.
#[derive(Debug, Clone)]
pub struct ScoreCourse {
    /// What it came to in the last run.
    pub score: Score,
    /// What it came to in earlier ones, the latest first.
    pub earlier: Vec<Earlier>,
    /// How far it lies from the median of those, in millionths; `None` of too few.
    pub drift: Option<i64>,
}

/// What a score came to in a run.
#[derive(Debug, Clone, Copy)]
pub struct Earlier {
    /// The run.
    pub run: AnalysisRunId,
    /// The day that it is of.
    pub day: Date,
    /// In millionths.
    pub value: i64,
}

/// How good the model of each part was in the last run, and in those before it.
pub async fn quality(ctx: &Ctx) -> Result<Vec<PartQuality>, Error> {
    ctx.require(Action::MarginsRead)?;
    let page = ctx.tenant().list::<AnalysisRun>(List::AnalysisRuns, RUNS, "quality", None).await?;
    let runs = page.items.into_iter().map(|run| run.value);
    let done: Vec<_> = runs.filter(|run| run.state == RunState::Done).collect();
    Ok(Part::ALL.into_iter().map(|part| of_part(part, &done)).collect())
}

fn of_part(part: Part, done: &[AnalysisRun]) -> PartQuality {
    let with = done.iter().filter_map(|run| Some((run, run.result(part)?)));
    let with: Vec<_> = with.collect();
    let Some(((run, latest), before)) = with.split_first() else {
        return PartQuality { part, run: None, scores: Vec::new() };
    };
    let same: Vec<_> = before.iter().filter(|(_, it)| it.model == latest.model).collect();
    let course = |score: &Score| {
        let earlier: Vec<_> = same.iter().filter_map(|(run, it)| value(run, it, score)).collect();
        let values: Vec<_> = earlier.iter().map(|it| it.value).collect();
        ScoreCourse { score: *score, drift: drift(score.value, &values), earlier }
    };
    let scores = latest.scores.iter().map(course).collect();
    PartQuality { part, run: Some((*run).clone()), scores }
}

fn value(run: &AnalysisRun, of: &PartResult, score: &Score) -> Option<Earlier> {
    let value = of.scores.iter().find(|it| it.is_like(score))?.value;
    Some(Earlier { run: run.id, day: run.day, value })
}

#[cfg(test)]
mod tests {
    use clearmargin_domain::{
        analysis::{Cause, Kept, Measure, ScoreOf},
        audit::Actor,
    };
    use jiff::{Timestamp, civil::date};

    use super::*;

    /// A run of that number in which seasonal naive was so many per cent off.
    fn run(number: u128, model: &str, percent: i64) -> AnalysisRun {
        let id = AnalysisRunId::new(Timestamp::UNIX_EPOCH, number);
        let by = Actor::System;
        let begun =
            AnalysisRun::begun(id, Cause::Nightly, by, date(2026, 10, 15), Timestamp::UNIX_EPOCH);
        let score = Score::new(ScoreOf::Months, Measure::ScaledError, percent * 10_000, 36);
        let kept = Kept { sha256: String::new(), bytes: 0 };
        let result =
            PartResult { part: Part::Revenue, model: model.to_owned(), kept, scores: vec![score] };
        AnalysisRun { state: RunState::Done, results: vec![result], ..begun }
    }

    #[test]
    fn a_score_is_held_against_earlier_runs_of_the_same_version_alone() {
        let percents = [90, 70, 71, 72, 73, 74];
        let mut runs: Vec<_> =
            (0_u128..).zip(percents).map(|(at, it)| run(at, "m/2", it)).collect();
        let few = of_part(Part::Revenue, &runs[..5]);
        assert_eq!((few.scores[0].drift, few.scores[0].earlier.len()), (None, 4));
        runs.extend((6..20).map(|at| run(at, "m/1", 10)));
        let all = of_part(Part::Revenue, &runs);
        let earlier: Vec<_> = all.scores[0].earlier.iter().map(|it| it.value / 10_000).collect();
        assert_eq!(earlier, [70, 71, 72, 73, 74]);
        assert_eq!(all.scores[0].drift, Some(180_000));
        assert!(of_part(Part::Genome, &runs).run.is_none());
    }
}
