//! How good forecasts are on public series: `docs/forecasting.md` says where they come from.
//!
//! `cargo run --release -p clearmargin-insight --example forecast_accuracy -- FILE [score|learn] [CUT]`
//! reads a gzipped CSV file with the columns `id`, `period`, `train` and `test` (values joined by
//! semicolons). `score` prints what each method scores on two thirds of the series ("choose", by
//! which methods and factors were chosen) and on the rest ("check"); `learn` prints the factors of
//! the bands. `CUT` leaves each series its last so many values.
#![expect(clippy::print_stdout, reason = "a command line tool talks on standard output")]
#![expect(clippy::float_arithmetic, reason = "these are measurements, not money")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of a few thousand"
)]
#![expect(clippy::indexing_slicing, reason = "places come from lengths")]

use std::{error::Error, fs::File, io::Read as _};

use clearmargin_insight::forecast::{Member, Rhythm, Series, Step, forecast, outlook};

/// A series and what came after it.
struct Case {
    choose: bool,
    series: Series,
    test: Vec<f64>,
}

/// What a method says of every case.
struct Said {
    name: String,
    points: Vec<Vec<f64>>,
    steps: Option<Vec<Vec<Step>>>,
    milliseconds: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let file = words.next().ok_or("name the file of series")?;
    let task = words.next().unwrap_or_else(|| "score".to_owned());
    let cut = words.next().map(|cut| cut.parse()).transpose()?.unwrap_or(usize::MAX);
    let cases = read(&file, cut)?;
    if task == "learn" {
        learn(&cases);
    } else {
        table(&cases);
    }
    Ok(())
}

fn read(file: &str, cut: usize) -> Result<Vec<Case>, Box<dyn Error>> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(File::open(file)?).read_to_string(&mut text)?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers()?.clone();
    let place =
        |name: &str| headers.iter().position(|header| header == name).ok_or("no such column");
    let places = [place("id")?, place("period")?, place("train")?, place("test")?];
    let mut cases = Vec::new();
    for record in reader.records() {
        let record = record?;
        let [id, period, known, later] = places.map(|place| record[place].to_owned());
        let rhythm = match period.as_str() {
            "7" => Rhythm::Daily,
            "52" => Rhythm::Weekly,
            _ => Rhythm::Monthly,
        };
        let (known, later) = (numbers(&known)?, numbers(&later)?);
        let last = &known[known.len().saturating_sub(cut)..];
        let series = Series::new(rhythm, last)?;
        cases.push(Case { choose: hash(&id) % 3 != 2, series, test: later });
    }
    Ok(cases)
}

fn numbers(joined: &str) -> Result<Vec<f64>, std::num::ParseFloatError> {
    joined.split(';').map(str::parse).collect()
}

/// FNV-1a: which part a series belongs to depends on its id alone.
fn hash(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Prints factors: each line a step, the columns 50, 80 and 95 %.
fn learn(cases: &[Case]) {
    let farthest = cases.iter().map(|case| case.test.len()).max().unwrap_or(0);
    let mut ratios = vec![Vec::new(); farthest];
    for case in cases.iter().filter(|case| case.choose) {
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
    for step in 0..farthest {
        let row = [0.5, 0.8, 0.95].map(|share| quantile(step, share));
        println!("    [{:.2}, {:.2}, {:.2}],", row[0], row[1], row[2]);
    }
}

fn table(cases: &[Case]) {
    println!("method | part | OWA | sMAPE | MASE | cover 50 / 80 / 95 | MSIS95 | CPU ms");
    println!("---|---|---|---|---|---|---|---");
    let base = single(cases, Member::Naive2);
    let mut all: Vec<Said> = [Member::Naive2, Member::Theta]
        .into_iter()
        .chain(Member::PANEL)
        .map(|member| single(cases, member))
        .collect();
    all.push(timed(cases, "median of the panel", |case| {
        (outlook(&case.series, case.test.len()).points, None)
    }));
    all.push(timed(cases, "forecast with backtest", |case| {
        match forecast(&case.series, case.test.len()) {
            Ok(found) => {
                let points = found.steps.iter().map(|step| step.point).collect();
                (points, Some(found.steps))
            }
            Err(_) => (Member::SeasonalNaive.points(&case.series, case.test.len()), None),
        }
    }));
    for said in &all {
        line(cases, said, &base, "all", |_| true);
    }
    for said in &all[all.len() - 2..] {
        line(cases, said, &base, "choose", |case| case.choose);
        line(cases, said, &base, "check", |case| !case.choose);
    }
}

/// The time that this thread has had on a core, as Linux counts it: other work on the machine is no
/// part of it.
fn milliseconds() -> f64 {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = counted.split(' ').next().and_then(|first| first.parse::<f64>().ok());
    first.unwrap_or_default() / 1e6
}

fn single(cases: &[Case], member: Member) -> Said {
    timed(cases, member.name(), |case| (member.points(&case.series, case.test.len()), None))
}

fn timed(cases: &[Case], name: &str, ask: impl Fn(&Case) -> (Vec<f64>, Option<Vec<Step>>)) -> Said {
    let start = milliseconds();
    let (points, steps): (Vec<_>, Vec<_>) = cases.iter().map(ask).unzip();
    Said {
        name: name.to_owned(),
        points,
        steps: steps.into_iter().collect(),
        milliseconds: (milliseconds() - start) / cases.len() as f64,
    }
}

fn line(cases: &[Case], said: &Said, base: &Said, part: &str, wanted: impl Fn(&Case) -> bool) {
    let places: Vec<usize> = (0..cases.len()).filter(|at| wanted(&cases[*at])).collect();
    let (smape, mase) = errors(cases, said, &places);
    let (base_smape, base_mase) = errors(cases, base, &places);
    let owa = f64::midpoint(smape / base_smape, mase / base_mase);
    let bands = said.steps.as_ref().map_or_else(
        || "- | -".to_owned(),
        |steps| {
            let cover = [0, 1, 2].map(|level| cover(cases, steps, &places, level));
            let msis = msis(cases, steps, &places);
            format!("{:.1} / {:.1} / {:.1} | {msis:.2}", cover[0], cover[1], cover[2])
        },
    );
    println!(
        "{} | {part} {} | {owa:.4} | {smape:.2} | {mase:.3} | {bands} | {:.2}",
        said.name,
        places.len(),
        said.milliseconds
    );
}

/// sMAPE and MASE as in M4, over the cases for which the latter is defined.
fn errors(cases: &[Case], said: &Said, places: &[usize]) -> (f64, f64) {
    let (mut smape, mut mase, mut count) = (0.0, 0.0, 0.0_f64);
    for at in places {
        let (case, points) = (&cases[*at], &said.points[*at]);
        let unit = unit(case);
        if unit <= 0.0 {
            continue;
        }
        let length = case.test.len() as f64;
        for (point, value) in points.iter().zip(&case.test) {
            let (error, size) = ((point - value).abs(), point.abs() + value.abs());
            smape += if size > 0.0 { 200.0 * error / size / length } else { 0.0 };
            mase += error / unit / length;
        }
        count += 1.0;
    }
    (smape / count.max(1.0), mase / count.max(1.0))
}

/// The mean absolute difference to a period before: a week for days, a year for months, and the value
/// before for weeks, as in M4.
fn unit(case: &Case) -> f64 {
    let lag = if case.series.rhythm() == Rhythm::Weekly { 1 } else { case.series.period() };
    let values = case.series.values();
    let pairs = values.iter().zip(values.iter().skip(lag));
    pairs.map(|(before, after)| (after - before).abs()).sum::<f64>()
        / values.len().saturating_sub(lag).max(1) as f64
}

/// The share of values within a band, in per cent.
fn cover(cases: &[Case], steps: &[Vec<Step>], places: &[usize], level: usize) -> f64 {
    let (mut inside, mut count) = (0.0, 0.0_f64);
    for at in places {
        for (step, value) in steps[*at].iter().zip(&cases[*at].test) {
            let band = step.bands[level];
            inside += f64::from(u8::from((band.low..=band.high).contains(value)));
            count += 1.0;
        }
    }
    100.0 * inside / count.max(1.0)
}

/// The mean scaled interval score of the 95 % band.
fn msis(cases: &[Case], steps: &[Vec<Step>], places: &[usize]) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0_f64);
    for at in places {
        let unit = unit(&cases[*at]);
        if unit <= 0.0 {
            continue;
        }
        let length = cases[*at].test.len() as f64;
        for (step, value) in steps[*at].iter().zip(&cases[*at].test) {
            let band = step.bands[2];
            let outside = (band.low - value).max(value - band.high).max(0.0);
            sum += (band.high - band.low + 40.0 * outside) / unit / length;
        }
        count += 1.0;
    }
    sum / count.max(1.0)
}
