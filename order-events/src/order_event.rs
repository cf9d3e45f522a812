//! The order event that the plugin posts.

use serde::{Deserialize, Serialize};

use crate::Sale;

/// A sale, and the key of the shop that made it, unless a header holds the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OrderEvent {
    /// The publishable key of the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The sale.
    pub sale: Sale,
}
