//! The purchase order as a document: a page that prints well, for the books.

use askama::Template;

use order_events::Proof;

use crate::domain::formatting::money;
use crate::domain::local_time::{day_in_words, month_in_words};
use crate::domain::states::{DigestCover, LineKind, PaymentState, PurchaseOrderState};
use crate::store::payments::PaymentRow;
use crate::store::purchase_order_items::ItemRow;
use crate::store::purchase_order_lines::LineRow;
use crate::store::purchase_orders::PurchaseOrderRow;
use crate::web::pay::view::{Line, line};

#[derive(Template)]
#[template(path = "document.html")]
struct DocumentPage<'a> {
    token: &'a str,
    /// `None` while the month is open.
    number: Option<String>,
    merchant: &'a str,
    month: String,
    /// Its first and its last day, in the merchant's time zone.
    from: Option<String>,
    until: Option<String>,
    time_zone: &'a str,
    issued_on: Option<String>,
    state: &'a str,
    paid_on: Option<String>,
    /// How it was paid: by a card, or what the payer calls the payment.
    paid_by: Option<String>,
    /// How to pay by other means than a card, as long as it is to be paid.
    instructions: Option<&'a str>,
    lines: Vec<Line<'a>>,
    trees: i64,
    total: String,
    items: Vec<Item<'a>>,
    is_cut: bool,
    digest: Option<&'a str>,
    covers_orders: bool,
}

/// An item of a line.
struct Item<'a> {
    day: Option<String>,
    /// The order id of the shop, or the merchant's own reference.
    reference: &'a str,
    shop: &'a str,
    reason: &'a str,
    proof: &'a str,
    trees: Option<i64>,
    total: String,
}

/// The content of the page.
pub(crate) struct Shown<'a> {
    pub(crate) order: &'a PurchaseOrderRow,
    pub(crate) lines: &'a [LineRow],
    pub(crate) items: &'a [ItemRow],
    /// True if there are more items than these.
    pub(crate) is_cut: bool,
    /// The last attempt to pay.
    pub(crate) payment: Option<&'a PaymentRow>,
    /// How to pay by other means than a card.
    pub(crate) instructions: Option<&'a str>,
}

/// Writes the page.
pub(crate) fn render(token: &str, shown: &Shown<'_>) -> askama::Result<String> {
    let order = shown.order;
    let money = |amount: i64| money(amount, &order.currency);
    let day = |milliseconds: i64| day_in_words(milliseconds, &order.time_zone);
    DocumentPage {
        token,
        number: order.number(),
        merchant: &order.merchant,
        month: month_in_words(&order.period),
        from: day(order.starts_at),
        until: day(order.ends_at.saturating_sub(1)),
        time_zone: &order.time_zone,
        issued_on: order.closed_at.and_then(day),
        state: order.state.as_str(),
        paid_on: order.paid_at.and_then(day),
        paid_by: shown
            .payment
            .filter(|payment| payment.state == PaymentState::Paid)
            .and_then(paid_by),
        instructions: shown.instructions.filter(|_| order.state == PurchaseOrderState::PaymentDue),
        lines: shown.lines.iter().map(|row| line(row, money)).collect(),
        trees: order.trees,
        total: money(order.total),
        items: shown
            .items
            .iter()
            .map(|row| Item {
                day: day(row.at),
                reference: row.sale.as_deref().or(row.reference.as_deref()).unwrap_or_default(),
                shop: row.shop.as_deref().unwrap_or_default(),
                reason: &row.reason,
                proof: row.proof.map_or("", Proof::as_str),
                trees: (row.kind != LineKind::CarriedOver).then_some(row.trees),
                total: money(row.total),
            })
            .collect(),
        is_cut: shown.is_cut,
        digest: order.digest.as_deref(),
        covers_orders: order.digest_covers == Some(DigestCover::Orders),
    }
    .render()
}

fn paid_by(payment: &PaymentRow) -> Option<String> {
    if payment.is_recorded() {
        return payment.reference.clone();
    }
    let digits = payment.card_last_four.as_deref()?;
    Some(format!("the card ending in {digits}"))
}
