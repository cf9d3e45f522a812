//! The result of reading a shop's webhook: facts of one sale, or a body that is never stored.

use std::fmt;

use order_events::SaleFacts;

use crate::json::JsonError;
use crate::{AdapterError, Field, Problem};

/// The contents of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one at a time, and it is taken apart at once"
)]
pub enum Delivery {
    /// Facts of one sale, to be merged with its other facts.
    Sale(ReportedSale),
    /// An order that is not placed yet: `WooCommerce`'s `auto-draft` and `checkout-draft`. It is
    /// neither stored nor an error.
    Draft,
    /// A body of a kind that never becomes a sale.
    NoSale(NoSale),
}

/// Facts of one sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportedSale {
    /// The shop's own order id: the id of the sale.
    pub sale_id: String,
    /// The number that the shop and its customers see, if the body reports one.
    pub number: Option<String>,
    /// The facts.
    pub facts: SaleFacts,
}

/// The kind of a body that is no sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSale {
    /// A subscription. Each of its payments is an order of its own.
    Subscription,
    /// The balance of a deposit, or a part of a marketplace's order. The other order is the sale.
    PartOfAnotherOrder,
    /// An order that was deleted for good before the shop delivered what it wanted to report of it.
    Gone,
    /// A product, a customer or the like: the webhook is of another topic.
    OtherTopic,
}

/// A delivery that should be a sale but cannot be read as one. It is to be quarantined, with the
/// field, the sale and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The shop's own order id, if the body reports one.
    pub sale_id: Option<String>,
    /// The field, by its path in the body; `None` if the body is not read at all.
    pub field: Option<Field>,
    /// The problem and its remedy. It never repeats contents of the body.
    pub problem: Problem,
}

impl Unreadable {
    /// Returns the error for a body that is not read at all.
    pub(crate) fn body(error: JsonError) -> Self {
        Self { sale_id: None, field: None, problem: Problem::Body(error) }
    }

    pub(crate) fn of(sale_id: Option<String>, error: AdapterError) -> Self {
        Self { sale_id, field: Some(error.field), problem: error.problem }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field {
            Some(field) => write!(formatter, "{field} {}", self.problem),
            None => write!(formatter, "the body {}", self.problem),
        }
    }
}

impl std::error::Error for Unreadable {}

impl fmt::Display for NoSale {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Subscription => {
                "is a subscription, which is no sale: its payments arrive as orders of their own"
            }
            Self::PartOfAnotherOrder => {
                "is a part of another order, which is the sale and is counted"
            }
            Self::Gone => "is an order that the shop has deleted meanwhile",
            Self::OtherTopic => {
                "is no order: choose the topics of orders (and of refunds) for this webhook"
            }
        })
    }
}
