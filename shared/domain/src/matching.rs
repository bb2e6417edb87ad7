//! Whether two names are one client.
