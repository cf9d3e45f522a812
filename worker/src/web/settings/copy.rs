//! Words for what the API writes as codes.

use platforms::Loader;

use crate::auth::scope::Scope;

/// The description of a scope.
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

/// The scopes of a key, in a few words.
pub(crate) fn scopes(scopes: &[Scope]) -> String {
    if scopes == Scope::OF_MERCHANT {
        return "everything".to_owned();
    }
    scopes.iter().map(|one| scope(*one)).collect::<Vec<_>>().join(", ")
}

/// The name of a platform.
pub(crate) fn platform(code: &str) -> &str {
    platforms::find(code).map_or(code, |platform| platform.name)
}

/// The loader that finds the sale on pages of a platform, in the folder `/plugin`.
pub(super) fn loader(platform: &str) -> &'static str {
    platforms::find(platform).map_or(Loader::Island, |found| found.loader).file_for_pages()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use order_events::Platform;
    use platforms::PLATFORMS;

    use super::*;

    #[test]
    fn every_platform_is_called_by_its_code() {
        let codes = PLATFORMS.map(|platform| format!("\"{}\"", platform.code));
        let platforms = codes.map(|code| serde_json::from_str::<Platform>(&code).unwrap());
        assert_eq!(BTreeSet::from(platforms).len(), PLATFORMS.len());
    }

    #[test]
    fn a_key_that_may_do_everything_says_so() {
        assert_eq!(scopes(&Scope::OF_MERCHANT), "everything");
        assert_eq!(scopes(&[Scope::OrdersRead, Scope::KeysRead]), "see orders, see keys");
    }
}
