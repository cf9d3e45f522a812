//! Decides who calls, by API key, session or sign-in link, and what the caller may reach.

pub(crate) mod asking_browser;
pub(crate) mod authority;
pub(crate) mod connection_codes;
pub(crate) mod key_cache;
pub(crate) mod key_rotation;
pub(crate) mod keys;
pub(crate) mod opened_link;
pub(crate) mod operator;
pub(crate) mod owned;
pub(crate) mod permitted;
pub(crate) mod same_origin;
pub(crate) mod scope;
#[cfg(test)]
mod security_pages;
pub(crate) mod session;
pub(crate) mod sign_in;
pub(crate) mod sign_in_by_mail;
