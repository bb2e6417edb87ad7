//! The function behind the table's stream: sends the messages of committed changes, and counts
//! their deltas in the rollups.

pub use clearmargin_app::outbox::relay;
