//! SuperOps: GraphQL over HTTP, lists by page.
//!
//! Tickets are read along their time of creation (or of change, when only changes are wanted), so
//! that rows touched meanwhile are neither lost nor shifted past the reader. The other lists know no
//! time to filter by: they are read whole, by page number, and again when they grew or shrank
//! meanwhile.

mod document;
mod keyset;
mod numbered;
mod reply;
mod rows;

use clearmargin_domain::{secret::Secret, source::Source};
use jiff::Timestamp;
use reqwest::Client;
use serde_json::{Value, json};

use crate::{
    cursor,
    error::Error,
    fields::{Fields, id_of},
    http::{Answer, url},
    record::{Context, MAX_ROWS, Page, Record, Row, begin},
    rejection::Rejection,
    stage::stages,
};
use keyset::Keyset;
use numbered::Numbered;
use reply::List;

const SOURCE: Source = Source::SuperOps;

stages! {
    /// What is read of SuperOps.
    SuperOpsStage {
        /// Who does the work.
        Technicians = "technicians",
        /// The catalogue.
        Services = "services",
        /// Clients.
        Clients = "clients",
        /// Their sites.
        Sites = "sites",
        /// Their contracts.
        Agreements = "agreements",
        /// Tickets.
        Tickets = "tickets",
        /// Time worked on tickets.
        TicketTime = "ticket_time",
        /// Time worked on projects.
        ProjectTime = "project_time",
        /// Devices that are looked after.
        Assets = "assets",
    }
}

/// What SuperOps asks for.
#[derive(Debug, Clone)]
pub struct SuperOpsCredentials {
    /// The account.
    pub subdomain: String,
    /// A user's API token.
    pub token: Secret,
}

/// A SuperOps account.
#[derive(Debug, Clone)]
pub struct SuperOps {
    http: Client,
    url: String,
    credentials: SuperOpsCredentials,
}

impl SuperOps {
    /// An account, reached by an [`http_client`](crate::http_client) at the GraphQL address.
    pub fn new(http: Client, url: String, credentials: SuperOpsCredentials) -> Self {
        Self { http, url, credentials }
    }

    /// Tries the credentials on a list that every reading needs.
    pub async fn check(&self) -> Result<(), Error> {
        let first = Numbered::default();
        let stage = SuperOpsStage::Clients;
        self.list(stage, first.list_info(1)).await.map(drop)
    }

    /// Reads a page of a stage: what changed since `since` where the source can tell (tickets),
    /// else everything. Where the token's user may not see assets, the page holds one refused row
    /// that says so.
    pub async fn page(
        &self,
        context: &Context,
        stage: SuperOpsStage,
        since: Option<Timestamp>,
        cursor: &Value,
        limit: usize,
    ) -> Result<Page, Error> {
        let limit = limit.clamp(1, MAX_ROWS);
        let listed = match stage {
            SuperOpsStage::Tickets => self.tickets(since, cursor, limit).await,
            _ => self.numbered(stage, cursor, limit).await,
        };
        let (mut list, next) = match listed {
            // A user who may not see assets may see all that money is made of. Begun and then
            // forbidden is something else: what was read until then would pass for everything.
            Err(Error::Forbidden { reason })
                if stage == SuperOpsStage::Assets && cursor.is_null() =>
            {
                return Ok(undelivered(reason));
            }
            listed => listed?,
        };
        let rows = list.rows.iter();
        let rows = rows.map(|row| read(context, stage, row, &list.trouble));
        Ok(Page { rows: rows.collect(), next, raw: std::mem::take(&mut list.raw) })
    }

    async fn tickets(
        &self,
        since: Option<Timestamp>,
        cursor: &Value,
        limit: usize,
    ) -> Result<(List, Option<Value>), Error> {
        let place = cursor::read::<Keyset>(cursor)?;
        let place = place.unwrap_or_else(|| Keyset::start(since.map(begin)));
        let list_info = place.list_info(since.is_some(), limit);
        let mut list = self.list(SuperOpsStage::Tickets, list_info).await?;
        let next = place.next(&list, since.map(begin));
        list.rows.retain(|row| !place.has_seen(row));
        Ok((list, next.as_ref().map(cursor::write).transpose()?))
    }

    async fn numbered(
        &self,
        stage: SuperOpsStage,
        cursor: &Value,
        limit: usize,
    ) -> Result<(List, Option<Value>), Error> {
        let place = cursor::read::<Numbered>(cursor)?.unwrap_or_default();
        let list = self.list(stage, place.list_info(limit)).await?;
        let next = place.next(&list);
        Ok((list, next.as_ref().map(cursor::write).transpose()?))
    }

    async fn list(&self, stage: SuperOpsStage, list_info: Value) -> Result<List, Error> {
        let request = self
            .http
            .post(url(&self.url)?)
            .bearer_auth(self.credentials.token.expose())
            .header("CustomerSubDomain", &self.credentials.subdomain)
            .json(&json!({
                "query": document::of(stage),
                "variables": {"input": document::input(stage, list_info)},
            }));
        reply::list(stage, Answer::to(request).await?)
    }
}

/// A page of a list that the source does not deliver: one refused row says so.
fn undelivered(reason: String) -> Page {
    let mapped = Err(Rejection::Undelivered { reason });
    Page { rows: vec![Row { external_id: String::new(), mapped }], next: None, raw: Vec::new() }
}

fn read(context: &Context, stage: SuperOpsStage, row: &Value, trouble: &str) -> Row {
    let map: fn(&Context, &Fields<'_>) -> Result<Record, Rejection> = match stage {
        SuperOpsStage::Technicians => rows::technician,
        SuperOpsStage::Services => rows::service,
        SuperOpsStage::Clients => rows::client,
        SuperOpsStage::Sites => rows::site,
        SuperOpsStage::Agreements => rows::agreement,
        SuperOpsStage::Tickets => rows::ticket,
        SuperOpsStage::TicketTime => rows::ticket_time,
        SuperOpsStage::ProjectTime => rows::project_time,
        SuperOpsStage::Assets => rows::asset,
    };
    let mapped = if row.is_null() {
        let reason = trouble.to_owned();
        Err(Rejection::Undelivered { reason })
    } else {
        Fields::of(row).and_then(|fields| map(context, &fields))
    };
    Row { external_id: id_of(row, document::id_field(stage)), mapped }
}

#[cfg(test)]
mod tests;
