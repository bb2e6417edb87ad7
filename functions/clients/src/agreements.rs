//! `/api/agreements`: what was agreed with clients.

mod allowance;
mod assign;
mod create;
mod end;
mod get;
mod lines;
mod list;
mod sold;
mod terms;
mod update;
mod view;

use clearmargin_web::{Routes, routes};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list::list_agreements, create::create_agreement))
        .routes(routes!(get::get_agreement, update::update_agreement, end::end_agreement))
        .routes(routes!(lines::add_agreement_line))
        .routes(routes!(
            lines::get_agreement_line,
            lines::update_agreement_line,
            lines::end_agreement_line
        ))
        .routes(routes!(allowance::get_agreement_allowance))
        .routes(routes!(assign::assign_service))
        .routes(routes!(sold::list_client_services))
}
