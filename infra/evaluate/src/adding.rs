//! What it costs that forecasts of parts add up to that of the whole.
#![expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "measurements")]

use std::{collections::BTreeMap, path::Path};

use clearmargin_insight::{
    demand::{Expected, History, Pool, Step, Told, coherent},
    forecast::FARTHEST,
};

use crate::{
    demand::{Counted, history, read},
    file::FileError,
};

/// What the whole is called in the column `category`.
const WHOLE: &str = "total";

/// Σ |error| of means by themselves, of those made to add up, and Σ |value|.
#[derive(Default)]
struct Sums {
    alone: f64,
    together: f64,
    size: f64,
}

/// The table: by grouping, from every moment of the file.
pub(crate) fn table(data: &Path, told: Told) -> Result<String, FileError> {
    let all = read(data)?;
    let whole = parts(&all)?;
    let Some(first) = all.first() else { return Err(FileError::Unfit("no series".to_owned())) };
    let grain = first.grain;
    let values: Vec<Vec<f64>> = all.iter().map(Counted::values).collect();
    let length = values.iter().map(Vec::len).min().unwrap_or(0);
    let horizon = first.case.test.len().clamp(1, FARTHEST);
    let full = cut(&all, length)?;
    let choice = Pool::new(grain, &full, told).choice().clone();
    let mut sums: BTreeMap<&str, Sums> = BTreeMap::new();
    for moment in grain.rhythm().needed()..length {
        let known = cut(&all, moment)?;
        let steps = Pool::with_choice(grain, &known, choice.clone()).steps(horizon);
        for ahead in 0..horizon.min(length - moment) {
            let expected = |at: &usize| {
                let step: Option<&Step> = steps.get(*at).and_then(|steps| steps.get(ahead));
                step.map_or(Expected { mean: 0.0, variance: 0.0 }, |step| Expected {
                    mean: step.mean,
                    variance: step.variance,
                })
            };
            let groups: Vec<Vec<Expected>> =
                whole.groups.values().map(|parts| parts.iter().map(expected).collect()).collect();
            let joined = coherent(expected(&whole.total), &groups);
            let mut add = |grouping, at: &usize, together: i64| {
                let value = values.get(*at).and_then(|values| values.get(moment + ahead));
                let value = value.copied().unwrap_or(0.0);
                let sums: &mut Sums = sums.entry(grouping).or_default();
                sums.alone += (expected(at).mean - value).abs();
                sums.together += (together as f64 / 1_000.0 - value).abs();
                sums.size += value;
            };
            add(WHOLE, &whole.total, joined.total);
            for ((name, parts), told) in whole.groups.iter().zip(&joined.groups) {
                for (at, together) in parts.iter().zip(told) {
                    add(name, at, *together);
                }
            }
        }
    }
    let mut lines = vec![
        "grouping | WAPE of means | of means that add up".to_owned(),
        "---|---|---".to_owned(),
    ];
    for (name, Sums { alone, together, size }) in sums {
        let size = size.max(1.0);
        lines.push(format!("{name} | {:.4} | {:.4}", alone / size, together / size));
    }
    Ok(lines.join("\n"))
}

/// Where the whole is, and its parts by each grouping.
struct Whole<'a> {
    total: usize,
    groups: BTreeMap<&'a str, Vec<usize>>,
}

fn parts(all: &[Counted]) -> Result<Whole<'_>, FileError> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, counted) in all.iter().enumerate() {
        groups.entry(&counted.grouping).or_default().push(at);
    }
    let total = groups.remove(WHOLE).and_then(|places| places.first().copied());
    let Some(total) = total else {
        return Err(FileError::Unfit(format!("no series has the category {WHOLE}")));
    };
    let sum = |at: &usize| -> f64 {
        all.get(*at).map(|counted| counted.values().iter().sum()).unwrap_or_default()
    };
    for (name, parts) in &groups {
        if (parts.iter().map(sum).sum::<f64>() - sum(&total)).abs() > 1e-6 {
            return Err(FileError::Unfit(format!("what is in {name} does not add up to {WHOLE}")));
        }
    }
    Ok(Whole { total, groups })
}

fn cut(all: &[Counted], length: usize) -> Result<Vec<History>, FileError> {
    let cut = |counted: &Counted| {
        let values = counted.values();
        let values = values.get(..length).unwrap_or(&values);
        history(&counted.case.id, counted.start, values)
            .map_err(|error| FileError::Unfit(error.to_string()))
    };
    all.iter().map(cut).collect()
}
