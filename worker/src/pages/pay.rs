//! The page of a purchase order with the button that pays it.

use askama::Template;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use order_events::{Currency, Money};

use crate::payments::Provider;
use crate::store::payments::PaymentRow;
use crate::store::purchase_orders::{LineRow, PurchaseOrderRow};

#[derive(Template)]
#[template(path = "pay.html")]
struct PayPage<'a> {
    token: &'a str,
    merchant: &'a str,
    /// `November 2026`.
    month: String,
    lines: Vec<Line<'a>>,
    trees: i64,
    total: String,
    /// `open`, `closed`, `payment due` or `paid`.
    state: &'a str,
    sandbox: bool,
    /// Why the last attempt did not pay.
    notice: Option<&'a str>,
    /// The card that the bank wants to be confirmed, or that paid.
    card_last_four: &'a str,
    authentication_needed: bool,
    /// `30 November 2026`, in the merchant's time zone.
    paid_on: Option<String>,
    /// The day on which an open purchase order will be closed.
    closes_on: Option<String>,
}

struct Line<'a> {
    campaign: &'a str,
    shop: &'a str,
    orders: i64,
    trees: i64,
    unit_price: String,
    total: String,
}

/// Writes the page; `notice` is what was wrong with the form that was just sent.
pub(crate) fn render(
    token: &str,
    order: &PurchaseOrderRow,
    lines: &[LineRow],
    payment: Option<&PaymentRow>,
    provider: Provider,
    notice: Option<&str>,
) -> askama::Result<String> {
    let money = |amount: i64| money(amount, &order.currency);
    let declined = payment.filter(|payment| payment.state == "declined");
    let day = |milliseconds: i64| day(milliseconds, &order.time_zone);
    PayPage {
        token,
        merchant: &order.merchant,
        month: month(&order.period),
        lines: lines
            .iter()
            .map(|line| Line {
                campaign: &line.campaign,
                shop: &line.shop,
                orders: line.orders,
                trees: line.trees,
                unit_price: money(line.unit_price),
                total: money(line.total),
            })
            .collect(),
        trees: order.trees,
        total: money(order.total),
        state: &order.state,
        sandbox: provider == Provider::Sandbox,
        notice: notice.or(declined.and_then(|payment| payment.message.as_deref())),
        card_last_four: payment.map_or("", |payment| &payment.card_last_four),
        authentication_needed: payment.is_some_and(|p| p.state == "authentication needed"),
        paid_on: order.paid_at.and_then(day),
        // The month's last day is the day before its first instant that is no longer in it.
        closes_on: day(order.ends_at.saturating_sub(1)),
    }
    .render()
}

fn money(amount: i64, currency: &str) -> String {
    match currency.parse::<Currency>() {
        Ok(currency) => Money { amount, currency }.to_string(),
        Err(_) => format!("{amount} {currency}"),
    }
}

fn month(period: &str) -> String {
    match format!("{period}-01").parse::<Date>() {
        Ok(first) => first.strftime("%B %Y").to_string(),
        Err(_) => period.to_owned(),
    }
}

fn day(milliseconds: i64, zone: &str) -> Option<String> {
    let instant = jiff::Timestamp::from_millisecond(milliseconds).ok()?;
    let local = instant.to_zoned(TimeZone::get(zone).ok()?);
    Some(local.strftime("%-d %B %Y").to_string())
}
