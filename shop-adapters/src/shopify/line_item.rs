//! A line of an order, as orders and refunds carry it.

use order_events::{Line, RefundLine};
use serde::Deserialize;

use super::price_set::{Currencies, PriceSet};
use crate::field::{known, title};
use crate::{AdapterError, Decimal, Field, Id};

/// A line of an order. `price` is of one unit, before discounts.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct LineItem {
    pub(super) id: Option<Id>,
    product_id: Option<Id>,
    variant_id: Option<Id>,
    sku: Option<String>,
    title: Option<String>,
    quantity: Option<Decimal>,
    price: Option<Decimal>,
    price_set: Option<PriceSet>,
    discount_allocations: Option<Vec<DiscountAllocation>>,
    tax_lines: Option<Vec<TaxLine>>,
}

/// The part of a discount, on the line or on the whole order, that falls to one line.
#[derive(Clone, Debug, Deserialize)]
struct DiscountAllocation {
    amount: Option<Decimal>,
    amount_set: Option<PriceSet>,
}

#[derive(Clone, Debug, Deserialize)]
struct TaxLine {
    price: Option<Decimal>,
    price_set: Option<PriceSet>,
}

/// Where a line's fields stand in the payload.
pub(super) struct Paths {
    pub(super) quantity: &'static str,
    pub(super) price: &'static str,
    pub(super) discounts: &'static str,
    pub(super) taxes: &'static str,
}

impl LineItem {
    /// So many units of the line that came back.
    pub(super) fn into_refund_line(self, quantity: u32) -> RefundLine {
        RefundLine {
            product: self.product_id.and_then(Id::into_known),
            variant: self.variant_id.and_then(Id::into_known),
            sku: known(self.sku),
            quantity,
        }
    }

    /// The tax of the line.
    pub(super) fn tax(&self, field: Field, currencies: &Currencies) -> Result<i64, AdapterError> {
        field.sum(
            self.tax_lines
                .iter()
                .flatten()
                .map(|tax| currencies.amount(field, tax.price_set.as_ref(), tax.price.as_ref())),
        )
    }

    /// The line: its price times its units, less its discounts and, where prices include tax, its
    /// tax. `refunded` counts the units returned.
    pub(super) fn into_line(
        self,
        paths: &Paths,
        index: usize,
        currencies: &Currencies,
        taxes_included: bool,
        refunded: u32,
    ) -> Result<Line, AdapterError> {
        let quantity = Field::within(paths.quantity, index).count(self.quantity.as_ref())?;
        let field = Field::within(paths.price, index);
        let price = currencies.amount(field, self.price_set.as_ref(), self.price.as_ref())?;
        let price = field.times(price, quantity)?;
        let field = Field::within(paths.discounts, index);
        let discounts = field.sum(self.discount_allocations.iter().flatten().map(|discount| {
            currencies.amount(field, discount.amount_set.as_ref(), discount.amount.as_ref())
        }))?;
        let tax = if taxes_included {
            self.tax(Field::within(paths.taxes, index), currencies)?
        } else {
            0
        };
        Ok(Line {
            product: self.product_id.and_then(Id::into_known),
            variant: self.variant_id.and_then(Id::into_known),
            sku: known(self.sku),
            title: title(self.title),
            quantity,
            refunded: refunded.min(quantity),
            total: field.zero_or_more(price.saturating_sub(discounts).saturating_sub(tax))?,
            collections: Vec::new(),
            bundled: false,
        })
    }
}
