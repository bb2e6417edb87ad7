//! The command on small files.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, also in its helpers"
)]

use std::{fmt::Write as _, fs, path::PathBuf, process::Command};

use serde_json::Value;

fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path
}

fn evaluate(arguments: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_evaluate")).args(arguments).output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

fn scores(arguments: &[&str]) -> Value {
    let (done, told) = evaluate(&[arguments, &["--json"]].concat());
    assert!(done, "{told}");
    assert_eq!(told.lines().count(), 1);
    serde_json::from_str(&told).unwrap()
}

fn number(scores: &Value, name: &str) -> f64 {
    scores[name].as_f64().unwrap_or_else(|| panic!("{name} in {scores}"))
}

/// Late clients leave, two of three; the others do so one time in ten. Their numbers say nothing.
fn clients(count: usize) -> String {
    let mut text = "number,city,late,left\n".to_owned();
    for at in 0..count {
        let late = at % 2 == 0;
        let left = if late { at % 3 != 0 } else { at % 10 == 1 };
        let city = ["", "north", "south"][at % 3];
        let answer = if left { "Yes" } else { "No" };
        writeln!(text, "C-{at},{city},{},{answer}", u8::from(late)).unwrap();
    }
    text
}

#[test]
fn who_leaves_is_told_of_the_same_file_by_parts_or_of_another() {
    let few = file("few.csv", &clients(240));
    let many = file("many.csv", &clients(600));
    let (few, many) = (few.to_str().unwrap(), many.to_str().unwrap());
    for scores in
        [scores(&["churn", "--data", many]), scores(&["churn", "--data", few, "--train", many])]
    {
        assert!(number(&scores, "auc") > 0.7, "{scores}");
        // Knowing nothing of anybody comes to 0.65.
        assert!(number(&scores, "logLoss") < 0.62, "{scores}");
        assert!(number(&scores, "ece") < 0.15 && number(&scores, "brier") < 0.25, "{scores}");
    }
}

#[test]
fn what_cannot_be_scored_is_said_in_words() {
    let words = |name: &str, text: &str| {
        let file = file(name, text);
        let (done, told) = evaluate(&["churn", "--data", file.to_str().unwrap()]);
        assert!(!done, "{told}");
        told
    };
    assert!(words("three.csv", "a,left\n1,yes\n2,no\n3,perhaps\n").contains("no outcome"));
    assert!(words("small.csv", "a,left\n1,yes\n2,no\n").contains("not enough"));
    assert!(words("ragged.csv", "a,left\n1,yes\n2\n").contains("ragged.csv"));
    let (done, told) = evaluate(&["churn", "--data", "there-is-no-such-file.csv"]);
    assert!(!done && told.contains("there-is-no-such-file.csv"), "{told}");
}

#[test]
fn a_year_that_repeats_is_forecast_without_error() {
    let year = "10;20;30;40;50;60;70;60;50;40;30;20";
    let text = format!("id,period,train,test\nA,12,{year};{year};{year};{year},{year}\n");
    let path = file("year.csv", &text);
    let path = path.to_str().unwrap();
    let scores = scores(&["forecast", "--data", path]);
    assert!(number(&scores, "smape") < 0.02, "{scores}");
    assert!((number(&scores, "coverage95") - 1.0).abs() < 1e-9, "{scores}");
    let (done, table) = evaluate(&["forecast", "--data", path, "--methods"]);
    assert!(done && table.contains("seasonalNaive | all 1"), "{table}");
    let text = text.replace("A,12", "A,13");
    let path = file("thirteen.csv", &text);
    let (done, told) = evaluate(&["forecast", "--data", path.to_str().unwrap()]);
    assert!(!done && told.contains("A: the period"), "{told}");
}
