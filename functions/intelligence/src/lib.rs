//! Analyses over all clients: `/api/ai`.

mod analysis;
mod anomalies;
mod budget_division;
mod cash;
mod churn;
mod competitive;
mod demand;
mod genome;
mod growth;
mod late_payments;
mod leak_cases;
mod market;
mod overview;
mod predictions;
mod pricing;
mod profitability_scores;
mod quality;
mod receivables;
mod recommendations;
mod revenue_leaks;
mod scenario;
mod service_optimization;
mod summary;

use clearmargin_web::{Routes, routes};

/// The operations of this area.
pub fn routes() -> Routes {
    Routes::new()
        .routes(routes!(profitability_scores::list_profitability_scores))
        .routes(routes!(analysis::run_analysis))
        .routes(routes!(analysis::analysis_status))
        .routes(routes!(analysis::cancel_analysis))
        .routes(routes!(analysis::list_analyses))
        .routes(routes!(quality::model_quality))
        .routes(routes!(predictions::predict_revenue))
        .routes(routes!(scenario::predict_scenario))
        .routes(routes!(genome::profitability_genome))
        .routes(routes!(demand::predict_demand))
        .routes(routes!(cash::predict_cash))
        .routes(routes!(late_payments::predict_late_payments))
        .routes(routes!(revenue_leaks::list_revenue_leaks))
        .routes(routes!(leak_cases::list_leak_cases))
        .routes(routes!(leak_cases::get_leak_case))
        .routes(routes!(leak_cases::charge_leak))
        .routes(routes!(leak_cases::decisions::decide_leaks))
        .routes(routes!(leak_cases::recovered::recovered_leaks))
        .routes(routes!(churn::predict_churn))
        .routes(routes!(budget_division::divide_budget))
        .routes(routes!(pricing::agreement_pricing))
        .routes(routes!(growth::predict_growth))
        .routes(routes!(recommendations::list_recommendations))
        .routes(routes!(recommendations::decide::accept_recommendation))
        .routes(routes!(recommendations::decide::dismiss_recommendation))
        .routes(routes!(competitive::competitive_insights))
        .routes(routes!(
            competitive::quotes::list_competitor_quotes,
            competitive::quotes::record_competitor_quote
        ))
        .routes(routes!(competitive::quotes::remove_competitor_quote))
        .routes(routes!(market::market_insights))
        .routes(routes!(market::set_market_participation))
        .routes(routes!(market::course::predict_market))
        .routes(routes!(anomalies::list_anomalies))
        .routes(routes!(overview::analytics_overview))
        .routes(routes!(summary::analytics_summary))
        .routes(routes!(summary::set_summary_settings))
        .routes(routes!(service_optimization::service_optimization))
}
