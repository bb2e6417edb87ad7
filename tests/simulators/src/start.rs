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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    use super::*;
    use crate::techwave::{Scale, generate};

    const SCALE: Scale =
        Scale { clients: 5, months: 3, technicians: 3, tickets: 100, worklogs: 130 };

    async fn get(origin: &str, path: &str) -> Value {
        let mut connection =
            TcpStream::connect(origin.trim_start_matches("http://")).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    #[tokio::test]
    async fn both_servers_run_and_tell_the_truth_about_their_data() {
        let wave = generate(SCALE, 1);
        let running = start_both(wave.clone(), Setup::default()).await.unwrap();
        let announced = running.announcement();
        let desk = announced["superops"]["origin"].as_str().unwrap();
        let books = announced["quickbooks"]["origin"].as_str().unwrap();
        assert_eq!(get(desk, "/_raw/cost-rates").await, json!(wave.cost_rates()));
        assert_eq!(get(desk, "/_raw/links").await.as_array().unwrap().len(), 5);
        assert_eq!(get(desk, "/_raw").await["tickets"].as_array().unwrap().len(), 100);
        assert!(get(books, "/_raw").await.to_string().contains("Acme Dental, L.L.C."));
        assert_eq!(announced["superops"]["url"], format!("{desk}/msp"));
    }
}
