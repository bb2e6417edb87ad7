//! What the organisation says of a client, and putting clients away.

use std::collections::BTreeSet;

use clearmargin_domain::invoice::{DocumentKind, Invoice};
use clearmargin_store::Walk;
use reqwest::Method;
use serde_json::{Value, json};

use super::{all, delete, ids, make, put, put_if_match, refused, tag};
use crate::bench::Bench;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_made_here_is_changed_archived_and_got_back() {
    let bench = Bench::start().await;
    let token = bench.register("ada@example.com").await;
    let me = bench.get("/api/users/me", &token).await.data()["id"].clone();
    let new = json!({
        "name": "Acme Dental LLC", "domains": ["AcmeDental.com", "acmedental.com"],
        "industry": "Dental", "contractType": "recurring", "ownerId": me, "tags": ["VIP"],
        "startDate": "2026-01-01", "endDate": "2026-12-31",
    });
    let made = bench.post("/api/clients", &token, &new).await.data();
    let path = format!("/api/clients/{}", made["id"].as_str().unwrap());
    for (field, value) in new.as_object().unwrap() {
        let expected = if field == "domains" { &json!(["acmedental.com"]) } else { value };
        assert_eq!(&made[field], expected, "{field}");
    }
    assert_eq!((&made["status"], &made["source"]), (&json!("active"), &Value::Null));
    assert!(made["createdAt"].is_string(), "{made}");
    // Nothing is known of what it earns: that is no figure, not none.
    for field in ["mrr", "contractValue", "profitability"] {
        assert!(made[field].is_null(), "{field}");
    }
    assert_eq!((&made["marginBand"], &made["health"]), (&json!("unknown"), &json!("unknown")));

    let seen = tag(&bench, &path, &token).await;
    let change = json!({"name": "Acme Dental Group", "tags": ["Midtown"]});
    let changed = put_if_match(&bench, &path, &token, &change, &seen).await;
    assert_eq!(changed.status().as_u16(), 200);
    assert_eq!(put_if_match(&bench, &path, &token, &change, &seen).await.status().as_u16(), 412);
    let changed = bench.get(&path, &token).await.data();
    assert_eq!(changed["name"], "Acme Dental Group");
    assert_eq!(changed["records"][0]["name"], "Acme Dental Group");
    assert_eq!((&changed["tags"], &changed["industry"]), (&json!(["Midtown"]), &Value::Null));
    assert_eq!(changed["domains"], json!(["acmedental.com"]), "they were not named");

    let list = async |query: &str| ids(&all(&bench, &format!("/api/clients{query}"), &token).await);
    for _ in 0..2 {
        assert_eq!(delete(&bench, &path, &token).await.0, 204);
    }
    assert_eq!(list("").await, [""; 0]);
    assert_eq!(list("?status=archived").await.len(), 1);
    let archived = bench.get(&path, &token).await.data();
    assert!(archived["archivedAt"].is_string() && archived["tags"] == json!(["Midtown"]));
    let restore = format!("{path}/restore");
    let restored = bench.post(&restore, &token, &json!({})).await.data();
    assert_eq!((&restored["status"], &restored["archivedAt"]), (&json!("active"), &Value::Null));
    assert_eq!(bench.post(&restore, &token, &json!({})).await.body["code"], "not_archived");
    assert_eq!(list("").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_said_of_a_client_is_refused_by_its_field() {
    let bench = Bench::start().await;
    let token = bench.register("ada@example.com").await;
    let stranger = bench.register("someone@elsewhere.com").await;
    let stranger = bench.get("/api/users/me", &stranger).await.data()["id"].clone();
    let path = format!("/api/clients/{}", make(&bench, &token, "Acme").await);
    let many: Vec<_> = (0..21).map(|number| number.to_string()).collect();
    let domains: Vec<_> = (0..21).map(|number| format!("d{number}.example")).collect();
    for (field, value, place) in [
        ("endDate", json!("2025-12-31"), "endDate"),
        ("startDate", json!("2026-02-30"), "startDate"),
        ("tags", json!(many), "tags"),
        ("tags", json!(["VIP", "x".repeat(41)]), "tags[1]"),
        ("industry", json!(" "), "industry"),
        ("contractType", json!("barter"), "contractType"),
        ("ownerId", stranger, "ownerId"),
        ("domains", json!(domains), "domains"),
        ("domains", json!(["acme"]), "domains[0]"),
        ("name", json!("x".repeat(101)), "name"),
        ("archivedAt", json!(null), "archivedAt"),
    ] {
        let mut body = json!({"name": "Acme", "startDate": "2026-01-01"});
        body[field] = value;
        for (method, path) in [(Method::POST, "/api/clients"), (Method::PUT, &*path)] {
            let found = refused(&bench, method, path, &token, &body).await;
            assert_eq!(found, (422, json!(place)), "{path} {body}");
        }
    }
    let unnamed = json!({"tags": []});
    assert_eq!(refused(&bench, Method::PUT, &path, &token, &unnamed).await, (422, json!("name")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_owes_something_is_archived_only_by_force() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let store = &bench.server.app.store;
    let org = store.directory().organizations().await.unwrap()[0];
    let (mut owing, mut walk) = (BTreeSet::new(), Some(Walk::default()));
    while let Some(here) = walk {
        let (invoices, next) = store.tenant(org).walk::<Invoice>(&here, 100).await.unwrap();
        let open = |it: &Invoice| it.kind == DocumentKind::Invoice && it.balance.minor > 0;
        let open = invoices.iter().filter(|invoice| open(invoice));
        owing.extend(open.map(|invoice| invoice.client.to_string()));
        walk = next;
    }
    let (mut kept, mut gone) = (0, 0);
    for row in all(&bench, "/api/clients", &token).await {
        let path = format!("/api/clients/{}", row["id"].as_str().unwrap());
        let records = ids(bench.get(&path, &token).await.data()["records"].as_array().unwrap());
        if records.iter().any(|record| owing.contains(record)) {
            let refusal = delete(&bench, &path, &token).await;
            assert_eq!(refusal, (409, json!("open_invoices")), "{row}");
            assert_eq!(delete(&bench, &format!("{path}?force=true"), &token).await.0, 204);
            kept += 1;
        } else {
            assert_eq!(delete(&bench, &path, &token).await.0, 204, "{row}");
            gone += 1;
        }
    }
    assert!(kept > 2, "{kept} owe something, {gone} do not");
    assert_eq!(all(&bench, "/api/clients", &token).await, [Value::Null; 0]);
    assert_eq!(bench.drift().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_says_what_it_knows_and_the_organisation_the_rest() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let row = all(&bench, "/api/clients", &token).await.remove(0);
    let path = format!("/api/clients/{}", row["id"].as_str().unwrap());
    let theirs = row["name"].clone();
    let renamed = put(&bench, &path, &token, &json!({"name": "Ours", "tags": ["A"]})).await;
    assert_eq!(renamed["name"], "Ours");
    assert_eq!(renamed["records"][0]["name"], theirs, "what the source says stays");
    let months = "from=2026-09&to=2026-10";
    let earned = bench.get(&format!("{path}/profitability?{months}"), &token).await.data();
    assert_eq!(earned["name"], "Ours");
    let ranked = format!("/api/ai/analytics/profitability-scores?{months}");
    assert!(bench.get(&ranked, &token).await.data().to_string().contains("\"Ours\""));
    // Sent back as it was read, the source's name is no name of ours.
    let same = json!({"name": theirs, "domains": row["domains"]});
    let back = put(&bench, &path, &token, &same).await;
    assert_eq!((&back["name"], &back["domains"]), (&theirs, &row["domains"]));
    let foreign = json!({"domains": ["elsewhere.example"]});
    let found = refused(&bench, Method::PUT, &path, &token, &foreign).await;
    assert_eq!(found, (422, json!("domains")));
    // Reading everything again leaves what was said.
    put(&bench, &path, &token, &json!({"name": "Ours", "tags": ["A"]})).await;
    bench.start_sync(&token, "full").await;
    bench.synced(&token).await;
    let after = bench.get(&path, &token).await.data();
    assert_eq!((&after["name"], &after["tags"]), (&json!("Ours"), &json!(["A"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_said_is_lost_when_clients_are_joined_and_parted() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let matches = all(&bench, "/api/integrations/matches", &token).await;
    let doubtful: Vec<_> = matches.iter().filter(|it| it["status"] == "doubtful").collect();
    assert!(doubtful.len() > 1, "{matches:?}");
    let decide = async |found: &Value, same: bool| {
        let path = format!("/api/integrations/matches/{}/decision", found["id"].as_str().unwrap());
        bench.post(&path, &token, &json!({"sameClient": same})).await.data();
    };
    let tags = async |id: &Value| {
        let path = format!("/api/clients/{}", id.as_str().unwrap());
        bench.get(&path, &token).await.data()["tags"].clone()
    };
    let say = async |id: &Value, tag: &str| {
        let path = format!("/api/clients/{}", id.as_str().unwrap());
        put(&bench, &path, &token, &json!({"tags": [tag]})).await;
    };
    // Both have a profile: the leading record's counts.
    let (member, lead) = (&doubtful[0]["clientId"], &doubtful[0]["intoClientId"]);
    say(member, "member").await;
    say(lead, "lead").await;
    decide(doubtful[0], true).await;
    assert_eq!((tags(member).await, tags(lead).await), (json!(["lead"]), json!(["lead"])));
    say(member, "both").await;
    assert_eq!(tags(lead).await, json!(["both"]), "by the id of any record");
    decide(doubtful[0], false).await;
    assert_eq!((tags(member).await, tags(lead).await), (json!(["member"]), json!(["both"])));
    // Only the other record has one: it counts, until something is said of the two together.
    let (member, lead) = (&doubtful[1]["clientId"], &doubtful[1]["intoClientId"]);
    say(member, "member").await;
    decide(doubtful[1], true).await;
    assert_eq!(tags(lead).await, json!(["member"]));
    let path = format!("/api/clients/{}", lead.as_str().unwrap());
    let seen = tag(&bench, &path, &token).await;
    let change = json!({"tags": ["both"]});
    let changed = put_if_match(&bench, &path, &token, &change, &seen).await;
    assert_eq!(changed.status().as_u16(), 200);
    let late = put_if_match(&bench, &path, &token, &json!({"tags": []}), &seen).await;
    assert_eq!(late.status().as_u16(), 412, "the profile moved, and so did its version");
    decide(doubtful[1], false).await;
    assert_eq!((tags(member).await, tags(lead).await), (json!(["member"]), json!(["both"])));
}
