//! The data of a sale on a storefront's page, on any platform. Cargo features of the same names
//! select the platforms: a shop has one, and its buyers download only that adapter.

use order_events::Sale;
use serde::Deserialize;

use crate::AdapterError;
#[cfg(any(feature = "bigcommerce", feature = "ga4"))]
use crate::Field;
#[cfg(feature = "bigcommerce")]
use crate::bigcommerce;
#[cfg(feature = "ga4")]
use crate::ga4;
#[cfg(feature = "shopify")]
use crate::shopify;
#[cfg(feature = "woocommerce")]
use crate::woocommerce;

/// One field, named after the platform.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one at a time, and it is taken apart at once"
)]
pub enum Found {
    /// The order that `BigCommerce`'s confirmation page fetches.
    #[cfg(feature = "bigcommerce")]
    Bigcommerce(SeenOrder),
    /// An entry of the data layer.
    #[cfg(feature = "ga4")]
    Ga4(SeenEntry),
    /// The canonical sale, from the shop's own code.
    #[cfg(feature = "sale")]
    Sale(Sale),
    /// Shopify's `checkout_completed` event.
    #[cfg(feature = "shopify")]
    Shopify(shopify::CheckoutCompleted),
    /// The data island on `WooCommerce`'s order-received page.
    #[cfg(feature = "woocommerce")]
    Woocommerce(woocommerce::Island),
}

/// An order without a time, and the page's own time.
#[cfg(feature = "bigcommerce")]
#[derive(Deserialize)]
pub struct SeenOrder {
    at: String,
    order: bigcommerce::Order,
}

/// A data layer entry without a time, and the page's own time.
#[cfg(feature = "ga4")]
#[derive(Deserialize)]
pub struct SeenEntry {
    at: String,
    entry: ga4::Purchase,
}

impl Found {
    /// Returns the sale, without the personal data that a platform may have added.
    ///
    /// # Errors
    /// The payload is one that the platform's adapter rejects.
    pub fn into_sale(self) -> Result<Sale, AdapterError> {
        match self {
            #[cfg(feature = "bigcommerce")]
            Self::Bigcommerce(SeenOrder { at, order }) => {
                bigcommerce::order::sale(order, Field::at("at").timestamp(&at)?)
            }
            #[cfg(feature = "ga4")]
            Self::Ga4(SeenEntry { at, entry }) => {
                ga4::purchase::sale(entry, Field::at("at").timestamp(&at)?)
            }
            #[cfg(feature = "sale")]
            Self::Sale(sale) => Ok(sale),
            #[cfg(feature = "shopify")]
            Self::Shopify(event) => shopify::checkout_completed::sale(event),
            #[cfg(feature = "woocommerce")]
            Self::Woocommerce(island) => woocommerce::island::sale(island),
        }
    }
}
