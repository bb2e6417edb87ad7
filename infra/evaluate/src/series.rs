//! Series and what came after them.

use std::path::Path;

use clearmargin_insight::forecast::{Rhythm, Series};

use crate::file::{FileError, Words};

/// A series and what came after it.
#[derive(Debug)]
pub(crate) struct Case {
    /// What it is called.
    pub(crate) id: String,
    /// What was known.
    pub(crate) series: Series,
    /// What came.
    pub(crate) test: Vec<f64>,
}

impl Case {
    /// The cases of a file with the columns `id`, `period` (12, 52 or 7), `train` and `test`, values
    /// joined by semicolons; of each series its last so many values.
    pub(crate) fn read(path: &Path, last: usize) -> Result<Vec<Self>, FileError> {
        Self::of(&Words::read(path)?, last)
    }

    /// The cases of a table with those columns.
    pub(crate) fn of(words: &Words, last: usize) -> Result<Vec<Self>, FileError> {
        let mut places = [0; 4];
        for (place, name) in places.iter_mut().zip(["id", "period", "train", "test"]) {
            *place = words.place(name)?;
        }
        let word = |row: &Vec<String>, at: usize| row.get(at).cloned().unwrap_or_default();
        let case = |row: &Vec<String>| {
            let [id, period, known, later] = places.map(|at| word(row, at));
            let unfit = |why: &dyn std::fmt::Display| FileError::Unfit(format!("{id}: {why}"));
            let rhythm = match period.as_str() {
                "7" => Rhythm::Daily,
                "52" => Rhythm::Weekly,
                "12" => Rhythm::Monthly,
                _ => return Err(unfit(&"the period is none of 12, 52 and 7")),
            };
            let known = numbers(&known).map_err(|error| unfit(&error))?;
            let test = numbers(&later).map_err(|error| unfit(&error))?;
            let (_, known) = known.split_at(known.len().saturating_sub(last));
            let series = Series::new(rhythm, known).map_err(|error| unfit(&error))?;
            Ok(Self { id: id.clone(), series, test })
        };
        words.rows.iter().map(case).collect()
    }

    /// The mean absolute difference to a period before: a week for days, a year for months, and the
    /// value before for weeks, as in M4.
    #[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a measurement")]
    pub(crate) fn unit(&self) -> f64 {
        let weekly = self.series.rhythm() == Rhythm::Weekly;
        let lag = if weekly { 1 } else { self.series.period() };
        let values = self.series.values();
        let pairs = values.iter().zip(values.iter().skip(lag));
        pairs.map(|(before, after)| (after - before).abs()).sum::<f64>()
            / values.len().saturating_sub(lag).max(1) as f64
    }
}

fn numbers(joined: &str) -> Result<Vec<f64>, std::num::ParseFloatError> {
    joined.split(';').map(str::parse).collect()
}
