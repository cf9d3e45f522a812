//! Deliveries of shops and of Stripe, each checked by its signature.

pub(crate) mod shops;
pub(crate) mod stripe;
