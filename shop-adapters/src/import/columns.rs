//! The columns of exports, by the names that shops and their export plugins give them.

/// The meaning of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Id,
    Number,
    Status,
    Currency,
    SoldAt,
    UpdatedAt,
    PaidAt,
    CancelledAt,
    PaymentMethod,
    Subtotal,
    Shipping,
    Tax,
    Total,
    /// The cost of the items, without tax and shipping.
    ItemsTotal,
    Refunded,
    Coupons,
    /// Product id, variant, SKU, title and units of the row's item.
    ItemProduct,
    ItemVariant,
    ItemSku,
    ItemTitle,
    ItemQuantity,
    /// The price of one unit.
    ItemPrice,
    ItemDiscount,
    /// The cost of all units.
    ItemTotal,
    /// An item in one cell: `name:Blue mug|product_id:11|quantity:2|total:39.98`.
    PackedItem,
    /// All items in one cell: `2× Blue mug, 1× Red mug`.
    ListedItems,
}

/// The columns of each meaning, in lower case: Shopify's orders export; the report Analytics > Orders
/// of `WooCommerce`; the order exports of its common plugins, whose names are those of its REST API or
/// words for them.
const NAMES: [(Column, &[&str]); 25] = [
    (Column::Id, &["id", "order_id", "order id"]),
    (Column::Number, &["name", "order #", "order_number", "order number"]),
    (Column::Status, &["financial status", "status", "order status", "order_status"]),
    (Column::Currency, &["currency", "order_currency", "order currency"]),
    (Column::SoldAt, &["created at", "date", "order_date", "order date", "date_created_gmt"]),
    (Column::UpdatedAt, &["date_modified_gmt", "modified_date", "updated at"]),
    (Column::PaidAt, &["paid at", "paid_date", "paid date", "date_paid_gmt"]),
    (Column::CancelledAt, &["cancelled at"]),
    (Column::PaymentMethod, &["payment_method", "payment method"]),
    (Column::Subtotal, &["subtotal"]),
    (Column::Shipping, &["shipping", "shipping_total", "order shipping amount"]),
    (Column::Tax, &["taxes", "tax_total", "total_tax", "order total tax amount"]),
    (Column::Total, &["total", "order_total", "order total amount", "order total"]),
    (Column::ItemsTotal, &["n. revenue", "net sales"]),
    (Column::Refunded, &["refunded amount", "refunded_total", "order refund amount"]),
    (Column::Coupons, &["discount code", "coupon(s)", "coupons", "coupon code"]),
    (Column::ItemProduct, &["product id", "product_id", "item product id"]),
    (Column::ItemVariant, &["variation id", "variation_id"]),
    (Column::ItemSku, &["lineitem sku", "sku", "item sku"]),
    (Column::ItemTitle, &["lineitem name", "item name", "product name"]),
    (Column::ItemQuantity, &["lineitem quantity", "quantity", "item quantity"]),
    (Column::ItemPrice, &["lineitem price", "item cost"]),
    (Column::ItemDiscount, &["lineitem discount"]),
    (Column::ItemTotal, &["item total", "order line total"]),
    (Column::ListedItems, &["product(s)"]),
];

/// Returns the meaning of a column, and the zone of its dates if the name has it; `None` for one that
/// is not needed.
pub(super) fn column(name: &str) -> Option<(Column, &'static str)> {
    let name = crate::text::trimmed(name).to_ascii_lowercase();
    // Of `order-import-export`: line_item_1, line_item_2 and so on.
    let number = name.strip_prefix("line_item_");
    if number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit())) {
        return Some((Column::PackedItem, ""));
    }
    let zone = if name.ends_with("_gmt") { "Z" } else { "" };
    let mut names = NAMES.iter();
    let found = names.find(|(_, names)| names.contains(&name.as_str()));
    found.map(|(column, _)| (*column, zone))
}
