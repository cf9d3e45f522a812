//! Shopify: the web pixel in the browser, and the webhooks made in the admin.

pub mod checkout_completed;

pub use checkout_completed::CheckoutCompleted;
