//! Tests of the server over its routes.

mod against_recordings;
mod app;
mod batches;
mod books;
mod changes;
mod faults;
mod grants;
mod limits;
mod money;
mod queries;
mod reports;
mod speed;
mod writes;
