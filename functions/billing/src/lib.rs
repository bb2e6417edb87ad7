//! Invoices, payments, taxes, budgets and expenses: `/api/invoices`, `/api/payments`,
//! `/api/statements`, `/api/tax-codes`, `/api/analytics`, `/api/budgets`, `/api/expenses`.

mod body;
mod budgets;
mod bulk;
mod credit;
mod draft;
mod dunning;
mod expenses;
mod get;
mod list;
mod outstanding;
mod payments;
mod recurring;
mod revenue;
mod send;
mod statement;
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
        .routes(routes!(bulk::change_invoices))
        .routes(routes!(
            recurring::schedule::get_recurring_schedule,
            recurring::schedule::set_recurring_schedule
        ))
        .routes(routes!(recurring::schedule::get_recurring_run))
        .merge(dunning::routes())
        .routes(routes!(steps::issue_invoice))
        .routes(routes!(steps::void_invoice))
        .routes(routes!(send::send_invoice))
        .routes(routes!(payments::pay_invoice))
        .routes(routes!(payments::write_off_invoice))
        .routes(routes!(credit::apply_credit_memo))
        .routes(routes!(payments::list_payments))
        .routes(routes!(payments::get_payment))
        .routes(routes!(credit::refund_payment))
        .routes(routes!(credit::apply_payment))
        .routes(routes!(outstanding::outstanding_payments))
        .routes(routes!(statement::client_statement))
        .routes(routes!(revenue::trends::revenue_trends))
        .routes(routes!(revenue::forecast::revenue_forecasting))
        .routes(routes!(revenue::recurring::recurring_revenue))
        .routes(routes!(revenue::outstanding_days::days_sales_outstanding))
        .routes(routes!(revenue::payment_status::payment_status))
        .routes(routes!(revenue::payment_methods::payment_methods))
        .routes(routes!(revenue::billing_efficiency::billing_efficiency))
        .routes(routes!(taxes::list_tax_codes, taxes::create_tax_code))
        .routes(routes!(taxes::get_tax_code, taxes::update_tax_code))
        .merge(budgets::routes())
        .merge(expenses::routes())
}
