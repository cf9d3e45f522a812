//! The rule engine behind functions that its native build and its Wasm build both have, so that
//! both can be asked the same.

mod cases;
mod webhook;

pub use cases::{Case, evaluate};
pub use webhook::Rules;
