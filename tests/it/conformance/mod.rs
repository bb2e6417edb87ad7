//! The document against the running API: every operation without exception, as the document lists
//! them, so that a new one is covered as soon as it is documented.

mod authentication;
mod document;
mod input;
mod policy;
mod tenants;
mod world;
