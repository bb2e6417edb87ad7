//! The state of one simulated company and how requests reach it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::books::{Books, SeedError};
use super::clock;
use super::kind::{Kind, Nature};
use super::limits::Meters;
use super::oauth::Grants;
use super::{Options, Seed};

/// One company, shared by all requests.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) seed: Seed,
    pub(crate) options: Options,
    company: Mutex<Company>,
    answers: AtomicU64,
}

/// What requests change.
#[derive(Debug, Default)]
pub(crate) struct Company {
    pub(crate) books: Books,
    pub(crate) grants: Grants,
    pub(crate) meters: Meters,
    /// Answers to writes by their `requestid`.
    pub(crate) replies: BTreeMap<String, Value>,
}

impl Server {
    pub(crate) fn new(mut seed: Seed, options: Options) -> Result<Self, SeedError> {
        add_singletons(&mut seed, options.clock.now());
        let books = Books::open(&seed.entities)?;
        let company = Mutex::new(Company { books, ..Company::default() });
        Ok(Self { seed, options, company, answers: AtomicU64::new(0) })
    }

    pub(crate) fn company(&self) -> MutexGuard<'_, Company> {
        self.company.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Back to the seed. Tokens stay good, or every client would have to connect again.
    pub(crate) fn reset(&self) {
        // The seed was opened once, so it opens again.
        if let Ok(books) = Books::open(&self.seed.entities) {
            let mut company = self.company();
            let grants = std::mem::take(&mut company.grants);
            *company = Company { books, grants, ..Company::default() };
        }
    }

    /// Every object, by entity.
    pub(crate) fn raw(&self) -> Value {
        let company = self.company();
        let drawers = Kind::ALL.iter().map(|kind| {
            let objects: Vec<&Map<String, Value>> =
                company.books.all(*kind).map(|(_, object)| object).collect();
            (kind.name().to_owned(), json!(objects))
        });
        Value::Object(drawers.filter(|(_, objects)| *objects != json!([])).collect())
    }

    /// Redirects go to https or, in development, to this machine.
    pub(crate) fn takes_redirect(&self, uri: &str) -> bool {
        if !self.options.redirect_uris.is_empty() {
            return self.options.redirect_uris.iter().any(|registered| registered == uri);
        }
        let local = ["http://localhost", "http://127.0.0.1", "http://[::1]"];
        uri.starts_with("https://") || local.iter().any(|prefix| uri.starts_with(prefix))
    }

    /// Every answer of Intuit's carries its transaction id.
    pub(crate) fn stamped(&self, mut response: Response) -> Response {
        let number = self.answers.fetch_add(1, Ordering::Relaxed);
        let seconds = self.options.clock.now().as_second();
        if let Ok(tid) = HeaderValue::from_str(&format!("1-{seconds:08x}-{number:024x}")) {
            response.headers_mut().insert(HeaderName::from_static("intuit_tid"), tid);
        }
        response
    }
}

/// A company always has its own description and preferences.
fn add_singletons(seed: &mut Seed, now: Timestamp) {
    let stamp = clock::in_seconds(now);
    for kind in Kind::ALL.iter().filter(|kind| kind.nature() == Nature::Singleton) {
        let objects = seed.entities.entry(kind.name().to_owned()).or_default();
        if objects.is_empty() {
            objects.push(singleton(*kind, &seed.company_name, &stamp));
        }
    }
}

fn singleton(kind: Kind, company_name: &str, stamp: &str) -> Value {
    let mut object = match kind {
        Kind::CompanyInfo => json!({
            "CompanyName": company_name,
            "LegalName": company_name,
            "Country": "US",
            "FiscalYearStartMonth": "January",
            "SupportedLanguages": "en",
            "NameValue": [{ "Name": "NeoEnabled", "Value": "True" }],
        }),
        _ => json!({
            "AccountingInfoPrefs": { "CustomerTerminology": "Customers", "TrackDepartments": false },
            "CurrencyPrefs": { "MultiCurrencyEnabled": false, "HomeCurrency": { "value": "USD" } },
            "ReportPrefs": { "ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": false },
            "TaxPrefs": { "UsingSalesTax": true },
        }),
    };
    if let Some(object) = object.as_object_mut() {
        object.insert("Id".to_owned(), "1".into());
        object.insert("SyncToken".to_owned(), "0".into());
        object.insert(
            "MetaData".to_owned(),
            json!({ "CreateTime": stamp, "LastUpdatedTime": stamp }),
        );
    }
    object
}
