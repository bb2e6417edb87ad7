//! Invoices, payments, taxes and budgets: `/api/invoices`, `/api/payments`, `/api/tax-codes`,
//! `/api/analytics`, `/api/budgets`.

mod body;
mod budgets;
mod draft;
mod get;
mod list;
mod outstanding;
mod payments;
mod recurring;
mod revenue;
mod steps;
mod taxes;
mod view;

use clearmargin_web::{Routes, routes};

/// The operations of this area.
pub fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list::list_invoices, draft::create_invoice))
        .routes(routes!(get::get_invoice, draft::update_invoice, draft::remove_invoice))
        .routes(routes!(recurring::preview_recurring, recurring::generate_recurring))
        .routes(routes!(steps::issue_invoice))
        .routes(routes!(steps::void_invoice))
        .routes(routes!(payments::pay_invoice))
        .routes(routes!(payments::write_off_invoice))
        .routes(routes!(payments::list_payments))
        .routes(routes!(outstanding::outstanding_payments))
        .routes(routes!(revenue::trends::revenue_trends))
        .routes(routes!(revenue::recurring::recurring_revenue))
        .routes(routes!(revenue::outstanding_days::days_sales_outstanding))
        .routes(routes!(taxes::list_tax_codes, taxes::create_tax_code))
        .routes(routes!(taxes::get_tax_code, taxes::update_tax_code))
        .merge(budgets::routes())
}
