//! How well the days to come are told from every moment of a file, with holidays and without.
#![expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "measurements")]

use std::path::Path;

use clearmargin_insight::{
    demand::{Grain, History, Pool, Step, Told},
    forecast::FARTHEST,
};

use crate::{
    demand::{Counted, calendar, history, read},
    file::FileError,
};

/// Sums over the moments of one kind.
#[derive(Default, Clone)]
struct Sums {
    scaled: f64,
    series: f64,
    off: f64,
    size: f64,
    inside: [f64; 3],
    values: f64,
}

/// What is compared, by its place: the calendar, no calendar, seasonal naive.
const COMPARED: [&str; 3] = ["holidays", "no holidays", "seasonal naive"];
/// Which days ahead are scored, by its place.
const AHEAD: [&str; 3] = ["none ahead", "some ahead", "only these days"];

/// The table: moments without a special day ahead, such with one, and of those the special days alone.
pub(crate) fn table(data: &Path, told: Told) -> Result<String, FileError> {
    let all = read(data)?;
    let Some(first) = all.first() else { return Err(FileError::Unfit("no series".to_owned())) };
    let grain = first.grain;
    let full: Vec<(&Counted, Vec<f64>)> =
        all.iter().filter(|it| it.grain == grain).map(|it| (it, it.values())).collect();
    let length = full.iter().map(|(_, values)| values.len()).min().unwrap_or(0);
    let horizon = first.case.test.len().clamp(1, FARTHEST);
    let whole: Vec<History> = histories(&full, length)?;
    let pool = Pool::new(grain, &whole, told);
    let mut table = Table { grain, rows: Default::default(), moments: [0; 3] };
    for moment in grain.rhythm().needed()..length {
        let known = histories(&full, moment)?;
        let with = Pool::with_choice(grain, &known, pool.choice().clone()).steps(horizon);
        let without = Pool::new(grain, &known, Told::NoCalendar).steps(horizon);
        let ahead = horizon.min(length - moment);
        table.take(&full, moment, ahead, [&with, &without]);
    }
    Ok(table.written(&calendar(&pool)))
}

/// Sums by what is ahead and by what is compared.
struct Table {
    grain: Grain,
    rows: [[Sums; 3]; 3],
    moments: [usize; 3],
}

impl Table {
    /// Takes in what was told of all series from one moment, and what came.
    fn take(
        &mut self,
        full: &[(&Counted, Vec<f64>)],
        moment: usize,
        ahead: usize,
        told: [&Vec<Vec<Step>>; 2],
    ) {
        let special = |at: usize| {
            let step = told[0].first().and_then(|steps| steps.get(at));
            step.is_some_and(|step| step.left < 1.0)
        };
        let some = (0..ahead).any(special);
        let [none, any, only] = &mut self.rows;
        let row = if some { any } else { none };
        let [calm, busy, days] = &mut self.moments;
        *if some { &mut *busy } else { calm } += 1;
        *days += usize::from(some);
        for (at, (_, values)) in full.iter().enumerate() {
            let (past, since) = values.split_at(moment);
            let since = since.get(..ahead).unwrap_or(since);
            let naive: Vec<f64> = naive(past, self.grain);
            let steps = [told[0].get(at), told[1].get(at), None];
            for ((sums, only), steps) in row.iter_mut().zip(only.iter_mut()).zip(steps) {
                sums.add(past, since, steps, &naive, self.grain, &|_| true);
                only.add(past, since, steps, &naive, self.grain, &special);
            }
        }
    }
}

fn histories(full: &[(&Counted, Vec<f64>)], length: usize) -> Result<Vec<History>, FileError> {
    let cut = |(counted, values): &(&Counted, Vec<f64>)| {
        let values = values.get(..length).unwrap_or(values);
        history(&counted.case.id, counted.start, values)
            .map_err(|error| FileError::Unfit(error.to_string()))
    };
    full.iter().map(cut).collect()
}

fn naive(past: &[f64], grain: Grain) -> Vec<f64> {
    let back = if past.len() >= grain.rhythm().period() { grain.rhythm().period() } else { 1 };
    past.get(past.len().saturating_sub(back)..).unwrap_or_default().to_vec()
}

impl Sums {
    fn add(
        &mut self,
        past: &[f64],
        since: &[f64],
        steps: Option<&Vec<Step>>,
        naive: &[f64],
        grain: Grain,
        wanted: &dyn Fn(usize) -> bool,
    ) {
        let lag = if grain == Grain::Day { grain.rhythm().period() } else { 1 };
        let moves = past.iter().zip(past.iter().skip(lag)).map(|(one, two)| (two - one).abs());
        let unit = moves.sum::<f64>() / past.len().saturating_sub(lag).max(1) as f64;
        let (mut off, mut count) = (0.0, 0.0_f64);
        for (at, value) in since.iter().enumerate().filter(|(at, _)| wanted(*at)) {
            let step = steps.and_then(|steps| steps.get(at)).map(|step| &step.counts);
            let plain = naive.get(at % naive.len().max(1)).copied().unwrap_or(0.0);
            off += (step.map_or(plain, |step| step.point) - value).abs();
            self.size += value;
            for (level, hits) in self.inside.iter_mut().enumerate() {
                let band = step.and_then(|step| step.bands.get(level));
                let inside = band.is_some_and(|band| (band.low..=band.high).contains(value));
                *hits += f64::from(u8::from(inside));
            }
            count += 1.0;
        }
        self.off += off;
        self.values += count;
        if unit > 0.0 && count > 0.0 {
            self.scaled += off / unit / count;
            self.series += 1.0;
        }
    }
}

impl Table {
    fn written(&self, calendar: &str) -> String {
        let mut lines = vec![
            format!("calendar: {calendar}"),
            "special days | moments | method | MASE | WAPE | within 50 / 80 / 95".to_owned(),
            "---|---|---|---|---|---".to_owned(),
        ];
        let rows = AHEAD.iter().zip(&self.rows).zip(self.moments);
        for ((ahead, row), count) in rows.filter(|(_, count)| *count > 0) {
            for (name, sums) in COMPARED.iter().zip(row) {
                lines.push(format!("{ahead} | {count} | {name} | {}", sums.written()));
            }
        }
        lines.join("\n")
    }
}

impl Sums {
    fn written(&self) -> String {
        let (mase, wape) = (self.scaled / self.series.max(1.0), self.off / self.size.max(1.0));
        let [half, most, nearly] = self.inside.map(|hits| 100.0 * hits / self.values.max(1.0));
        let bands = if nearly > 0.0 {
            format!("{half:.1} / {most:.1} / {nearly:.1}")
        } else {
            "-".to_owned()
        };
        format!("{mase:.3} | {wape:.3} | {bands}")
    }
}
