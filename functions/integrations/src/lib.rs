//! Connections to source systems and their runs: /api/integrations.
