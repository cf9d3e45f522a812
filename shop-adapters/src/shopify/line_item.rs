//! A line of an order, as orders and refunds contain it.

use order_events::RefundLine;
use serde::Deserialize;

use super::price_set::{Money, PriceSet};
use crate::decimal::Quantity;
use crate::items::{Item, Items};
use crate::text;

/// A line of an order. `price` is the price of one unit, before discounts.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct LineItem {
    pub(super) id: String,
    product_id: String,
    variant_id: String,
    sku: String,
    title: String,
    quantity: String,
    /// Units that remain after edits, exchanges and returns.
    current_quantity: String,
    price: String,
    pub(super) price_set: PriceSet,
    discount_allocations: Vec<DiscountAllocation>,
    tax_lines: Vec<TaxLine>,
    /// Present only on tips, and not in every version of the API.
    tip_payment_gateway: String,
    tip_payment_method: String,
}

/// The part of a discount, on the line or on the whole order, that applies to one line.
#[derive(Clone, Debug, Deserialize)]
struct DiscountAllocation {
    amount: String,
    amount_set: PriceSet,
}

#[derive(Clone, Debug, Deserialize)]
struct TaxLine {
    price: String,
    price_set: PriceSet,
}

impl LineItem {
    /// Returns true if the line is a tip for the shop's staff.
    pub(super) fn is_tip(&self) -> bool {
        let marks = [&self.tip_payment_gateway, &self.tip_payment_method];
        let is_unnamed = text::id(&self.product_id).is_none() && text::known(&self.sku).is_none();
        marks.into_iter().any(|mark| text::id(mark).is_some())
            || (is_unnamed && text::is(&self.title, "tip"))
    }

    /// Returns true if the payload contains the line.
    pub(super) fn is_known(&self) -> bool {
        [&self.product_id, &self.sku, &self.title].into_iter().any(|text| !text.is_empty())
    }

    /// Returns the refund of this many units of the line.
    pub(super) fn refund_line(&self, quantity: u32) -> RefundLine {
        RefundLine {
            product: text::id(&self.product_id),
            variant: text::id(&self.variant_id),
            sku: text::known(&self.sku),
            quantity,
        }
    }

    /// Returns the tax of the line.
    pub(super) fn tax(&self, money: Money) -> i64 {
        let taxes = self.tax_lines.iter();
        taxes
            .filter_map(|tax| money.amount(&tax.price_set, &tax.price))
            .fold(0, i64::saturating_add)
    }

    /// Adds the line: its price times its units, less its discounts and, if prices include tax, its
    /// tax. `returned` is the number of units that refunds returned.
    pub(super) fn add(&self, items: &mut Items, money: Money, taxes_included: bool, returned: u32) {
        let quantity = Quantity::read(&self.quantity);
        let removed = Quantity::known(&self.current_quantity)
            .map_or(0, |current| quantity.units().saturating_sub(current.units()));
        let discounts = self
            .discount_allocations
            .iter()
            .filter_map(|discount| money.amount(&discount.amount_set, &discount.amount))
            .fold(0, i64::saturating_add);
        let tax = if taxes_included { self.tax(money) } else { 0 };
        let price = money.amount(&self.price_set, &self.price);
        // Discounts may exceed a line by rounding.
        let total = price
            .and_then(|price| quantity.times(price))
            .map(|price| price.saturating_sub(discounts).saturating_sub(tax).max(price.min(0)));
        items.add(Item {
            product: &self.product_id,
            variant: &self.variant_id,
            sku: &self.sku,
            title: &self.title,
            quantity: &self.quantity,
            returned: &returned.max(removed).to_string(),
            total,
            ..Item::default()
        });
    }
}
