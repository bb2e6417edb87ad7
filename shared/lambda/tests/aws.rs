//! The adapters for AWS, against a loopback server that answers as AWS does.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails, and requests are indexed by what they must have"
)]

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_kms::config::{Credentials, SharedCredentialsProvider};
use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::IntoResponse as _,
    routing::post,
};
use clearmargin_app::{Archive as _, Queue as _, Vault as _};
use clearmargin_domain::{
    id::{OrgId, OutboxId, SyncRunId},
    job::{Envelope, Job},
    source::Source,
};
use clearmargin_lambda::{KmsVault, Queues, S3Archive, SqsQueue};
use jiff::Timestamp;
use serde_json::{Value, json};

type Requests = Arc<Mutex<Vec<Value>>>;

/// A server that hands each request's operation and body to `answer`, and what it was asked.
async fn aws(answer: fn(&str, &Value, usize) -> (u16, Value)) -> (SdkConfig, Requests) {
    let requests = Requests::default();
    let asked = Arc::clone(&requests);
    let service = post(move |headers: HeaderMap, body: Bytes| async move {
        let body: Value = serde_json::from_slice(&body).unwrap();
        let target = headers["x-amz-target"].to_str().unwrap();
        let count = asked.lock().unwrap().len();
        let (status, answer) = answer(target.rsplit('.').next().unwrap(), &body, count);
        asked.lock().unwrap().push(body);
        let status = StatusCode::from_u16(status).unwrap();
        (status, answer.to_string()).into_response()
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/", service)).await });
    (sdk_config(address), requests)
}

fn sdk_config(address: SocketAddr) -> SdkConfig {
    let credentials = Credentials::new("id", "secret", None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(format!("http://{address}"))
        .build()
}

#[tokio::test]
async fn an_answer_is_kept_under_its_key_and_a_refusal_is_an_error() {
    let kept = Arc::<Mutex<Vec<(String, Bytes)>>>::default();
    let seen = Arc::clone(&kept);
    let fallback = move |uri: Uri, body: Bytes| async move {
        if uri.path().contains("refused") {
            return StatusCode::FORBIDDEN;
        }
        seen.lock().unwrap().push((uri.path().to_owned(), body));
        StatusCode::OK
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(fallback)).await });
    let archive = S3Archive::new(aws_sdk_s3::Client::new(&sdk_config(address)), "bucket");
    archive.put("org_1/raw/1.json", b"{}".to_vec()).await.unwrap();
    let (path, body) = kept.lock().unwrap().remove(0);
    assert_eq!(path, "/bucket/org_1/raw/1.json");
    assert!(body.windows(2).any(|window| window == b"{}"));
    assert!(archive.put("org_1/refused", b"{}".to_vec()).await.is_err());
    archive.ping().await.unwrap();
    let refused = S3Archive::new(aws_sdk_s3::Client::new(&sdk_config(address)), "refused");
    assert!(refused.ping().await.is_err());
}

/// Says no as S3 does.
fn refusal(status: StatusCode, code: &str) -> (StatusCode, String) {
    (status, format!("<Error><Code>{code}</Code><Message>no</Message></Error>"))
}

#[tokio::test]
async fn what_is_there_is_not_overwritten_and_what_is_not_there_is_nothing() {
    let kept = Arc::<Mutex<Option<String>>>::default();
    let fallback = move |method: Method, headers: HeaderMap| async move {
        let mut kept = kept.lock().unwrap();
        match (method, kept.clone()) {
            (Method::GET, Some(content)) => (StatusCode::OK, content),
            (Method::GET, None) => refusal(StatusCode::NOT_FOUND, "NoSuchKey"),
            (_, Some(_)) if headers.get("if-none-match").is_some_and(|it| it == "*") => {
                refusal(StatusCode::PRECONDITION_FAILED, "PreconditionFailed")
            }
            _ => {
                *kept = Some("first".to_owned());
                (StatusCode::OK, String::new())
            }
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(fallback)).await });
    let archive = S3Archive::new(aws_sdk_s3::Client::new(&sdk_config(address)), "bucket");
    assert_eq!(archive.get("org_1/audit/1").await.unwrap(), None);
    assert!(archive.put_new("org_1/audit/1", b"first".to_vec()).await.unwrap());
    assert!(!archive.put_new("org_1/audit/1", b"second".to_vec()).await.unwrap());
    assert_eq!(archive.get("org_1/audit/1").await.unwrap(), Some(b"first".to_vec()));
}

fn messages(count: u64) -> Vec<Envelope> {
    let message = |step: u64| Envelope {
        id: OutboxId::derived(&[&step.to_string()]),
        version: Envelope::VERSION,
        org_id: OrgId::new(Timestamp::UNIX_EPOCH, 1),
        occurred_at: Timestamp::UNIX_EPOCH,
        request_id: "request".to_owned(),
        job: Job::SyncPage {
            source: Source::SuperOps,
            run: SyncRunId::new(Timestamp::UNIX_EPOCH, 1),
            step,
        },
    };
    (0..count).map(message).collect()
}

fn queue(config: &SdkConfig) -> SqsQueue {
    SqsQueue::new(
        aws_sdk_sqs::Client::new(config),
        Queues { sync: Some("http://queue".to_owned()), ..Queues::default() },
    )
}

/// Takes every message but those whose place in the batch is refused this time.
fn take(body: &Value, refused: &[&str], our_fault: bool) -> (u16, Value) {
    let ids = body["Entries"].as_array().unwrap().iter().map(|entry| &entry["Id"]);
    let (failed, taken): (Vec<_>, Vec<_>) =
        ids.partition(|id| refused.contains(&id.as_str().unwrap()));
    let failed = failed.iter().map(
        |id| json!({"Id": id, "SenderFault": our_fault, "Code": "InternalError", "Message": "no"}),
    );
    let taken = taken.iter().map(|id| json!({"Id": id, "MessageId": id, "MD5OfMessageBody": ""}));
    let (failed, taken): (Vec<_>, Vec<_>) = (failed.collect(), taken.collect());
    (200, json!({"Failed": failed, "Successful": taken}))
}

fn ids(request: &Value) -> Vec<&str> {
    let entries = request["Entries"].as_array().unwrap().iter();
    entries.map(|entry| entry["Id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn messages_go_by_tens_and_each_arrives_as_it_was() {
    let (config, requests) = aws(|_, body, _| take(body, &[], false)).await;
    let sent = messages(25);
    queue(&config).send(&sent, Duration::from_millis(1_500)).await.unwrap();
    let requests = requests.lock().unwrap();
    assert_eq!(requests.iter().map(|request| ids(request).len()).collect::<Vec<_>>(), [10, 10, 5]);
    let entries = requests.iter().flat_map(|request| request["Entries"].as_array().unwrap());
    let arrived: Vec<Envelope> = entries
        .map(|entry| {
            assert_eq!(entry["DelaySeconds"], 2);
            serde_json::from_str(entry["MessageBody"].as_str().unwrap()).unwrap()
        })
        .collect();
    assert_eq!(arrived, sent);
}

#[tokio::test]
async fn messages_that_the_queue_did_not_take_are_offered_again_and_no_others() {
    let (config, requests) =
        aws(|_, body, count| take(body, if count == 0 { &["1", "3"] } else { &[] }, false)).await;
    queue(&config).send(&messages(5), Duration::ZERO).await.unwrap();
    let requests = requests.lock().unwrap();
    assert_eq!(requests.len(), 2);
    assert_eq!(ids(&requests[1]), ["1", "3"]);
    assert_eq!(requests[1]["Entries"][0].get("DelaySeconds"), None);
}

#[tokio::test]
async fn a_message_that_is_never_taken_is_an_error() {
    let (config, requests) = aws(|_, body, _| take(body, &["0"], false)).await;
    queue(&config).send(&messages(1), Duration::ZERO).await.unwrap_err();
    assert_eq!(requests.lock().unwrap().len(), 3);
    let (config, requests) = aws(|_, body, _| take(body, &["0"], true)).await;
    queue(&config).send(&messages(2), Duration::ZERO).await.unwrap_err();
    assert_eq!(requests.lock().unwrap().len(), 1);
}

/// A key service whose encrypted data key says in which context it was made.
fn kms(operation: &str, body: &Value) -> (u16, Value) {
    // 32 bytes, in base 64.
    let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let wrapped = match body["EncryptionContext"]["context"].as_str().unwrap() {
        "a" => "YWFhYQ==",
        _ => "YmJiYg==",
    };
    assert_eq!(body["KeyId"], "key");
    match operation {
        "GenerateDataKey" => {
            assert_eq!(body["KeySpec"], "AES_256");
            (200, json!({"CiphertextBlob": wrapped, "Plaintext": key, "KeyId": "key"}))
        }
        "Decrypt" if body["CiphertextBlob"] == wrapped => {
            (200, json!({"Plaintext": key, "KeyId": "key"}))
        }
        _ => (400, json!({"__type": "InvalidCiphertextException"})),
    }
}

#[tokio::test]
async fn a_secret_opens_in_the_context_it_was_sealed_in_and_in_no_other() {
    let (config, _) = aws(|operation, body, _| kms(operation, body)).await;
    let vault = KmsVault::new(aws_sdk_kms::Client::new(&config), "key");
    let sealed = vault.seal("a", b"token").await.unwrap();
    assert!(!sealed.contains("token"));
    assert_eq!(vault.open("a", &sealed).await.unwrap(), b"token");
    vault.open("b", &sealed).await.unwrap_err();
    vault.open("a", "v1.YWFhYQ.YWFhYQ").await.unwrap_err();
}

#[tokio::test]
async fn a_queue_is_there_when_each_of_its_addresses_answers() {
    let (config, requests) = aws(|operation, body, _| {
        assert_eq!(operation, "GetQueueAttributes");
        match body["QueueUrl"].as_str() {
            Some("http://queue") => (200, json!({"Attributes": {"QueueArn": "arn"}})),
            _ => (400, json!({"__type": "QueueDoesNotExist"})),
        }
    })
    .await;
    queue(&config).ping().await.unwrap();
    assert_eq!(requests.lock().unwrap().len(), 1);
    let client = aws_sdk_sqs::Client::new(&config);
    let urls = Queues {
        sync: Some("http://queue".to_owned()),
        delivery: Some("http://gone".to_owned()),
        ..Queues::default()
    };
    SqsQueue::new(client.clone(), urls).ping().await.unwrap_err();
    SqsQueue::new(client, Queues::default()).ping().await.unwrap_err();
}
