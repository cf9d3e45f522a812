//! The rule engine behind functions that its native build and its Wasm build share, so that tests
//! can compare both.

mod cases;
mod webhook;

pub use cases::{Case, evaluate};
pub use webhook::Rules;
