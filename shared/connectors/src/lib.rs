//! Clients of SuperOps and QuickBooks Online, and their mapping to the canonical model.
