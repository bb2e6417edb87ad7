//! The connectors against a server on the loopback interface that answers as bad networks and busy
//! sources do.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use clearmargin_connectors::{
    Context, Error, Page, QuickBooks, QuickBooksStage, Record, SuperOps, SuperOpsCredentials,
    SuperOpsStage, http_client,
    oauth::{self, App},
};
use clearmargin_domain::{id::OrgId, money::Currency, secret::Secret};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;
use tokio::net::TcpListener;

/// What the server was asked.
#[derive(Debug, Clone)]
struct Asked {
    target: String,
    headers: HeaderMap,
    body: String,
}

/// A server that gives one answer to everything and remembers what it was asked.
#[derive(Clone)]
struct Source {
    answer: Arc<dyn Fn() -> Response + Send + Sync>,
    asked: Arc<Mutex<Vec<Asked>>>,
    pause: Duration,
}

impl Source {
    fn new(answer: impl Fn() -> Response + Send + Sync + 'static) -> Self {
        Self { answer: Arc::new(answer), asked: Arc::default(), pause: Duration::ZERO }
    }

    fn json(status: u16, body: &'static str) -> Self {
        let status = StatusCode::from_u16(status).unwrap();
        Self::new(move || (status, body).into_response())
    }

    async fn start(&self) -> String {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(serve).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }

    fn asked(&self) -> Asked {
        self.asked.lock().unwrap().last().unwrap().clone()
    }
}

async fn serve(State(source): State<Source>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1_000_000).await.unwrap();
    source.asked.lock().unwrap().push(Asked {
        target: head.uri.to_string(),
        headers: head.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    tokio::time::sleep(source.pause).await;
    (source.answer)()
}

fn context() -> Context {
    Context {
        org: OrgId::new(Timestamp::UNIX_EPOCH, 7),
        currency: Currency::USD,
        zone: TimeZone::UTC,
    }
}

fn books(http: reqwest::Client, url: String) -> QuickBooks {
    QuickBooks::new(http, url, "4620816365".to_owned(), Secret::new("access"))
}

async fn invoices(source: &Source) -> Result<Page, Error> {
    let books = books(http_client().unwrap(), source.start().await);
    let stage = QuickBooksStage::Invoices;
    books.page(&context(), stage, None, &Value::Null, 90).await
}

async fn clients(source: &Source) -> Result<Page, Error> {
    superops(source, SuperOpsStage::Clients, &Value::Null).await
}

async fn superops(source: &Source, stage: SuperOpsStage, cursor: &Value) -> Result<Page, Error> {
    let credentials =
        SuperOpsCredentials { subdomain: "techwave".to_owned(), token: Secret::new("token") };
    let url = format!("{}/msp", source.start().await);
    let desk = SuperOps::new(http_client().unwrap(), url, credentials);
    desk.page(&context(), stage, None, cursor, 90).await
}

const INVOICES: &str = r#"{"QueryResponse": {"Invoice": [
    {"Id": "1", "TxnDate": "2026-01-01", "CustomerRef": {"value": "1"}, "TotalAmt": 0},
    {"Id": "2", "TxnDate": "2026-01-01", "CustomerRef": {"value": "1"}}], "maxResults": 2}}"#;

#[tokio::test]
async fn a_page_of_invoices_is_asked_for_as_quickbooks_wants_it() {
    let source = Source::json(200, INVOICES);
    let page = invoices(&source).await.unwrap();
    assert!(matches!(page.rows[0].mapped, Ok(Record::Invoice(_))));
    let refused = page.rows[1].mapped.as_ref().unwrap_err();
    assert_eq!(
        (page.rows[1].external_id.as_str(), refused.to_string()),
        ("2", "TotalAmt is missing".to_owned())
    );
    assert_eq!(page.next, None);

    let asked = source.asked();
    assert_eq!(
        asked.target,
        "/v3/company/4620816365/query?query=SELECT+*+FROM+Invoice+ORDERBY+\
         MetaData.LastUpdatedTime+STARTPOSITION+1+MAXRESULTS+90&minorversion=75"
    );
    assert_eq!(asked.headers["authorization"], "Bearer access");
    assert_eq!(asked.headers["accept"], "application/json");
    let agent = asked.headers["user-agent"].to_str().unwrap();
    assert!(agent.starts_with("Clearmargin/"));
}

#[tokio::test]
async fn where_the_company_keeps_its_books_is_asked_only_if_there_are_rates() {
    let page = |currency: &str, home: &str| {
        let row = format!(
            r#"{{"Id": "1", "TxnDate": "2026-01-01", "CustomerRef": {{"value": "1"}}, "TotalAmt": 0,
                "CurrencyRef": {{"value": "{currency}"}}, "ExchangeRate": 1}}"#
        );
        let books = format!(r#"{{"CurrencyPrefs": {{"HomeCurrency": {{"value": "{home}"}}}}}}"#);
        let both =
            format!(r#"{{"QueryResponse": {{"Invoice": [{row}]}}, "Preferences": {books}}}"#);
        Source::new(move || (StatusCode::OK, both.clone()).into_response())
    };
    for (currency, home, asked, taken) in
        [("USD", "CAD", 1, true), ("EUR", "USD", 2, true), ("EUR", "CAD", 2, false)]
    {
        let source = page(currency, home);
        let read = invoices(&source).await.unwrap();
        assert_eq!(read.rows[0].mapped.is_ok(), taken, "{currency} {home} {read:?}");
        let targets: Vec<_> =
            source.asked.lock().unwrap().iter().map(|asked| asked.target.clone()).collect();
        assert_eq!(targets.len(), asked, "{targets:?}");
        let preferences = "/v3/company/4620816365/preferences?minorversion=75";
        assert_eq!(targets.contains(&preferences.to_owned()), asked == 2, "{targets:?}");
    }
}

#[tokio::test]
async fn a_page_of_clients_is_asked_for_as_superops_wants_it() {
    let source = Source::json(
        200,
        r#"{"data": {"getClientList": {"clients": [{"accountId": "4", "name": "Acme"}],
            "listInfo": {"hasMore": null, "totalCount": 1}}}}"#,
    );
    let page = clients(&source).await.unwrap();
    assert!(matches!(page.rows[0].mapped, Ok(Record::Client(_))));
    assert_eq!(page.next, None);
    let asked = source.asked();
    assert_eq!(asked.headers["authorization"], "Bearer token");
    assert_eq!(asked.headers["customersubdomain"], "techwave");
    let body: Value = serde_json::from_str(&asked.body).unwrap();
    assert_eq!(body["variables"]["input"]["page"].to_string(), "1");
    assert_eq!(body["variables"]["input"]["pageSize"].to_string(), "90");
}

const FORBIDDEN: &str = r#"{"errors": [{"message": null, "extensions": {"clientError":
    [{"code": "forbidden", "param": {}}]}}], "data": {"getAssetList": null}}"#;

#[tokio::test]
async fn assets_that_the_user_may_not_see_are_one_refused_row_and_no_end_of_the_run() {
    let source = Source::json(200, FORBIDDEN);
    let page = superops(&source, SuperOpsStage::Assets, &Value::Null).await.unwrap();
    assert_eq!((page.rows.len(), page.next), (1, None));
    assert_eq!(page.rows[0].external_id, "");
    let reason = page.rows[0].mapped.as_ref().unwrap_err().to_string();
    assert!(reason.ends_with("the token's user may not read this"), "{reason}");
    // What money is made of has to be there, and what was begun has to be read to its end.
    let clients = superops(&source, SuperOpsStage::Clients, &Value::Null).await;
    assert!(matches!(clients, Err(Error::Forbidden { .. })));
    let first = Source::json(
        200,
        r#"{"data": {"getAssetList": {"assets": [{"assetId": "4", "client": {"accountId": "7"}}],
            "listInfo": {"hasMore": true, "totalCount": 2}}}}"#,
    );
    let page = superops(&first, SuperOpsStage::Assets, &Value::Null).await.unwrap();
    assert!(matches!(page.rows[0].mapped, Ok(Record::Asset { .. })));
    let second = superops(&source, SuperOpsStage::Assets, &page.next.unwrap()).await;
    assert!(matches!(second, Err(Error::Forbidden { .. })));
}

#[tokio::test]
async fn changes_are_asked_for_from_a_little_before_the_given_time() {
    let source = Source::json(200, r#"{"CDCResponse": [{"QueryResponse": [{}]}]}"#);
    let books = books(http_client().unwrap(), source.start().await);
    let stage = QuickBooksStage::Changes;
    let since = "2026-01-01T00:05:00Z".parse().ok();
    let page = books.page(&context(), stage, since, &Value::Null, 90).await.unwrap();
    assert_eq!((page.rows.len(), page.next), (0, None));
    let target = source.asked().target;
    assert!(target.contains("/cdc?entities=Customer%2CItem%2C"), "{target}");
    assert!(target.contains("&changedSince=2026-01-01T00%3A00%3A00Z&"), "{target}");
}

#[tokio::test]
async fn a_refused_token_is_told_from_a_refused_request() {
    let body = include_str!("fixtures/error_401.json");
    assert_eq!(invoices(&Source::json(401, body)).await, Err(Error::Unauthorized));
    assert_eq!(clients(&Source::json(401, "")).await, Err(Error::Unauthorized));
    let refused = clients(&Source::json(400, "")).await.unwrap_err();
    assert!(matches!(refused, Error::Refused { .. }) && !refused.is_retryable());
    let forbidden = invoices(&Source::json(403, "")).await.unwrap_err();
    assert!(matches!(forbidden, Error::Forbidden { .. }));
}

#[tokio::test]
async fn a_busy_source_says_how_long_to_wait_if_it_knows() {
    let busy = |header: Option<&'static str>| {
        Source::new(move || {
            let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
            if let Some(seconds) = header {
                response.headers_mut().insert("retry-after", seconds.parse().unwrap());
            }
            response
        })
    };
    let after = |seconds| Error::RateLimited { retry_after: Some(Duration::from_secs(seconds)) };
    assert_eq!(invoices(&busy(Some("7"))).await, Err(after(7)));
    let unknown = Error::RateLimited { retry_after: None };
    assert_eq!(invoices(&busy(None)).await, Err(unknown.clone()));
    assert_eq!(clients(&busy(None)).await, Err(unknown));
}

#[tokio::test]
async fn a_source_in_trouble_may_be_asked_again() {
    for status in [408, 500, 502, 503, 504] {
        let refused = invoices(&Source::json(status, "<html>")).await.unwrap_err();
        assert!(refused.is_retryable(), "{status}");
    }
    let page = clients(&Source::json(200, "<html>we are working on it</html>")).await;
    assert!(page.unwrap_err().is_retryable());
}

#[tokio::test]
async fn an_answer_cut_off_may_be_asked_for_again() {
    let half = &INVOICES[..INVOICES.len() / 2];
    // Announced in full and cut; then not announced and cut, so that only the JSON tells.
    let announced = Source::new(move || {
        let body = Body::from_stream(Cut::new(half));
        let mut response = body.into_response();
        let length = INVOICES.len().to_string().parse().unwrap();
        response.headers_mut().insert("content-length", length);
        response
    });
    assert!(invoices(&announced).await.unwrap_err().is_retryable());
    assert!(invoices(&Source::json(200, half)).await.unwrap_err().is_retryable());
}

#[tokio::test]
async fn nobody_listening_may_be_asked_again() {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let refused = books(http_client().unwrap(), url).check().await.unwrap_err();
    assert!(refused.is_retryable());
}

#[tokio::test]
async fn a_slow_source_is_given_up() {
    let slow = Source { pause: Duration::from_secs(5), ..Source::json(200, INVOICES) };
    let timeout = Duration::from_millis(100);
    let http = reqwest::Client::builder().timeout(timeout).build().unwrap();
    let refused = books(http, slow.start().await).check().await.unwrap_err();
    assert_eq!(refused.to_string(), "the source is not available: it did not answer in time");
}

#[tokio::test]
async fn an_oversized_answer_is_not_read_to_its_end() {
    let announced = Source::new(|| "x".repeat(9 * 1024 * 1024).into_response());
    assert_eq!(invoices(&announced).await, Err(Error::TooLarge));
    let endless = Source::new(|| Body::from_stream(Endless).into_response());
    assert_eq!(invoices(&endless).await, Err(Error::TooLarge));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Source::json(200, INVOICES);
    let target = elsewhere.start().await;
    let source = Source::new(move || {
        let location = [("location", target.clone())];
        (StatusCode::TEMPORARY_REDIRECT, location).into_response()
    });
    assert!(matches!(invoices(&source).await, Err(Error::Refused { .. })));
    assert!(elsewhere.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_cursor_of_another_stage_is_refused() {
    let books = books(http_client().unwrap(), "http://127.0.0.1:9".to_owned());
    let cursor = Value::String(r#"{"page": 1}"#.to_owned());
    let page = books.page(&context(), QuickBooksStage::Bills, None, &cursor, 90).await;
    assert_eq!(
        page.unwrap_err().to_string(),
        "the source refuses the request: the cursor is not one of this stage"
    );
}

fn app(url: &str) -> App {
    App {
        authorize_url: "https://appcenter.example/connect/oauth2".to_owned(),
        token_url: format!("{url}/tokens/bearer"),
        client_id: "id".to_owned(),
        client_secret: Secret::new("secret"),
        redirect_url: "https://clearmargin.example/back?a=b".to_owned(),
    }
}

#[test]
fn the_address_to_consent_at_carries_state_and_return_address() {
    assert_eq!(
        oauth::authorize_url(&app(""), "st/ate"),
        "https://appcenter.example/connect/oauth2?client_id=id&response_type=code\
         &scope=com.intuit.quickbooks.accounting\
         &redirect_uri=https%3A%2F%2Fclearmargin.example%2Fback%3Fa%3Db&state=st%2Fate"
    );
}

#[tokio::test]
async fn a_code_buys_tokens() {
    let source = Source::json(
        200,
        r#"{"token_type": "bearer", "access_token": "eyJ", "refresh_token": "AB11",
            "expires_in": 3600, "x_refresh_token_expires_in": 8726400,
            "x_refresh_token_hard_expires_in": 157680000}"#,
    );
    let app = app(&source.start().await);
    let tokens = oauth::exchange_code(&http_client().unwrap(), &app, "c0/de").await.unwrap();
    assert_eq!(tokens.access_token.expose(), "eyJ");
    assert_eq!(tokens.refresh_token.expose(), "AB11");
    assert_eq!((tokens.expires_in, tokens.refresh_expires_in), (3_600, 8_726_400));
    assert_eq!(tokens.hard_expires_in, Some(157_680_000));
    let asked = source.asked();
    assert_eq!(asked.headers["authorization"], "Basic aWQ6c2VjcmV0");
    assert!(asked.body.starts_with("grant_type=authorization_code&code=c0%2Fde&redirect_uri="));
}

#[tokio::test]
async fn an_ended_consent_is_told_from_our_own_mistakes() {
    let refresh = async |source: Source| {
        let app = app(&source.start().await);
        let token = Secret::new("old");
        oauth::refresh(&http_client().unwrap(), &app, &token).await.map(drop)
    };
    let ended = r#"{"error_description": "Token invalid", "error": "invalid_grant"}"#;
    assert_eq!(refresh(Source::json(400, ended)).await, Err(Error::Unauthorized));
    let unknown = refresh(Source::json(401, r#"{"error": "invalid_client"}"#)).await;
    assert!(matches!(unknown, Err(Error::Refused { .. })));
    assert!(matches!(refresh(Source::json(401, "")).await, Err(Error::Refused { .. })));
    assert!(refresh(Source::json(503, "")).await.unwrap_err().is_retryable());
    assert!(refresh(Source::json(200, "{}")).await.unwrap_err().is_retryable());
}

#[tokio::test]
async fn a_token_is_revoked_by_name() {
    let source = Source::json(200, "");
    let url = source.start().await;
    let revoke_url = format!("{url}/revoke");
    let http = http_client().unwrap();
    oauth::revoke(&http, &app(&url), &revoke_url, &Secret::new("AB11")).await.unwrap();
    assert_eq!(source.asked().body, r#"{"token":"AB11"}"#);
}

mod streams {
    use std::{
        io,
        pin::Pin,
        task::{Context, Poll},
    };

    use futures_util::Stream;

    /// Half a body, then a broken connection.
    pub(super) struct Cut {
        half: Option<&'static str>,
    }

    impl Cut {
        pub(super) fn new(half: &'static str) -> Self {
            Self { half: Some(half) }
        }
    }

    impl Stream for Cut {
        type Item = io::Result<&'static str>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            let broken = || io::Error::from(io::ErrorKind::ConnectionReset);
            Poll::Ready(Some(self.half.take().ok_or_else(broken)))
        }
    }

    /// A body without an end and without an announced length.
    pub(super) struct Endless;

    impl Stream for Endless {
        type Item = io::Result<Vec<u8>>;

        fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            Poll::Ready(Some(Ok(vec![b' '; 256 * 1024])))
        }
    }
}
use streams::{Cut, Endless};
