//! Benchmarks: figures and ratios, never a verdict.

pub mod rules;
pub mod throughput;
