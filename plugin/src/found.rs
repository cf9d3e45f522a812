//! What the page found, turned into the canonical sale by the adapter of its platform.

use order_events::Sale;
use serde::Deserialize;
use shop_adapters::{AdapterError, shopify, woocommerce};

/// What the page found.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Found {
    /// The canonical sale, from the shop's own code.
    Sale(Sale),
    /// What Shopify's `checkout_completed` event carries.
    Shopify(shopify::CheckoutCompleted),
    /// The data island on `WooCommerce`'s order-received page.
    Woocommerce(woocommerce::Island),
}

impl Found {
    /// The sale, without the personal data that a platform may have handed over.
    pub(crate) fn into_sale(self) -> Result<Sale, AdapterError> {
        match self {
            Self::Sale(sale) => Ok(sale),
            Self::Shopify(event) => shopify::checkout_completed::sale(event),
            Self::Woocommerce(island) => woocommerce::island::sale(island),
        }
    }
}
