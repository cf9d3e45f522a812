//! What the Worker and the operator's command line both create and check for a merchant, so that
//! one reads what the other wrote: ids, tokens, encrypted text, names and mail addresses.

pub mod email;
pub mod encryption;
pub mod name;
mod random;
mod token;

pub use random::{bytes, hash, hash_bytes, hexadecimal, new_id, random};
pub use token::Token;
