//! A leak with its proof.

use clearmargin_app::analyses::LeaksPage;
use clearmargin_domain::leak::Bearing;
use clearmargin_insight::leaks::{Evidence, Leak, Ledger, RecordKind};
use clearmargin_web::{Amount, Ratio, schema};
use serde::Serialize;

use super::{found_standing, kind};
use crate::predictions::MonthAmountView;

/// A leak.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RevenueLeakView {
    /// By what it is known from one analysis to the next, and decided about.
    #[schema(example = "lek_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// Names it in every analysis, whatever it comes to by then.
    #[schema(
        example = "line_not_invoiced/cli_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C/agl_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C"
    )]
    key: String,
    /// What kind.
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// `recoverable`, or `over_billing`: to be looked at, and never added to what is recoverable.
    #[schema(value_type = String, example = "recoverable")]
    bearing: Bearing,
    /// Whose.
    client_id: String,
    /// The client's name.
    name: String,
    /// How it stands.
    #[schema(schema_with = found_standing)]
    state: &'static str,
    /// Who takes care of it; null if nobody does.
    owner_id: Option<String>,
    /// The agreement, if it is of one.
    agreement_id: Option<String>,
    /// The catalogue entry, if it is of one.
    service_id: Option<String>,
    /// The rule in words, with its figures.
    rule: String,
    /// The first day that it is of, within the months that were judged.
    #[schema(format = Date, example = "2026-01-01")]
    first_seen: String,
    /// All of it.
    total: Amount,
    /// What it comes to in each month; together the total.
    months: Vec<MonthAmountView>,
    /// How sure it is.
    confidence: LeakConfidenceView,
    /// The records that it follows from, ledger by ledger.
    evidence: Vec<LeakEvidenceView>,
}

/// How sure a leak is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LeakConfidenceView {
    /// From 0 to 100: 100 less what each doubt takes off. Set by judgement and not measured.
    #[schema(example = 90)]
    percent: u8,
    /// The doubts, each with what it takes off.
    doubts: Vec<String>,
}

/// A record that a leak follows from, and what it says.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeakEvidenceView {
    /// What the record is part of: `contract`, `usage`, `desk`, `books`, `payments`, `time`, `vendor` or
    /// `catalogue`.
    #[schema(value_type = String, example = "contract")]
    ledger: Ledger,
    /// The system that it was read from; null for what was made here, or where it does not matter.
    source: Option<String>,
    /// What kind of record, such as `agreement_line` or `document`.
    #[schema(value_type = String, example = "agreement_line")]
    record: RecordKind,
    /// Its id. A line of a document or purchase is named behind it, by its number.
    id: String,
    /// The day that it is of.
    #[schema(schema_with = schema::day_or_null)]
    day: Option<String>,
    /// How many.
    quantity: Option<Ratio>,
    /// The price or cost of one.
    unit_price: Option<Amount>,
    /// What it comes to.
    amount: Option<Amount>,
    /// What it says.
    says: String,
}

impl LeakEvidenceView {
    fn new(row: &Evidence) -> Self {
        Self {
            ledger: row.ledger,
            source: row.source.map(|source| source.to_string()),
            record: row.record,
            id: row.id.clone(),
            day: row.day.map(|day| day.to_string()),
            quantity: row.quantity.map(Ratio),
            unit_price: row.unit_price.map(Amount),
            amount: row.amount.map(Amount),
            says: row.says.clone(),
        }
    }
}

impl RevenueLeakView {
    pub(super) fn new(leak: &Leak, of: &LeaksPage) -> Self {
        let months =
            leak.months.iter().map(|(month, amount)| MonthAmountView::new(*month, *amount));
        Self {
            id: of.id(leak).to_string(),
            key: leak.key.clone(),
            kind: leak.kind.as_str(),
            bearing: leak.bearing,
            client_id: leak.client.to_string(),
            name: of.all.name(leak.client),
            state: of.standing(leak).as_str(),
            owner_id: of.owner(leak).map(|owner| owner.to_string()),
            agreement_id: leak.agreement.map(|id| id.to_string()),
            service_id: leak.service.map(|id| id.to_string()),
            rule: leak.rule.clone(),
            first_seen: leak.first_seen.to_string(),
            total: Amount(leak.total),
            months: months.collect(),
            confidence: LeakConfidenceView {
                percent: leak.confidence.percent,
                doubts: leak.confidence.doubts.clone(),
            },
            evidence: leak.evidence.iter().map(LeakEvidenceView::new).collect(),
        }
    }
}
