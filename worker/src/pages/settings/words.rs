//! Words for what the API writes as codes.

use crate::access::scope::Scope;

/// Every platform with its own name, the ones that most shops have first.
pub(crate) const PLATFORMS: [(&str, &str); 8] = [
    ("shopify", "Shopify"),
    ("woocommerce", "WooCommerce"),
    ("wix", "Wix"),
    ("squarespace", "Squarespace"),
    ("bigcommerce", "BigCommerce"),
    ("magento", "Magento or Adobe Commerce"),
    ("ga4", "Any shop with Google Analytics 4"),
    ("custom", "My own shop system"),
];

/// What a scope lets a key do.
pub(crate) fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::CampaignsRead => "see campaigns",
        Scope::CampaignsWrite => "change campaigns",
        Scope::KeysRead => "see keys",
        Scope::KeysWrite => "make and revoke keys",
        Scope::OrdersRead => "see orders",
        Scope::OrdersWrite => "post order events",
        Scope::PurchaseOrdersRead => "see purchase orders and pay links",
        Scope::ShopsRead => "see shops",
        Scope::ShopsWrite => "change shops",
        Scope::PaymentsWrite => "record payments",
    }
}

/// What a key may do, in a few words.
pub(crate) fn scopes(scopes: &[Scope]) -> String {
    if scopes == Scope::OF_MERCHANT {
        return "everything".to_owned();
    }
    scopes.iter().map(|one| scope(*one)).collect::<Vec<_>>().join(", ")
}

/// The name of a platform.
pub(crate) fn platform(code: &str) -> &str {
    PLATFORMS.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
}

/// The loader that finds the sale on pages of a platform, in the folder `/plugin`.
pub(super) fn loader(platform: &str) -> &'static str {
    match platform {
        "bigcommerce" => "loader-bigcommerce.js",
        "ga4" => "loader-ga4.js",
        _ => "loader.js",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use order_events::Platform;

    use super::*;

    #[test]
    fn every_platform_is_called_by_its_code() {
        let codes = PLATFORMS.map(|(code, _)| format!("\"{code}\""));
        let platforms = codes.map(|code| serde_json::from_str::<Platform>(&code).unwrap());
        assert_eq!(BTreeSet::from(platforms).len(), PLATFORMS.len());
    }

    #[test]
    fn a_key_that_may_do_everything_says_so() {
        assert_eq!(scopes(&Scope::OF_MERCHANT), "everything");
        assert_eq!(scopes(&[Scope::OrdersRead, Scope::KeysRead]), "see orders, see keys");
    }
}
