//! A run of analyses, and a leak that it found.

use std::collections::BTreeMap;

use clearmargin_domain::{
    analysis::{
        Analyses, AnalysisRun, Cause, Kept, Measure, Part, PartResult, RunState, Score, ScoreOf,
        SnapshotNote,
    },
    audit::Actor,
    id::{
        AgreementId, AgreementLineId, AnalysisRunId, ClientId, InvoiceId, LeakId, RecommendationId,
        UserId,
    },
    integration::AsOf,
    leak::{Approval, CaseState, Charged, LeakCase, LeakInvoice, LeakKind},
    money::Currency,
    period::{Month, Period},
    recommendation::{Done, RecommendationCase, RecommendationKind, Repriced, Verdict},
};

use super::DAY;
use crate::bench::NOW;

pub(crate) fn analyses() -> Analyses {
    let run = |number| Some(AnalysisRunId::new(NOW, number));
    Analyses { running: run(2), done: run(1), again: true, rephrase: true }
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
        words: Some(kept()),
    }
}

pub(crate) fn leak_case(number: u128) -> LeakCase {
    LeakCase {
        id: LeakId::new(NOW, number),
        key: "line_not_invoiced/client/line".to_owned(),
        kind: LeakKind::LineNotInvoiced,
        client: ClientId::new(NOW, 1),
        currency: Currency::USD,
        found_on: DAY,
        first_seen: DAY,
        months: BTreeMap::from([(Month::of(DAY), 12_345)]),
        state: CaseState::Muted { reason: "a favour".parse().unwrap(), until: Some(DAY) },
        owner: Some(UserId::new(NOW, 1)),
        approval: Some(Approval { by: Actor::User(UserId::new(NOW, 1)), at: NOW, minor: 12_345 }),
        charged: vec![Charged { invoice: InvoiceId::new(NOW, 1), minor: 2_345 }],
        reopened: 1,
    }
}

pub(crate) fn leak_invoice(number: u128) -> LeakInvoice {
    let parts = BTreeMap::from([(LeakId::new(NOW, number), 2_345)]);
    LeakInvoice { id: InvoiceId::new(NOW, number), parts }
}

pub(crate) fn recommended(number: u128) -> RecommendationCase {
    let line =
        Repriced { line: AgreementLineId::new(NOW, 1), from_minor: 10_000, to_minor: 12_000 };
    RecommendationCase {
        id: RecommendationId::new(NOW, number),
        key: "raise_prices/agreement".to_owned(),
        kind: RecommendationKind::RaisePrices,
        client: ClientId::new(NOW, 1),
        basis: "c0ffee".to_owned(),
        currency: Currency::USD,
        expected_minor: 24_000,
        run: AnalysisRunId::new(NOW, 1),
        verdict: Verdict::Accepted {
            done: Done::PricesSet {
                agreement: AgreementId::new(NOW, 1),
                on: DAY,
                lines: vec![line],
            },
        },
        by: Actor::User(UserId::new(NOW, 1)),
        at: NOW,
    }
}
