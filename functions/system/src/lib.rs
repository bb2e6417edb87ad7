//! Health, keys and documentation.
