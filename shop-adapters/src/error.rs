//! Why a payload is no sale: the field, and what to do about it, in one line.

use std::fmt;

use order_events::limits;

use crate::Field;

/// A payload that cannot become a sale. It names the field by its path in the payload and never
/// repeats the value, which could be personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdapterError {
    /// Which field.
    pub field: Field,
    /// What is wrong with it.
    #[cfg(feature = "reasons")]
    pub problem: Problem,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is absent or null.
    Missing,
    /// It is not a decimal number.
    NotADecimal,
    /// It is beyond [`limits::AMOUNT`].
    TooLarge,
    /// It is below zero.
    Negative,
    /// It is not a whole number of units.
    NotACount,
    /// It is not the code of a currency in use.
    UnknownCurrency,
    /// It is in another currency than the sale.
    OtherCurrency,
    /// It is not an instant.
    NotAnInstant,
    /// It is not the id of an order.
    NotAnOrderId,
    /// It is another event than a purchase.
    NotAPurchase,
    /// It tells of several orders, without saying which lines belong to which.
    SeveralOrders,
    /// It is an id of more than [`limits::ID_BYTES`] bytes.
    TooLong,
    /// It is an id with a control character, such as a tab.
    ControlCharacter,
    /// It has more entries than a sale may have.
    TooMany,
    /// The body is not JSON.
    NotJson,
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
        match self {
            Self::Missing => {
                formatter.write_str("is missing: send the payload as the shop made it")
            }
            Self::NotADecimal => {
                formatter.write_str("is not a decimal number: send one such as 1234.50")
            }
            Self::TooLarge => {
                write!(formatter, "is too large: send at most {} minor units", limits::AMOUNT)
            }
            Self::Negative => formatter.write_str("is negative: send zero or more"),
            Self::NotACount => {
                write!(formatter, "is no count: send a whole number from 0 to {}", limits::QUANTITY)
            }
            Self::UnknownCurrency => {
                formatter.write_str("is no currency: send an ISO 4217 code such as EUR")
            }
            Self::OtherCurrency => {
                formatter.write_str("is in another currency than the sale: send one currency")
            }
            Self::NotAnInstant => {
                formatter.write_str("is no instant: send RFC 3339, such as 2026-11-22T08:51:49Z")
            }
            Self::NotAnOrderId => {
                formatter.write_str("is no order id: send the event once the order exists")
            }
            Self::NotAPurchase => {
                formatter.write_str("is no purchase: send only the event of a purchase")
            }
            Self::SeveralOrders => {
                formatter.write_str("has several orders: send each order with its own lines")
            }
            Self::TooLong => {
                write!(formatter, "is too long: send at most {} bytes", limits::ID_BYTES)
            }
            Self::ControlCharacter => {
                formatter.write_str("holds a tab, a line end or the like: send it without")
            }
            Self::NotJson => formatter.write_str("is not JSON: send the body as the shop made it"),
            Self::TooMany => write!(
                formatter,
                "has too many entries: send at most {} lines, {} coupons and {} collections a line",
                limits::LINES_PER_SALE,
                limits::NAMES_PER_LIST,
                limits::NAMES_PER_LIST
            ),
        }
    }
}

impl std::error::Error for AdapterError {}
