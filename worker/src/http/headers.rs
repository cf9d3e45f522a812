//! Names of request headers that the runtime hands to the handlers of webhooks.

/// The header in which Shopify signs.
pub(crate) const SHOPIFY_SIGNATURE: &str = "x-shopify-hmac-sha256";

/// The header in which `WooCommerce` signs.
pub(crate) const WOOCOMMERCE_SIGNATURE: &str = "x-wc-webhook-signature";

/// The header in which `WooCommerce` names the topic. It is not signed.
pub(crate) const WOOCOMMERCE_TOPIC: &str = "x-wc-webhook-topic";

/// The header with the signature.
pub(crate) const STRIPE_SIGNATURE: &str = "stripe-signature";
