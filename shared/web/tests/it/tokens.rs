//! Who gets in.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use clearmargin_app::keys::{self, Claims};
use clearmargin_domain::{access::Role, identity::User};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::{
    sample,
    world::{AUDIENCE, Answer, ISSUER, World},
};

fn refusal(answer: &Answer) -> (u16, String) {
    let challenge = answer.header("www-authenticate");
    assert!(challenge.starts_with("Bearer realm="), "{answer:?}");
    answer.problem()
}

fn invalid() -> (u16, String) {
    (401, "invalid_token".to_owned())
}

fn parts(token: &str) -> (Value, Value, &str) {
    let mut parts = token.split('.');
    let mut json = || {
        let bytes = URL_SAFE_NO_PAD.decode(parts.next().unwrap()).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    let (header, claims) = (json(), json());
    (header, claims, parts.next().unwrap())
}

fn join(header: &Value, claims: &Value, signature: &str) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", encode(header), encode(claims))
}

/// The world's own private key: what the vault sealed.
async fn own_key(world: &World) -> EncodingKey {
    let keys = world.app.store.directory().signing_keys().await.unwrap();
    let key = keys.first().unwrap();
    let context = format!("signing-key/{}", key.kid);
    let private = world.app.vault.open(&context, &key.sealed_private).await.unwrap();
    EncodingKey::from_ed_der(&private)
}

/// An access token of somebody with that role, in an organisation of their own.
pub(crate) async fn of_role(world: &World, role: Role) -> String {
    let owner = world.owner(&format!("{role}@example.com")).await;
    let tenant = world.app.store.tenant(owner.org);
    let old = tenant.get::<User>(owner.user.id).await.unwrap().unwrap();
    let ctx = world.app.for_system(owner.org, "test");
    let mut change = tenant.change(ctx.audit("test.role", owner.user.id, Value::Null));
    change.update(&old, &User { role, ..old.value.clone() }).unwrap();
    change.commit().await.unwrap();
    let (header, mut claims, _) = parts(owner.access_token.expose());
    claims["role"] = json!(role);
    let header: Header = serde_json::from_value(header).unwrap();
    jsonwebtoken::encode(&header, &claims, &own_key(world).await).unwrap()
}

#[tokio::test]
async fn a_token_says_whose_it_is_and_opens_the_door() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let (header, claims, _) = parts(owner.access_token.expose());
    assert_eq!(header["alg"], "EdDSA");
    let claims: Claims = serde_json::from_value(claims).unwrap();
    assert_eq!((claims.iss.as_str(), claims.aud.as_str()), (ISSUER, AUDIENCE));
    assert_eq!((claims.sub, claims.org, claims.role), (owner.user.id, owner.org, Role::Owner));
    assert_eq!((claims.exp - claims.iat, owner.expires_in), (900, 900));
    let path = format!("/sample/users/{}", owner.user.id);
    let answer = world.get(&path, Some(owner.access_token.expose())).await;
    assert_eq!(answer.json()["data"], "ada@example.com");
}

#[tokio::test]
async fn nobody_gets_in_without_a_token() {
    let world = World::new(sample::routes()).await;
    let answer = world.get("/sample/notes", None).await;
    assert_eq!(refusal(&answer), (401, "unauthenticated".to_owned()));
    assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"clearmargin\"");
}

#[tokio::test]
async fn a_token_ends_after_fifteen_minutes() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let token = Some(owner.access_token.expose());
    world.clock.advance(899);
    assert_eq!(world.get("/sample/notes", token).await.status, 200);
    world.clock.advance(1);
    let answer = world.get("/sample/notes", token).await;
    assert_eq!(refusal(&answer), invalid());
    assert!(answer.header("www-authenticate").contains("invalid_token"));
}

#[tokio::test]
async fn a_changed_token_is_refused() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let other = world.owner("eve@example.com").await;
    let (header, claims, signature) = parts(owner.access_token.expose());
    let mut elsewhere = claims.clone();
    elsewhere["org"] = json!(other.org);
    let mut longer = claims.clone();
    longer["exp"] = json!(4_000_000_000_i64);
    let mut none = header.clone();
    none["alg"] = json!("none");
    let mut symmetric = header.clone();
    symmetric["alg"] = json!("HS256");
    let mut nameless = header.clone();
    nameless.as_object_mut().unwrap().remove("kid");
    let mut unknown = header.clone();
    unknown["kid"] = json!("key-2");
    for token in [
        join(&header, &elsewhere, signature),
        join(&header, &longer, signature),
        join(&none, &claims, ""),
        join(&none, &claims, signature),
        join(&symmetric, &claims, signature),
        join(&nameless, &claims, signature),
        join(&unknown, &claims, signature),
        join(&header, &claims, ""),
        "nonsense".to_owned(),
        "a.b.c".to_owned(),
        String::new(),
    ] {
        let answer = world.get("/sample/notes", Some(&token)).await;
        assert_eq!(answer.problem().0, 401, "{token}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{token}");
    }
    // Unchanged, it is good: what was refused above was refused for the change.
    let unchanged = world.get("/sample/notes", Some(owner.access_token.expose())).await;
    assert_eq!(unchanged.status, 200);
}

#[tokio::test]
async fn a_public_key_does_not_sign_as_a_shared_secret() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let (_, claims, _) = parts(owner.access_token.expose());
    let jwks = keys::jwks(&world.app).await.unwrap();
    let public = URL_SAFE_NO_PAD.decode(jwks["keys"][0]["x"].as_str().unwrap()).unwrap();
    let header = Header { kid: Some("key-1".to_owned()), ..Header::new(Algorithm::HS256) };
    let key = EncodingKey::from_secret(&public);
    let token = jsonwebtoken::encode(&header, &claims, &key).unwrap();
    assert_eq!(refusal(&world.get("/sample/notes", Some(&token)).await), invalid());
}

#[tokio::test]
async fn a_token_of_another_issuer_audience_or_key_is_refused() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let (_, claims, _) = parts(owner.access_token.expose());
    let header = Header { kid: Some("key-1".to_owned()), ..Header::new(Algorithm::EdDSA) };
    let ours = own_key(&world).await;
    let sign =
        |claims: &Value, key: &EncodingKey| jsonwebtoken::encode(&header, claims, key).unwrap();
    let good = sign(&claims, &ours);
    assert_eq!(world.get("/sample/notes", Some(&good)).await.status, 200);
    for (claim, value) in [
        ("iss", json!("https://evil.example")),
        ("aud", json!("another-service")),
        ("sub", json!(owner.org)),
        ("role", json!("emperor")),
        ("exp", Value::Null),
    ] {
        let mut changed = claims.clone();
        changed[claim] = value;
        if changed[claim].is_null() {
            changed.as_object_mut().unwrap().remove(claim);
        }
        let answer = world.get("/sample/notes", Some(&sign(&changed, &ours))).await;
        assert_eq!(refusal(&answer), invalid(), "{claim}");
    }
    let stranger = aws_lc_rs::signature::Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap();
    let stranger = EncodingKey::from_ed_der(stranger.to_pkcs8v1().unwrap().as_ref());
    let forged = world.get("/sample/notes", Some(&sign(&claims, &stranger))).await;
    assert_eq!(refusal(&forged), invalid());
}

#[tokio::test]
async fn another_tenant_s_records_are_not_there() {
    let world = World::new(sample::routes()).await;
    let ada = world.owner("ada@example.com").await;
    let eve = world.owner("eve@example.com").await;
    let path = format!("/sample/users/{}", ada.user.id);
    let answer = world.get(&path, Some(eve.access_token.expose())).await;
    assert_eq!(answer.problem(), (404, "not_found".to_owned()));
    assert!(!answer.text.contains("ada@example.com"));
}

#[tokio::test]
async fn processes_that_start_together_agree_on_one_key() {
    let world = World::new(sample::routes()).await;
    let others: Vec<_> = (0..4).map(|_| world.another_process(sample::routes())).collect();
    let emails: Vec<_> = (0..4).map(|number| format!("ada{number}@example.com")).collect();
    let owners = others.iter().zip(&emails).map(|(process, email)| process.owner(email));
    let owners = futures_util::future::join_all(owners).await;
    assert_eq!(world.app.store.directory().signing_keys().await.unwrap().len(), 1);
    for owner in owners {
        let token = Some(owner.access_token.expose());
        assert_eq!(world.get("/sample/notes", token).await.status, 200);
    }
}

#[tokio::test]
async fn made_up_key_names_cost_a_few_reads_and_lock_nobody_out() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let (mut header, claims, signature) = parts(owner.access_token.expose());
    let token = owner.access_token.expose();
    assert_eq!(world.get("/sample/notes", Some(token)).await.status, 200);
    for number in 0..30 {
        header["kid"] = json!(format!("made-up-{number}"));
        let forged = join(&header, &claims, signature);
        assert_eq!(refusal(&world.get("/sample/notes", Some(&forged)).await), invalid());
    }
    assert_eq!(world.get("/sample/notes", Some(token)).await.status, 200);
}

#[tokio::test]
async fn the_published_key_is_public_only() {
    let world = World::new(sample::routes()).await;
    assert_eq!(keys::jwks(&world.app).await.unwrap(), json!({"keys": []}));
    world.owner("ada@example.com").await;
    let jwks = keys::jwks(&world.app).await.unwrap();
    let key = jwks["keys"][0].as_object().unwrap();
    let names: Vec<_> = key.keys().map(String::as_str).collect();
    assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x"]);
}

#[tokio::test]
async fn without_keys_to_compare_with_nobody_gets_in() {
    let world = World::new(sample::routes()).await;
    let owner = world.owner("ada@example.com").await;
    let cut_off = World::without_table(sample::routes()).await;
    let token = Some(owner.access_token.expose());
    let answer = cut_off.get("/sample/notes", token).await;
    assert_eq!(answer.problem(), (500, "internal".to_owned()));
}
