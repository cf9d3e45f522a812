//! The order of `WooCommerce`'s REST API, which is also the body of its `order.*` webhooks.
//!
//! Dates ending in `_gmt` are UTC without a zone; version 1 of the API has only the shop's own
//! time. Amounts are strings with as many decimals as the shop's setting says, in any currency.
//! Line totals are after discounts and without tax. Measured on `WooCommerce` 11.0.1.

mod line_item;

use order_events::{Currency, Platform, Sale, Timestamp};
use serde::Deserialize;

use self::line_item::LineItem;
#[cfg(feature = "json")]
use super::site::Links;
use crate::browser_sale::claimed;
use crate::instant::instant;
use crate::items::Items;
use crate::{AdapterError, Field, Problem, decimal, opt_in, text};

/// The order, without its personal data.
#[derive(Clone, Debug, Deserialize)]
pub struct Order {
    pub(super) id: String,
    #[cfg(feature = "json")]
    pub(super) number: String,
    /// Of an error that `WooCommerce` delivers in place of the order.
    #[cfg(feature = "json")]
    code: String,
    parent_id: String,
    created_via: String,
    pub(super) status: String,
    payment_method: String,
    currency: String,
    total: String,
    total_tax: String,
    shipping_total: String,
    date_created_gmt: String,
    date_created: String,
    date_modified_gmt: String,
    date_modified: String,
    date_paid_gmt: Option<String>,
    date_paid: String,
    line_items: Vec<LineItem>,
    fee_lines: Vec<Amount>,
    coupon_lines: Vec<CouponLine>,
    refunds: Vec<Amount>,
    meta_data: Vec<Meta>,
    /// True if the shop counts its status as a paid one, which our `WordPress` plugin adds.
    paid: bool,
    billing_period: String,
    billing_interval: String,
    next_payment_date_gmt: String,
    #[cfg(feature = "json")]
    #[serde(rename = "_links")]
    links: Links,
}

/// An amount of a fee, or of a refund of the order, which is negative.
#[derive(Clone, Debug, Deserialize)]
struct Amount {
    total: String,
}

#[derive(Clone, Debug, Deserialize)]
struct CouponLine {
    code: String,
}

/// A field that plugins add to an order or to a line of it.
#[derive(Clone, Debug, Deserialize)]
struct Meta {
    key: String,
    value: String,
}

impl Order {
    /// Returns the address of the site that wrote the order, such as
    /// `https://mugs.example.com/shop`; `None` if the order has no link to itself.
    #[cfg(feature = "json")]
    #[must_use]
    pub fn site(&self) -> Option<String> {
        self.links.site()
    }

    /// Returns `true` for an order that was paid or is paid on delivery. The date in UTC decides,
    /// also if it is empty; version 1 of the API has only the shop's own time. Other plugins add
    /// statuses that count as paid, and only the shop itself knows them.
    pub(super) fn is_paid(&self) -> bool {
        let date = self.date_paid_gmt.as_ref().unwrap_or(&self.date_paid);
        self.paid || instant(date).is_some() || text::is(&self.payment_method, "cod")
    }

    #[cfg(feature = "json")]
    /// Returns true if the lines report returned units, as our `WordPress` plugin adds them.
    pub(super) fn has_returned_units(&self) -> bool {
        self.line_items.iter().any(LineItem::has_returned_units)
    }

    #[cfg(feature = "json")]
    /// Returns true if the body has only the id: the body of `order.deleted`.
    pub(super) fn is_id_alone(&self) -> bool {
        let texts = [&self.status, &self.currency, &self.total, &self.date_created_gmt];
        texts.into_iter().all(String::is_empty) && self.line_items.is_empty()
    }

    #[cfg(feature = "json")]
    /// The code of the error that the shop's own API returned when its webhook asked for the order.
    pub(super) fn error_code(&self) -> Option<&str> {
        let texts = [&self.id, &self.status, &self.currency, &self.total];
        let is_error = texts.into_iter().all(String::is_empty) && !self.code.is_empty();
        is_error.then_some(self.code.as_str())
    }

    /// Refuses what is no sale of its own.
    fn check_kind(&self) -> Result<(), AdapterError> {
        let of_subscriptions =
            [&self.billing_period, &self.billing_interval, &self.next_payment_date_gmt];
        if of_subscriptions.into_iter().any(|field| text::id(field).is_some()) {
            return Err(Field::at("billing_period").error(Problem::Subscription));
        }
        // The balance of a deposit, or a vendor's part of a marketplace order.
        let is_balance = text::is(&self.created_via, "wc_deposits")
            || self.line_items.iter().any(LineItem::is_balance_of_deposit);
        if text::id(&self.parent_id).is_some() || is_balance {
            return Err(Field::at("parent_id").error(Problem::PartOfAnotherOrder));
        }
        Ok(())
    }

    /// Returns the first readable date: plugins that import orders omit some, or write zeros.
    fn sold_at(&self) -> Result<Timestamp, AdapterError> {
        let dates = [
            Some(&self.date_created_gmt),
            Some(&self.date_created),
            self.date_paid_gmt.as_ref(),
            Some(&self.date_paid),
            Some(&self.date_modified_gmt),
            Some(&self.date_modified),
        ];
        let sold_at = dates.into_iter().flatten().find_map(|date| instant(date));
        sold_at.ok_or(Field::at("date_created_gmt").error(Problem::NotAnInstant))
    }
}

/// Returns the sale that the order reports. Refunds are known by amount; they are known by line
/// only if our `WordPress` plugin adds the returned units.
///
/// # Errors
/// [`Problem::Subscription`] and [`Problem::PartOfAnotherOrder`] for an order that is no separate
/// sale. Otherwise names the field that is missing or malformed.
pub fn sale(order: Order) -> Result<Sale, AdapterError> {
    order.check_kind()?;
    let currency = text::currency_of_sale(&order.currency);
    let status = Field::at("status").required(text::known(&order.status))?;
    let id = Field::at("id").id(&order.id)?;
    let sold_at = order.sold_at()?;
    let amount = |text: &str| decimal::amount(text, currency).unwrap_or(0);
    let is_paid = order.is_paid();
    let mut items = Items::new();
    for item in order.line_items {
        item.add(&mut items, currency);
    }
    let total = Field::at("total").amount_or(items.cost(), &order.total, currency)?;
    let mut rest = total
        .saturating_sub(amount(&order.shipping_total))
        .saturating_sub(amount(&order.total_tax));
    for fee in &order.fee_lines {
        let fee = amount(&fee.total);
        items.take_off(fee.min(0).saturating_neg());
        rest = rest.saturating_sub(fee.max(0));
    }
    // If the items or one of their prices are missing, they cost the total less shipping, fees and
    // tax.
    let items_total = items.cost().unwrap_or(rest.max(items.known_cost()));
    let opted_in = order.meta_data.iter().find(|meta| meta.key == opt_in::ATTRIBUTE);
    let opted_in = opted_in.and_then(|meta| opt_in::read(&meta.value));
    let updated = [&order.date_modified_gmt, &order.date_modified];
    let sale = Sale {
        updated_at: updated.into_iter().find_map(|date| instant(date)).unwrap_or(sold_at),
        status: super::status(&status, is_paid),
        total,
        items_total,
        refunded: refunded(&order.refunds, currency),
        coupons: text::names(order.coupon_lines.into_iter().map(|coupon| coupon.code).collect()),
        opted_in,
        ..claimed(Platform::Woocommerce, id, sold_at, currency)
    };
    Ok(items.into_sale(sale))
}

/// Returns the money returned; a refund may lack its minus sign.
fn refunded(refunds: &[Amount], currency: Currency) -> i64 {
    let amounts = refunds.iter().filter_map(|refund| decimal::amount(&refund.total, currency));
    amounts.fold(0, |sum, amount| sum.saturating_add(amount.saturating_abs()))
}
