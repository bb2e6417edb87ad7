//! Both servers over one data set.

use std::io;

use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::faults::FaultPlan;
use crate::http::Running;
use crate::techwave::{TIME_ZONE, TechWave};
use crate::{quickbooks, superops};

/// How both servers run.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Port of the SuperOps server; 0 for any.
    pub superops_port: u16,
    /// Port of the QuickBooks server; 0 for any.
    pub quickbooks_port: u16,
    /// What goes wrong on the SuperOps server from the start.
    pub superops_faults: FaultPlan,
    /// How the QuickBooks server behaves.
    pub quickbooks: quickbooks::Options,
}

/// Why the servers did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The stored GraphQL schema is broken.
    #[error(transparent)]
    Schema(#[from] superops::SchemaError),
    /// The data set does not suit the QuickBooks server.
    #[error(transparent)]
    Seed(#[from] quickbooks::SeedError),
    /// A port cannot be listened on.
    #[error("cannot listen: {0}")]
    Listen(#[from] io::Error),
}

/// Both servers, running until this value is dropped.
#[derive(Debug)]
pub struct Simulators {
    /// The SuperOps server.
    pub superops: Running,
    /// The QuickBooks server.
    pub quickbooks: Running,
    credentials: Credentials,
}

#[derive(Debug)]
struct Credentials {
    subdomain: String,
    token: String,
    realm_id: String,
    client_id: String,
    client_secret: String,
}

impl Credentials {
    fn of(wave: &TechWave) -> Self {
        let (desk, books) = (&wave.superops, &wave.quickbooks);
        Self {
            subdomain: desk.subdomain.clone(),
            token: desk.token.clone(),
            realm_id: books.realm_id.clone(),
            client_id: books.client_id.clone(),
            client_secret: books.client_secret.clone(),
        }
    }
}

impl Simulators {
    /// Where the servers are and how to get in:
    /// `{superops: {url, origin, subdomain, token}, quickbooks: {origin, realmId, clientId, clientSecret}}`.
    pub fn announcement(&self) -> Value {
        let Self { superops, quickbooks, credentials } = self;
        json!({
            "superops": {
                "url": format!("{}/msp", superops.origin()),
                "origin": superops.origin(),
                "subdomain": credentials.subdomain,
                "token": credentials.token,
            },
            "quickbooks": {
                "origin": quickbooks.origin(),
                "realmId": credentials.realm_id,
                "clientId": credentials.client_id,
                "clientSecret": credentials.client_secret,
            },
        })
    }
}

/// Starts both servers on 127.0.0.1.
pub async fn start_both(wave: TechWave, setup: Setup) -> Result<Simulators, StartError> {
    let credentials = Credentials::of(&wave);
    let truth = truth(&wave);
    let desk = superops::router(wave.superops, setup.superops_faults)?.merge(truth);
    let books = quickbooks::router(wave.quickbooks, setup.quickbooks)?;
    Ok(Simulators {
        superops: Running::start(desk, setup.superops_port).await?,
        quickbooks: Running::start(books, setup.quickbooks_port).await?,
        credentials,
    })
}

/// What neither system knows, for the demo and for checking programs: `GET /_raw/cost-rates`,
/// `GET /_raw/links` and `GET /_raw/seed-info`.
fn truth(wave: &TechWave) -> Router {
    let rates = json!(wave.cost_rates());
    let links = json!(wave.links());
    let info = seed_info(wave);
    let serve = |value: Value| get(|| async move { Json(value) });
    Router::new()
        .route("/_raw/cost-rates", serve(rates))
        .route("/_raw/links", serve(links))
        .route("/_raw/seed-info", serve(info))
}

/// What the demo has to set and a checking program has to know.
pub fn seed_info(wave: &TechWave) -> Value {
    let (desk, books) = (&wave.superops, &wave.quickbooks);
    let entities = books.entities.iter();
    let counts: serde_json::Map<String, Value> =
        entities.map(|(name, objects)| (name.clone(), json!(objects.len()))).collect();
    json!({
        "timeZone": TIME_ZONE,
        "costRates": wave.cost_rates(),
        "uncostedTechnicians": wave.uncosted_technicians(),
        "links": wave.links(),
        "superopsCounts": {
            "clients": desk.clients.len(),
            "sites": desk.sites.len(),
            "technicians": desk.technicians.len(),
            "serviceItems": desk.service_items.len(),
            "clientContracts": desk.client_contracts.len(),
            "tickets": desk.tickets.len(),
            "worklogs": desk.worklogs.len(),
        },
        "quickbooksCounts": counts,
    })
}
