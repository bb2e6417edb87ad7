//! What could be done.

use clearmargin_insight::services::{BAND_LEVEL, Candidate, Case};
use clearmargin_web::{Amount, Ratio, figures::BandView};
use rust_decimal::Decimal;
use serde::Serialize;

use super::{Renders, hours, rule};

/// What could be done.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServiceCandidateView {
    /// By which rule.
    #[schema(schema_with = rule)]
    rule: &'static str,
    /// What it comes to in a year: the margin below nothing (`drop`); the hours above the usual ones, at what they cost
    /// (`rescope`); what clients with the one entry alone would pay for the other, × the share of those with the one that
    /// have both (`bundle`); all that such tickets cost (`automate`).
    yearly: Amount,
    /// Between what that lies; null where that is not measured.
    band: Option<BandView>,
    /// The entry; null of `automate`.
    service_id: Option<String>,
    /// Its name.
    name: Option<String>,
    /// The entry that is bought with it; null but of `bundle`.
    with_service_id: Option<String>,
    /// Its name.
    with_name: Option<String>,
    /// The client; null but of `rescope`.
    client_id: Option<String>,
    /// Its name.
    client_name: Option<String>,
    /// The category of tickets, in the organisation's word; null but of `automate`.
    category: Option<String>,
    /// What it rests on.
    evidence: ServiceEvidenceView,
}

/// What a candidate rests on; null is what is no evidence of its rule.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServiceEvidenceView {
    /// How many clients buy the entry, or, of `rescope`, with how many others the client is compared.
    clients: Option<usize>,
    /// In how many months the entry brought, took or cost anything.
    months: Option<usize>,
    /// The hours that were worked.
    hours: Option<Ratio>,
    /// The hours that it would have been by the middle of the others.
    usual_hours: Option<Ratio>,
    /// How many clients buy the other entry.
    with_clients: Option<usize>,
    /// How many buy both.
    both: Option<usize>,
    /// How many times as often as by chance.
    lift: Option<Ratio>,
    /// Between what that lies, with the level of the band.
    lift_band: Option<LiftBandView>,
    /// What the other entry comes to in a month, in the middle of those who have agreed on it.
    monthly: Option<Amount>,
    /// How many tickets.
    tickets: Option<usize>,
}

/// Between what a lift lies.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LiftBandView {
    /// With how many per cent.
    #[schema(example = 80)]
    level: u8,
    /// The lower end.
    low: Ratio,
    /// The upper end.
    high: Ratio,
}

fn millionths(value: i64) -> Ratio {
    Ratio(Decimal::new(value, 6).normalize())
}

impl ServiceEvidenceView {
    fn new(of: &Case, renders: &Renders<'_>) -> Self {
        let none = Self::default();
        match *of {
            Case::Drop { clients, months, .. } => {
                Self { clients: Some(clients), months: Some(months), ..none }
            }
            Case::Rescope { seconds, usual_seconds, peers, .. } => Self {
                clients: Some(peers),
                hours: Some(hours(seconds)),
                usual_hours: Some(hours(usual_seconds)),
                ..none
            },
            Case::Bundle { first, second, both, lift, lift_band: (low, high), monthly, .. } => {
                Self {
                    clients: Some(first),
                    with_clients: Some(second),
                    both: Some(both),
                    lift: Some(millionths(lift)),
                    lift_band: Some(LiftBandView {
                        level: BAND_LEVEL,
                        low: millionths(low),
                        high: millionths(high),
                    }),
                    monthly: Some(renders.amount(monthly)),
                    ..none
                }
            }
            Case::Automate { tickets, seconds, .. } => {
                Self { tickets: Some(tickets), hours: Some(hours(seconds)), ..none }
            }
        }
    }
}

impl ServiceCandidateView {
    pub(super) fn new(of: &Candidate, renders: &Renders<'_>) -> Self {
        let (service, with, client, category) = match &of.case {
            Case::Drop { service, .. } => (Some(*service), None, None, None),
            Case::Rescope { service, client, .. } => (Some(*service), None, Some(*client), None),
            Case::Bundle { service, with, .. } => (Some(*service), Some(*with), None, None),
            Case::Automate { category, .. } => (None, None, None, Some(category.clone())),
        };
        let band =
            |(low, high)| BandView::new(BAND_LEVEL, renders.amount(low), renders.amount(high));
        Self {
            rule: of.case.rule().as_str(),
            yearly: renders.amount(of.yearly),
            band: of.band.map(band),
            service_id: service.map(|id| id.to_string()),
            name: service.map(|id| renders.name(id)),
            with_service_id: with.map(|id| id.to_string()),
            with_name: with.map(|id| renders.name(id)),
            client_id: client.map(|id| id.to_string()),
            client_name: client.map(|id| renders.offers.name(id)),
            category,
            evidence: ServiceEvidenceView::new(&of.case, renders),
        }
    }
}
