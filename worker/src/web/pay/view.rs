//! The page of a purchase order with the button that pays it.

use askama::Template;

use crate::domain::consent;
use crate::domain::formatting::money;
use crate::domain::local_time::{day_in_words, month_in_words};
use crate::domain::states::{LineKind, PaymentState};
use crate::payments::CardForm;
use crate::store::payers::SavedCardRow;
use crate::store::payments::PaymentRow;
use crate::store::purchase_order_lines::LineRow;
use crate::store::purchase_orders::PurchaseOrderRow;

/// The form of this page may lead on to the provider's, whose host the deployer may have chosen.
pub(crate) const CONTENT_SECURITY_POLICY_LEADING_ON: &str = "default-src 'none'; \
    style-src 'self'; form-action 'self' https:; frame-ancestors 'none'; base-uri 'none'";

#[derive(Template)]
#[template(path = "pay.html")]
struct PayPage<'a> {
    token: &'a str,
    merchant: &'a str,
    /// `November 2026`.
    month: String,
    /// Its number; `None` while the month is open.
    number: Option<String>,
    lines: Vec<Line<'a>>,
    trees: i64,
    total: String,
    /// `open`, `closed`, `payment due`, `paid`, `settled` or `carried over`.
    state: &'a str,
    card_form: CardForm,
    /// How to pay by other means.
    instructions: Option<&'a str>,
    /// Why the last attempt did not pay.
    notice: Option<&'a str>,
    /// The card that the bank wants to be confirmed, or that paid.
    card_last_four: Option<&'a str>,
    authentication_needed: bool,
    /// True if the saved card is being charged and the outcome is still unknown.
    charge_under_way: bool,
    /// True if the payer was led to the provider's page, and nothing has come of it yet.
    waiting_on_page: bool,
    /// The mandate for an owner who saves the card; `None` for any other holder of the link.
    consent: Option<&'static str>,
    /// The last four digits of the card that is charged when a month ends.
    saved_card: Option<&'a str>,
    /// The day on which it is charged again for this month.
    next_attempt_on: Option<String>,
    /// `30 November 2026`, in the merchant's time zone.
    paid_on: Option<String>,
    /// The day on which an open purchase order will be closed.
    closes_on: Option<String>,
}

/// A line as it is shown.
pub(crate) struct Line<'a> {
    /// The campaign, or what the line is instead of orders under one.
    pub(crate) campaign: String,
    pub(crate) shop: &'a str,
    /// How many; `None` where it is about money alone.
    pub(crate) orders: Option<i64>,
    pub(crate) trees: Option<i64>,
    pub(crate) unit_price: String,
    pub(crate) total: String,
}

/// The content of the page.
pub(crate) struct Shown<'a> {
    pub(crate) order: &'a PurchaseOrderRow,
    pub(crate) lines: &'a [LineRow],
    /// The last attempt to pay.
    pub(crate) payment: Option<&'a PaymentRow>,
    pub(crate) saved_card: Option<&'a SavedCardRow>,
    /// True if the merchant's owner looks at it, who may save a card.
    pub(crate) is_owner: bool,
    pub(crate) card_form: CardForm,
    /// How to pay by other means than a card.
    pub(crate) instructions: Option<&'a str>,
}

/// Writes the page; `notice` is what was wrong with the form that was just sent.
pub(crate) fn render(
    token: &str,
    shown: &Shown<'_>,
    notice: Option<&str>,
) -> askama::Result<String> {
    let Shown { order, lines, payment, .. } = *shown;
    let money = |amount: i64| money(amount, &order.currency);
    let declined = payment.filter(|payment| payment.state == PaymentState::Declined);
    let day = |milliseconds: i64| day_in_words(milliseconds, &order.time_zone);
    PayPage {
        token,
        merchant: &order.merchant,
        month: month_in_words(&order.period),
        number: order.number(),
        lines: lines.iter().map(|line| self::line(line, money)).collect(),
        trees: order.trees,
        total: money(order.total),
        state: order.state.as_str(),
        card_form: shown.card_form,
        instructions: shown.instructions,
        notice: notice.or(declined.and_then(|payment| payment.message.as_deref())),
        card_last_four: payment.and_then(|payment| payment.card_last_four.as_deref()),
        authentication_needed: payment
            .is_some_and(|p| p.state == PaymentState::AuthenticationNeeded),
        charge_under_way: payment.is_some_and(|p| p.is_under_way() && p.is_by_saved_card()),
        waiting_on_page: payment.is_some_and(|p| p.is_under_way() && p.page.is_some()),
        consent: shown.is_owner.then(consent::text),
        saved_card: shown.saved_card.map(|card| card.card_last_four.as_str()),
        next_attempt_on: order.next_attempt_at.and_then(day),
        paid_on: order.paid_at.and_then(day),
        // The month's last day is the day before its first instant that is no longer in it.
        closes_on: day(order.ends_at.saturating_sub(1)),
    }
    .render()
}

/// A line as it is shown, with its amounts as text.
pub(crate) fn line(row: &LineRow, money: impl Fn(i64) -> String) -> Line<'_> {
    let is_credit = row.kind == LineKind::Credits;
    let counts = row.kind != LineKind::CarriedOver;
    Line {
        campaign: if is_credit {
            format!("Taken back: {}", row.campaign)
        } else {
            row.campaign.clone()
        },
        shop: &row.shop,
        orders: counts.then_some(row.orders),
        trees: counts.then_some(row.trees),
        unit_price: if counts { money(row.unit_price) } else { String::new() },
        total: money(row.total),
    }
}
