//! The one table: keys, repositories, cursors, outbox and rollups.
