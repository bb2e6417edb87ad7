//! The table stream: rollups and outbox.
