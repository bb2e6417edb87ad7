//! What catalogue entries bring and take, and what could be done.

use axum::http::Method;
use clearmargin_app::{Ctx, Error, analyses};
use clearmargin_domain::{
    access::{Grant, Role},
    id::{ClientId, InvoiceId, ServiceId, TimeEntryId},
    labour::WorkedTime,
    money::{Currency, Money},
    period::Month,
    service::Offering,
    time_entry::{LabourCost, TimeEntry},
};
use serde_json::{Value, json};

use crate::{
    offers::work,
    office::{Office, invoice},
    wire::{rows, usd},
};

const PATH: &str = "/insights/service-optimization";

/// An entry is charged for the twelve months that are judged, and worked for at $50 an hour.
async fn sold(office: &Office, client: ClientId, service: ServiceId, (minor, hours): (i64, i64)) {
    let last: Month = "2026-05".parse().unwrap();
    for back in 0..12 {
        let month = last.plus(-back);
        let mut document = invoice(client, month, minor);
        let name = format!("{client}{service}{month}");
        document.id = InvoiceId::derived(&[&name]);
        document.lines[0].service = Some(service);
        office.made(&document).await;
        let cost = Money::new(hours * 5_000, Currency::USD);
        let entry = work(office, client, month.first_day(), None);
        let labour_cost = LabourCost { rate: office.rate(), cost };
        let entry = TimeEntry {
            id: TimeEntryId::derived(&[&name]),
            service: Some(service),
            worked: WorkedTime { seconds: hours * 3_600 },
            labour_cost: Some(labour_cost),
            ..entry
        };
        office.made(&entry).await;
    }
}

/// Six clients with the same agreement, the last of which takes four times as much work; the first also has an entry
/// that costs more than it brings. Work of a seventh names no entry.
async fn portfolio(office: &Office) -> (Vec<ClientId>, [ServiceId; 3]) {
    let services = [
        office.service(1, Offering::Service).await,
        office.service(2, Offering::Service).await,
        office.service(3, Offering::Product).await,
    ];
    let mut clients = Vec::new();
    for number in 1..=6 {
        let client = office.client(number).await;
        office.agreed(number, client, &[(services[0], Offering::Service, 10, 10_000)]).await;
        let hours = if number == 6 { 40 } else { 10 };
        sold(office, client, services[0], (100_000, hours)).await;
        clients.push(client);
    }
    sold(office, clients[0], services[1], (5_000, 6)).await;
    let other = office.client(7).await;
    office.charged(other, &[100_000; 12]).await;
    office.worked(other, 12, Some(50_000)).await;
    clients.push(other);
    (clients, services)
}

#[tokio::test]
async fn entries_are_told_with_what_they_bring_and_take_and_what_could_be_done() {
    let office = Office::new().await;
    let before = office.get(PATH).await;
    assert_eq!(
        [&before["reason"], &before["restsOn"], &before["services"], &before["candidates"]],
        [&json!("not_analysed"), &Value::Null, &json!([]), &json!([])]
    );
    let (clients, services) = portfolio(&office).await;
    office.analysed().await;
    let answer = office.get(PATH).await;
    assert_eq!(answer["analysis"]["model"], "services/1");
    let basis = json!({
        "period": {"from": "2025-06", "to": "2026-05"}, "clients": 7,
        "revenue": usd(8_360_000), "revenueShare": 0.8684,
        "hours": 1_262, "hoursShare": 0.9128,
        "directCosts": usd(0), "directCostsShare": null, "categoryShare": null,
    });
    assert_eq!(answer["restsOn"], basis);
    let managed = json!({
        "serviceId": services[0].to_string(), "name": "Service 1", "offering": "service", "active": true,
        "clients": 6, "attachRate": 0.8571, "revenue": usd(7_200_000), "agreedMonthly": usd(600_000),
        "hours": 1_080, "labourCost": usd(5_400_000), "directCosts": usd(0),
        "margin": usd(1_800_000), "marginReason": null, "marginRatio": 0.25,
    });
    let told = rows(&answer, "services");
    assert_eq!((told.len(), &told[0]), (3, &managed));
    assert_eq!((&told[2]["margin"], &told[2]["marginReason"]), (&Value::Null, &json!("nothing")));
    let rules: Vec<_> =
        rows(&answer, "rules").iter().map(|it| (&it["rule"], &it["count"])).collect();
    let counts = [
        ("drop", json!(1)),
        ("rescope", json!(1)),
        ("bundle", Value::Null),
        ("automate", Value::Null),
    ];
    for ((rule, count), (name, wanted)) in rules.into_iter().zip(&counts) {
        assert_eq!((rule, count), (&json!(name), wanted));
    }
    let candidates = rows(&answer, "candidates");
    // 480 hours where 120 are usual, at $50; and 72 hours at $50 less the $600 that they bring.
    let rescope = &candidates[0];
    assert_eq!((&rescope["rule"], &rescope["yearly"]), (&json!("rescope"), &usd(1_800_000)));
    assert_eq!(
        (&rescope["clientId"], &rescope["clientName"]),
        (&json!(clients[5].to_string()), &json!("Client 6"))
    );
    let evidence = &rescope["evidence"];
    assert_eq!(
        (&evidence["hours"], &evidence["usualHours"], &evidence["clients"]),
        (&json!(480), &json!(120), &json!(5))
    );
    let drop = &candidates[1];
    assert_eq!(
        (&drop["rule"], &drop["yearly"], &drop["name"]),
        (&json!("drop"), &usd(300_000), &json!("Service 2"))
    );
    assert_eq!(drop["band"], json!({"level": 80, "low": usd(300_000), "high": usd(300_000)}));
    assert_eq!(
        (&drop["evidence"]["months"], &drop["evidence"]["clients"]),
        (&json!(12), &json!(1))
    );
    let one = office.get(&format!("{PATH}?limit=1")).await;
    assert_eq!((rows(&one, "services").len(), rows(&one, "candidates")), (1, &candidates[..1]));
}

#[tokio::test]
async fn who_may_not_read_margins_sees_nothing_of_it() {
    let office = Office::new().await;
    portfolio(&office).await;
    office.analysed().await;
    for role in [Role::Viewer, Role::Operations] {
        let ctx = Ctx { grant: Grant::Role(role), ..office.ctx() };
        assert!(matches!(analyses::offers(&ctx).await, Err(Error::Forbidden)));
    }
    let other = office.world.owner("eve@example.com").await.access_token.expose().to_owned();
    let theirs =
        office.world.ask(Method::GET, &format!("/api/ai{PATH}"), &other, None).await.json();
    assert_eq!(
        (&theirs["data"]["reason"], &theirs["data"]["services"]),
        (&json!("not_analysed"), &json!([]))
    );
    let wrong = office.ask(Method::GET, &format!("{PATH}?limit=0")).await;
    assert!(wrong.status == 422 && wrong.text.contains("query.limit"), "{}", wrong.text);
}
