//! Tickets and what the service desk did: `/api/tickets`, `/api/clients/{id}/analytics`.

mod analytics;
mod bulk;
mod comments;
mod edit;
mod get;
mod list;
mod open;
mod rating;
mod remove;
mod routing;
mod sla;
mod steps;
mod templates;
mod texts;
mod time;
mod view;

use clearmargin_web::{Routes, routes};

/// The operations of this area.
pub fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list::list_tickets, open::open_ticket))
        .routes(routes!(get::get_ticket, edit::edit_ticket, remove::remove_ticket))
        .routes(routes!(steps::assign_ticket))
        .routes(routes!(steps::move_ticket))
        .routes(routes!(steps::escalate_ticket))
        .routes(routes!(time::list_ticket_time, time::log_time))
        .routes(routes!(comments::list_comments, comments::add_comment))
        .routes(routes!(comments::list_history))
        .routes(routes!(rating::offer_rating))
        .routes(routes!(rating::rate_ticket))
        .routes(routes!(bulk::list_bulk_changes, bulk::change_tickets))
        .routes(routes!(bulk::get_bulk_change))
        .routes(routes!(templates::list_ticket_templates, templates::add_ticket_template))
        .routes(routes!(
            templates::get_ticket_template,
            templates::replace_ticket_template,
            templates::remove_ticket_template
        ))
        .routes(routes!(routing::list_routing_rules, routing::add_routing_rule))
        .routes(routes!(
            routing::get_routing_rule,
            routing::replace_routing_rule,
            routing::remove_routing_rule
        ))
        .routes(routes!(routing::list_skills))
        .routes(routes!(routing::set_skills))
        .routes(routes!(sla::list_sla_policies, sla::add_sla_policy))
        .routes(routes!(sla::get_sla_policy, sla::replace_sla_policy, sla::remove_sla_policy))
        .routes(routes!(sla::get_sla_monitor))
        .routes(routes!(analytics::get_ticket_volume))
        .routes(routes!(analytics::get_resolution_time))
        .routes(routes!(analytics::get_sla_compliance))
        .routes(routes!(analytics::get_satisfaction))
        .routes(routes!(analytics::get_categories))
        .routes(routes!(analytics::get_technician_performance))
        .routes(routes!(analytics::get_client_analytics))
}
