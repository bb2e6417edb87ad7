//! Use cases: authorise, load, decide, save.
//!
//! A use case is a free function on a [`Ctx`]: `clients::get(&ctx, id)`. Its first line asks whether
//! the caller may; HTTP handlers and workers call the same function. Rules live in `domain`,
//! layouts in `store`; nothing here knows HTTP, Lambda, the environment or the clock.

pub mod agreements;
pub mod analyses;
pub mod api_keys;
pub mod audit;
pub mod books;
pub mod budgets;
pub mod clients;
pub mod cost_rates;
pub mod desk;
pub mod dunning;
pub mod expenses;
pub mod health;
pub mod identity;
pub mod integrations;
pub mod invitations;
pub mod invoices;
pub mod jobs;
pub mod keys;
pub mod leak_cases;
pub mod market;
pub mod matching;
mod months;
pub mod organizations;
pub mod outbox;
pub mod profitability;
pub mod receivables;
pub mod recommendations;
pub mod recurring;
pub mod revenue;
pub mod routing;
pub mod schedule;
pub mod services;
pub mod statement;
pub mod sync;
pub mod tax_codes;
pub mod throttle;
pub mod tickets;
pub mod usage;
pub mod usage_counts;
pub mod users;

mod credentials;
mod recost;

mod ctx;
mod error;
mod http;
mod mail;
mod ports;
mod precondition;
mod sorted;
mod tables;
mod tries;

pub use clearmargin_insight::words::Template;
pub use ctx::{App, Ctx, Idempotency, Upstreams, Visit};
pub use error::{Error, FieldError};
pub use http::Http;
pub use ports::{
    Archive, ArchiveError, Clock, Entropy, Mail, MailError, Mailer, Queue, QueueError,
    RephraseError, Rephraser, Vault, VaultError,
};
pub use precondition::Precondition;
