//! What a storefront's page holds of a sale, on any platform. The features of the same names say which
//! platforms it knows: a shop has one, and its buyers download the adapter of that one only.

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

/// One field, which is called like the platform.
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
    /// What Shopify's `checkout_completed` event carries.
    #[cfg(feature = "shopify")]
    Shopify(shopify::CheckoutCompleted),
    /// The data island on `WooCommerce`'s order-received page.
    #[cfg(feature = "woocommerce")]
    Woocommerce(woocommerce::Island),
}

/// An order that does not say when it was made, and the page's own time.
#[cfg(feature = "bigcommerce")]
#[derive(Deserialize)]
pub struct SeenOrder {
    at: String,
    order: bigcommerce::Order,
}

/// An entry that does not say when the sale was made, and the page's own time.
#[cfg(feature = "ga4")]
#[derive(Deserialize)]
pub struct SeenEntry {
    at: String,
    entry: ga4::Purchase,
}

impl Found {
    /// The sale, without the personal data that a platform may have handed over.
    ///
    /// # Errors
    /// What the platform's adapter refuses.
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
