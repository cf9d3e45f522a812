//! What the page found, turned into the canonical sale by the adapter of its platform.

use order_events::Sale;
use serde::Deserialize;
use shop_adapters::AdapterError;
#[cfg(feature = "shopify")]
use shop_adapters::shopify;
#[cfg(feature = "woocommerce")]
use shop_adapters::woocommerce;

/// What the page found. A shop has one platform, and pays for the adapter of that one only.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Found {
    /// The canonical sale, from the shop's own code.
    #[cfg(feature = "sale")]
    Sale(Sale),
    /// What Shopify's `checkout_completed` event carries.
    #[cfg(feature = "shopify")]
    Shopify(shopify::CheckoutCompleted),
    /// The data island on `WooCommerce`'s order-received page.
    #[cfg(feature = "woocommerce")]
    Woocommerce(woocommerce::Island),
}
impl Found {
    /// The sale, without the personal data that a platform may have handed over.
    pub(crate) fn into_sale(self) -> Result<Sale, AdapterError> {
        match self {
            #[cfg(feature = "sale")]
            Self::Sale(sale) => Ok(sale),
            #[cfg(feature = "shopify")]
            Self::Shopify(event) => shopify::checkout_completed::sale(event),
            #[cfg(feature = "woocommerce")]
            Self::Woocommerce(island) => woocommerce::island::sale(island),
        }
    }
}
