//! QuickBooks Online: the Accounting API, read by queries and by its change data capture.
//!
//! Each entity is read along its time of change, so that what is touched meanwhile is met again
//! later. Deletions show in the changes alone, which look back 30 days.

mod changes;
mod document;
mod entity;
mod expense;
mod fault;
mod key;
mod line;
mod list;
mod payment;
mod query;
mod worth;

use clearmargin_domain::{secret::Secret, source::Source};
use jiff::Timestamp;
use reqwest::{Client, header::ACCEPT};
use serde_json::Value;

use crate::{
    cursor,
    error::Error,
    http::{Answer, url},
    record::{Context, MAX_ROWS, Page, begin},
    stage::stages,
};
use changes::Changes;
pub use changes::change_horizon;
use entity::Entity;
use query::Query;

const SOURCE: Source = Source::QuickBooks;

/// The last minor version; the source ignores all others.
const MINOR_VERSION: &str = "75";

stages! {
    /// What is read of QuickBooks.
    QuickBooksStage {
        /// Customers and sub-customers.
        Customers = "customers",
        /// The catalogue.
        Items = "items",
        /// Invoices.
        Invoices = "invoices",
        /// Credit memos.
        CreditMemos = "credit_memos",
        /// Customers' payments.
        Payments = "payments",
        /// Vendors' bills.
        Bills = "bills",
        /// Purchases paid at once.
        Purchases = "purchases",
        /// What changed or was deleted since the given time, of everything above.
        Changes = "changes",
    }
}

impl QuickBooksStage {
    /// What the stage queries; none for the changes.
    const fn entity(self) -> Option<Entity> {
        Some(match self {
            Self::Customers => Entity::Customer,
            Self::Items => Entity::Item,
            Self::Invoices => Entity::Invoice,
            Self::CreditMemos => Entity::CreditMemo,
            Self::Payments => Entity::Payment,
            Self::Bills => Entity::Bill,
            Self::Purchases => Entity::Purchase,
            Self::Changes => return None,
        })
    }
}

/// A QuickBooks company.
#[derive(Debug, Clone)]
pub struct QuickBooks {
    http: Client,
    api_url: String,
    realm_id: String,
    access_token: Secret,
}

impl QuickBooks {
    /// A company, reached by an [`http_client`](crate::http_client) at the API's base address.
    pub fn new(http: Client, api_url: String, realm_id: String, access_token: Secret) -> Self {
        Self { http, api_url, realm_id, access_token }
    }

    /// Tries the token on the company itself.
    pub async fn check(&self) -> Result<(), Error> {
        let path = format!("companyinfo/{}", self.realm_id);
        self.get(&path, &[]).await.map(drop)
    }

    /// Reads a page of a stage: what changed since `since`, or everything.
    ///
    /// [`QuickBooksStage::Changes`] reads nothing without `since`. In a full run it is due with the
    /// begin of the run, so that it catches what changed or went away during the reading.
    pub async fn page(
        &self,
        context: &Context,
        stage: QuickBooksStage,
        since: Option<Timestamp>,
        cursor: &Value,
        limit: usize,
    ) -> Result<Page, Error> {
        let limit = limit.clamp(1, MAX_ROWS);
        let since = since.map(begin);
        let page = match (stage.entity(), since) {
            (Some(entity), _) => self.query(context, entity, since, cursor, limit).await?,
            (None, Some(since)) => self.changes(context, since, cursor, limit).await?,
            (None, None) => Page { rows: Vec::new(), next: None, raw: Vec::new() },
        };
        self.checked(context, page).await
    }

    /// The page, without rows whose rates lead to another currency than the organisation's. Where the
    /// company keeps its books is asked only if there are rates.
    async fn checked(&self, context: &Context, page: Page) -> Result<Page, Error> {
        if !page.rows.iter().any(worth::is_abroad) {
            return Ok(page);
        }
        let (preferences, _) = self.get("preferences", &[]).await?;
        let home = preferences.pointer("/Preferences/CurrencyPrefs/HomeCurrency/value");
        let home = home.and_then(Value::as_str);
        let rows = page.rows.into_iter().map(|row| worth::checked(context, home, row));
        Ok(Page { rows: rows.collect(), ..page })
    }

    async fn query(
        &self,
        context: &Context,
        entity: Entity,
        since: Option<Timestamp>,
        cursor: &Value,
        limit: usize,
    ) -> Result<Page, Error> {
        let place = cursor::read::<Query>(cursor)?.unwrap_or_else(|| Query::start(since));
        let text = place.text(entity, limit);
        let (answer, raw) = self.get("query", &[("query", text)]).await?;
        let step = place.step(query::rows(&answer, entity), limit);
        Ok(Page {
            rows: step.rows.iter().map(|row| entity.row(context, row)).collect(),
            next: step.next.as_ref().map(cursor::write).transpose()?,
            raw,
        })
    }

    async fn changes(
        &self,
        context: &Context,
        since: Timestamp,
        cursor: &Value,
        limit: usize,
    ) -> Result<Page, Error> {
        let place = cursor::read::<Changes>(cursor)?.unwrap_or_else(|| Changes::start(since));
        let (step, raw) = match self.get("cdc", &place.parameters()).await {
            Ok((answer, raw)) => (place.step(&answer, context, limit)?, raw),
            Err(Error::TooLarge) => (place.narrowed().ok_or(Error::TooLarge)?, Vec::new()),
            Err(error) => return Err(error),
        };
        Ok(Page { rows: step.rows, next: step.next.as_ref().map(cursor::write).transpose()?, raw })
    }

    /// The answer, read and as it came.
    async fn get(
        &self,
        path: &str,
        parameters: &[(&str, String)],
    ) -> Result<(Value, Vec<u8>), Error> {
        let base = self.api_url.trim_end_matches('/');
        let mut url = url(&format!("{base}/v3/company/{}/{path}", self.realm_id))?;
        url.query_pairs_mut().extend_pairs(parameters).append_pair("minorversion", MINOR_VERSION);
        let request = self.http.get(url).bearer_auth(self.access_token.expose());
        let answer = Answer::to(request.header(ACCEPT, "application/json")).await?;
        let raw = answer.body.clone();
        Ok((answer.outcome(fault::find)?, raw))
    }
}
