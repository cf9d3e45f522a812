//! Which sales qualify, for how many trees, and in which words.

mod conditions;
mod laws;
mod refunds;
mod trees;
