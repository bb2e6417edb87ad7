//! Types and rules of the business, without any I/O.
