//! The benchmarks, which report figures and ratios without a verdict.

pub mod closing;
pub mod flood;
pub mod load;
pub mod rules;
pub mod same_work;
pub mod served;
pub mod throughput;
