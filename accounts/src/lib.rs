//! Creates and checks the values that the Worker and the operator's command line share: ids,
//! tokens, encrypted text, names and mail addresses.

pub mod email;
pub mod encryption;
pub mod invisible;
pub mod name;
mod random;
mod token;

pub use random::{bytes, hash, hash_bytes, hexadecimal, new_id, random};
pub use token::Token;
