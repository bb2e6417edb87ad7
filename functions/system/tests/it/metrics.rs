//! What an organisation is told of its use of the API.

use serde_json::{Value, json};

use crate::world::World;

const PATH: &str = "/api/metrics";

/// The entry of a route.
fn route<'a>(data: &'a Value, path: &str) -> &'a Value {
    let routes = data["routes"].as_array().unwrap();
    routes.iter().find(|it| it["route"] == path).unwrap()
}

#[tokio::test]
async fn requests_are_counted_by_route_within_a_minute() {
    let world = World::new(clearmargin_system::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let token = Some(owner.access_token.expose());
    let first = world.get(PATH, token).await.json();
    let total = &first["data"]["total"];
    assert_eq!(total["requests"], 0);
    for nothing in ["clientErrorRatio", "serverErrorRatio", "latency"] {
        assert_eq!(total.get(nothing), Some(&Value::Null), "{nothing}");
    }
    assert_eq!(first["data"].get("asOf"), Some(&Value::Null));
    // The request before was written at once; those of this minute wait for its end.
    world.get("/api/metrics?from=x", token).await;
    world.get("/api/audit", token).await;
    let second = world.get(PATH, token).await.json();
    assert_eq!(second["data"]["total"]["requests"], 1);
    world.clock.advance(60);
    world.get("/api/audit", token).await;
    let third = world.get(PATH, token).await.json();
    let data = &third["data"];
    assert_eq!(data["total"]["requests"], 5);
    assert_eq!(data["asOf"], "2026-07-01T12:01:00Z");
    let metrics = route(data, PATH);
    assert_eq!(
        (&metrics["method"], &metrics["requests"], &metrics["clientErrors"]),
        (&json!("GET"), &json!(3), &json!(1))
    );
    assert_eq!(metrics["clientErrorRatio"].to_string(), "0.3333");
    assert_eq!(metrics["serverErrorRatio"].to_string(), "0");
    let audit = route(data, "/api/audit");
    assert_eq!(audit["requests"], 2);
    let units: f64 = audit["readUnits"].to_string().parse().unwrap();
    assert!(units >= 1.0, "{audit}");
    let latency = ["p50Ms", "p95Ms", "p99Ms"].map(|name| metrics["latency"][name].to_string());
    let latency = latency.map(|text| text.parse::<f64>().unwrap());
    assert!(latency.is_sorted() && latency[0] > 0.0, "{latency:?}");
}

#[tokio::test]
async fn an_organisation_sees_its_own_requests_alone() {
    let world = World::new(clearmargin_system::routes()).await;
    let owner = world.owner("ada@example.com").await;
    world.get(PATH, Some(owner.access_token.expose())).await;
    let other = world.another_process(clearmargin_system::routes());
    let stranger = other.owner("eve@example.org").await;
    let seen = other.get(PATH, Some(stranger.access_token.expose())).await.json();
    assert_eq!(seen["data"]["routes"], json!([]));
    let own = other.get(PATH, Some(owner.access_token.expose())).await.json();
    assert_eq!(own["data"]["total"]["requests"], 1);
}

#[tokio::test]
async fn days_are_asked_for_in_order_and_at_most_a_month_of_them() {
    let world = World::new(clearmargin_system::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let token = Some(owner.access_token.expose());
    let answer = world.get("/api/metrics?from=2026-06-01", token).await.json();
    let data = &answer["data"];
    assert_eq!(
        (&data["from"], &data["to"], &data["complete"]),
        (&json!("2026-06-01"), &json!("2026-07-01"), &json!(true))
    );
    for query in ["from=2026-05-31", "from=2026-07-02", "from=2026-7-1", "to=x", "day=2026-07-01"] {
        let answer = world.get(&format!("{PATH}?{query}"), token).await;
        assert_eq!(answer.refused().0, format!("query.{}", &query[..query.find('=').unwrap()]));
    }
    let yesterday = world.get("/api/metrics?to=2026-06-30", token).await.json();
    assert_eq!(yesterday["data"]["from"], "2026-06-30");
    assert_eq!(yesterday["data"]["total"]["requests"], 0);
}
