//! Own figures beside what is published and beside those of others.

use axum::http::Method;
use clearmargin_app::identity::{self, Login, Proof};
use clearmargin_domain::{
    market::{Contributor, Metric, Participation, Share, SizeBand},
    money::Currency,
    period::Month,
};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{office::Office, wire::rows};

const PATH: &str = "/insights/market";
const TAKE_PART: &str = "/api/ai/insights/market/participation";
const WEEK: i64 = 7 * 86_400;

/// A client that brings $1,000 in each of so many months with ten hours of work that cost $400.
async fn earning(office: &Office, months: usize) {
    let client = office.client(1).await;
    office.charged(client, &vec![100_000; months]).await;
    office.worked(client, i32::try_from(months).unwrap(), Some(40_000)).await;
}

fn june() -> Month {
    "2026-06".parse().unwrap()
}

impl Office {
    async fn takes_part(&self, participates: bool) {
        let body = json!({"participates": participates});
        let answer = self.world.ask(Method::PUT, TAKE_PART, &self.token, Some(&body)).await;
        assert_eq!(answer.json()["data"], body, "{}", answer.text);
    }

    /// So much time goes by, and the owner signs in again.
    pub(crate) async fn later(&mut self, seconds: i64) {
        self.world.clock.advance(seconds);
        let proof = Proof { password: "correct horse".into(), code: None };
        let email = "ada@example.com".parse().unwrap();
        let login = Login { email, proof, organization: None };
        let visit = clearmargin_app::Visit::default();
        let signed = identity::login(&self.world.app, &visit, login).await.unwrap();
        signed.access_token.expose().clone_into(&mut self.token);
    }

    /// Other organisations give that margin of June, and as many as said an hourly rate as well.
    async fn others(&self, margins: std::ops::Range<i64>, rates: usize) {
        let ctx = self.ctx();
        for (at, margin) in margins.enumerate() {
            let mut values = vec![(Metric::GrossMargin, Decimal::new(2 * margin, 2))];
            if at < rates {
                values.push((Metric::EffectiveHourlyRate, Decimal::from(90)));
            }
            let share = Share {
                month: june(),
                size: SizeBand::Under10,
                currency: Currency::USD,
                values: values.into_iter().collect(),
            };
            let mut change = ctx.tenant().change(ctx.audit("test.given", ctx.org, Value::Null));
            let number = u128::from(margin.unsigned_abs()) + 1_000;
            change.give(Contributor::of(number), &share).unwrap();
            change.commit().await.unwrap();
        }
    }

    async fn shared(&self) -> usize {
        self.world.app.store.commons().shares(june()).await.unwrap().len()
    }

    async fn own_number(&self) -> Option<Contributor> {
        let stored = self.ctx().tenant().get::<Participation>(()).await.unwrap();
        stored.and_then(|stored| stored.contributor)
    }

    async fn figure(&self, metric: &str) -> Value {
        let answer = self.get(PATH).await;
        rows(&answer, "figures").iter().find(|it| it["metric"] == metric).unwrap().clone()
    }
}

#[tokio::test]
async fn own_figures_stand_beside_what_is_published() {
    let office = Office::new().await;
    let before = office.get(PATH).await;
    assert_eq!(
        [&before["reason"], &before["figures"], &before["month"]],
        [&json!("not_analysed"), &json!([]), &Value::Null]
    );
    earning(&office, 12).await;
    office.analysed().await;
    let answer = office.get(PATH).await;
    assert_eq!((&answer["month"], &answer["months"]), (&json!("2026-06"), &json!(12)));
    assert_eq!(answer["analysis"]["model"], "market/2");
    let told: Vec<_> = rows(&answer, "figures")
        .iter()
        .map(|it| (it["metric"].as_str().unwrap(), it["value"].to_string(), it["reason"].clone()))
        .collect();
    let known = |metric, value: &str| (metric, value.to_owned(), Value::Null);
    let unknown = |metric, why: &str| (metric, "null".to_owned(), json!(why));
    assert_eq!(
        told,
        [
            known("gross_margin", "0.6"),
            known("service_margin", "0.6"),
            known("effective_hourly_rate", "100"),
            known("labour_share", "0.4"),
            unknown("recurring_share", "no_recurring"),
            known("top_client_share", "1"),
            known("top_three_share", "1"),
            unknown("tickets_per_endpoint", "too_few_months"),
            unknown("tickets_per_user", "too_few_months"),
            // All of twelve months is open, and three of them have 91 days.
            known("days_sales_outstanding", "364"),
        ]
    );
    let service = office.figure("service_margin").await;
    let published = &service["published"];
    assert_eq!([published["weak"].to_string(), published["strong"].to_string()], ["0.38", "0.494"]);
    assert_eq!(published["year"], 2024);
    assert_eq!(office.figure("gross_margin").await["published"], Value::Null);
    assert_eq!(
        (&service["cohort"], &service["cohortReason"]),
        (&Value::Null, &json!("not_participating"))
    );
    let rules = &answer["cohorts"];
    assert_eq!(
        [&rules["participates"], &rules["othersNeeded"], &rules["month"]],
        [&json!(false), &json!(10), &Value::Null]
    );
    let other = office.world.owner("eve@example.com").await.access_token.expose().to_owned();
    let foreign = office.world.get(&format!("/api/ai{PATH}"), Some(&other)).await.json();
    assert_eq!(foreign["data"]["reason"], "not_analysed");
}

#[tokio::test]
async fn a_month_is_worked_out_once_and_stays_whoever_comes_or_leaves() {
    let mut office = Office::new().await;
    earning(&office, 12).await;
    office.analysed().await;
    assert_eq!(office.shared().await, 0, "nobody said that it takes part");
    office.takes_part(true).await;
    office.analysed().await;
    assert_eq!(office.shared().await, 1);
    office.others(11..21, 9).await;
    assert_eq!(office.figure("gross_margin").await["cohortReason"], "not_settled");
    office.later(WEEK).await;
    office.analysed().await;
    assert_eq!(office.shared().await, 11, "a share is given once");
    let margin = office.figure("gross_margin").await;
    assert_eq!(
        margin["cohort"].to_string(),
        r#"{"lowerQuartile":0.26,"median":0.32,"month":"2026-06","percentile":0.95,"size":null,"upperQuartile":0.38}"#
    );
    // Nine others are too few.
    let rate = office.figure("effective_hourly_rate").await;
    assert_eq!((&rate["cohort"], &rate["cohortReason"]), (&Value::Null, &json!("too_few_others")));
    office.others(40..50, 10).await;
    office.analysed().await;
    assert_eq!(office.figure("gross_margin").await, margin);
    // Another organisation of that month is told the same, though it came later.
    let number = office.own_number().await.unwrap();
    let cohort = office.world.app.store.commons().cohort(june()).await.unwrap();
    office.takes_part(false).await;
    assert_eq!(office.shared().await, 20);
    let digits = number.digits();
    let left = office.world.app.store.commons().shares(june()).await.unwrap();
    assert!(left.iter().all(|(of, _)| *of != digits));
    assert_eq!(office.figure("gross_margin").await["cohortReason"], "not_participating");
    assert_eq!(office.world.app.store.commons().cohort(june()).await.unwrap(), cohort);
    // Whoever begins anew is somebody else, and has no share of a month that was worked out.
    office.takes_part(true).await;
    assert_ne!(office.own_number().await, Some(number));
    office.analysed().await;
    assert_eq!(office.shared().await, 20);
    assert_eq!(office.figure("gross_margin").await["cohortReason"], "not_settled");
}

#[tokio::test]
async fn of_nine_others_nothing_is_told_and_later_ones_change_nothing() {
    let mut office = Office::new().await;
    earning(&office, 12).await;
    office.takes_part(true).await;
    office.others(11..20, 9).await;
    office.later(WEEK).await;
    office.analysed().await;
    assert_eq!(office.figure("gross_margin").await["cohortReason"], "too_few_others");
    office.others(20..40, 0).await;
    office.analysed().await;
    assert_eq!(office.figure("gross_margin").await["cohortReason"], "too_few_others");
    let text = office.get(PATH).await.to_string();
    assert!(!text.contains("contributor"), "{text}");
}

#[tokio::test]
async fn taking_part_twice_is_taking_part() {
    let office = Office::new().await;
    for participates in [false, true, true] {
        office.takes_part(participates).await;
    }
    let number = office.own_number().await;
    office.takes_part(true).await;
    assert_eq!(office.own_number().await, number);
    for wrong in [json!({}), json!({"participates": "yes"}), json!({"participates": true, "x": 1})]
    {
        let answer = office.world.ask(Method::PUT, TAKE_PART, &office.token, Some(&wrong)).await;
        assert!(answer.status.is_client_error(), "{wrong}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_course_goes_on_once_twelve_months_in_a_row_are_known() {
    let office = Office::new().await;
    let path = "/predictions/market";
    assert_eq!(office.get(path).await["reason"], "not_analysed");
    earning(&office, 22).await;
    office.analysed().await;
    let of = |answer: &Value, metric: &str| {
        rows(answer, "figures").iter().find(|it| it["metric"] == metric).unwrap().clone()
    };
    let few = of(&office.get(path).await, "gross_margin");
    assert_eq!(
        [&few["own"]["ahead"], &few["own"]["reason"], &few["own"]["monthsInRow"]],
        [&Value::Null, &json!("not_enough_data"), &json!(11)]
    );
    assert_eq!(
        (&few["cohort"]["reason"], &few["cohort"]["months"]),
        (&json!("no_data"), &json!([]))
    );
    let client = office.client(2).await;
    office.charged(client, &[100_000; 23]).await;
    office.worked(client, 23, Some(40_000)).await;
    office.analysed().await;
    let answer = office.get(path).await;
    assert_eq!((&answer["monthsNeeded"], &answer["participates"]), (&json!(12), &json!(false)));
    let own = &of(&answer, "gross_margin")["own"];
    assert_eq!((own["reason"].clone(), rows(own, "months").len()), (Value::Null, 12));
    let ahead = rows(own, "ahead");
    assert_eq!((ahead.len(), &ahead[0]["month"]), (6, &json!("2026-07")));
    assert_eq!(ahead[0]["value"].to_string(), "0.6");
    assert_eq!(rows(&ahead[0], "bands").len(), 3);
}
