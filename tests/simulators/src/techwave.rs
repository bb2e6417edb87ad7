//! TechWave MSP: one deterministic data set, seen from both systems.
