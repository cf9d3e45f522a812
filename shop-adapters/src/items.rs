//! Builds the lines of a sale and their cost from items that may lack any detail.

use order_events::{Line, Sale, limits};

use crate::decimal::Quantity;
use crate::text;

/// An item as its adapter reads it. Texts are as the shop writes them; an empty one is unknown.
#[derive(Default)]
pub(crate) struct Item<'a> {
    pub(crate) product: &'a str,
    pub(crate) variant: &'a str,
    pub(crate) sku: &'a str,
    pub(crate) title: &'a str,
    pub(crate) quantity: &'a str,
    /// Units that came back.
    pub(crate) returned: &'a str,
    /// The cost of all units; `None` if it is unknown.
    pub(crate) total: Option<i64>,
    pub(crate) collections: Vec<String>,
    pub(crate) is_bundled: bool,
}

/// The items of a sale.
pub(crate) struct Items {
    lines: Vec<Line>,
    /// The sum of the known costs, less negative lines and fees.
    sum: i64,
    is_complete: bool,
    is_empty: bool,
}

impl Items {
    pub(crate) fn new() -> Self {
        Self { lines: Vec::new(), sum: 0, is_complete: true, is_empty: true }
    }

    /// Adds an item. One whose cost or quantity is negative is a discount: it reduces the cost and
    /// adds no line. An item without units or without any known detail adds no line either.
    pub(crate) fn add(&mut self, item: Item<'_>) {
        let quantity = Quantity::read(item.quantity);
        let line = Line {
            product: text::id(item.product),
            variant: text::id(item.variant),
            sku: text::known(item.sku),
            title: text::title(item.title),
            quantity: quantity.units(),
            refunded: quantity.returned(item.returned),
            total: item.total.unwrap_or(0).max(0),
            collections: text::names(item.collections),
            bundled: item.is_bundled,
        };
        let is_nothing = item.total.is_none()
            && line.title.is_empty()
            && line.product.is_none()
            && line.sku.is_none()
            && item.quantity.is_empty();
        if is_nothing {
            return;
        }
        self.is_empty = false;
        self.is_complete &= item.total.is_some();
        let total = quantity.signed(item.total.unwrap_or(0));
        self.take_off(total.wrapping_neg());
        if line.quantity > 0 && total >= 0 {
            self.lines.push(line);
        }
    }

    /// Subtracts an amount from the cost of the items.
    pub(crate) fn take_off(&mut self, amount: i64) {
        self.sum = self.sum.saturating_sub(amount);
    }

    /// Returns the cost of the items; `None` if the cost of one is unknown or there are none, as in
    /// a list of entries that cannot be read.
    pub(crate) fn cost(&self) -> Option<i64> {
        (self.is_complete && !self.is_empty).then_some(self.sum)
    }

    /// Returns the cost of the items, which is at most `value`. Prices of units are rounded, so it
    /// is `value` itself if rounding explains the rest: three units at 13.33 of 40.00.
    pub(crate) fn cost_within(&self, value: i64) -> i64 {
        let units = self.lines.iter().map(|line| i64::from(line.quantity));
        let rounding = units.fold(0, i64::saturating_add) / 2;
        if value.saturating_sub(self.sum) <= rounding { value } else { self.sum }
    }

    /// Returns the sum of the known costs of the items.
    pub(crate) fn known_cost(&self) -> i64 {
        self.sum
    }

    /// Moves the lines into a sale and clamps its amounts to the limits. If a shop reports too many
    /// lines, those that the buyer returned go first, then the last ones. The cost of the items
    /// contains them all. A storefront's claim of so many lines is too large anyway.
    pub(crate) fn into_sale(self, mut sale: Sale) -> Sale {
        #[cfg(feature = "json")]
        let lines = within_limit(self.lines);
        #[cfg(not(feature = "json"))]
        let lines = self.lines;
        sale.total = sale.total.clamp(0, limits::AMOUNT);
        sale.items_total = sale.items_total.clamp(0, limits::AMOUNT);
        sale.refunded = sale.refunded.clamp(0, limits::AMOUNT);
        sale.lines = lines;
        sale
    }
}

/// Returns at most [`limits::LINES_PER_SALE`] of the lines.
#[cfg(feature = "json")]
fn within_limit(mut lines: Vec<Line>) -> Vec<Line> {
    if lines.len() > limits::LINES_PER_SALE {
        lines.retain(|line| line.refunded < line.quantity);
        lines.truncate(limits::LINES_PER_SALE);
    }
    lines
}
