//! The error of a payload that is no sale: the field, the problem and the remedy in one line.

use std::fmt;

use order_events::limits;

use crate::Field;
#[cfg(feature = "json")]
use crate::json::JsonError;

/// A payload that cannot become a sale. It names the field by its path in the payload. It never
/// repeats the value, which could be personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdapterError {
    /// The field.
    pub field: Field,
    /// The problem with it.
    #[cfg(feature = "reasons")]
    pub problem: Problem,
}

/// A problem with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is absent, empty, or a word such as `undefined`.
    Missing,
    /// It is not a decimal number, or it exceeds [`limits::AMOUNT`].
    NotAnAmount,
    /// It is below zero.
    Negative,
    /// It is not an instant.
    NotAnInstant,
    /// It is not a date of a table.
    NotADate,
    /// It is not the id of an order.
    NotAnOrderId,
    /// It is another event than a purchase.
    NotAPurchase,
    /// It holds several orders and does not assign the lines to them.
    SeveralOrders,
    /// It belongs to a subscription, whose payments are orders of their own.
    Subscription,
    /// It names the order that this one is a part of.
    PartOfAnotherOrder,
    /// It is of an error that the shop delivers in place of the order.
    ShopError,
    /// The body is not read at all.
    #[cfg(feature = "json")]
    Body(JsonError),
}

impl fmt::Display for AdapterError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[cfg(feature = "reasons")]
        write!(formatter, "{} {}", self.field, self.problem)?;
        #[cfg(not(feature = "reasons"))]
        write!(formatter, "{} is missing or malformed", self.field)?;
        Ok(())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Missing => "is missing: send the payload as the shop made it",
            Self::NotAnAmount => {
                return write!(
                    formatter,
                    "is not an amount: send a decimal number such as 1234.50, at most {} minor \
                     units",
                    limits::AMOUNT
                );
            }
            Self::Negative => "is negative: send zero or more",
            Self::NotADate => "is not a date: use one such as 2026-11-22 08:51:49",
            Self::NotAnInstant => "is not an instant: send RFC 3339, such as 2026-11-22T08:51:49Z",
            Self::NotAnOrderId => "is no order id: send the event once the order exists",
            Self::NotAPurchase => "is no purchase: send only the event of a purchase",
            Self::SeveralOrders => "has several orders: send each order with its own lines",
            Self::Subscription => {
                "is of a subscription, which is no sale: send the orders of its payments"
            }
            Self::PartOfAnotherOrder => {
                "names the order that this one is a part of: send that order, which is the sale"
            }
            Self::ShopError => {
                "is that of an error in place of the order, which the user who saved the webhook may \
                 not see: save the webhook again as an administrator of the shop"
            }
            #[cfg(feature = "json")]
            Self::Body(error) => return error.fmt(formatter),
        })
    }
}

impl std::error::Error for AdapterError {}
