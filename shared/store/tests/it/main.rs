//! What the store promises, on a real DynamoDB wire protocol: every test has its own table.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::panic, reason = "a test that cannot go on fails")]
#![expect(clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod audit;
mod basis;
mod bench;
mod bucket;
mod changes;
mod commons;
mod corrupt;
mod desk;
mod directory;
mod drift;
mod export;
mod fixtures;
mod isolation;
mod limiter;
mod once;
mod outbox;
mod paging;
mod purge;
mod reads;
mod rollups;
mod sample;
mod throughput;
mod usage;
mod walks;
