//! Words for the states of sales and of their orders.

use order_events::{Proof, SaleStatus};

use crate::domain::states::OrderState;

/// The source of a sale.
pub(super) fn proof(proof: Proof) -> &'static str {
    match proof {
        Proof::Verified => "confirmed by the shop",
        Proof::Claimed => "reported by a browser",
    }
}

/// The progress of a sale; `None` while only refunds are known.
pub(super) fn status(status: Option<SaleStatus>) -> &'static str {
    match status {
        Some(SaleStatus::Placed) => "not paid yet",
        Some(SaleStatus::Paid) => "paid",
        Some(SaleStatus::Cancelled) => "cancelled",
        Some(SaleStatus::Refunded) => "refunded",
        None => "only refunds known",
    }
}

/// The state of the trees of one campaign; `None` without an order.
pub(super) fn state(state: Option<OrderState>) -> &'static str {
    match state {
        Some(OrderState::Open) => "on the purchase order of the month",
        Some(OrderState::Closed) => "on a purchase order that is being closed",
        Some(OrderState::PaymentDue) => "on a purchase order to be paid",
        Some(OrderState::Paid) => "on a purchase order that is paid",
        Some(OrderState::Settled) => "on a purchase order that is settled",
        Some(OrderState::CarriedOver) => "carried over to the next purchase order",
        Some(OrderState::Test) => "a test, never billed",
        Some(OrderState::AwaitingPayment) => "ordered when the buyer pays",
        Some(OrderState::Unconfirmed) => "ordered when the shop confirms the sale",
        Some(OrderState::HeldForReview) => "ordered when you accept the sale",
        Some(OrderState::AwaitingPrice) => "ordered when a tree price is set",
        Some(OrderState::Void) | None => "not ordered",
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
