//! What the API shows of clients.

use clearmargin_app::clients::Row;
use clearmargin_domain::{
    client::{Client, ContractType},
    source::Source,
};
use clearmargin_web::{Amount, Ratio};
use serde::Serialize;

/// A client in a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientView {
    /// Its id.
    #[schema(example = "cli_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// Its name: what the organisation calls it or, unless it says, the system whose record leads.
    #[schema(example = "Acme Dental LLC")]
    name: String,
    /// E-mail and web domains.
    domains: Vec<String>,
    /// The organisation's own words for it.
    tags: Vec<String>,
    /// What it does.
    #[schema(example = "Dental")]
    industry: Option<String>,
    /// How it is charged: `recurring`, `usage`, `one_time`, `time_and_material` or `mixed`.
    #[schema(example = "recurring")]
    contract_type: Option<&'static str>,
    /// What is agreed over all of the term; null where nothing is, and for who may not see margins.
    contract_value: Option<Amount>,
    /// What recurs every month; null where nothing does, and for who may not see margins.
    mrr: Option<Amount>,
    /// How many lines that recur have no price yet, and no part in that; null for who may not see
    /// margins.
    #[schema(minimum = 0)]
    unpriced_lines: Option<usize>,
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// Gross margin as a share of the revenue of the last twelve whole months; null without revenue,
    /// while time has no cost rate, and for who may not see margins.
    profitability: Option<Ratio>,
    /// How much of the revenue is left: `loss`, `low` below 0.2, `fair` below 0.4, `healthy`, or
    /// `unknown`; null for who may not see margins.
    #[schema(example = "fair")]
    margin_band: Option<&'static str>,
    /// How many of its tickets are open.
    #[schema(minimum = 0)]
    tickets_open: i64,
    /// How it is doing: `at_risk`, `watch`, `good` or `unknown`; null for who may not see margins.
    #[schema(example = "good")]
    health: Option<&'static str>,
    /// The first day on which it is a client.
    #[schema(format = Date, example = "2026-01-01")]
    start_date: Option<String>,
    /// The last one.
    #[schema(format = Date, example = "2026-12-31")]
    end_date: Option<String>,
    /// `active`, `inactive` or `archived`.
    #[schema(example = "active")]
    status: &'static str,
    /// Who looks after it.
    owner_id: Option<String>,
    /// The system whose record leads; null for a client made here.
    #[schema(value_type = Option<String>, example = "superops")]
    source: Option<Source>,
    /// When it was made; null for what a source brought.
    #[schema(format = DateTime, example = "2026-01-01T09:00:00Z")]
    created_at: Option<String>,
}

impl ClientView {
    pub(crate) fn new(row: &Row) -> Self {
        let group = &row.group;
        let profile = group.profile();
        let promised = row.figures.map(|figures| figures.promised);
        let figures = row.figures.as_ref();
        Self {
            id: group.lead().id.to_string(),
            name: group.name().to_owned(),
            domains: group.domains().into_iter().map(str::to_owned).collect(),
            tags: profile.into_iter().flat_map(|it| it.tags.iter().map(str::to_owned)).collect(),
            industry: profile.and_then(|it| it.industry.clone()).map(String::from),
            contract_type: profile.and_then(|it| it.contract_type).map(ContractType::as_str),
            contract_value: promised.and_then(|it| it.contract_value).map(Amount),
            mrr: promised.and_then(|it| it.mrr).map(Amount),
            unpriced_lines: promised.map(|it| it.unpriced_lines),
            currency: row.currency.to_string(),
            profitability: figures.and_then(|it| it.margin).map(Ratio),
            margin_band: figures.map(|it| it.band.as_str()),
            tickets_open: row.tickets_open,
            health: figures.map(|it| it.health.level().as_str()),
            start_date: row.term.0.map(|day| day.to_string()),
            end_date: row.term.1.map(|day| day.to_string()),
            status: group.status().as_str(),
            owner_id: profile.and_then(|it| it.owner).map(|id| id.to_string()),
            source: group.lead().source(),
            created_at: row.created_at.map(|at| at.to_string()),
        }
    }
}

/// A client as one system knows it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordView {
    /// The record's id.
    id: String,
    /// The system; null for a record made here.
    #[schema(value_type = Option<String>, example = "quickbooks")]
    source: Option<Source>,
    /// Its id there.
    #[schema(example = "12")]
    external_id: Option<String>,
    /// The name, as that system spells it.
    name: String,
    /// The organisation's own word for its stage there.
    stage: Option<String>,
}

impl RecordView {
    pub(crate) fn new(client: &Client) -> Self {
        Self {
            id: client.id.to_string(),
            source: client.source(),
            external_id: client.origin.as_ref().map(|origin| origin.external_id.clone()),
            name: client.name.clone(),
            stage: client.stage.clone(),
        }
    }
}
