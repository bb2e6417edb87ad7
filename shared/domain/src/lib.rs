//! Types and rules of the business: ids, money, periods, the canonical records, metrics, matching.
//!
//! Nothing here does I/O, reads a clock or draws a random number, and nothing here knows HTTP or
//! a database. What a figure means is defined in this crate and nowhere else.

pub mod access;
pub mod agreement;
pub mod analysis;
pub mod audit;
pub mod billing;
pub mod books;
pub mod budget;
pub mod canonical;
pub mod client;
pub mod cost_rate;
mod counters;
pub mod desk;
pub mod dunning;
pub mod exchange;
pub mod expense;
pub mod id;
pub mod identity;
pub mod integration;
pub mod invoice;
pub mod job;
pub mod labour;
pub mod leak;
pub mod ledger;
pub mod limit;
pub mod market;
pub mod matching;
pub mod metrics;
pub mod money;
pub mod payment;
pub mod period;
pub mod receivable;
pub mod recommendation;
pub mod recurring;
pub mod rollup;
pub mod secret;
pub mod sequence;
pub mod service;
pub mod sketch;
pub mod sla;
pub mod source;
pub mod standing;
pub mod table;
pub mod tags;
pub mod technician;
pub mod text;
pub mod ticket;
pub mod time_entry;
pub mod usage;
pub mod usage_count;
