//! A refund: the body of Shopify's `refunds/create` webhook, and an entry of an order's `refunds`.
//!
//! The transactions hold the money that was really returned; the lines often differ from it. The
//! refund has no currency of its own: the sets beside the amounts have it. Source: shopify.dev,
//! Webhooks, API version 2026-07.

mod fact;

pub use fact::{RefundFact, fact};

use order_events::{Currency, Platform, Sale, Timestamp};
use serde::Deserialize;

use super::line_item::LineItem;
use super::order_id;
use super::price_set::{Money, PriceSet};
use crate::browser_sale::claimed;
use crate::decimal::Quantity;
use crate::instant::instant;
use crate::items::Items;
use crate::{AdapterError, Field, decimal, text};

/// The refund, without the note on it.
#[derive(Clone, Debug, Deserialize)]
pub struct Refund {
    id: String,
    order_id: String,
    created_at: String,
    processed_at: String,
    #[serde(rename = "refund_line_items")]
    lines: Vec<RefundLineItem>,
    transactions: Vec<Transaction>,
    order_adjustments: Vec<OrderAdjustment>,
    #[serde(rename = "refund_shipping_lines")]
    shipping_lines: Vec<ShippingLine>,
    total_duties_set: PriceSet,
}

#[derive(Clone, Debug, Deserialize)]
struct RefundLineItem {
    line_item_id: String,
    quantity: String,
    subtotal: String,
    subtotal_set: PriceSet,
    total_tax_set: PriceSet,
    line_item: LineItem,
}

#[derive(Clone, Debug, Deserialize)]
struct Transaction {
    kind: String,
    status: String,
    amount: String,
    amount_set: PriceSet,
    currency: String,
    test: bool,
}

/// An amount that a refund returns beside its lines.
#[derive(Clone, Debug, Deserialize)]
struct OrderAdjustment {
    amount_set: PriceSet,
}

#[derive(Clone, Debug, Deserialize)]
struct ShippingLine {
    subtotal_amount_set: PriceSet,
}

impl Refund {
    /// Returns amounts in both currencies, the most reliable first.
    fn price_sets(&self) -> impl Iterator<Item = &PriceSet> {
        let lines = self.lines.iter().map(|line| &line.subtotal_set);
        lines
            .chain(self.order_adjustments.iter().map(|adjustment| &adjustment.amount_set))
            .chain(self.shipping_lines.iter().map(|line| &line.subtotal_amount_set))
            .chain([&self.total_duties_set])
            .chain(self.lines.iter().map(|line| &line.line_item.price_set))
    }
}

impl Refund {
    /// The money of the successful transactions, in the shop's currency. A transaction is in the
    /// currency of the buyer. If what the refund lists adds up to the transactions in that
    /// currency, its sum in the shop's currency is exact; otherwise a rate turns one into the
    /// other.
    fn returned_money(&self, money: Money) -> i64 {
        let mut converted: i64 = 0;
        let mut of_buyer: i64 = 0;
        for each in &self.transactions {
            let is_refund = text::is(&each.kind, "refund") && text::is(&each.status, "success");
            if !is_refund {
                continue;
            }
            let currency = text::currency(&each.currency).unwrap_or(money.currency);
            let amount = decimal::amount(&each.amount, currency).unwrap_or(0);
            of_buyer = of_buyer.saturating_add(amount.saturating_abs());
            let in_shop_money = money.amount(&each.amount_set, "");
            let amount = in_shop_money.or_else(|| money.converted(&each.amount, &each.currency));
            converted = converted.saturating_add(amount.unwrap_or(0).saturating_abs());
        }
        let listed = [self.listed(false), self.listed(true)].into_iter().flatten();
        let exact = listed.into_iter().find(|(_, buyers)| of_buyer > 0 && *buyers == of_buyer);
        exact.map_or(converted, |(shops, _)| shops)
    }

    /// Returns the sum of the listed amounts in the shop's currency and in the buyer's: lines,
    /// shipping and duties, and the adjustments, which are negative if they give money back. Prices
    /// may include the tax. `None` if an amount of a line is not in both.
    fn listed(&self, with_tax: bool) -> Option<(i64, i64)> {
        let mut sum: (i64, i64) = (0, 0);
        let mut add = |(shops, buyers): (i64, i64)| {
            sum = (sum.0.saturating_add(shops), sum.1.saturating_add(buyers));
        };
        for line in &self.lines {
            add(line.subtotal_set.both()?);
            if with_tax {
                add(line.total_tax_set.both().unwrap_or((0, 0)));
            }
        }
        for line in &self.shipping_lines {
            add(line.subtotal_amount_set.both()?);
        }
        for adjustment in &self.order_adjustments {
            let (shops, buyers) = adjustment.amount_set.both()?;
            add((shops.saturating_neg(), buyers.saturating_neg()));
        }
        add(self.total_duties_set.both().unwrap_or((0, 0)));
        Some(sum)
    }
}

/// When money or units came back.
fn created_at(refund: &Refund) -> Result<Timestamp, AdapterError> {
    let created_at = Field::at("created_at").timestamp(&refund.created_at);
    created_at.or_else(|error| instant(&refund.processed_at).ok_or(error))
}

/// Returns the shop's currency, from the first amount that names it, or from a transaction.
fn money(refund: &Refund) -> Result<Money<'_>, AdapterError> {
    let mut sets = refund.price_sets();
    let rate = sets.find(|set| set.currency().is_some()).unwrap_or(&refund.total_duties_set);
    let mut transactions = refund.transactions.iter();
    let currency =
        rate.currency().or_else(|| transactions.find_map(|money| text::currency(&money.currency)));
    // A code that cannot be read costs the currency only.
    let mut transactions = refund.transactions.iter();
    let has_code = refund.price_sets().any(PriceSet::has_code)
        || transactions.any(|money| text::id(&money.currency).is_some());
    let currency = currency.or(has_code.then_some(Currency::UNKNOWN));
    let currency = Field::at("transactions[].currency").required(currency)?;
    Ok(Money { currency, rate })
}

/// Returns the part of the sale that one refund alone reports: the returned lines, whole, with the
/// units and the money returned. The refund does not contain the other lines, so `total` is a lower
/// bound. `sold_at` is the time of the refund, because the time of the sale is unknown. Lines may
/// include tax, because the refund does not say if prices do. Only a paid sale is refunded, so the
/// status is `paid`. If the rest of the sale is known or will be, use [`fact`].
///
/// # Errors
/// Names the field that is missing or malformed.
#[allow(clippy::needless_pass_by_value, reason = "every adapter takes its payload")]
pub fn sale(refund: Refund) -> Result<Sale, AdapterError> {
    let id = order_id(Field::at("order_id"), &refund.order_id)?;
    let money = money(&refund)?;
    let created_at = created_at(&refund)?;
    let refunds = std::slice::from_ref(&refund);
    let refunded = returned_money(refunds, money);
    let mut items = Items::new();
    let mut seen: Vec<&str> = Vec::new();
    for entry in &refund.lines {
        let id = entry.line_item_id.as_str();
        if !seen.contains(&id) && !entry.line_item.is_tip() {
            entry.line_item.add(&mut items, money, false, returned_units(refunds, id));
        }
        seen.push(id);
    }
    let items_total = items.known_cost();
    let sale = Sale {
        test: refund.transactions.iter().any(|money| money.test),
        total: items_total.max(refunded),
        items_total,
        refunded,
        ..claimed(Platform::Shopify, id, created_at, money.currency)
    };
    Ok(items.into_sale(sale))
}

/// Returns the money that refunds returned: their successful transactions.
pub(super) fn returned_money(refunds: &[Refund], money: Money) -> i64 {
    refunds.iter().map(|refund| refund.returned_money(money)).fold(0, i64::saturating_add)
}

/// Returns the cost of the units that came back, with or without money.
pub(super) fn returned_value(refunds: &[Refund], money: Money) -> i64 {
    let entries = refunds.iter().flat_map(|refund| &refund.lines);
    entries
        .filter_map(|entry| money.amount(&entry.subtotal_set, &entry.subtotal))
        .fold(0, i64::saturating_add)
}

/// Returns the units of one line of the order that refunds returned.
pub(super) fn returned_units(refunds: &[Refund], line_item: &str) -> u32 {
    let entries = refunds.iter().flat_map(|refund| &refund.lines);
    entries
        .filter(|entry| !line_item.is_empty() && entry.line_item_id == line_item)
        .fold(0, |units, entry| units.saturating_add(Quantity::read(&entry.quantity).units()))
}
