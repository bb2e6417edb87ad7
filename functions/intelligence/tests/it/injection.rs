//! Whatever people write into names, subjects, descriptions and notes: no figure changes by it, nothing is
//! done for it, and nobody else's data is touched.

use clearmargin_domain::time_entry::BillingStatus;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{
    leaks::undercharged,
    office::{Office, after},
    receivables::portfolio,
};

/// Instructions to models, markup, formulas, queries, paths, numbers, keys of ours and odd letters.
pub(crate) const TEXTS: &str = include_str!("injection.txt");
const TODAY: Date = date(2026, 7, 1);

/// What was told, without what people wrote.
#[derive(Debug, PartialEq)]
struct Told {
    /// What the parts without any texts were computed from and came to, as fingerprints.
    parts: Vec<(String, String)>,
    leaks: Value,
    mails: usize,
}

/// An organisation of which everything is analysed.
async fn told(texts: Vec<String>) -> Told {
    let office = Office::writing(texts).await;
    let mails = office.world.mail_count().await;
    let [early, late, _] = portfolio(&office).await;
    let charged = office.client(4).await;
    undercharged(&office, charged).await;
    let days: Vec<Date> = (1..=60).map(|days| after(TODAY, -days)).collect();
    office.opened((Some(early), Some("Printers")), 1_000, &days).await;
    office.opened((Some(late), None), 2_000, &days[..30]).await;
    for number in 0..8_u8 {
        let day = after(TODAY, -80 - i64::from(number));
        office.hour(late, u128::from(number), day, BillingStatus::Approved).await;
    }
    let run = office.analysed().await;
    let eve = office.world.owner("eve@example.com").await.access_token.expose().to_owned();
    let other = office.world.get("/api/ai/analytics/revenue-leaks", Some(&eve)).await.json();
    assert_eq!(other["data"]["reason"], "not_analysed");
    let mut leaks = office.get("/analytics/revenue-leaks?limit=100").await;
    without_texts(&mut leaks);
    let parts = run["parts"].as_array().unwrap().iter();
    let parts = parts.filter(|part| part["part"] != "leaks");
    let text = |of: &Value| of.as_str().unwrap().to_owned();
    Told {
        parts: parts.map(|part| (text(&part["part"]), text(&part["fingerprint"]))).collect(),
        leaks,
        mails: office.world.mail_count().await - mails,
    }
}

/// Takes out what people wrote, and what is another one in each organisation.
fn without_texts(of: &mut Value) {
    match of {
        Value::Object(members) => {
            for name in ["name", "rule", "says", "analysis"] {
                members.remove(name);
            }
            members.values_mut().for_each(without_texts);
        }
        Value::Array(items) => items.iter_mut().for_each(without_texts),
        _ => {}
    }
}

#[tokio::test]
async fn no_text_that_people_write_changes_a_figure() {
    let texts: Vec<String> = TEXTS.lines().map(str::to_owned).collect();
    assert!(texts.len() >= 50, "{}", texts.len());
    let usual = told(Vec::new()).await;
    assert_eq!(usual.leaks["recoverable"]["count"], json!(3), "{}", usual.leaks);
    // Each text comes to stand in other places.
    for first in (0..texts.len()).step_by(40) {
        let turned = [&texts[first..], &texts[..first]].concat();
        assert_eq!(told(turned).await, usual, "beginning with {:?}", texts[first]);
    }
}
