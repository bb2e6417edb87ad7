//! Analyses over all clients: /api/ai.
