//! The URLs of the demo shop.

/// The page or action that a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The page with the three steps of the demo.
    Landing,
    /// The button that ends the month.
    MonthEnd,
    /// Shopify's thank-you page of this order.
    ShopifyThankYou {
        /// The shop's order id.
        order: u64,
    },
    /// The frame in that page in which custom pixels run.
    ShopifyPixel {
        /// The shop's order id.
        order: u64,
    },
    /// WooCommerce's order-received page.
    OrderReceived {
        /// The shop's order id.
        order: u64,
        /// A SKU that replaces the sample's.
        sku: Option<String>,
    },
    /// The shop has no such page.
    NotFound,
}

/// The order id of the Shopify sample.
pub(crate) const SHOPIFY_SAMPLE_ORDER: u64 = 5_396_439_498_987;
/// The order id of the WooCommerce sample.
pub(crate) const WOOCOMMERCE_SAMPLE_ORDER: u64 = 16;

impl Route {
    /// Reads the request line: the method, and the path with its query.
    #[must_use]
    pub fn read(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let value = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
        };
        let order = value("order").and_then(|order| order.parse().ok());
        let order = order.unwrap_or(SHOPIFY_SAMPLE_ORDER);
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        match (method, segments.as_slice()) {
            ("GET" | "HEAD", []) => Self::Landing,
            ("POST", ["month-end"]) => Self::MonthEnd,
            ("GET" | "HEAD", ["shopify", "thank-you"]) => Self::ShopifyThankYou { order },
            ("GET" | "HEAD", ["shopify", "pixel"]) => Self::ShopifyPixel { order },
            ("GET" | "HEAD", ["woocommerce", "checkout", "order-received", order]) => {
                order.parse().map_or(Self::NotFound, |order| Self::OrderReceived {
                    order,
                    sku: value("sku").map(str::to_owned),
                })
            }
            _ => Self::NotFound,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_has_its_url() {
        assert_eq!(Route::read("GET", "/"), Route::Landing);
        assert_eq!(Route::read("POST", "/month-end"), Route::MonthEnd);
        assert_eq!(
            Route::read("GET", "/shopify/thank-you?order=7"),
            Route::ShopifyThankYou { order: 7 }
        );
        assert_eq!(
            Route::read("GET", "/shopify/pixel"),
            Route::ShopifyPixel { order: SHOPIFY_SAMPLE_ORDER }
        );
        let received = "/woocommerce/checkout/order-received/19/?key=wc_order_example&sku=MUG-RED";
        let sku = Some("MUG-RED".to_owned());
        assert_eq!(Route::read("GET", received), Route::OrderReceived { order: 19, sku });
    }

    #[test]
    fn other_urls_and_methods_are_not_found() {
        for (method, target) in [
            ("GET", "/month-end"),
            ("POST", "/"),
            ("GET", "/woocommerce/checkout/order-received/x/"),
            ("GET", "/favicon.ico"),
        ] {
            assert_eq!(Route::read(method, target), Route::NotFound, "{method} {target}");
        }
    }
}
