//! What predictions of open invoices share: what they rest on, and why there are none.

use clearmargin_app::analyses::Receivables;
use clearmargin_insight::{
    receipts::{self, NoReceipts, Receipts},
    receivables::FEWEST,
};
use clearmargin_web::schema;
use serde::Serialize;
use utoipa::openapi::Object;

/// What a prediction of open invoices rests on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LearnedView {
    /// How many invoices of the current month and the 24 before it were paid before the day of the analysis.
    invoices: usize,
    /// How many have to be.
    invoices_needed: usize,
    /// How many were left out: nothing is open of them, and it is not known that they were paid, or when.
    left_out: usize,
}

impl LearnedView {
    pub(crate) fn new(result: &receipts::Receivables) -> Self {
        Self { invoices: result.learned, invoices_needed: FEWEST, left_out: result.left_out }
    }
}

/// Why nothing is predicted of open invoices; null if something is.
#[derive(Debug, Clone, Copy, Default, Serialize)]
#[serde(transparent)]
pub(crate) struct NoReceivables(Option<&'static str>);

impl NoReceivables {
    const NAMES: [&'static str; 3] = ["not_analysed", "not_enough_data", "out_of_range"];

    /// What is predicted, or why nothing is.
    pub(crate) fn or_told(receivables: &Receivables) -> Result<&Receipts, Self> {
        let [not_analysed, not_enough, out_of_range] = Self::NAMES;
        let Some(shown) = &receivables.shown else { return Err(Self(Some(not_analysed))) };
        shown.result.outcome.as_ref().map_err(|why| match why {
            NoReceipts::NotEnough { .. } => Self(Some(not_enough)),
            NoReceipts::OutOfRange => Self(Some(out_of_range)),
        })
    }
}

/// One of the reasons, or null.
pub(crate) fn no_receivables() -> Object {
    schema::or_null(schema::one_of(NoReceivables::NAMES))
}
