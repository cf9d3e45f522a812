//! One item of a purchase, under the names of GA4 (`item_id`) or of its predecessor (`id`).

use order_events::Currency;
use serde::Deserialize;

use crate::decimal::{self, Quantity};
use crate::items::{Item, Items};
use crate::text;

/// An item of the data layer.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct DataLayerItem {
    pub(super) coupon: String,
    pub(super) currency: String,
    item_id: String,
    id: String,
    item_name: String,
    name: String,
    item_variant: String,
    variant: String,
    price: String,
    quantity: String,
    item_category: String,
    item_category2: String,
    item_category3: String,
    item_category4: String,
    item_category5: String,
    category: String,
}

/// Adds the line of an item. GA4 has one id per item, which is the product's id in some shops and
/// the SKU in others; the line uses it as both. `price` is after discounts. A missing quantity is
/// 1, by Google's definition.
pub(super) fn add(item: DataLayerItem, items: &mut Items, currency: Currency) {
    let id = either(&item.item_id, &item.id);
    let price = decimal::amount(&item.price, currency);
    items.add(Item {
        product: id,
        variant: either(&item.item_variant, &item.variant),
        sku: id,
        title: &text::known(either(&item.item_name, &item.name)).unwrap_or_default(),
        quantity: &item.quantity,
        total: price.and_then(|price| Quantity::read(&item.quantity).times(price)),
        collections: vec![
            item.item_category,
            item.item_category2,
            item.item_category3,
            item.item_category4,
            item.item_category5,
            item.category,
        ],
        ..Item::default()
    });
}

fn either<'a>(text: &'a str, other: &'a str) -> &'a str {
    if text::known(text).is_some() { text } else { other }
}
