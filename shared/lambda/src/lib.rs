//! The only crate that knows Lambda, the environment and the clock.
