//! One item of a purchase, under the names of GA4 (`item_id`) or of its predecessor (`id`).

use order_events::{Currency, Line};
use serde::Deserialize;

use crate::field::title;
use crate::{AdapterError, Decimal, Field, Id};

/// An item of the data layer.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct DataLayerItem {
    pub(super) coupon: Option<Id>,
    item_id: Option<Id>,
    id: Option<Id>,
    item_name: Option<Id>,
    name: Option<Id>,
    item_variant: Option<Id>,
    variant: Option<Id>,
    price: Option<Decimal>,
    quantity: Option<Decimal>,
    item_category: Option<Id>,
    item_category2: Option<Id>,
    item_category3: Option<Id>,
    item_category4: Option<Id>,
    item_category5: Option<Id>,
    category: Option<Id>,
}

/// The line of an item. GA4 knows one id of an item, which is its product's id in one shop and its
/// SKU in another: it stands for both. `price` is after discounts. A quantity that is left out is
/// 1, by Google's definition.
pub(super) fn line(
    item: DataLayerItem,
    index: usize,
    currency: Currency,
) -> Result<Line, AdapterError> {
    let quantity = match &item.quantity {
        None => 1,
        quantity => Field::within("items[].quantity", index).count(quantity.as_ref())?,
    };
    let price = Field::within("items[].price", index);
    let id = item.item_id.or(item.id).and_then(Id::into_known);
    let categories = [
        item.item_category,
        item.item_category2,
        item.item_category3,
        item.item_category4,
        item.item_category5,
        item.category,
    ];
    Ok(Line {
        product: id.clone(),
        variant: item.item_variant.or(item.variant).and_then(Id::into_known),
        sku: id,
        title: title(item.item_name.or(item.name).and_then(Id::into_known)),
        quantity,
        refunded: 0,
        total: price.times(price.amount(item.price.as_ref(), currency)?, quantity)?,
        collections: categories.into_iter().flatten().filter_map(Id::into_known).collect(),
        bundled: false,
    })
}
