//! Clients, their profitability and labour cost rates: `/api/clients`, `/api/cost-rates`,
//! `/api/technicians`.

mod cost_rates;
mod get;
mod list;
mod profitability;
mod rows;
mod technicians;
mod view;

use clearmargin_web::{Routes, routes};

/// The operations of this area.
pub fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list::list_clients))
        .routes(routes!(get::get_client))
        .routes(routes!(profitability::get_client_profitability))
        .routes(routes!(rows::list_profitability_rows))
        .routes(routes!(cost_rates::list_cost_rates, cost_rates::set_cost_rate))
        .routes(routes!(technicians::list_technicians))
}
