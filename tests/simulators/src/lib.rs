//! SuperOps and QuickBooks servers that serve one deterministic TechWave data set.
