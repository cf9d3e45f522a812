//! Benchmarks: figures and ratios, never a verdict.

pub mod throughput;
