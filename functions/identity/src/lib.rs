//! Registration and sign-in: /api/auth.
