//! What of leaks was recovered.

use clearmargin_app::leak_cases::{self, Recovered, RecoveredKind};
use clearmargin_domain::money::{Currency, Money};
use clearmargin_web::{Amount, Caller, Data, Result};
use serde::Serialize;

use crate::revenue_leaks::kind;

/// What was found, approved, invoiced and collected.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecoveredLeaksView {
    /// The currency of every amount.
    #[schema(example = "USD")]
    currency: String,
    /// When the leaks and their invoices were read.
    #[schema(format = DateTime)]
    as_of: String,
    /// All kinds together.
    total: RecoveredSumsView,
    /// Each kind of which anything was ever found.
    kinds: Vec<RecoveredKindView>,
}

/// What became of leaks.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecoveredSumsView {
    /// How many were ever found.
    count: usize,
    /// What those that stand come to, muted and approved ones included.
    standing: Amount,
    /// What of that was muted.
    muted: Amount,
    /// What was approved, whether it stands or not.
    approved: Amount,
    /// What of that stands on issued invoices, before tax.
    invoiced: Amount,
    /// What of that is settled: of each invoice the part that its own balance says.
    collected: Amount,
}

/// What became of the leaks of a kind.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RecoveredKindView {
    /// The kind.
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// What became of them.
    sums: RecoveredSumsView,
}

impl RecoveredSumsView {
    fn new(of: RecoveredKind, currency: Currency) -> Self {
        let money = |minor| Amount(Money::new(minor, currency));
        Self {
            count: of.count,
            standing: money(of.standing_minor),
            muted: money(of.muted_minor),
            approved: money(of.approved_minor),
            invoiced: money(of.invoiced_minor),
            collected: money(of.collected_minor),
        }
    }
}

impl RecoveredLeaksView {
    fn new(of: &Recovered) -> Self {
        let kinds = of.kinds.iter().map(|(kind, sums)| RecoveredKindView {
            kind: kind.as_str(),
            sums: RecoveredSumsView::new(*sums, of.currency),
        });
        Self {
            currency: of.currency.to_string(),
            as_of: of.as_of.to_string(),
            total: RecoveredSumsView::new(of.total, of.currency),
            kinds: kinds.collect(),
        }
    }
}

/// What was recovered: of the leaks that were ever found, what was approved, what invoices charge of it,
/// and what came in. Money that may have been charged too much is no part of it.
#[utoipa::path(
    get,
    path = "/api/ai/analytics/revenue-leaks/recovered",
    tag = "Analytics",
    extensions(("x-action" = json!("margins.read"))),
    responses((status = 200, description = "What was recovered.", body = Data<RecoveredLeaksView>)),
)]
pub(crate) async fn recovered_leaks(Caller(ctx): Caller) -> Result<Data<RecoveredLeaksView>> {
    Ok(Data::new(RecoveredLeaksView::new(&leak_cases::recovered(&ctx).await?)))
}
