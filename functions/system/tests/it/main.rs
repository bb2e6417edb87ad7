//! Health, keys and documentation as a caller sees them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, also in its helpers"
)]

#[path = "../../../../shared/web/tests/it/world.rs"]
#[expect(dead_code, reason = "shared with the tests of the edge, which use more of it")]
mod world;

mod audit;
mod seals;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::world::World;

#[tokio::test]
async fn a_service_that_reaches_its_table_is_well() {
    let world = World::new(clearmargin_system::routes()).await;
    let answer = world.get("/api/health", None).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["data"]["status"]), (200, &json!("ok")));
}

#[tokio::test]
async fn a_service_without_its_table_is_not_well() {
    let world = World::without_table(clearmargin_system::routes()).await;
    let answer = world.get("/api/health", None).await;
    assert_eq!(answer.problem(), (500, "internal".to_owned()));
}

#[tokio::test]
async fn keys_are_published_for_everybody() {
    let world = World::new(clearmargin_system::routes()).await;
    world.owner("ada@example.com").await;
    let answer = world.get("/.well-known/jwks.json", None).await;
    let key = &answer.json()["keys"][0];
    assert_eq!(
        (&key["kty"], &key["crv"], &key["alg"]),
        (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA"))
    );
    assert!(key.get("d").is_none());
}

#[tokio::test]
async fn the_document_is_served_and_describes_these_operations() {
    let world = World::new(clearmargin_system::routes()).await;
    let answer = world.get("/api/openapi.json", None).await;
    assert_eq!(answer.header("content-type"), "application/json");
    let document = answer.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let (_, own) = clearmargin_web::document(vec![clearmargin_system::routes()]);
    for path in own.paths.paths.keys() {
        assert!(document["paths"].get(path).is_some(), "{path}");
    }
}

#[tokio::test]
async fn the_page_runs_its_own_script_and_loads_nothing_from_elsewhere() {
    let world = World::new(clearmargin_system::routes()).await;
    let answer = world.get("/api/docs", None).await;
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(!answer.text.contains("http://") && !answer.text.contains("https://"));
    let policy = answer.header("content-security-policy");
    for tag in ["script", "style"] {
        let (_, rest) = answer.text.split_once(&format!("<{tag}>")).unwrap();
        let (content, _) = rest.split_once(&format!("</{tag}>")).unwrap();
        let hash = STANDARD.encode(Sha256::digest(content));
        assert!(policy.contains(&format!("{tag}-src 'sha256-{hash}'")), "{tag}: {policy}");
    }
}
