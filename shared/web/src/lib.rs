//! The HTTP edge that every API function shares.
