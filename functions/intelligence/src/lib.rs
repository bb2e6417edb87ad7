//! Analyses over all clients: `/api/ai`.

mod profitability_scores;

use clearmargin_web::{Routes, routes};

/// The operations of this area.
pub fn routes() -> Routes {
    Routes::new().routes(routes!(profitability_scores::list_profitability_scores))
}
