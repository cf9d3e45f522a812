//! Words for the states of sales and of their orders.

/// The source of a sale.
pub(super) fn proof(proof: &str) -> &'static str {
    if proof == "verified" { "confirmed by the shop" } else { "reported by a browser" }
}

/// The progress of a sale; `None` while only refunds are known.
pub(super) fn status(status: Option<&str>) -> &'static str {
    match status {
        Some("placed") => "not paid yet",
        Some("paid") => "paid",
        Some("cancelled") => "cancelled",
        Some("refunded") => "refunded",
        _ => "only refunds known",
    }
}

/// The state of the trees of one campaign.
pub(super) fn state(state: &str) -> &'static str {
    match state {
        "open" => "on the purchase order of the month",
        "closed" => "on a purchase order that is being closed",
        "payment due" => "on a purchase order to be paid",
        "paid" => "on a purchase order that is paid",
        "settled" => "on a purchase order that is settled",
        "carried over" => "carried over to the next purchase order",
        "test" => "a test, never billed",
        "awaiting payment" => "ordered when the buyer pays",
        "unconfirmed" => "ordered when the shop confirms the sale",
        "held for review" => "ordered when you accept the sale",
        "awaiting price" => "ordered when a tree price is set",
        _ => "not ordered",
    }
}

/// A number of trees in words.
pub(super) fn trees(trees: u64) -> String {
    format!("{trees} {}", if trees == 1 { "tree" } else { "trees" })
}

/// The number of a sale that customers see, or the shop's own order id.
pub(super) fn name(number: Option<&str>, sale_id: &str) -> String {
    number.map_or_else(|| sale_id.to_owned(), |number| format!("#{number}"))
}
