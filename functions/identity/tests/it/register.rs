//! `POST /api/auth/register`

use clearmargin_domain::{
    id::{OrgId, UserId},
    identity::Organization,
};
use serde_json::{Value, json};

use crate::{registration, world::World};

const REGISTER: &str = "/api/auth/register";

#[tokio::test]
async fn an_organization_registers_with_its_owner() {
    let world = World::new(clearmargin_identity::routes()).await;
    let answer = world.post(REGISTER, None, &registration(" Admin@TechWave.com ")).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let data = &answer.json()["data"];
    let user = &data["user"];
    assert_eq!(
        (&user["email"], &user["role"], &user["isActive"], &data["expiresIn"]),
        (&json!("admin@techwave.com"), &json!("owner"), &json!(true), &json!(900))
    );
    assert!(!answer.text.contains("correct horse") && !answer.text.contains("argon2"));
    let me = world.get("/api/users/me", data["accessToken"].as_str()).await.json()["data"].clone();
    for (name, value) in user.as_object().unwrap() {
        assert_eq!(&me[name], value, "{name}");
    }
    assert_eq!((&me["emailVerified"], &me["secondFactor"]), (&json!(false), &json!(false)));
    let org: OrgId = user["organizationId"].as_str().unwrap().parse().unwrap();
    let stored = world.app.store.tenant(org).get::<Organization>(org).await.unwrap().unwrap();
    assert_eq!((stored.currency.code(), stored.time_zone.as_str()), ("USD", "America/New_York"));
}

#[tokio::test]
async fn a_password_is_stored_as_an_argon2id_hash_of_19_mib() {
    let world = World::new(clearmargin_identity::routes()).await;
    let answer = world.post(REGISTER, None, &registration("ada@example.com")).await;
    let user = &answer.json()["data"]["user"];
    let id: UserId = user["id"].as_str().unwrap().parse().unwrap();
    let stored = world.app.store.directory().account(id).await.unwrap().unwrap();
    assert!(stored.password_hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
}

#[tokio::test]
async fn an_address_registers_once_however_it_is_typed() {
    let world = World::new(clearmargin_identity::routes()).await;
    world.post(REGISTER, None, &registration("ada@example.com")).await;
    let again = world.post(REGISTER, None, &registration("ADA@example.com")).await;
    assert_eq!(again.problem(), (409, "email_taken".to_owned()));
}

#[tokio::test]
async fn of_registrations_at_the_same_time_one_comes_into_being() {
    let world = World::new(clearmargin_identity::routes()).await;
    let body = registration("ada@example.com");
    let posts = (0..8).map(|_| world.post(REGISTER, None, &body));
    let answers = futures_util::future::join_all(posts).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(made.len(), 1);
    for answer in refused {
        // Whoever met the winner's transaction is asked to come again.
        assert!(matches!(answer.problem().0, 409 | 503), "{answer:?}");
    }
    assert_eq!(world.app.store.directory().organizations().await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_no_registration_is_refused_by_its_field() {
    let world = World::new(clearmargin_identity::routes()).await;
    for (field, value, code) in [
        ("email", json!("nobody"), "invalid"),
        ("email", Value::Null, "required"),
        ("password", json!("short"), "invalid"),
        ("password", json!("Password123"), "invalid"),
        ("password", json!("x".repeat(129)), "invalid"),
        ("firstName", json!("  "), "invalid"),
        ("lastName", json!(7), "invalid"),
        ("organizationName", json!("a\u{7}b"), "invalid"),
        ("currency", json!("usd"), "invalid"),
        ("timeZone", json!("Mars/Olympus"), "invalid"),
        ("role", json!("owner"), "unknown"),
    ] {
        let mut body = registration("ada@example.com");
        body[field] = value.clone();
        if value.is_null() {
            body.as_object_mut().unwrap().remove(field);
        }
        let answer = world.post(REGISTER, None, &body).await;
        assert_eq!(answer.refused(), (field.to_owned(), code.to_owned()), "{value}");
    }
    assert!(world.app.store.directory().organizations().await.unwrap().is_empty());
}
