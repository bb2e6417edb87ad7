//! What happens on schedule: incremental runs, waking stalled ones, the nightly drift check.
