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

/// Two clients pay after 20 days or so, two after 40; what is disputed takes ten days more.
fn invoices(from: usize, count: usize) -> String {
    let mut text =
        "customerID,InvoiceDate,DueDate,SettledDate,InvoiceAmount,Disputed,PaperlessBill\n"
            .to_owned();
    for at in from..from + count {
        let day = |days: usize| {
            let (month, day) = ((at + days) / 28, (at + days) % 28);
            format!("{}-{:02}-{:02}", 2024 + month / 12, month % 12 + 1, day + 1)
        };
        let disputed = at % 5 == 0;
        let took = [20, 40][at % 2] + at * 7 % 11 + if disputed { 10 } else { 0 };
        let settled = if at % 50 == 7 { String::new() } else { day(took) };
        let answer = if disputed { "Yes" } else { "No" };
        writeln!(text, "C-{},{},{},{settled},{at}.50,{answer},Paper", at % 4, day(0), day(30))
            .unwrap();
    }
    text
}

#[test]
fn when_invoices_are_paid_is_told_of_the_later_ones_of_a_file_or_of_another_file() {
    let all = file("invoices.csv", &invoices(0, 400));
    let (early, late) =
        (file("early.csv", &invoices(0, 300)), file("late.csv", &invoices(300, 100)));
    let [all, early, late] = [&all, &early, &late].map(|path| path.to_str().unwrap());
    let one = scores(&["receivables", "--data", all]);
    let two = scores(&["receivables", "--data", late, "--train", early]);
    for scores in [&one, &two] {
        assert!(number(scores, "auc") > 0.9 && number(scores, "logLoss") < 0.3, "{scores}");
        assert!(number(scores, "mae") < 4.0, "{scores}");
        assert!(number(scores, "mae") < number(scores, "ownMeanMae"), "{scores}");
        assert!(number(scores, "mae") < number(scores, "maeWithoutDisputed"), "{scores}");
        assert!(number(scores, "coverage95") >= number(scores, "coverage80"), "{scores}");
        // Of a hundred invoices the two that were never paid are not scored.
        assert!((number(scores, "items") - 98.0).abs() < 1e-9, "{scores}");
    }
    // The same invoices are learned from and scored: nothing hangs on the file that they are in.
    for name in ["auc", "logLoss", "mae", "coverage80", "maeWithoutDisputed", "ownMeanMae"] {
        assert!((number(&one, name) - number(&two, name)).abs() < 1e-12, "{name}: {one} {two}");
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
    for (invoices, said) in [
        (invoices(0, 50), "40 are needed"),
        (invoices(0, 300).replace("2024-03-05", "5 March"), "no date"),
        (invoices(0, 300).replace("InvoiceDate", "Date"), "no column InvoiceDate"),
        (invoices(0, 0), "no bills"),
    ] {
        let path = file("wrong.csv", &invoices);
        let (done, told) = evaluate(&["receivables", "--data", path.to_str().unwrap()]);
        assert!(!done && told.contains(said), "{told}");
    }
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

/// Seven weeks of a desk in Brazil from 1 March 2016, and the two weeks after them: ten tickets on a
/// weekday, two on weekends, one on Good Friday, on 21 April and on the bridge after it.
fn tickets(times: u32) -> (String, String) {
    let count = |at: u32| match (at, at % 7) {
        (24 | 51 | 52, _) => times,
        (_, 4 | 5) => 2 * times,
        _ => (9 + at % 3) * times,
    };
    let joined = |days: std::ops::Range<u32>| {
        days.map(|at| count(at).to_string()).collect::<Vec<_>>().join(";")
    };
    (joined(0..49), joined(49..63))
}

fn desk(name: &str, parts: [u32; 3]) -> PathBuf {
    let mut text = "id,category,period,start,train,test\n".to_owned();
    for (at, part) in parts.into_iter().enumerate() {
        let (known, later) = tickets(part);
        let category = if at == 0 { "total" } else { "client" };
        writeln!(text, "S{at},{category},7,2016-03-01,{known},{later}").unwrap();
    }
    file(name, &text)
}

#[test]
fn a_holiday_that_is_known_is_told_before_it_comes() {
    let path = desk("desk.csv", [3, 2, 1]);
    let path = path.to_str().unwrap();
    let with = scores(&["demand", "--data", path, "--country", "br"]);
    let without = scores(&["demand", "--data", path, "--country", "none"]);
    assert_eq!((&with["calendar"], &without["calendar"]), (&"BR".into(), &"none".into()));
    // Of 300 tickets, 36 would be too many on the two days.
    assert!(number(&with, "wape") < 0.15 && number(&without, "wape") > 0.2, "{with} {without}");
    assert!(number(&with, "mase") < number(&with, "naiveMase"), "{with}");
    assert!((0.5..=1.0).contains(&number(&with, "coverage80")), "{with}");
    assert!(number(&with, "coverage50") <= number(&with, "coverage95"), "{with}");
    assert!(number(&with, "msPerItem") > 0.0);
    // One dip is no proof of a calendar; a desk whose past is known for longer shows it.
    assert_eq!(scores(&["demand", "--data", path])["calendar"], "none");
    let (known, later) = tickets(1);
    let more = format!("id,period,start,train,test\nM,7,2016-03-01,{known},{later}\n");
    let more = file("more.csv", &more);
    let late = "id,period,start,train,test\nL,7,2016-04-05,";
    let late = format!("{late}{},1;1;1;1;1\n", vec!["1"; 28].join(";"));
    let late = file("late.csv", &late);
    let (more, late) = (more.to_str().unwrap(), late.to_str().unwrap());
    assert_eq!(scores(&["demand", "--data", late])["calendar"], "none");
    // What `more` holds lies before what is told of `late`, but after what is told of the desk.
    assert_eq!(scores(&["demand", "--data", late, "--train", more])["calendar"], "BR");
    assert_eq!(scores(&["demand", "--data", path, "--train", more])["calendar"], "none");
}

#[test]
fn demand_is_told_from_every_moment_and_so_that_it_adds_up() {
    let path = desk("adding.csv", [3, 2, 1]);
    let path = path.to_str().unwrap();
    let (done, table) = evaluate(&["demand", "--data", path, "--country", "BR", "--rolling"]);
    assert!(done && table.contains("only these days | ") && table.contains("BR"), "{table}");
    let (done, table) = evaluate(&["demand", "--data", path, "--adding"]);
    assert!(done && table.contains("client | ") && table.contains("total | "), "{table}");
    let path = desk("lacking.csv", [4, 2, 1]);
    let (done, told) = evaluate(&["demand", "--data", path.to_str().unwrap(), "--adding"]);
    assert!(!done && told.contains("client does not add up"), "{told}");
    let refused = |country: &str, text: &str| {
        let path = file("refused.csv", text);
        let path = path.to_str().unwrap();
        let (done, told) = evaluate(&["demand", "--data", path, "--country", country]);
        assert!(!done, "{told}");
        told
    };
    let text = "id,period,start,train,test\nA,7,2016-03-01,1;2;3,4\n";
    assert!(refused("XX", text).contains("XX"));
    assert!(refused("BR", &text.replace("2016-03-01", "March")).contains("start"));
    assert!(refused("BR", &text.replace(",7,", ",12,")).contains("days or weeks"));
    assert!(refused("BR", &text.replace("1;2;3", "1;-2;3")).contains("below zero"));
}

fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&path).unwrap();
    path
}

/// Seeds that nobody looked at while the detectors were written.
const FRESH: &str = "77000001";

#[test]
fn planted_leaks_of_fresh_portfolios_are_found_to_the_dollar() {
    let scores = scores(&["leaks", "--generate", "20", "--seed", FRESH]);
    assert!(number(&scores, "planted") > 1_000.0, "{scores}");
    assert!(number(&scores, "precision") >= 0.97, "{scores}");
    assert!(number(&scores, "recall") >= 0.95, "{scores}");
    assert!(number(&scores, "dollarError") <= 0.001, "{scores}");
    assert!(number(&scores, "overBilling") > 0.0, "{scores}");
}

#[test]
fn portfolios_without_leaks_have_none_whatever_looks_like_them() {
    let scores = scores(&["leaks", "--generate", "10", "--seed", FRESH, "--clean"]);
    assert!(number(&scores, "leaks").abs() < f64::EPSILON, "{scores}");
    assert!(scores["precision"].is_null() && scores["recall"].is_null(), "{scores}");
}

#[test]
fn a_portfolio_in_a_file_scores_as_its_truth_says() {
    let folder = folder("leaks");
    let to = folder.to_str().unwrap();
    let (done, told) = evaluate(&["leaks", "--generate", "1", "--seed", "77000100", "--write", to]);
    assert!(done, "{told}");
    let (data, truth) = (folder.join("portfolio.json"), folder.join("truth.json"));
    let score = |data: &PathBuf, truth: &PathBuf| {
        let (data, truth) = (data.to_str().unwrap(), truth.to_str().unwrap());
        scores(&["leaks", "--data", data, "--truth", truth])
    };
    let right = score(&data, &truth);
    let packed = folder.join("portfolio.json.gz");
    let mut encoder = flate2::write::GzEncoder::new(
        fs::File::create(&packed).unwrap(),
        flate2::Compression::fast(),
    );
    std::io::Write::write_all(&mut encoder, &fs::read(&data).unwrap()).unwrap();
    encoder.finish().unwrap();
    assert_eq!(score(&packed, &truth)["recall"], right["recall"]);

    // A truth that says something else is told apart.
    let mut other: Value = serde_json::from_slice(&fs::read(&truth).unwrap()).unwrap();
    let leaks = other["leaks"].as_array_mut().unwrap();
    let gone = leaks.remove(0);
    let mut unknown = gone.clone();
    unknown["subject"] = "nothing".into();
    leaks.push(unknown);
    let wrong = folder.join("wrong.json");
    fs::write(&wrong, other.to_string()).unwrap();
    let wrong = score(&data, &wrong);
    for name in ["precision", "recall"] {
        assert!(number(&wrong, name) < number(&right, name), "{wrong}");
    }
    assert!(number(&wrong, "dollarError") > number(&right, "dollarError"), "{wrong}");
}

#[test]
fn what_is_found_is_listed_with_its_proof() {
    let folder = folder("listed");
    let to = folder.to_str().unwrap();
    evaluate(&["leaks", "--generate", "1", "--seed", "77000101", "--write", to]);
    let data = folder.join("portfolio.json");
    let (done, told) = evaluate(&["leaks", "--data", data.to_str().unwrap(), "--list"]);
    assert!(done, "{told}");
    let leaks: Vec<Value> = serde_json::from_str(&told).unwrap();
    let kinds: std::collections::BTreeSet<_> =
        leaks.iter().map(|leak| leak["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.len(), 17, "{kinds:?}");
    for leak in &leaks {
        assert!(!leak["evidence"].as_array().unwrap().is_empty(), "{leak}");
        let months = leak["months"].as_object().unwrap().values();
        let sum: i64 = months.map(|money| money["minor"].as_i64().unwrap()).sum();
        assert_eq!(Some(sum), leak["total"]["minor"].as_i64(), "{leak}");
    }
}

#[test]
fn a_file_that_is_no_portfolio_is_refused_in_words() {
    let path = file("no-portfolio.json", "{\"asOf\": \"2026-01-01\"}");
    let (done, told) = evaluate(&["leaks", "--data", path.to_str().unwrap()]);
    assert!(!done && told.contains("no-portfolio.json"), "{told}");
}

#[test]
fn a_whole_run_says_what_each_part_takes() {
    let told = scores(&["run", "--clients", "20", "--months", "30"]);
    let parts = [
        "genome",
        "revenue",
        "demand",
        "receivables",
        "leaks",
        "churn",
        "pricing",
        "growth",
        "market",
        "anomalies",
        "services",
    ];
    let sum: f64 = parts.iter().map(|part| number(&told, part)).sum();
    assert!(parts.iter().all(|part| number(&told, part) > 0.0), "{told}");
    assert!((sum - number(&told, "cpuMs")).abs() < 1e-6, "{told}");
    assert!(number(&told, "resultsMb") > 0.0 && number(&told, "peakMb") > 1.0, "{told}");
}
