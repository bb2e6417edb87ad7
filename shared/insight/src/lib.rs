//! Analyses over a tenant snapshot, without any I/O.
//!
//! Same snapshot, same version, same answer. What a figure means is defined in `domain`; here
//! figures are put together, compared and ranked.

pub mod allocation;
pub mod anomalies;
mod beta;
pub mod calendar;
pub mod churn;
pub mod competition;
pub mod demand;
pub mod forecast;
pub mod genome;
pub mod growth;
pub mod leaks;
pub mod market;
pub mod odds;
pub mod pricing;
pub mod profitability;
pub mod quality;
pub mod receipts;
pub mod receivables;
pub mod recommendations;
pub mod revenue;
pub mod services;
pub mod snapshot;
pub mod words;
pub mod workload;
