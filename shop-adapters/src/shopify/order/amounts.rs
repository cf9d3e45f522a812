//! Computes the cost and the refunds of an order after edits, exchanges and returns.

use super::Order;
use crate::items::Items;
use crate::shopify::line_item::LineItem;
use crate::shopify::price_set::Money;
use crate::shopify::refund::{returned_money, returned_value};
use crate::{AdapterError, Field, Problem};

/// The amounts of a sale.
pub(super) struct Amounts {
    pub(super) total: i64,
    pub(super) items_total: i64,
    pub(super) refunded: i64,
}

/// Computes the amounts. Edits and exchanges remove items with or without a repayment. Items
/// removed without a repayment were never charged; items removed with one count as a refund.
/// An amount after edits counts only if it is one.
pub(super) fn of(order: &Order, money: Money, items: &Items) -> Result<Amounts, AdapterError> {
    let positive = |set, plain| money.amount(set, plain).filter(|amount| *amount >= 0);
    let refunded = returned_money(&order.refunds, money);
    let returned = returned_value(&order.refunds, money);
    let total = money.amount(&order.total_price_set, &order.total_price);
    let current_total = positive(&order.current_total_price_set, &order.current_total_price);
    let subtotal = positive(&order.subtotal_price_set, &order.subtotal_price);
    let current = positive(&order.current_subtotal_price_set, &order.current_subtotal_price);
    // An edit may make items cheaper and return none.
    let cheaper = subtotal.zip(current).map_or(0, |(then, now)| then.saturating_sub(now));
    let returned = returned.max(cheaper);
    // A repayment may be for items that an edit removed, or for something else: then the total fell
    // by both amounts.
    let both = returned.saturating_add(refunded);
    let fell = total.zip(current_total).map_or(0, |(total, now)| total.saturating_sub(now));
    let paid_back = both.saturating_sub(fell).max(0).min(returned).min(refunded);
    let unpaid = returned.saturating_sub(paid_back).max(0);

    let with_tax = match (subtotal, current) {
        (_, Some(current)) => Some(current.saturating_add(paid_back)),
        (Some(subtotal), None) => Some(subtotal.saturating_sub(unpaid)),
        (None, None) => None,
    };
    let told = with_tax.zip(subtotal.or(current)).map(|(cost, subtotal)| {
        let tax = if order.taxes_included { tax(&order.line_items, money) } else { 0 };
        cost.saturating_sub(share(tax, cost, subtotal))
    });

    let shipping = shipping(order, money);
    let tax = total_tax(order, money);
    let shown = match with_tax {
        Some(cost) if order.taxes_included => Some(cost),
        cost => cost.or(items.cost()).map(|cost| cost.saturating_add(tax)),
    };
    let shown = shown.map(|cost| cost.saturating_add(shipping));
    let total = match (total, current_total) {
        (Some(total), Some(current)) => current.max(total.min(current.saturating_add(refunded))),
        (None, Some(current)) => current.saturating_add(refunded),
        (Some(total), None) => total.saturating_sub(unpaid),
        (None, None) => {
            let field = Field::at("total_price");
            field.amount_or(shown, &order.total_price, money.currency)?
        }
    };
    if total < 0 {
        return Err(Field::at("total_price").error(Problem::Negative));
    }
    let rest = total.saturating_sub(shipping).saturating_sub(tax);
    let items_total = told.or(items.cost()).unwrap_or_else(|| rest.max(items.known_cost()));
    Ok(Amounts { total, items_total, refunded })
}

/// Returns the cost of shipping: an order has one amount, a draft or checkout one for each line.
fn shipping(order: &Order, money: Money) -> i64 {
    let lines = order.shipping_lines.iter().chain(&order.shipping_line);
    let lines = lines.filter_map(|line| money.amount(&line.price_set, &line.price));
    let at_once = money.amount(&order.total_shipping_price_set, "");
    at_once.unwrap_or_else(|| lines.fold(0, i64::saturating_add))
}

/// Returns the tax on everything, or on the lines if the order does not tell it.
fn total_tax(order: &Order, money: Money) -> i64 {
    let told = money.amount(&order.total_tax_set, &order.total_tax);
    told.unwrap_or_else(|| tax(&order.line_items, money))
}

fn tax(items: &[LineItem], money: Money) -> i64 {
    items.iter().map(|item| item.tax(money)).fold(0, i64::saturating_add)
}

/// Returns the part of an amount that belongs to `part` of a whole.
fn share(amount: i64, part: i64, whole: i64) -> i64 {
    let share = i128::from(amount)
        .checked_mul(i128::from(part.max(0)))
        .and_then(|amount| amount.checked_div(i128::from(whole)));
    share.and_then(|share| i64::try_from(share).ok()).unwrap_or(amount)
}
