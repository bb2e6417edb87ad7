//! The way to the table, which can be cut at any request: what was asked for so far has happened, and
//! whoever asks waits for an answer for ever, as a process does that dies there.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use aws_sdk_dynamodb::Client;
use aws_smithy_http_client::Builder;
use aws_smithy_runtime_api::client::{
    http::{
        HttpClient as _, HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
    },
    orchestrator::HttpRequest,
};
use clearmargin_store::Store;
use serde_json::Value;
use tokio::sync::Notify;

use crate::world::{TABLE, config_at, serve_table, store};

/// Where the way is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The request of that number never arrives.
    Before(usize),
    /// It is carried out, and nobody learns of it.
    After(usize),
}

/// The way to a table of its own, seen from outside.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    way: Arc<Way>,
    /// Another way there, for who only looks.
    aside: Client,
}

#[derive(Debug, Default)]
struct Way {
    sent: AtomicUsize,
    cut: Mutex<Option<Cut>>,
    broken: Notify,
}

impl Wire {
    /// A table, the way there, and who reaches it on that way.
    pub(crate) async fn new() -> (Self, Store) {
        let config = config_at(serve_table().await);
        let aside = Client::from_conf(config.clone().build());
        let wire = Self { way: Arc::default(), aside };
        let (way, http) = (Arc::clone(&wire.way), Builder::new().build_http());
        let client = http_client_fn(move |settings, components| {
            let inner = http.http_connector(settings, components);
            SharedHttpConnector::new(Cutter { way: Arc::clone(&way), inner })
        });
        (wire, store(config.http_client(client)))
    }

    /// Every item whose partition begins like that, as text that is the same for the same item.
    pub(crate) async fn items(&self, prefix: &str) -> Vec<(String, Value)> {
        let pages = self.aside.scan().table_name(TABLE).into_paginator().items().send();
        let items: Vec<_> = pages.collect::<Result<_, _>>().await.unwrap();
        let items =
            items.into_iter().map(|item| serde_dynamo::from_item::<_, Value>(item).unwrap());
        let placed = items.map(|item| (item["pk"].as_str().unwrap().to_owned(), item));
        placed.filter(|(place, _)| place.starts_with(prefix)).collect()
    }

    /// Counts requests from here on, and cuts the way at one of them.
    pub(crate) fn count(&self, cut: Option<Cut>) {
        self.way.sent.store(0, Ordering::SeqCst);
        *self.way.cut.lock().unwrap() = cut;
    }

    /// How many requests there were since.
    pub(crate) fn sent(&self) -> usize {
        self.way.sent.load(Ordering::SeqCst)
    }

    /// Works until it is done or the way is cut; what is not done then never is.
    pub(crate) async fn until_cut<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.way.broken.notified() => None,
            done = work => Some(done),
        }
    }
}

/// Sends what the way lets through.
#[derive(Debug)]
struct Cutter {
    way: Arc<Way>,
    inner: SharedHttpConnector,
}

impl HttpConnector for Cutter {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let number = self.way.sent.fetch_add(1, Ordering::SeqCst);
        let cut = *self.way.cut.lock().unwrap();
        let way = Arc::clone(&self.way);
        if cut == Some(Cut::Before(number)) {
            way.broken.notify_one();
            return HttpConnectorFuture::new(std::future::pending());
        }
        let answer = self.inner.call(request);
        if cut != Some(Cut::After(number)) {
            return answer;
        }
        HttpConnectorFuture::new(async move {
            let _lost = answer.await;
            way.broken.notify_one();
            std::future::pending().await
        })
    }
}
