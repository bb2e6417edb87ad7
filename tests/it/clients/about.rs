//! Contacts, sites and notes.

use clearmargin_domain::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::{all, delete, ids, make, put, put_if_match, refused, tag};
use crate::bench::Bench;

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_added_changed_and_removed_and_one_is_asked_first() {
    let bench = Bench::start().await;
    let token = bench.register("ada@example.com").await;
    let client = format!("/api/clients/{}", make(&bench, &token, "Acme").await);
    let path = format!("{client}/contacts");
    let add = async |name: &str, primary: bool| {
        let body = json!({"name": name, "email": "Grace@Example.com", "primary": primary});
        bench.post(&path, &token, &body).await.data()
    };
    let (grace, _) = (add("Grace Hopper", true).await, add("Mary Shelley", false).await);
    assert_eq!(grace["email"], "grace@example.com");
    add("Ada Lovelace", true).await;
    let first = async || {
        let contacts = all(&bench, &path, &token).await;
        let primary = contacts.iter().filter(|contact| contact["primary"] == true);
        primary.map(|contact| contact["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(first().await, ["Ada Lovelace"]);
    let own = format!("{path}/{}", grace["id"].as_str().unwrap());
    let seen = tag(&bench, &own, &token).await;
    let change = json!({"name": "Grace Hopper", "phone": "+1 555 0100", "primary": true});
    let changed = put_if_match(&bench, &own, &token, &change, &seen).await;
    assert_eq!(changed.status().as_u16(), 200);
    let late = put_if_match(&bench, &own, &token, &json!({"name": "G"}), &seen).await;
    assert_eq!(late.status().as_u16(), 412);
    assert_eq!(first().await, ["Grace Hopper"]);
    let changed = bench.get(&own, &token).await.data();
    assert_eq!((&changed["phone"], &changed["email"]), (&json!("+1 555 0100"), &Value::Null));
    assert_eq!(bench.get(&client, &token).await.data()["contacts"], 3);
    assert_eq!(ids(&all(&bench, &format!("{path}?limit=1"), &token).await).len(), 3);
    // Another client's contact is not this one's.
    let other = format!("/api/clients/{}", make(&bench, &token, "Beta").await);
    let elsewhere = format!("{other}/contacts/{}", grace["id"].as_str().unwrap());
    assert_eq!(bench.get(&elsewhere, &token).await.status.as_u16(), 404);
    assert_eq!(delete(&bench, &elsewhere, &token).await.0, 404);
    assert_eq!(delete(&bench, &own, &token).await.0, 204);
    assert_eq!(delete(&bench, &own, &token).await.0, 404);
    assert_eq!(bench.get(&client, &token).await.data()["contacts"], 2);
    for (field, value) in [("email", json!("nobody")), ("phone", json!("1".repeat(41)))] {
        let mut body = json!({"name": "Grace"});
        body[field] = value;
        let found = refused(&bench, Method::POST, &path, &token, &body).await;
        assert_eq!(found, (422, json!(field)));
    }
    // The audit trail knows that something was changed, not what of whom.
    let trail = bench.get("/api/audit?limit=100", &token).await.body.to_string();
    for personal in ["Hopper", "example.com", "0100"] {
        assert!(!trail.contains(personal), "{personal}");
    }
    assert!(trail.contains("contact.changed") && trail.contains("phone"), "{trail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sites_of_a_source_stay_as_they_are_and_own_ones_are_kept_beside_them() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let mut imported = 0;
    for row in all(&bench, "/api/clients", &token).await {
        let path = format!("/api/clients/{}/sites", row["id"].as_str().unwrap());
        let before = all(&bench, &path, &token).await;
        imported += before.len();
        let body = json!({"name": "Midtown", "timeZone": "America/New_York", "address": "5th Ave"});
        let made = bench.post(&path, &token, &body).await.data();
        assert!(made["source"].is_null() && made["address"] == "5th Ave", "{made}");
        let mut after = all(&bench, &path, &token).await;
        assert_eq!(after.len(), before.len() + 1);
        after.retain(|site| site["id"] != made["id"]);
        assert_eq!(after, before);
        if let Some(theirs) = before.first() {
            let theirs = format!("{path}/{}", theirs["id"].as_str().unwrap());
            let answer = bench.ask(Method::PUT, &theirs, &token, &body).await;
            assert_eq!((answer.status.as_u16(), &answer.body["code"]), (409, &json!("imported")));
            assert_eq!(delete(&bench, &theirs, &token).await, (409, json!("imported")));
        }
        let own = format!("{path}/{}", made["id"].as_str().unwrap());
        assert_eq!(put(&bench, &own, &token, &json!({"name": "Uptown"})).await["name"], "Uptown");
        assert_eq!(bench.get(&own, &token).await.data()["address"], Value::Null);
        let nowhere = json!({"name": "Moon", "timeZone": "Moon/Tycho"});
        let found = refused(&bench, Method::PUT, &own, &token, &nowhere).await;
        assert_eq!(found, (422, json!("timeZone")));
    }
    assert!(imported > 5, "{imported}");
    // A source that does not know a site of ours has not lost it.
    bench.start_sync(&token, "full").await;
    bench.synced(&token).await;
    let row = all(&bench, "/api/clients", &token).await.remove(0);
    let path = format!("/api/clients/{}/sites", row["id"].as_str().unwrap());
    assert!(all(&bench, &path, &token).await.iter().any(|site| site["name"] == "Uptown"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_its_authors_and_the_administrators_to_change() {
    let bench = Bench::start().await;
    let owner = bench.register("ada@example.com").await;
    let path = format!("/api/clients/{}/notes", make(&bench, &owner, "Acme").await);
    let org = bench.get("/api/users/me", &owner).await.data()["organizationId"].clone();
    let key = json!({"name": "Zapier", "scopes": ["clients.read", "clients.write"]});
    let keys = format!("/api/organizations/{}/api-keys", org.as_str().unwrap());
    let key = bench.post(&keys, &owner, &key).await.data()["key"].as_str().unwrap().to_owned();
    let write = async |token: &str, text: &str| {
        let note = bench.post(&path, token, &json!({"text": text})).await.data();
        (format!("{path}/{}", note["id"].as_str().unwrap()), note)
    };
    let (machines, note) = write(&key, "By a machine").await;
    assert!(note["authorId"].is_null() && note["changedAt"].is_null(), "{note}");
    let operations = bench.sign_in_as("ada@example.com", Role::Operations).await;
    let (mine, note) = write(&operations, "Line one\nline two").await;
    assert!(note["authorId"].is_string() && note["text"] == "Line one\nline two", "{note}");
    let listed = all(&bench, &format!("{path}?limit=1"), &operations).await;
    assert_eq!(listed[0]["id"], note["id"], "the latest comes first");
    assert_eq!(listed.len(), 2);
    let change = json!({"text": "Changed", "pinned": true});
    let answer = bench.ask(Method::PUT, &machines, &operations, &change).await;
    assert_eq!(answer.status.as_u16(), 403);
    assert_eq!(delete(&bench, &machines, &operations).await.0, 403);
    let changed = put(&bench, &mine, &operations, &change).await;
    assert!(changed["changedAt"].is_string() && changed["pinned"] == true, "{changed}");
    let long = json!({"text": "x".repeat(10_001)});
    let found = refused(&bench, Method::PUT, &mine, &operations, &long).await;
    assert_eq!(found, (422, json!("text")));
    assert_eq!(delete(&bench, &mine, &operations).await.0, 204);
    let admin = bench.sign_in_as("ada@example.com", Role::Admin).await;
    assert_eq!(put(&bench, &machines, &admin, &change).await["text"], "Changed");
    let viewer = bench.sign_in_as("ada@example.com", Role::Viewer).await;
    assert_eq!(bench.get(&machines, &viewer).await.data()["text"], "Changed");
    let answer = bench.post(&path, &viewer, &json!({"text": "No"})).await;
    assert_eq!(answer.status.as_u16(), 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_about_any_record_is_about_the_client() {
    let bench = Bench::start().await;
    let token = bench.techwave().await;
    let matches = all(&bench, "/api/integrations/matches", &token).await;
    let doubtful = matches.iter().find(|it| it["status"] == "doubtful").unwrap();
    let path = |id: &Value, things: &str| format!("/api/clients/{}/{things}", id.as_str().unwrap());
    let (member, lead) = (&doubtful["clientId"], &doubtful["intoClientId"]);
    for (things, body) in
        [("contacts", json!({"name": "Grace"})), ("notes", json!({"text": "Hello"}))]
    {
        for id in [member, lead] {
            bench.post(&path(id, things), &token, &body).await.data();
        }
        assert_eq!(all(&bench, &path(member, things), &token).await.len(), 1);
    }
    let decision = path(&doubtful["id"], "decision").replace("clients", "integrations/matches");
    bench.post(&decision, &token, &json!({"sameClient": true})).await.data();
    for things in ["contacts", "notes"] {
        for id in [member, lead] {
            let found = all(&bench, &format!("{}?limit=1", path(id, things)), &token).await;
            assert_eq!(found.len(), 2, "{things}");
            for thing in ids(&found) {
                let one = format!("{}/{thing}", path(lead, things));
                assert_eq!(bench.get(&one, &token).await.status.as_u16(), 200);
            }
        }
    }
    bench.post(&decision, &token, &json!({"sameClient": false})).await.data();
    assert_eq!(all(&bench, &path(member, "contacts"), &token).await.len(), 1);
}
