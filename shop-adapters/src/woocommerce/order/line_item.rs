//! A line of an order, with the fields that plugins add to it.

use order_events::Currency;
use serde::Deserialize;

use super::Meta;
use crate::items::{Item, Items};
use crate::{decimal, text};

/// Meta data fields of a line by which plugins name the bundle that contains it.
const BUNDLE_KEYS: [&str; 7] = [
    "_bundled_by",
    "_composite_parent",
    "_mnm_container",
    "_woosb_parent_id",
    "_wooco_parent_id",
    "_asnp_wepb_parent_id",
    "_chained_product_of",
];

/// The meta data field of a line by which a balance names the order of its deposit.
const DEPOSIT_KEY: &str = "_original_order_id";

/// A product of the order.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct LineItem {
    name: String,
    product_id: String,
    variation_id: String,
    quantity: String,
    total: String,
    sku: String,
    /// The line of the bundle that contains this one, by Product Bundles.
    bundled_by: String,
    /// The line of the bundle that contains this one, by Composite Products.
    composite_parent: String,
    meta_data: Vec<Meta>,
    /// Returned units, which our `WordPress` plugin adds.
    refunded: String,
    /// The categories of the product, which our `WordPress` plugin adds.
    collections: Vec<String>,
    /// True if it is a part of a bundle, which our `WordPress` plugin adds.
    bundled: bool,
}

impl LineItem {
    #[cfg(feature = "json")]
    pub(super) fn has_returned_units(&self) -> bool {
        text::known(&self.refunded).is_some()
    }

    pub(super) fn is_balance_of_deposit(&self) -> bool {
        self.meta(DEPOSIT_KEY)
    }

    /// Returns true if this meta data field names a line or an order.
    fn meta(&self, key: &str) -> bool {
        self.meta_data.iter().any(|meta| meta.key == key && text::id(&meta.value).is_some())
    }

    pub(super) fn add(self, items: &mut Items, currency: Currency) {
        let is_bundled = self.bundled
            || [&self.bundled_by, &self.composite_parent]
                .into_iter()
                .any(|bundle| text::id(bundle).is_some())
            || BUNDLE_KEYS.iter().any(|key| self.meta(key));
        items.add(Item {
            product: &self.product_id,
            variant: &self.variation_id,
            sku: &self.sku,
            title: &self.name,
            quantity: &self.quantity,
            returned: &self.refunded,
            total: decimal::amount(&self.total, currency),
            collections: self.collections,
            is_bundled,
        });
    }
}
