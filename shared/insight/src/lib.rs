//! Analyses over a tenant snapshot, without any I/O.
