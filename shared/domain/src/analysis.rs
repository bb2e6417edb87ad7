//! Runs of analyses over everything that is known of an organisation.
//!
//! A run takes a snapshot once and works through its parts one by one, each from that snapshot. What
//! comes out is kept as a file whose hash stands here: the same snapshot and the same models give the
//! same bytes.

mod score;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{audit::Actor, id::AnalysisRunId, integration::AsOf, period::Period};

pub use score::{FEWEST_EARLIER, Measure, Score, ScoreOf, drift};

/// What is analysed, in the order in which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// What each client's profitability is made of.
    Genome,
    /// How revenue goes on, of the organisation and of each client.
    Revenue,
    /// How many tickets come, of the organisation, each client and each category.
    Demand,
    /// When open invoices will be paid, and how likely each is to be late.
    Receivables,
    /// What was agreed, delivered, charged, booked and paid, and does not go together.
    Leaks,
    /// How likely each client is to leave.
    Churn,
    /// What prices would have to be for agreements to bring the margin that is wanted.
    Pricing,
    /// What clients do not have that their like have.
    Growth,
    /// What is compared with other organisations, and what own clients pay.
    Market,
    /// Which months are unlike those before them.
    Anomalies,
    /// What catalogue entries bring and take.
    Services,
}

impl Part {
    /// Every part, in the order in which they are worked on.
    pub const ALL: [Self; 11] = [
        Self::Genome,
        Self::Revenue,
        Self::Demand,
        Self::Receivables,
        Self::Leaks,
        Self::Churn,
        Self::Pricing,
        Self::Growth,
        Self::Market,
        Self::Anomalies,
        Self::Services,
    ];

    /// The name in JSON and in the names of files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Genome => "genome",
            Self::Revenue => "revenue",
            Self::Demand => "demand",
            Self::Receivables => "receivables",
            Self::Leaks => "leaks",
            Self::Churn => "churn",
            Self::Pricing => "pricing",
            Self::Growth => "growth",
            Self::Market => "market",
            Self::Anomalies => "anomalies",
            Self::Services => "services",
        }
    }
}

/// Why a run was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// Somebody asked for it.
    Asked,
    /// It was time.
    Nightly,
    /// A source was read, and something had changed.
    Synced,
}

impl Cause {
    /// The name of every cause.
    pub const NAMES: [&'static str; 3] = ["asked", "nightly", "synced"];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [asked, nightly, synced] = Self::NAMES;
        match self {
            Self::Asked => asked,
            Self::Nightly => nightly,
            Self::Synced => synced,
        }
    }
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RunState {
    /// It goes on.
    Running,
    /// Every part is there.
    Done,
    /// Somebody stopped it.
    Cancelled,
    /// It did not go on for so long that it was given up.
    GivenUp,
}

impl RunState {
    /// The name of every state.
    pub const NAMES: [&'static str; 4] = ["running", "done", "cancelled", "given_up"];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [running, done, cancelled, given_up] = Self::NAMES;
        match self {
            Self::Running => running,
            Self::Done => done,
            Self::Cancelled => cancelled,
            Self::GivenUp => given_up,
        }
    }
}

/// A file that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// How many bytes it has.
    pub bytes: u64,
}

impl Kept {
    /// What stands here of a file.
    pub fn of(bytes: &[u8]) -> Self {
        let digest = Sha256::digest(bytes);
        let sha256 =
            digest.iter().fold(String::new(), |digits, byte| format!("{digits}{byte:02x}"));
        Self { sha256, bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX) }
    }
}

/// What everything of a run was computed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotNote {
    /// The file.
    pub kept: Kept,
    /// The file with what leaks are looked for in; none of a run from before they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portfolio: Option<Kept>,
    /// The months that it has; the last one is the last that was over.
    pub period: Period,
    /// How many clients it has.
    pub clients: u32,
    /// Up to when the sources had been read.
    pub as_of: AsOf,
}

impl SnapshotNote {
    /// The file that a part is computed from; `None` where that was not taken.
    pub fn file_of(&self, part: Part) -> Option<&Kept> {
        match part {
            Part::Leaks | Part::Services => self.portfolio.as_ref(),
            Part::Genome
            | Part::Revenue
            | Part::Demand
            | Part::Receivables
            | Part::Churn
            | Part::Pricing
            | Part::Growth
            | Part::Market
            | Part::Anomalies => Some(&self.kept),
        }
    }
}

/// What came of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartResult {
    /// The part.
    pub part: Part,
    /// Which version of its model.
    pub model: String,
    /// The file.
    pub kept: Kept,
    /// How good the model was on the organisation's own past, as far as that was measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scores: Vec<Score>,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnalysisRun {
    /// Our id.
    pub id: AnalysisRunId,
    /// Why it was begun.
    pub cause: Cause,
    /// By whom.
    pub by: Actor,
    /// The day that it is of, on the organisation's clocks.
    pub day: Date,
    /// Where it stands.
    pub state: RunState,
    /// When it began.
    pub started_at: Timestamp,
    /// When it last went on.
    pub touched_at: Timestamp,
    /// When it came to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// What it is computed from, once that was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<SnapshotNote>,
    /// What came of the parts that are done, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<PartResult>,
    /// The file with what it found in other words, once it was put so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Kept>,
}

/// What a run does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// Take the snapshot.
    Snapshot,
    /// Work on a part.
    Part(Part),
}

impl AnalysisRun {
    /// A run that begins now.
    pub fn begun(id: AnalysisRunId, cause: Cause, by: Actor, day: Date, now: Timestamp) -> Self {
        Self {
            id,
            cause,
            by,
            day,
            state: RunState::Running,
            started_at: now,
            touched_at: now,
            finished_at: None,
            snapshot: None,
            results: Vec::new(),
            words: None,
        }
    }

    /// How many of its [`steps`](Self::steps) are done.
    pub fn step(&self) -> usize {
        usize::from(self.snapshot.is_some()) + self.results.len()
    }

    /// How many steps it has: the snapshot and each part. One that was done has those that it did,
    /// even if there are more parts by now.
    pub fn steps(&self) -> usize {
        if self.state == RunState::Done { self.step() } else { 1 + Part::ALL.len() }
    }

    /// What is to be done next; `None` when nothing is, or it is over.
    pub fn next(&self) -> Option<NextStep> {
        if self.state != RunState::Running {
            return None;
        }
        match self.snapshot {
            None => Some(NextStep::Snapshot),
            Some(_) => Part::ALL.get(self.results.len()).copied().map(NextStep::Part),
        }
    }

    /// The run once its snapshot was taken.
    #[must_use]
    pub fn with_snapshot(&self, note: SnapshotNote, now: Timestamp) -> Self {
        Self { snapshot: Some(note), touched_at: now, ..self.clone() }
    }

    /// The run once another part is there; with the last one it is done.
    #[must_use]
    pub fn with_result(&self, result: PartResult, now: Timestamp) -> Self {
        let mut run = Self { touched_at: now, ..self.clone() };
        run.results.push(result);
        if run.results.len() == Part::ALL.len() { run.ended(RunState::Done, now) } else { run }
    }

    /// The run once it is over.
    #[must_use]
    pub fn ended(&self, state: RunState, now: Timestamp) -> Self {
        Self { state, touched_at: now, finished_at: Some(now), ..self.clone() }
    }

    /// The run once what it found was put in other words.
    #[must_use]
    pub fn with_words(&self, words: Kept) -> Self {
        Self { words: Some(words), ..self.clone() }
    }

    /// What came of a part.
    pub fn result(&self, part: Part) -> Option<&PartResult> {
        self.results.iter().find(|result| result.part == part)
    }
}

/// Which runs count: one at most goes on, and the last that was done is the one that is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Analyses {
    /// The run that goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running: Option<AnalysisRunId>,
    /// The last that was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<AnalysisRunId>,
    /// Whether something has changed since the run that goes on took its snapshot.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
    /// Whether the organisation wants what is found put in other words by a language model.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rephrase: bool,
}

impl Analyses {
    /// Once a run has begun.
    #[must_use]
    pub fn begun(self, run: AnalysisRunId) -> Self {
        Self { running: Some(run), again: false, ..self }
    }

    /// Once the run that went on came to its end.
    #[must_use]
    pub fn ended(self, run: &AnalysisRun) -> Self {
        let done = if run.state == RunState::Done { Some(run.id) } else { self.done };
        Self { running: None, done, again: false, ..self }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::period::Month;

    fn kept() -> Kept {
        Kept { sha256: "00".to_owned(), bytes: 2 }
    }

    fn begun() -> AnalysisRun {
        let id = AnalysisRunId::new(Timestamp::UNIX_EPOCH, 1);
        let day = date(2026, 10, 15);
        AnalysisRun::begun(id, Cause::Nightly, Actor::System, day, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_file_is_known_by_its_hash() {
        // The example of FIPS 180-2, appendix B.1.
        let kept = Kept::of(b"abc");
        assert!(kept.sha256.starts_with("ba7816bf8f01cfea") && kept.sha256.ends_with("f20015ad"));
        assert_eq!((kept.sha256.len(), kept.bytes), (64, 3));
    }

    #[test]
    fn a_run_takes_its_snapshot_and_works_through_every_part_once() {
        let month = Month::of(date(2026, 9, 1));
        let mut run = begun();
        assert_eq!(run.next(), Some(NextStep::Snapshot));
        let period = Period::new(month, month, 1).unwrap();
        let note = SnapshotNote {
            kept: kept(),
            portfolio: Some(kept()),
            period,
            clients: 1,
            as_of: AsOf::default(),
        };
        run = run.with_snapshot(note, Timestamp::UNIX_EPOCH);
        for part in Part::ALL {
            assert_eq!((run.state, run.next()), (RunState::Running, Some(NextStep::Part(part))));
            let result =
                PartResult { part, model: "m/1".to_owned(), kept: kept(), scores: Vec::new() };
            run = run.with_result(result, Timestamp::UNIX_EPOCH);
        }
        assert_eq!(
            (run.state, run.next(), run.step()),
            (RunState::Done, None, 1 + Part::ALL.len())
        );
        assert_eq!(run.steps(), run.step());
        assert!(run.finished_at.is_some());
    }

    #[test]
    fn a_run_that_was_done_before_there_were_more_parts_stays_done() {
        let result = PartResult {
            part: Part::Revenue,
            model: "m/1".to_owned(),
            kept: kept(),
            scores: Vec::new(),
        };
        let old = AnalysisRun { state: RunState::Done, results: vec![result], ..begun() };
        assert_eq!((old.next(), old.steps()), (None, old.step()));
        assert!(old.result(Part::Demand).is_none());
    }

    #[test]
    fn only_what_was_done_is_shown() {
        let (first, none) = (begun(), Analyses::default());
        let running = none.begun(first.id);
        let cancelled = first.ended(RunState::Cancelled, Timestamp::UNIX_EPOCH);
        assert_eq!(cancelled.next(), None);
        assert_eq!(running.ended(&cancelled), none);
        let done = first.ended(RunState::Done, Timestamp::UNIX_EPOCH);
        assert_eq!(running.ended(&done).done, Some(first.id));
        let again = Analyses { again: true, ..running.ended(&done) }.begun(first.id);
        assert_eq!((again.done, again.again), (Some(first.id), false));
    }
}
