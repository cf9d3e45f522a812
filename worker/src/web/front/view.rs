//! The front page.

use askama::Template;

use crate::domain::formatting::grouped;
use crate::store::totals::TotalsRow;

/// The page at `/`.
#[derive(Template)]
#[template(path = "front.html")]
pub(crate) struct FrontPage {
    /// All trees that were ordered, with commas between thousands.
    trees: String,
    /// True if it is exactly one tree.
    is_one_tree: bool,
    orders: String,
    is_one_order: bool,
    sign_up_is_open: bool,
    /// The names of the supported shop systems, without those that stand for any other.
    platforms: Vec<&'static str>,
}

impl FrontPage {
    /// The page with the totals of all merchants.
    pub(crate) fn new(totals: &TotalsRow, sign_up_is_open: bool) -> Self {
        Self {
            trees: grouped(totals.trees),
            is_one_tree: totals.trees == 1,
            orders: grouped(totals.orders),
            is_one_order: totals.orders == 1,
            sign_up_is_open,
            platforms: platforms::offered()
                .filter(|platform| !["ga4", "custom"].contains(&platform.code))
                .map(|platform| platform.name)
                .collect(),
        }
    }
}
