//! A purchase order as the settings list it.

use crate::month::period::in_words;
use crate::pages::pay::money;
use crate::store::purchase_orders::PurchaseOrderRow;

/// One of the list, with the way to its document.
pub(super) struct PurchaseOrderView<'a> {
    /// The token of its pay link.
    pub(super) token: &'a str,
    /// `None` while the month is open.
    pub(super) number: Option<String>,
    pub(super) month: String,
    pub(super) state: &'a str,
    pub(super) trees: i64,
    pub(super) total: String,
}

impl<'a> From<&'a (PurchaseOrderRow, String)> for PurchaseOrderView<'a> {
    fn from((row, token): &'a (PurchaseOrderRow, String)) -> Self {
        Self {
            token,
            number: row.number(),
            month: in_words(&row.period),
            state: if row.state == "open" { "open: this month" } else { &row.state },
            trees: row.trees,
            total: money(row.total, &row.currency),
        }
    }
}
