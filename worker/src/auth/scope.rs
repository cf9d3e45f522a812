//! The scopes of keys, and each of them as a type that a handler can require.

use serde::{Deserialize, Serialize};

use crate::domain::states::KeyKind;

/// One thing that a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) enum Scope {
    /// See campaigns, and try them on sales.
    #[serde(rename = "campaigns:read")]
    CampaignsRead,
    /// Make, change and delete campaigns.
    #[serde(rename = "campaigns:write")]
    CampaignsWrite,
    /// See keys, never their text.
    #[serde(rename = "keys:read")]
    KeysRead,
    /// Make, change, rotate and revoke keys.
    #[serde(rename = "keys:write")]
    KeysWrite,
    /// See orders.
    #[serde(rename = "orders:read")]
    OrdersRead,
    /// Post order events and order trees.
    #[serde(rename = "orders:write")]
    OrdersWrite,
    /// Record payments that were made by other means than a card. Only the operator's keys have it.
    #[serde(rename = "payments:write")]
    PaymentsWrite,
    /// See purchase orders, their lines and pay links.
    #[serde(rename = "purchase_orders:read")]
    PurchaseOrdersRead,
    /// See shops.
    #[serde(rename = "shops:read")]
    ShopsRead,
    /// Make, change and delete shops.
    #[serde(rename = "shops:write")]
    ShopsWrite,
}

impl Scope {
    /// All that a merchant's own keys may do, in the order of the names. The debtor
    /// does not say that it has come.
    pub(crate) const OF_MERCHANT: [Self; 9] = [
        Self::CampaignsRead,
        Self::CampaignsWrite,
        Self::KeysRead,
        Self::KeysWrite,
        Self::OrdersRead,
        Self::OrdersWrite,
        Self::PurchaseOrdersRead,
        Self::ShopsRead,
        Self::ShopsWrite,
    ];

    /// The scopes of a publishable key, which anybody can read in a storefront.
    pub(crate) const PUBLISHABLE: [Self; 2] = [Self::CampaignsRead, Self::OrdersWrite];

    /// Returns the scopes of a key: `stored` is a JSON array, or `None` for all scopes of its kind.
    /// Stored scopes that are not known count for nothing.
    pub(crate) fn of_key(kind: KeyKind, stored: Option<&str>) -> Vec<Self> {
        match (kind, stored) {
            (KeyKind::Publishable, _) => Self::PUBLISHABLE.to_vec(),
            (KeyKind::Secret, None) => Self::OF_MERCHANT.to_vec(),
            (KeyKind::Secret, Some(scopes)) => serde_json::from_str(scopes).unwrap_or_default(),
        }
    }

    /// The scope as it is written in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::CampaignsRead => "campaigns:read",
            Self::CampaignsWrite => "campaigns:write",
            Self::KeysRead => "keys:read",
            Self::KeysWrite => "keys:write",
            Self::OrdersRead => "orders:read",
            Self::OrdersWrite => "orders:write",
            Self::PaymentsWrite => "payments:write",
            Self::PurchaseOrdersRead => "purchase_orders:read",
            Self::ShopsRead => "shops:read",
            Self::ShopsWrite => "shops:write",
        }
    }
}

/// A scope as a type: `Permitted<ShopsRead>` in a handler's arguments is the check.
pub(crate) trait Permission {
    /// The required scope.
    const SCOPE: Scope;
    /// True if a publishable key may not do it, though it has the scope.
    const SECRET_ONLY: bool = false;
    /// `true` if test keys may not do it, because it shows or changes live data.
    const LIVE_ONLY: bool = false;
}

macro_rules! permissions {
    ($is_live_only:literal: $($name:ident)*) => {$(
        #[doc = concat!("[`Scope::", stringify!($name), "`] as a type.")]
        pub(crate) struct $name;
        impl Permission for $name {
            const SCOPE: Scope = Scope::$name;
            const LIVE_ONLY: bool = $is_live_only;
        }
    )*};
}

// Test keys need campaigns and shops to run tests, and handlers show them test keys and orders
// only.
permissions! { false: CampaignsRead KeysRead KeysWrite OrdersRead ShopsRead }
permissions! { true: CampaignsWrite PurchaseOrdersRead ShopsWrite PaymentsWrite }

/// To read the state of a shop's webhook, which confirms live sales.
pub(crate) struct WebhookRead;

impl Permission for WebhookRead {
    const SCOPE: Scope = Scope::ShopsRead;
    const LIVE_ONLY: bool = true;
}

/// To compare the live sales of a shop with its own list of them.
pub(crate) struct SalesRead;

impl Permission for SalesRead {
    const SCOPE: Scope = Scope::OrdersRead;
    const LIVE_ONLY: bool = true;
}

/// To try a campaign on sales. A storefront that could would be a way to make the Worker work.
pub(crate) struct CampaignsTry;

impl Permission for CampaignsTry {
    const SCOPE: Scope = Scope::CampaignsRead;
    const SECRET_ONLY: bool = true;
}

/// To order trees by name, which a storefront must never do.
pub(crate) struct TreesBuy;

impl Permission for TreesBuy {
    const SCOPE: Scope = Scope::OrdersWrite;
    const SECRET_ONLY: bool = true;
}

/// To settle what is not certain of a sale, which a storefront must never do.
pub(crate) struct SalesSettle;

impl Permission for SalesSettle {
    const SCOPE: Scope = Scope::OrdersWrite;
    const SECRET_ONLY: bool = true;
    const LIVE_ONLY: bool = true;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_written_as_it_is_named() {
        for scope in Scope::OF_MERCHANT.into_iter().chain([Scope::PaymentsWrite]) {
            assert_eq!(serde_json::to_string(&scope).unwrap(), format!("\"{}\"", scope.name()));
        }
    }
}
