//! Ids, hashes, tokens and encryption.

pub(crate) mod api_key;
pub(crate) mod email_hash;
pub(crate) mod encryption_keys;
pub(crate) mod ids;
pub(crate) mod link;
pub(crate) mod signature;

pub(crate) use play_it_green_accounts::{
    Token, bytes, encryption, hash, hexadecimal, new_id, random,
};
