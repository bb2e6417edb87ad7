//! SuperOps and QuickBooks servers that serve one deterministic TechWave data set.
//!
//! This crate shares no code with the product: what it serves is the truth the product is checked
//! against. [`techwave`] makes the data, [`superops`] and [`quickbooks`] serve it over HTTP as the
//! real systems would, and [`faults`] makes them misbehave on demand.

pub mod faults;
pub mod http;
pub mod money;
pub mod quickbooks;
pub mod random;
pub mod start;
pub mod superops;
pub mod techwave;
