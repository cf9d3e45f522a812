//! Reads exports of a shop's orders, piece by piece: CSV as the admins of `WooCommerce` and Shopify
//! write it, and JSON.
//!
//! A piece is a part of a file, and may end anywhere. [`read`] returns the orders that are complete
//! in it, each with the place behind it, at which the next piece begins. A piece of CSV begins with
//! the row that names the columns.

mod columns;
mod csv;
mod json;
mod order;
mod supplement;

use std::fmt;

use order_events::{Currency, Platform, Timestamp};

pub use self::supplement::supplement;
use crate::webhook::ReportedSale;

/// The circumstances in which a file is read.
pub struct Source<'a> {
    /// The platform of the shop.
    pub platform: Platform,
    /// The currency of amounts if the file names none.
    pub currency: Currency,
    /// The time of the import.
    pub now: Timestamp,
    /// Returns the instant at which the shop's clocks show a date and time without a zone. The
    /// argument has the same date and time in UTC.
    pub in_zone: &'a dyn Fn(Timestamp) -> Timestamp,
    /// True if the piece is the last one, so that its last order is complete.
    pub is_last: bool,
    /// Orders that are read of the piece, at most.
    pub orders_max: usize,
}

/// The orders of a piece.
#[derive(Debug, PartialEq, Eq)]
pub struct Import {
    /// Bytes of the row that names the columns; 0 for JSON.
    pub header_bytes: usize,
    /// The complete orders, in the order of the file.
    pub orders: Vec<ImportedOrder>,
    /// True if the piece ends with the last of these orders.
    pub is_read: bool,
}

/// An order of a file.
#[derive(Debug, PartialEq, Eq)]
pub struct ImportedOrder {
    /// Its first row in the piece, counted from 1. The row that names the columns counts.
    pub row: usize,
    /// Its rows.
    pub rows: usize,
    /// Bytes of the piece up to its end.
    pub end: usize,
    /// The sale, or the reason why the order is none.
    pub sale: Result<ImportedSale, RefusedOrder>,
}

/// A sale of a file.
#[derive(Debug, PartialEq, Eq)]
pub struct ImportedSale {
    /// The sale, with the order's number as its id if the file has no ids.
    pub sale: ReportedSale,
    /// The completeness of the file's data.
    pub detail: Detail,
}

/// The completeness of a sale in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// As complete as a delivery of the shop.
    Whole,
    /// Without the ids of products and without the time of the last change.
    WithoutProducts,
    /// The same, and with the order's number in place of its id.
    WithoutId,
}

/// An order that is no sale.
#[derive(Debug, PartialEq, Eq)]
pub struct RefusedOrder {
    /// The shop's own order id, if the file has it.
    pub sale_id: Option<String>,
    /// The reason, without contents of the file.
    pub problem: String,
}

/// A piece of which nothing can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportError {
    /// There is nothing in it.
    Empty,
    /// The first row names none of the columns of orders.
    NoOrders,
    /// A required column is missing.
    NoColumn(&'static str),
    /// The JSON is malformed after this many objects.
    NotJson(usize),
    /// Not even one order is complete in the piece.
    TooLong,
}

impl fmt::Display for ImportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("The file is empty. Choose an export of orders."),
            Self::NoOrders => formatter.write_str(
                "The first row does not name the columns of an export of orders. Send the file as \
                 the shop wrote it: CSV with its first row, or JSON.",
            ),
            Self::NoColumn(column) => write!(
                formatter,
                "The export has no column \"{column}\". Export the orders again with it."
            ),
            Self::NotJson(objects) => write!(
                formatter,
                "The JSON is malformed after {objects} orders. Send an array of orders, or one order \
                 in each line."
            ),
            Self::TooLong => formatter.write_str(
                "The piece ends before its first order does. Send a longer piece, or the last one as \
                 the last.",
            ),
        }
    }
}

impl std::error::Error for ImportError {}

/// Reads a piece of a file.
///
/// # Errors
/// Nothing of the piece can be read.
pub fn read(piece: &[u8], source: &Source<'_>) -> Result<Import, ImportError> {
    let begins = piece.iter().find(|byte| !byte.is_ascii_whitespace() && !BOM.contains(byte));
    let import = match begins {
        None => return Err(ImportError::Empty),
        Some(b'{' | b'[' | b']') => json::read(piece, source)?,
        // Between two pieces of an array.
        Some(b',') if json::continues(piece) => json::read(piece, source)?,
        Some(_) => csv::read(piece, source)?,
    };
    if import.orders.is_empty() && !import.is_read {
        return Err(ImportError::TooLong);
    }
    Ok(import)
}

/// The byte order mark, in UTF-8.
const BOM: [u8; 3] = [0xef, 0xbb, 0xbf];
