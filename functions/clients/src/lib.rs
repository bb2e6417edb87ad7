//! Clients and what was agreed with them, their profitability, labour cost rates and the books:
//! `/api/clients`, `/api/client-tags`, `/api/services`, `/api/agreements`, `/api/usage-counts`,
//! `/api/cost-rates`, `/api/books`, `/api/technicians`.

mod agreements;
mod archive;
mod books;
mod contacts;
mod cost_rates;
mod create;
mod detail;
mod get;
mod list;
mod notes;
mod profitability;
mod rows;
mod services;
mod sites;
mod tags;
mod technicians;
mod update;
mod usage_counts;
mod view;
mod words;

use clearmargin_web::{Routes, routes};

/// The operations of this area.
pub fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list::list_clients, create::create_client))
        .routes(routes!(get::get_client, update::update_client, archive::archive_client))
        .routes(routes!(archive::restore_client))
        .routes(routes!(tags::list_client_tags))
        .merge(contacts::routes())
        .merge(sites::routes())
        .merge(notes::routes())
        .routes(routes!(profitability::get_client_profitability))
        .routes(routes!(rows::list_profitability_rows))
        .routes(routes!(cost_rates::list_cost_rates, cost_rates::set_cost_rate))
        .routes(routes!(cost_rates::preview::preview_cost_rate))
        .routes(routes!(books::get_books))
        .routes(routes!(books::close_books))
        .routes(routes!(books::reopen_books))
        .merge(services::routes())
        .merge(agreements::routes())
        .merge(usage_counts::routes())
        .routes(routes!(technicians::list_technicians))
}
