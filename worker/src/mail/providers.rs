//! The providers that deliver mail.

pub(crate) mod cloudflare;
pub(crate) mod mailbox;
pub(crate) mod resend;
