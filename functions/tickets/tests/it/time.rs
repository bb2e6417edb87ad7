//! Time worked on tickets.

use axum::http::Method;
use clearmargin_domain::{
    agreement::{
        Agreement, AgreementKind, AgreementStatus, AgreementTerms, Direction, Exclusion, Frequency,
        Rounding,
    },
    cost_rate::CostRate,
    id::{AgreementId, ClientId, ServiceId},
    money::{Currency, Money},
    service::{Offering, Service},
};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::desk::{Desk, path_of};

async fn logged(desk: &Desk, path: &str, what: Value) -> Value {
    let mut body = json!({"technicianId": desk.technicians[0].to_string(), "billable": true});
    body.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
    desk.post(&format!("{path}/time"), &body).await
}

#[tokio::test]
async fn time_is_costed_by_the_rate_of_its_day_and_uncosted_without_one() {
    let desk = Desk::new().await;
    let path = desk.open("The printer is on fire", "High").await;
    let from = date(2026, 6, 30);
    let scope = clearmargin_domain::cost_rate::Scope::of(None, None).unwrap();
    desk.insert(&CostRate {
        id: CostRate::id_of(desk.org, &scope, from),
        technician: None,
        role: None,
        hourly: Money::new(6_000, Currency::USD),
        effective_from: from,
    })
    .await;
    let costed = logged(&desk, &path, json!({"minutes": 45})).await;
    let figures = ["cost", "minutes"].map(|name| costed[name].to_string());
    assert_eq!(figures, ["45.00", "45"]);
    assert_eq!(costed["day"], "2026-07-01");
    let early = logged(&desk, &path, json!({"minutes": 45, "day": "2026-06-29"})).await;
    assert_eq!(early["cost"], Value::Null);
    let listed = desk.get(&format!("{path}/time")).await;
    let days: Vec<_> = listed.as_array().unwrap().iter().map(|it| it["day"].clone()).collect();
    assert_eq!(days, ["2026-06-29", "2026-07-01"]);
}

#[tokio::test]
async fn time_between_two_moments_is_as_long_as_they_are_apart() {
    let desk = Desk::new().await;
    let path = desk.open("The printer is on fire", "High").await;
    let span = json!({"startedAt": "2026-07-01T09:00:00Z", "endedAt": "2026-07-01T09:50:30Z"});
    let entry = logged(&desk, &path, span).await;
    assert_eq!((&entry["minutes"], &entry["afterHours"]), (&json!(50.5), &json!(false)));
}

#[tokio::test]
async fn time_is_charged_by_the_terms_of_the_agreement_that_covers_it() {
    let desk = Desk::new().await;
    let [hour, projects] = sold(&desk, [10_000, 20_000]).await;
    let client = desk.clients[0];
    let id = agreed(&desk, client, date(2026, 6, 1)).await;
    desk.insert(&AgreementTerms {
        after_hours_multiplier: Some(Decimal::new(15, 1).try_into().unwrap()),
        rounding: Some(Rounding {
            increment: 15.try_into().unwrap(),
            minimum_minutes: 30,
            direction: Direction::Up,
        }),
        exclusions: vec![Exclusion::Service(projects)],
        ..AgreementTerms::new(id, client, Frequency::Monthly)
    })
    .await;
    let ticket = json!({"subject": "The printer is on fire", "clientId": client.to_string()});
    let path = path_of(&desk.post("", &ticket).await);
    let charged = async |what: Value| {
        let entry = logged(&desk, &path, what).await;
        let minutes = entry["chargedMinutes"].to_string();
        (entry["agreementId"].clone(), minutes, entry["hourlyPrice"].to_string())
    };
    let said = |agreement: Value, minutes: &str, price: &str| {
        (agreement, minutes.to_owned(), price.to_owned())
    };
    let (hour, projects) = (hour.to_string(), projects.to_string());
    let own = json!(id.to_string());
    let day = charged(json!({"minutes": 10, "serviceId": hour})).await;
    assert_eq!(day, said(own.clone(), "30", "100.00"));
    let night = json!({"minutes": 31, "serviceId": hour, "afterHours": true});
    assert_eq!(charged(night).await, said(own.clone(), "45", "150.00"));
    let unpriced = charged(json!({"minutes": 45})).await;
    assert_eq!(unpriced, said(own, "45", "null"));
    let excluded = json!({"minutes": 10, "serviceId": projects, "afterHours": true});
    assert_eq!(charged(excluded).await, said(Value::Null, "10", "200.00"));
    let before = json!({"minutes": 10, "serviceId": hour, "day": "2026-05-31"});
    assert_eq!(charged(before).await, said(Value::Null, "10", "100.00"));
}

/// What is sold at these prices an hour, in cents.
async fn sold(desk: &Desk, prices: [i64; 2]) -> [ServiceId; 2] {
    let ids = [1, 2].map(|number| ServiceId::new(desk.world.now(), number));
    for (id, minor) in ids.into_iter().zip(prices) {
        desk.insert(&Service {
            id,
            name: "Support".to_owned(),
            offering: Offering::Service,
            unit_price: Some(Money::new(minor, Currency::USD)),
            purchase_cost: None,
            bought_on: None,
            active: true,
            origin: None,
            pricing: None,
            said: None,
        })
        .await;
    }
    ids
}

/// An agreement in force from a day on.
async fn agreed(desk: &Desk, client: ClientId, start: Date) -> AgreementId {
    let id = AgreementId::new(desk.world.now(), 1);
    desk.insert(&Agreement {
        id,
        client,
        name: "Managed service".to_owned(),
        kind: AgreementKind::Service,
        status: AgreementStatus::Active,
        start,
        end: None,
        origin: None,
        said: None,
    })
    .await;
    id
}

#[tokio::test]
async fn time_that_cannot_have_been_worked_is_refused_by_its_field() {
    let desk = Desk::new().await;
    let path = desk.open("The printer is on fire", "High").await;
    for (field, what) in [
        ("minutes", json!({})),
        ("minutes", json!({"minutes": 0})),
        ("minutes", json!({"minutes": 1_441})),
        ("minutes", json!({"minutes": 5, "startedAt": "2026-07-01T09:00:00Z"})),
        ("day", json!({"minutes": 5, "day": "2026-07-02"})),
        (
            "endedAt",
            json!({"startedAt": "2026-07-01T09:00:00Z", "endedAt": "2026-07-01T08:00:00Z"}),
        ),
        ("serviceId", json!({"minutes": 5, "serviceId": "svc_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C"})),
    ] {
        let mut body = json!({"technicianId": desk.technicians[0].to_string(), "billable": true});
        body.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
        let refused = desk.ask(Method::POST, &format!("{path}/time"), &body).await;
        assert_eq!(refused.refused().0, field, "{what}");
    }
}
