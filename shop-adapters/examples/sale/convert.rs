//! Converts a payload of any platform to the sale.

use order_events::{Sale, Timestamp};
use serde::de::DeserializeOwned;
use shop_adapters::{
    AdapterError, bigcommerce, ga4, json, magento, shopify, squarespace, wix, woocommerce,
};

/// Returns the sale of a payload. A payload without a time gets the time `at`, when it was
/// received. `None` if there is no such command.
pub(crate) fn sale(
    platform: &str,
    what: &str,
    payload: &[u8],
    at: Timestamp,
) -> Option<Result<Sale, String>> {
    Some(match (platform, what) {
        ("shopify", "checkout_completed") => convert(payload, shopify::checkout_completed::sale),
        ("shopify", "order") => convert(payload, shopify::order::sale),
        ("shopify", "refund") => convert(payload, shopify::refund::sale),
        ("woocommerce", "order") => convert(payload, woocommerce::order::sale),
        ("woocommerce", "island") => convert(payload, woocommerce::island::sale),
        ("ga4", "purchase") => convert(payload, |entry| ga4::purchase::sale(entry, at)),
        ("bigcommerce", "order") => convert(payload, |order| bigcommerce::order::sale(order, at)),
        ("magento", "purchase") => {
            convert(payload, |purchase| magento::purchase::sale(purchase, at))
        }
        ("wix", "purchase") => convert(payload, |purchase| wix::purchase::sale(purchase, at)),
        ("squarespace", "order") => convert(payload, |order| squarespace::order::sale(order, at)),
        _ => return None,
    })
}

fn convert<P: DeserializeOwned>(
    payload: &[u8],
    sale: impl FnOnce(P) -> Result<Sale, AdapterError>,
) -> Result<Sale, String> {
    let payload = json::read(payload).map_err(|error| error.to_string())?;
    sale(payload).map_err(|error| error.to_string())
}
