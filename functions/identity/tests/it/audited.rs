//! What an account goes through, in the audit trail: one row for each thing that somebody did.

use axum::http::Method;
use clearmargin_domain::{audit::Actor, id::OrgId};
use jiff::SignedDuration;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::{
    sessions::{signed_in, token},
    world::World,
};

/// What people did in the organisation, in the order of names.
async fn done(world: &World, signed: &Value) -> Vec<String> {
    let org: OrgId = signed["user"]["organizationId"].as_str().unwrap().parse().unwrap();
    let (tenant, today) =
        (world.app.store.tenant(org), world.now() - SignedDuration::from_hours(24));
    let rows = tenant.audit_since(today, world.now()).await.unwrap().into_iter();
    let mut actions: Vec<_> =
        rows.filter(|row| row.entry.actor != Actor::System).map(|row| row.entry.action).collect();
    actions.sort_unstable();
    actions
}

#[tokio::test]
async fn every_step_is_audited_once_and_refusals_are_not() {
    let (world, ada) = signed_in().await;
    let verify = json!({"token": world.mailed_token("ada@example.com").await});
    let post = async |path: &str, body: Value| {
        world.ask(Method::POST, path, token(&ada), Some(&body)).await
    };
    for status in [204, 422] {
        assert_eq!(post("/api/auth/verify-email", verify.clone()).await.status, status);
    }
    let begun = post("/api/auth/second-factor", json!({"password": "correct horse"})).await;
    let secret = begun.json()["data"]["secret"].as_str().unwrap().to_owned();
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap());
    let now = u64::try_from(world.now().as_second()).unwrap();
    let code = totp.build().unwrap().generate(now).to_string();
    let confirm = json!({"code": code});
    assert_eq!(post("/api/auth/second-factor/confirm", confirm).await.status, 200);
    let off = json!({"password": "correct horse"});
    assert_eq!(post("/api/auth/second-factor/turn-off", off).await.status, 204);
    let refreshed = post("/api/auth/refresh", json!({"refreshToken": ada["refreshToken"]})).await;
    assert_eq!(refreshed.status, 200);
    post("/api/auth/forgot-password", json!({"email": "ada@example.com"})).await;
    let link = world.mailed_token("ada@example.com").await;
    let reset = json!({"token": link, "password": "battery staple"});
    assert_eq!(post("/api/auth/reset-password", reset).await.status, 204);
    let wrong = json!({"email": "ada@example.com", "password": "correct horse"});
    assert_eq!(post("/api/auth/login", wrong).await.problem().0, 401);
    let right = json!({"email": "ada@example.com", "password": "battery staple"});
    assert_eq!(post("/api/auth/login", right).await.status, 200);
    assert_eq!(
        done(&world, &ada).await,
        [
            "email.verified",
            "organization.registered",
            "password.reset",
            "secondFactor.begun",
            "secondFactor.turnedOff",
            "secondFactor.turnedOn",
            "session.began",
            "session.refreshed",
        ]
    );
}
