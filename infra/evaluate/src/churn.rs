//! Who leaves, from any table whose last column says who did.

use std::{collections::BTreeSet, path::Path};

use clearmargin_insight::odds::{
    Cell, Field, Kind, Model, Scores, Table, Unfit, cross_validate, probability,
};

use crate::{
    file::{FileError, Words},
    report::{Report, milliseconds},
};

/// What an outcome is called that happened.
const HAPPENED: [&str; 8] = ["1", "yes", "y", "true", "t", "churn", "churned", "left"];
/// In a table with fewer rows, that all values differ says nothing.
const ROWS_OF_IDS: usize = 20;

/// The scores of the model: fitted to `train`, or by cross-validation.
pub(crate) fn score(data: &Path, train: Option<&Path>) -> Result<Report, FileError> {
    let data = Words::read(data)?;
    let Some(train) = train else {
        let columns = Columns::of(&data);
        let outcomes = outcomes(&data)?;
        let table = columns.table(&data)?;
        let start = milliseconds();
        let scores = cross_validate(&table, &outcomes).map_err(unfit)?;
        return Ok(report(&scores, per_item(start, outcomes.len())));
    };
    let train = Words::read(train)?;
    let columns = Columns::of(&train);
    let start = milliseconds();
    let model = Model::fit(&columns.table(&train)?, &outcomes(&train)?).map_err(unfit)?;
    let trained = per_item(start, 1);
    let (table, became) = (columns.table(&data)?, outcomes(&data)?);
    let start = milliseconds();
    let said: Vec<f64> = model.log_odds(&table).into_iter().map(probability).collect();
    let told = per_item(start, said.len());
    Ok(report(&Scores::of(&said, &became), told).with("msToTrain", trained))
}

fn report(scores: &Scores, per_item: f64) -> Report {
    Report::default()
        .with("auc", scores.auc)
        .with("logLoss", scores.log_loss)
        .with("brier", scores.brier)
        .with("ece", scores.calibration_error)
        .with("msPerItem", per_item)
}

#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a measurement")]
fn per_item(start: f64, items: usize) -> f64 {
    (milliseconds() - start) / items.max(1) as f64
}

fn unfit(error: Unfit) -> FileError {
    FileError::Unfit(error.to_string())
}

fn outcomes(words: &Words) -> Result<Vec<bool>, FileError> {
    let last = words.header.len().saturating_sub(1);
    let known: BTreeSet<String> = words.column(last).map(str::to_lowercase).collect();
    let happened = |word: &str| HAPPENED.contains(&word.to_lowercase().as_str());
    if known.len() != 2 || known.iter().filter(|word| happened(word)).count() != 1 {
        let expected = HAPPENED.join(", ");
        return Err(FileError::Unfit(format!(
            "the last column is no outcome: expected two values, of which one is {expected}"
        )));
    }
    Ok(words.column(last).map(happened).collect())
}

/// The columns that a model learns from: all but the outcome and ids, which differ in each row.
struct Columns(Vec<Field>);

impl Columns {
    fn of(words: &Words) -> Self {
        let last = words.header.len().saturating_sub(1);
        let named = words.header.iter().take(last).enumerate();
        let field = |(at, name): (usize, &String)| {
            let filled = || words.column(at).filter(|word| !word.is_empty());
            let number = filled().all(|word| number(word).is_some());
            let fraction = number && filled().any(|word| word.contains('.'));
            let different = words.column(at).collect::<BTreeSet<_>>().len();
            let id = different == words.rows.len() && different >= ROWS_OF_IDS && !fraction;
            let kind = if number { Kind::Number } else { Kind::Word };
            (!id).then(|| Field { name: name.clone(), kind })
        };
        Self(named.filter_map(field).collect())
    }

    fn table(&self, words: &Words) -> Result<Table, FileError> {
        let places = self.0.iter().map(|field| words.place(&field.name));
        let places = places.collect::<Result<Vec<_>, _>>()?;
        let row = |row: &Vec<String>| {
            let cell = |(place, field): (&usize, &Field)| cell(field.kind, row.get(*place));
            places.iter().zip(&self.0).map(cell).collect()
        };
        let rows = words.rows.iter().map(row).collect();
        Table::new(self.0.clone(), rows).map_err(|error| FileError::Unfit(error.to_string()))
    }
}

fn cell(kind: Kind, word: Option<&String>) -> Cell {
    match (kind, word) {
        (Kind::Word, Some(word)) if !word.is_empty() => Cell::Word(word.clone()),
        (Kind::Number, Some(word)) => number(word).map_or(Cell::Missing, Cell::Number),
        _ => Cell::Missing,
    }
}

fn number(word: &str) -> Option<f64> {
    word.parse().ok().filter(|number: &f64| number.is_finite())
}
