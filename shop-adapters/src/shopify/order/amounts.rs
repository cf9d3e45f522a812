//! Computes the cost and the refunds of an order after edits, exchanges and returns.

use super::Order;
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
/// `lines` is the cost of the lines.
pub(super) fn of(order: &Order, money: Money, lines: i64) -> Result<Amounts, AdapterError> {
    let refunded = returned_money(&order.refunds, money);
    let returned = returned_value(&order.refunds, money);
    let total = money.amount(&order.total_price_set, &order.total_price);
    let current_total = money.amount(&order.current_total_price_set, &order.current_total_price);
    let subtotal = money.amount(&order.subtotal_price_set, &order.subtotal_price);
    let current = money.amount(&order.current_subtotal_price_set, &order.current_subtotal_price);
    // An edit may make items cheaper and return none.
    let cheaper = subtotal.zip(current).map_or(0, |(then, now)| then.saturating_sub(now));
    let returned = returned.max(cheaper);
    // A repayment may be for items that an edit removed, or for something else: then the total fell
    // by both amounts.
    let both = returned.saturating_add(refunded);
    let fell = total.zip(current_total).map_or(0, |(total, now)| total.saturating_sub(now));
    let paid_back = both.saturating_sub(fell).max(0).min(returned).min(refunded);
    let unpaid = returned.saturating_sub(paid_back).max(0);

    let items_total = match (subtotal, current) {
        (_, Some(current)) => current.saturating_add(paid_back),
        (Some(subtotal), None) => subtotal.saturating_sub(unpaid),
        (None, None) => lines,
    };
    let items_total = match subtotal.or(current) {
        Some(subtotal) if order.taxes_included => {
            items_total.saturating_sub(share(tax(&order.line_items, money), items_total, subtotal))
        }
        _ => items_total,
    };

    let total = match (total, current_total) {
        (Some(total), Some(current)) => current.max(total.min(current.saturating_add(refunded))),
        (None, Some(current)) => current.saturating_add(refunded),
        (Some(total), None) => total.saturating_sub(unpaid),
        (None, None) => Field::at("total_price").amount(&order.total_price, money.currency)?,
    };
    if total < 0 {
        return Err(Field::at("total_price").error(Problem::Negative));
    }
    Ok(Amounts { total, items_total, refunded })
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
