//! What is expected if something happens.

use axum::http::Method;
use clearmargin_domain::{id::ClientId, service::Offering};
use serde_json::{Value, json};

use crate::{
    office::Office,
    wire::{cents, rows},
    world::Answer,
};

const PATH: &str = "/api/ai/predictions/scenario";

impl Office {
    async fn supposes(&self, body: &Value) -> Answer {
        self.world.ask(Method::POST, PATH, &self.token, Some(body)).await
    }
}

#[tokio::test]
async fn who_leaves_takes_what_the_forecast_has_of_them_and_prices_rise_on_what_is_contracted() {
    let office = Office::new().await;
    let before = office.supposes(&json!({})).await.json()["data"].take();
    assert_eq!((&before["reason"], &before["total"]), (&json!("not_analysed"), &Value::Null));
    let (one, other) = (office.client(1).await, office.client(2).await);
    let service = office.service(1, Offering::Service).await;
    for (number, client) in [(1, one), (2, other)] {
        office.charged(client, &[100_000; 30]).await;
        office.agreed(number, client, &[(service, Offering::Service, 10, 10_000)]).await;
    }
    office.analysed().await;
    let forecast = office.get("/predictions/revenue").await["forecast"].take();
    let gone = rows(&forecast, "clients").iter().find(|it| it["clientId"] == one.to_string());
    let gone = gone.unwrap().clone();
    let asked = json!({
        "leaving": [{"clientId": one, "from": "2026-09"}],
        "rises": [{"percent": 2.5, "from": "2026-08"}],
        "hires": [{"count": 2, "monthlyCost": 6_000.5}],
    });
    let answer = office.supposes(&asked).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let answer = answer.json()["data"].take();
    let (mut lost, mut raised) = (Vec::new(), Vec::new());
    for (at, month) in rows(&answer, "months").iter().enumerate() {
        let sums = &month["sums"];
        let of = |name: &str| cents(&sums[name]);
        assert_eq!(of("expected"), of("base") - of("lost") + of("raised"), "{month}");
        assert_eq!(of("base"), cents(&rows(&forecast, "months")[at]["expected"]));
        assert_eq!(
            (of("hired"), of("marginChange")),
            (1_200_100, of("raised") - of("lost") - 1_200_100)
        );
        lost.push(of("lost"));
        raised.push(of("raised"));
    }
    let of_gone = |at: usize| cents(&rows(&gone, "months")[at]["expected"]);
    assert_eq!(lost[..3], [0, 0, of_gone(2)]);
    // 2.5 % of the 1,000 dollars of each who is there.
    assert_eq!(raised[..3], [0, 5_000, 2_500]);
    assert_eq!(cents(&answer["total"]["lost"]), lost.iter().sum::<i64>());
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_name() {
    let office = Office::new().await;
    let stranger = ClientId::new(office.world.now(), 99);
    for (body, path) in [
        (json!({"leaving": [{"clientId": stranger}]}), "leaving[0].clientId"),
        (json!({"rises": [{"percent": 1, "clientIds": [stranger]}]}), "rises[0].clientIds"),
        (json!({"rises": [{"percent": 1, "clientIds": []}]}), "rises[0].clientIds"),
        (json!({"rises": [{"percent": 100.01}]}), "rises[0].percent"),
        (json!({"rises": [{"percent": 1.001}]}), "rises[0].percent"),
        (json!({"hires": [{"count": 0, "monthlyCost": 1}]}), "hires[0].count"),
        (json!({"hires": [{"count": 1, "monthlyCost": -1}]}), "hires[0].monthlyCost"),
        (json!({"hires": vec![json!({"count": 1, "monthlyCost": 1}); 51]}), "hires"),
    ] {
        let answer = office.supposes(&body).await;
        assert_eq!(answer.refused().0, path, "{body}");
    }
}
