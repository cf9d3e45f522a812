//! Names of request headers that the runtime hands to the handlers of webhooks.

/// The header in which Shopify signs.
pub(crate) const SHOPIFY_SIGNATURE: &str = "x-shopify-hmac-sha256";

/// The header in which `WooCommerce` signs.
pub(crate) const WOOCOMMERCE_SIGNATURE: &str = "x-wc-webhook-signature";

/// The header in which `WooCommerce` names the topic. It is not signed.
pub(crate) const WOOCOMMERCE_TOPIC: &str = "x-wc-webhook-topic";

/// The header in which `WooCommerce` names the address of its site. It is not signed.
pub(crate) const WOOCOMMERCE_SOURCE: &str = "x-wc-webhook-source";

/// The header in which Shopify names the shop, such as `example-mugs.myshopify.com`.
pub(crate) const SHOPIFY_SHOP: &str = "x-shopify-shop-domain";

/// The header with the signature.
pub(crate) const STRIPE_SIGNATURE: &str = "stripe-signature";
