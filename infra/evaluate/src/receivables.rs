//! When invoices are paid and which are late, later ones told by earlier ones.

use std::{collections::BTreeMap, path::Path};

use clearmargin_domain::{
    id::ClientId,
    money::{Currency, Money},
};
use clearmargin_insight::{
    odds::Scores,
    receivables::{Bill, Book, Expected, Model, OwnMean},
};
use jiff::civil::Date;

use crate::{
    file::{FileError, Words},
    report::{Report, milliseconds},
};

/// Without a file to learn from, the bills up to this share of all are learned from.
const LEARNED: (usize, usize) = (3, 4);
/// The column that may be known only after a bill was sent.
const DISPUTED: &str = "Disputed";
/// The column of words that are known on a bill's date.
const SENT: &str = "PaperlessBill";

/// The scores of the model: fitted to `train`, or to the earlier bills of the data.
///
/// What is scored are the settled bills from the first day on that is not learned from. On that day
/// nothing is known of later payments; of a later bill's client the model knows all payments before
/// the bill's date.
pub(crate) fn score(data: &Path, train: Option<&Path>) -> Result<Report, FileError> {
    let data = bills(&Words::read(data)?)?;
    let (earlier, first) = match train {
        Some(train) => (bills(&Words::read(train)?)?, 0),
        None => (Vec::new(), data.len() * LEARNED.0 / LEARNED.1),
    };
    let mut days: Vec<Date> = data.iter().map(|bill| bill.day).collect();
    days.sort_unstable();
    let Some(cut) = days.get(first).copied() else {
        return Err(FileError::Unfit("there are no bills".to_owned()));
    };
    let settled = |bill: &&Bill| bill.day >= cut && bill.settled.is_some();
    let asked: Vec<Bill> = data.iter().filter(settled).cloned().collect();
    let all = earlier.into_iter().chain(data).collect::<Vec<_>>();
    let with = run(all.clone(), &asked, cut)?;
    let without = run(undisputed(all), &undisputed(asked), cut)?;
    Ok(Report::default()
        .with("auc", with.late.auc)
        .with("logLoss", with.late.log_loss)
        .with("brier", with.late.brier)
        .with("ece", with.late.calibration_error)
        .with("mae", with.days.error)
        .with("coverage80", with.days.within[0])
        .with("coverage95", with.days.within[1])
        .with("msPerItem", with.per_item)
        .with("msToTrain", with.to_train)
        .with("aucWithoutDisputed", without.late.auc)
        .with("logLossWithoutDisputed", without.late.log_loss)
        .with("brierWithoutDisputed", without.late.brier)
        .with("eceWithoutDisputed", without.late.calibration_error)
        .with("maeWithoutDisputed", without.days.error)
        .with("coverage80WithoutDisputed", without.days.within[0])
        .with("coverage95WithoutDisputed", without.days.within[1])
        .with("ownRateAuc", with.own_late.auc)
        .with("ownRateLogLoss", with.own_late.log_loss)
        .with("ownRateBrier", with.own_late.brier)
        .with("ownMeanMae", with.own_error)
        .with("items", with.items))
}

/// What a model said, against what became.
struct Run {
    late: Scores,
    days: Days,
    own_late: Scores,
    own_error: f64,
    per_item: f64,
    to_train: f64,
    items: f64,
}

/// How far days were off.
struct Days {
    /// The mean absolute error of the median.
    error: f64,
    /// The share within bands of 80 and 95 per cent.
    within: [f64; 2],
}

#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "measurements")]
fn run(all: Vec<Bill>, asked: &[Bill], cut: Date) -> Result<Run, FileError> {
    let book = Book::new(all);
    let start = milliseconds();
    let model = Model::fit(&book, cut).map_err(|error| FileError::Unfit(error.to_string()))?;
    let to_train = milliseconds() - start;
    let start = milliseconds();
    let expected = model.expect(&book, asked, cut);
    let said: Vec<f64> = expected.iter().map(|it| it.late.probability()).collect();
    let told: Vec<Told> = expected.iter().map(Told::of).collect();
    let items = asked.len() as f64;
    let per_item = (milliseconds() - start) / items.max(1.0);

    let late: Vec<bool> = asked.iter().map(is_late).collect();
    let took: Vec<f64> = asked.iter().filter_map(took).collect();
    let own: Vec<Option<OwnMean>> = book.own_means(asked);
    let mean = |sum: f64| sum / items.max(1.0);
    let off = |(said, took): (f64, &f64)| (said - took).abs();
    let own_days = own.iter().map(|it| it.map_or(0.0, |it| it.days));
    let own_late: Vec<f64> = own.iter().map(|it| it.map_or(0.5, |it| it.late)).collect();
    Ok(Run {
        late: Scores::of(&said, &late),
        days: Days {
            error: mean(told.iter().map(|it| it.median).zip(&took).map(off).sum()),
            within: [0, 1].map(|level| mean(within(&told, &took, level))),
        },
        own_late: Scores::of(&own_late, &late),
        own_error: mean(own_days.zip(&took).map(off).sum()),
        per_item,
        to_train,
        items,
    })
}

/// What is told of a bill's days.
struct Told {
    median: f64,
    bands: [(f64, f64); 2],
}

impl Told {
    fn of(expected: &Expected) -> Self {
        let bands = [0.8, 0.95].map(|level| expected.course.band(level));
        Self { median: expected.course.days(0.5), bands }
    }
}

/// How many bills took days within their band.
fn within(told: &[Told], took: &[f64], level: usize) -> f64 {
    let inside = |(told, took): (&Told, &f64)| {
        let band = told.bands.get(level).is_some_and(|(low, high)| (low..=high).contains(&took));
        f64::from(u8::from(band))
    };
    told.iter().zip(took).map(inside).sum()
}

fn is_late(bill: &Bill) -> bool {
    bill.settled.is_some_and(|settled| settled > bill.due.max(bill.day))
}

fn took(bill: &Bill) -> Option<f64> {
    Some(f64::from((bill.settled? - bill.day).get_days()))
}

fn undisputed(bills: Vec<Bill>) -> Vec<Bill> {
    bills.into_iter().map(|bill| Bill { disputed: None, ..bill }).collect()
}

/// The bills of a file.
fn bills(words: &Words) -> Result<Vec<Bill>, FileError> {
    let place = |name: &str| words.place(name);
    let (client, day, due) = (place("customerID")?, place("InvoiceDate")?, place("DueDate")?);
    let (settled, amount) = (place("SettledDate")?, place("InvoiceAmount")?);
    let (disputed, sent) = (place(DISPUTED).ok(), place(SENT).ok());
    let bill = |row: &Vec<String>| {
        let word = |place: usize| row.get(place).map_or("", String::as_str);
        let wrong = |what: &str| FileError::Unfit(format!("{what}: {}", row.join(",")));
        let date = |place: usize| word(place).parse::<Date>().map_err(|_| wrong("no date"));
        let sent = sent.map(word).filter(|word| !word.is_empty());
        Ok(Bill {
            client: ClientId::derived(&["evaluate", word(client)]),
            day: date(day)?,
            due: date(due)?,
            settled: if word(settled).is_empty() { None } else { Some(date(settled)?) },
            amount: Money::parse(word(amount), Currency::USD).map_err(|_| wrong("no amount"))?,
            disputed: disputed.map(word).and_then(yes_or_no),
            words: sent
                .map(|word| (SENT.to_owned(), word.to_owned()))
                .into_iter()
                .collect::<BTreeMap<_, _>>(),
        })
    };
    words.rows.iter().map(bill).collect()
}

fn yes_or_no(word: &str) -> Option<bool> {
    match word.to_lowercase().as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}
