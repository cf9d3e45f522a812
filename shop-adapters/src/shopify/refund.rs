//! A refund: the body of Shopify's `refunds/create` webhook, and an entry of an order's `refunds`.
//!
//! Money that really went back is in the transactions; what the lines say may differ from it, and
//! often does. There is no currency at the top: it stands in the sets beside the amounts.
//! Source: shopify.dev, Webhooks, API version 2026-07.

mod fact;

pub use fact::{RefundFact, fact};

use order_events::{Line, Platform, Sale, SaleStatus, Timestamp, limits};
use serde::Deserialize;

use super::line_item::{LineItem, Paths};
use super::order_id;
use super::price_set::{Currencies, PriceSet};
use crate::check::checked;
use crate::placed::placed;
use crate::{AdapterError, Decimal, Field, Id, Problem};

/// The refund, without the note on it.
#[derive(Clone, Debug, Deserialize)]
pub struct Refund {
    id: Option<Id>,
    order_id: Option<Id>,
    created_at: Option<String>,
    #[serde(rename = "refund_line_items")]
    lines: Option<Vec<RefundLineItem>>,
    transactions: Option<Vec<Transaction>>,
    order_adjustments: Option<Vec<OrderAdjustment>>,
    total_duties_set: Option<PriceSet>,
}

#[derive(Clone, Debug, Deserialize)]
struct RefundLineItem {
    line_item_id: Option<Id>,
    quantity: Option<Decimal>,
    subtotal_set: Option<PriceSet>,
    line_item: Option<LineItem>,
}

#[derive(Clone, Debug, Deserialize)]
struct Transaction {
    kind: Option<String>,
    status: Option<String>,
    amount: Option<Decimal>,
    currency: Option<String>,
    test: Option<bool>,
}

/// What a refund gives back beside its lines.
#[derive(Clone, Debug, Deserialize)]
struct OrderAdjustment {
    amount_set: Option<PriceSet>,
}

const PATHS: Paths = Paths {
    quantity: "refund_line_items[].line_item.quantity",
    price: "refund_line_items[].line_item.price",
    discounts: "refund_line_items[].line_item.discount_allocations",
    taxes: "refund_line_items[].line_item.tax_lines",
};

impl Refund {
    /// Amounts in both currencies, in the order in which they are trusted.
    fn price_sets(&self) -> impl Iterator<Item = &PriceSet> {
        let lines = self.lines.iter().flatten();
        let adjustments = self.order_adjustments.iter().flatten();
        lines
            .filter_map(|line| line.subtotal_set.as_ref())
            .chain(adjustments.filter_map(|adjustment| adjustment.amount_set.as_ref()))
            .chain(&self.total_duties_set)
    }
}

fn created_at(refund: &Refund) -> Result<Timestamp, AdapterError> {
    Field::at("created_at").timestamp(refund.created_at.as_deref())
}

fn currencies(refund: &Refund) -> Result<Currencies<'_>, AdapterError> {
    let transactions = refund.transactions.iter().flatten();
    let code = refund
        .price_sets()
        .find_map(PriceSet::presentment_currency)
        .or(transactions.into_iter().find_map(|money| money.currency.as_deref()));
    let field = Field::at("refund_line_items[].subtotal_set.presentment_money.currency_code");
    Ok(Currencies { sale: field.currency(code)?, shop: None, rate: refund.price_sets().next() })
}

/// The part of the sale that one refund alone tells of: the lines it returns, whole, with the
/// units returned, and the money returned. It does not know the other lines, so `total` is only
/// what it must be at least; nor when the sale was made, so `sold_at` is the time of the refund;
/// nor whether prices include tax, so lines may. Only a paid sale is refunded: the status is
/// `paid`. Where the rest of the sale is known, or will be, use [`fact`].
///
/// # Errors
/// Names the field that is missing or malformed, or that breaks a limit of
/// [`order_events::limits`].
pub fn sale(mut refund: Refund) -> Result<Sale, AdapterError> {
    let id = order_id(Field::at("order_id"), refund.order_id.take())?;
    let currencies = currencies(&refund)?;
    let created_at = created_at(&refund)?;
    let refunded = returned_money(std::slice::from_ref(&refund), &currencies)?;
    let is_test = refund.transactions.iter().flatten().any(|money| money.test == Some(true));
    let lines = lines(&refund, &currencies)?;
    let items_total = Field::at(PATHS.price).sum(lines.iter().map(|line| Ok(line.total)))?;
    checked(Sale {
        status: SaleStatus::Paid,
        test: is_test,
        total: items_total.max(refunded),
        items_total,
        refunded,
        lines,
        ..placed(Platform::Shopify, id, created_at, currencies.sale)
    })
}

/// One line for each line of the order, however many entries of the refund return it.
fn lines(refund: &Refund, currencies: &Currencies) -> Result<Vec<Line>, AdapterError> {
    let entries = refund.lines.as_deref().unwrap_or_default();
    if entries.len() > limits::LINES_PER_SALE {
        return Err(Field::at("refund_line_items").error(Problem::TooMany));
    }
    let mut seen: Vec<&Id> = Vec::new();
    let mut lines = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let id = Field::within("refund_line_items[].line_item_id", index)
            .required(entry.line_item_id.as_ref())?;
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let item = Field::within("refund_line_items[].line_item", index)
            .required(entry.line_item.clone())?;
        let units = returned_units(std::slice::from_ref(refund), Some(id))?;
        lines.push(item.into_line(&PATHS, index, currencies, false, units)?);
    }
    Ok(lines)
}

/// Money that refunds returned: their successful transactions.
pub(super) fn returned_money(
    refunds: &[Refund],
    currencies: &Currencies,
) -> Result<i64, AdapterError> {
    let field = Field::at("transactions[].amount");
    let transactions = refunds.iter().flat_map(|refund| refund.transactions.iter().flatten());
    field.sum(
        transactions
            .filter(|money| {
                money.kind.as_deref() == Some("refund")
                    && money.status.as_deref() == Some("success")
            })
            .map(|money| {
                currencies.converted(field, money.amount.as_ref(), money.currency.as_deref())
            }),
    )
}

/// Units of one line of the order that refunds returned.
pub(super) fn returned_units(
    refunds: &[Refund],
    line_item: Option<&Id>,
) -> Result<u32, AdapterError> {
    let entries = refunds.iter().flat_map(|refund| refund.lines.iter().flatten());
    entries
        .filter(|entry| line_item.is_some() && entry.line_item_id.as_ref() == line_item)
        .try_fold(0_u32, |units, entry| {
            let returned =
                Field::at("refund_line_items[].quantity").count(entry.quantity.as_ref())?;
            Ok(units.saturating_add(returned))
        })
}
