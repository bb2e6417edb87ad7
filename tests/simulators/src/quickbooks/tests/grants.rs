//! OAuth 2: consent, exchange, rotation, expiry, revocation.

use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::super::Options;
use super::app::{Answer, App, REDIRECT, consent_path, redirected};
use super::books::company;

async fn works(app: &App) -> bool {
    app.get("/companyinfo/4620816365").await.status == 200
}

#[tokio::test]
async fn consent_sends_code_state_and_company_back() {
    let app = App::new(company()).await;
    let answer = app.send(Method::GET, &consent_path(""), &[], "").await;
    let params = redirected(&answer);
    assert_eq!((params.get("state"), params.get("realmId")), (Some("st&te"), Some("4620816365")));
    assert!(params.get("code").is_some());
    assert!(answer.headers.contains_key("intuit_tid"));
}

#[tokio::test]
async fn refused_consent_says_so() {
    let app = App::new(company()).await;
    let params = redirected(&app.send(Method::GET, &consent_path("&deny=1"), &[], "").await);
    assert_eq!((params.get("error"), params.get("state")), (Some("access_denied"), Some("st&te")));
    assert_eq!(params.get("code"), None);
}

#[tokio::test]
async fn consent_for_a_wrong_request_stays_on_the_page() {
    let app = App::new(company()).await;
    let path = consent_path("");
    for wrong in [
        path.replace("client_id=app", "client_id=other"),
        path.replace("response_type=code", "response_type=token"),
        path.replace("quickbooks.accounting", "quickbooks.payroll"),
        path.replace("https%3A", "http%3A"),
        path.replace("state=", "shape="),
    ] {
        assert_eq!(app.send(Method::GET, &wrong, &[], "").await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn only_registered_redirects_are_taken_when_there_is_a_list() {
    let options = Options { redirect_uris: vec![REDIRECT.to_owned()], ..Options::default() };
    let app = App::with(company(), options).await;
    let other = consent_path("").replace("app.example.com", "evil.example.com");
    assert_eq!(app.send(Method::GET, &other, &[], "").await.status, 400);
}

#[tokio::test]
async fn a_code_works_once_and_for_its_redirect_only() {
    let app = App::new(company()).await;
    let code = app.consent().await;
    let tokens = app.exchange(&code, REDIRECT).await.ok();
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("bearer"), &json!(3600)));
    assert_eq!(tokens["x_refresh_token_expires_in"], 8_726_400);
    assert_eq!(tokens.get("x_refresh_token_hard_expires_in"), None);
    refused_grant(&app.exchange(&code, REDIRECT).await);
    let code = app.consent().await;
    refused_grant(&app.exchange(&code, "https://app.example.com/other").await);
}

#[track_caller]
fn refused_grant(answer: &Answer) {
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.body,
        json!({ "error_description": "Token invalid", "error": "invalid_grant" })
    );
}

#[tokio::test]
async fn a_code_does_not_wait_for_ever() {
    let app = App::new(company()).await;
    let code = app.consent().await;
    app.clock.advance(SignedDuration::from_mins(11));
    refused_grant(&app.exchange(&code, REDIRECT).await);
}

#[tokio::test]
async fn only_the_app_itself_gets_tokens() {
    let app = App::new(company()).await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", app.refresh.as_str())];
    let answer = app.token_as("app:wrong", &form, &[]).await;
    assert_eq!((answer.status, &answer.body["error"]), (401, &json!("invalid_client")));
    let answer = app.token(&[("grant_type", "password")]).await;
    assert_eq!((answer.status, &answer.body["error"]), (400, &json!("unsupported_grant_type")));
    let answer = app.token(&[("grant_type", "refresh_token")]).await;
    assert_eq!((answer.status, &answer.body["error"]), (400, &json!("invalid_request")));
}

#[tokio::test]
async fn a_refresh_token_is_replaced_at_each_use() {
    let mut app = App::new(company()).await;
    let first = app.refresh.clone();
    let tokens = app.renew(&first).await.ok();
    app.take(&tokens);
    assert_ne!(app.refresh, first);
    assert!(works(&app).await);
    refused_grant(&app.renew(&first).await);
    app.renew(&app.refresh).await.ok();
}

#[tokio::test]
async fn a_grace_period_lets_the_previous_refresh_token_live_on() {
    let options = Options { superseded_token_seconds: 86_400, ..Options::default() };
    let app = App::with(company(), options).await;
    app.renew(&app.refresh).await.ok();
    app.clock.advance(SignedDuration::from_hours(23));
    app.renew(&app.refresh).await.ok();
    app.clock.advance(SignedDuration::from_hours(2));
    refused_grant(&app.renew(&app.refresh).await);
}

#[tokio::test]
async fn an_access_token_ends_after_its_hour() {
    let mut app = App::new(company()).await;
    app.clock.advance(SignedDuration::from_secs(3599));
    assert!(works(&app).await);
    app.clock.advance(SignedDuration::from_secs(1));
    assert!(!works(&app).await);
    let tokens = app.renew(&app.refresh).await.ok();
    app.take(&tokens);
    assert!(works(&app).await);
}

#[tokio::test]
async fn an_unused_refresh_token_ends_and_a_used_one_ends_at_the_hard_limit() {
    let day = SignedDuration::from_hours(24);
    let options = Options {
        refresh_token_seconds: 100 * 86_400,
        refresh_token_hard_seconds: 150 * 86_400,
        ..Options::default()
    };
    let mut app = App::with(company(), options.clone()).await;
    app.clock.advance(day * 100);
    refused_grant(&app.renew(&app.refresh).await);

    app = App::with(company(), options).await;
    app.clock.advance(day * 90);
    let form = [("grant_type", "refresh_token"), ("refresh_token", app.refresh.as_str())];
    let header = [("x-include-refresh-token-hard-expires-in", "true")];
    let tokens = app.token_as("app:secret", &form, &header).await.ok();
    assert_eq!(tokens["x_refresh_token_hard_expires_in"], 60 * 86_400);
    assert_eq!(tokens["x_refresh_token_expires_in"], 60 * 86_400);
    app.take(&tokens);
    app.clock.advance(day * 60);
    refused_grant(&app.renew(&app.refresh).await);
}

#[tokio::test]
async fn revoking_ends_the_whole_connection_and_no_other() {
    let mut app = App::new(company()).await;
    let basic = format!("Basic {}", STANDARD.encode("app:secret"));
    let headers = [("authorization", basic.as_str())];
    let (access, refresh) = (app.access.clone(), app.refresh.clone());
    let other = app.exchange(&app.consent().await, REDIRECT).await.ok();
    let body = json!({ "token": refresh }).to_string();
    let revoked = app.send(Method::POST, "/v2/oauth2/tokens/revoke", &headers, &body).await;
    assert_eq!((revoked.status, &revoked.body), (200, &Value::Null));
    assert!(!works(&app).await);
    refused_grant(&app.renew(&refresh).await);
    app.take(&other);
    assert!(works(&app).await);
    let form = format!("token={}", app.access);
    app.send(Method::POST, "/v2/oauth2/tokens/revoke", &headers, &form).await;
    assert!(!works(&app).await);
    assert_ne!(app.access, access);
    assert_eq!(app.send(Method::POST, "/v2/oauth2/tokens/revoke", &[], &body).await.status, 401);
}

#[tokio::test]
async fn another_company_is_forbidden() {
    let app = App::new(company()).await;
    let bearer = format!("Bearer {}", app.access);
    let headers = [("authorization", bearer.as_str())];
    let answer = app.send(Method::GET, "/v3/company/1/companyinfo/1", &headers, "").await;
    assert_eq!((answer.status, answer.code()), (403, "3100"));
    let message = answer.body["fault"]["error"][0]["message"].as_str().unwrap();
    assert!(message.contains("errorCode=003100"));
}

#[tokio::test]
async fn discovery_names_our_own_endpoints() {
    let app = App::new(company()).await;
    for name in ["openid_configuration", "openid_sandbox_configuration"] {
        let document = app.send(Method::GET, &format!("/.well-known/{name}"), &[], "").await.ok();
        assert_eq!(document["token_endpoint"], "http://127.0.0.1:9/oauth2/v1/tokens/bearer");
        for field in [
            "issuer",
            "authorization_endpoint",
            "userinfo_endpoint",
            "revocation_endpoint",
            "jwks_uri",
        ] {
            assert!(document[field].is_string(), "{field}");
        }
    }
}

#[tokio::test]
async fn a_reset_keeps_the_connection() {
    let app = App::new(company()).await;
    app.save("Customer", &json!({ "DisplayName": "New" })).await;
    assert_eq!(app.send(Method::POST, "/_control/reset", &[], "").await.status, 204);
    assert_eq!(app.ids("SELECT * FROM Customer").await.len(), 3);
}
