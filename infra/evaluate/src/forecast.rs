//! How series go on.

use clearmargin_insight::forecast::{Member, Step, forecast, outlook, steps};

use crate::{
    accuracy::{Errors, Said, coverage, msis},
    report::{Report, milliseconds},
    series::Case,
};

/// How many backtests are timed, evenly spread.
const BACKTESTS: usize = 100;

/// The scores of the shipped forecast with its bands.
pub(crate) fn score(cases: &[Case]) -> Report {
    let base = member(cases, Member::Naive2);
    let naive = member(cases, Member::SeasonalNaive);
    let said = shipped(cases);
    let [base, naive, own] = [&base, &naive, &said].map(|it| Errors::of(cases, it, &|_| true));
    let within = |level| coverage(cases, &said, level, &|_| true);
    Report::default()
        .with("owa", own.owa(base))
        .with("smape", own.smape)
        .with("mase", own.mase)
        .with("wape", own.wape)
        .with("coverage50", within(0))
        .with("coverage80", within(1))
        .with("coverage95", within(2))
        .with("msis95", msis(cases, &said, &|_| true))
        .with("naiveOwa", naive.owa(base))
        .with("naiveMase", naive.mase)
        .with("naiveWape", naive.wape)
        .with("msPerItem", said.milliseconds)
        .with("msWithBacktest", with_backtest(cases))
}

/// Each method by itself, as a table: all cases, those that choices were made by and the others.
pub(crate) fn methods(cases: &[Case]) -> String {
    let mut all: Vec<Said> = [Member::Naive2, Member::Theta]
        .into_iter()
        .chain(Member::PANEL)
        .map(|it| member(cases, it))
        .collect();
    all.push(timed(cases, "centre of the panel", |case| {
        (outlook(&case.series, case.test.len()).points, None)
    }));
    all.push(shipped(cases));
    let mut lines = vec![
        "method | part | OWA | sMAPE | MASE | cover 50 / 80 / 95 | MSIS95 | CPU ms".to_owned(),
        "---|---|---|---|---|---|---|---".to_owned(),
    ];
    for said in &all {
        for (part, wanted) in [("all", None), ("choose", Some(true)), ("check", Some(false))] {
            let wanted = |case: &Case| wanted.is_none_or(|wanted| wanted == chooses(case));
            if let Some(base) = all.first() {
                lines.push(line(cases, said, base, part, &wanted));
            }
        }
    }
    lines.join("\n")
}

/// The factors of the bands, as they are written down: each line a step, the columns 50, 80 and 95 %.
#[expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    reason = "quantiles of measurements"
)]
pub(crate) fn factors(cases: &[Case]) -> String {
    let farthest = cases.iter().map(|case| case.test.len()).max().unwrap_or(0);
    let mut ratios = vec![Vec::new(); farthest];
    for case in cases.iter().filter(|case| chooses(case)) {
        let said = outlook(&case.series, case.test.len());
        for (step, value) in case.test.iter().enumerate() {
            if said.scales[step] > 0.0 {
                ratios[step].push((value - said.points[step]).abs() / said.scales[step]);
            }
        }
    }
    let quantile = |step: usize, share: f64| {
        // A step's neighbours steady its quantile.
        let mut near = ratios[step.saturating_sub(1)..=(step + 1).min(farthest - 1)].concat();
        near.sort_by(f64::total_cmp);
        let at = (share * (near.len() as f64 + 1.0)).ceil() as usize;
        near[at.clamp(1, near.len()) - 1]
    };
    let row = |step: usize| {
        let [half, most, nearly] = [0.5, 0.8, 0.95].map(|share| quantile(step, share));
        format!("    [{half:.2}, {most:.2}, {nearly:.2}],")
    };
    (0..farthest).map(row).collect::<Vec<_>>().join("\n")
}

/// Whether methods and factors may be chosen by a case; it depends on its id alone.
fn chooses(case: &Case) -> bool {
    // Fowler-Noll-Vo.
    let hash = case.id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash % 3 != 2
}

fn shipped(cases: &[Case]) -> Said {
    timed(cases, "forecast with bands", |case| {
        let (series, horizon) = (&case.series, case.test.len());
        if series.values().len() < series.rhythm().needed() {
            return (Member::SeasonalNaive.points(series, horizon), None);
        }
        let steps = steps(series, horizon);
        (steps.iter().map(|step| step.point).collect(), Some(steps))
    })
}

/// The time of a forecast with its backtest, over some of the cases: it changes nothing of what is said.
#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a measurement")]
fn with_backtest(cases: &[Case]) -> f64 {
    let some: Vec<&Case> = cases.iter().step_by(cases.len().div_ceil(BACKTESTS).max(1)).collect();
    let start = milliseconds();
    for case in &some {
        std::hint::black_box(forecast(&case.series, case.test.len()).ok());
    }
    (milliseconds() - start) / some.len().max(1) as f64
}

fn member(cases: &[Case], member: Member) -> Said {
    timed(cases, member.name(), |case| (member.points(&case.series, case.test.len()), None))
}

#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a measurement")]
fn timed(cases: &[Case], name: &str, ask: impl Fn(&Case) -> (Vec<f64>, Option<Vec<Step>>)) -> Said {
    let start = milliseconds();
    let (points, steps): (Vec<_>, Vec<_>) = cases.iter().map(ask).unzip();
    let milliseconds = (milliseconds() - start) / cases.len().max(1) as f64;
    Said { name: name.to_owned(), points, steps: steps.into_iter().collect(), milliseconds }
}

fn line(
    cases: &[Case],
    said: &Said,
    base: &Said,
    part: &str,
    wanted: &dyn Fn(&Case) -> bool,
) -> String {
    let count = cases.iter().filter(|case| wanted(case)).count();
    let [own, base] = [said, base].map(|it| Errors::of(cases, it, wanted));
    let cover = [0, 1, 2].map(|level| {
        let share = coverage(cases, said, level, wanted);
        share.map_or_else(|| "-".to_owned(), |share| format!("{share:.3}"))
    });
    let msis = msis(cases, said, wanted).map_or_else(|| "-".to_owned(), |it| format!("{it:.2}"));
    format!(
        "{} | {part} {count} | {:.4} | {:.4} | {:.3} | {} | {msis} | {:.2}",
        said.name,
        own.owa(base),
        own.smape,
        own.mase,
        cover.join(" / "),
        said.milliseconds
    )
}
