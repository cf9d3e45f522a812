//! One purchase order, as a page: open or closed.

use askama::Template;
use order_events::Proof;

use super::copy::{method, outcome, state};
use crate::domain::days::{self, Sold};
use crate::domain::formatting::{grouped, money};
use crate::domain::local_time::{day_in_words, minute_in_words, month_in_words};
use crate::domain::states::{DigestCover, LineKind, MailState, PurchaseOrderState};
use crate::store::purchase_order_history::History;
use crate::store::purchase_order_items::ItemRow;
use crate::store::purchase_order_quarters::{QUARTER, QuarterRow};
use crate::store::purchase_orders::PurchaseOrderRow;
use crate::store::sessions::SessionRow;
use crate::web::pay::view::{Line, line};
use crate::web::settings::payments::copy::{mail_kind, mail_state, steps};

/// The part that both pages have.
struct Head<'a> {
    id: &'a str,
    month: String,
    /// `None` while the month is open.
    number: Option<String>,
    state: String,
    badge: &'static str,
    trees: String,
    total: String,
    /// Its last day.
    until: String,
    time_zone: &'a str,
    /// The pay page; `None` if the key that encrypted the link is gone.
    link: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "settings/purchase_orders/open.html")]
struct OpenPage<'a> {
    session: &'a SessionRow,
    /// The path of this page.
    place: &'static str,
    head: Head<'a>,
    days: Vec<DayView>,
    /// Orders of earlier months, which came after their close.
    late: Option<DayView>,
    /// Credits and carried-over totals: trees and amount.
    changes: Option<(String, String)>,
}

struct DayView {
    name: String,
    orders: String,
    trees: String,
    total: String,
}

#[derive(Template)]
#[template(path = "settings/purchase_orders/closed.html")]
struct ClosedPage<'a> {
    session: &'a SessionRow,
    /// The path of this page.
    place: &'static str,
    head: Head<'a>,
    from: String,
    closed_on: Option<String>,
    /// True if it can be paid by card now.
    pays: bool,
    steps: Vec<String>,
    lines: Vec<Line<'a>>,
    trees: i64,
    total: String,
    items: Vec<ItemView<'a>>,
    orders: i64,
    credits: i64,
    are_credits: bool,
    is_first: bool,
    /// The last item of the page, if more follow.
    next: Option<&'a str>,
    payments: Vec<PaymentView>,
    mails: Vec<MailView<'a>>,
    digest: Option<DigestView<'a>>,
    /// The address of the recipe of digests.
    recipe: &'static str,
}

/// The page that anybody can read who wants to recompute a digest.
const RECIPE: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/digest.md");

struct DigestView<'a> {
    text: &'a str,
    /// False if it was computed when digests covered the lines only.
    covers_orders: bool,
}

struct ItemView<'a> {
    day: String,
    /// The order id of the shop, or the merchant's own reference.
    name: &'a str,
    shop: &'a str,
    reason: &'a str,
    proof: &'a str,
    trees: String,
    total: String,
}

struct PaymentView {
    at: String,
    method: String,
    amount: String,
    state: &'static str,
    badge: &'static str,
    message: Option<String>,
}

struct MailView<'a> {
    at: String,
    kind: &'static str,
    state: &'static str,
    problem: Option<&'a str>,
}

/// The content of the page of a closed purchase order.
pub(super) struct Shown<'a> {
    pub(super) session: &'a SessionRow,
    pub(super) order: &'a PurchaseOrderRow,
    pub(super) history: History,
    /// True if the page lists credits instead of orders.
    pub(super) are_credits: bool,
    pub(super) is_first: bool,
    pub(super) items_on_page: usize,
    /// The path of the pay page.
    pub(super) link: Option<&'a str>,
    pub(super) takes_cards: bool,
}

const PLACE: &str = "/settings/purchase-orders";

fn head<'a>(order: &'a PurchaseOrderRow, link: Option<&'a str>) -> Head<'a> {
    let (state, badge) = state(order);
    let until = day_in_words(order.ends_at.saturating_sub(1), &order.time_zone);
    Head {
        id: &order.id,
        month: month_in_words(&order.period),
        number: order.number(),
        state,
        badge,
        trees: grouped(order.trees),
        total: money(order.total, &order.currency),
        until: until.unwrap_or_default(),
        time_zone: &order.time_zone,
        link,
    }
}

/// Writes the page of an open purchase order as it is at the instant `now`.
pub(super) fn render_open(
    session: &SessionRow,
    order: &PurchaseOrderRow,
    quarters: &[QuarterRow],
    link: Option<&str>,
    now: i64,
) -> askama::Result<String> {
    let until = order.ends_at.min(now.saturating_add(1));
    let sold = quarters.iter().map(|row| Sold {
        at: row.quarter.saturating_mul(QUARTER),
        orders: row.orders,
        trees: row.trees,
        total: row.total,
    });
    let (days, late) = days::days((order.starts_at, until), &order.time_zone, sold);
    let money = |amount: i64| money(amount, &order.currency);
    let view = |name: String, orders: i64, trees: i64, total: i64| DayView {
        name,
        orders: grouped(orders),
        trees: grouped(trees),
        total: money(total),
    };
    let sum = |of: fn(&QuarterRow) -> i64| quarters.iter().map(of).fold(0_i64, i64::saturating_add);
    let trees = order.trees.saturating_sub(sum(|row| row.trees));
    let total = order.total.saturating_sub(sum(|row| row.total));
    OpenPage {
        session,
        place: PLACE,
        head: head(order, link),
        days: days
            .into_iter()
            .rev()
            .filter(|day| day.orders > 0)
            .map(|day| view(day.name, day.orders, day.trees, day.total))
            .collect(),
        late: (late.orders > 0)
            .then(|| view("Earlier months".to_owned(), late.orders, late.trees, late.total)),
        changes: (trees != 0 || total != 0).then(|| (grouped(trees), money(total))),
    }
    .render()
}

/// Writes the page of a closed purchase order.
pub(super) fn render_closed(shown: Shown<'_>) -> askama::Result<String> {
    let Shown { order, mut history, .. } = shown;
    let has_more = history.items.len() > shown.items_on_page;
    history.items.truncate(shown.items_on_page);
    let ends_with_orders = history.items.last().is_some_and(|item| item.kind == LineKind::Orders);
    if !shown.are_credits {
        history.items.retain(|item| item.kind == LineKind::Orders);
    }
    let money = |amount: i64| money(amount, &order.currency);
    let day = |at: i64| day_in_words(at, &order.time_zone);
    let count = |kind: LineKind| {
        let lines = history.lines.iter().filter(|line| line.kind == kind);
        lines.fold(0_i64, |sum, line| sum.saturating_add(line.orders))
    };
    let next = history.items.last().filter(|_| has_more && (shown.are_credits || ends_with_orders));
    ClosedPage {
        session: shown.session,
        place: PLACE,
        head: head(order, shown.link),
        from: day(order.starts_at).unwrap_or_default(),
        closed_on: order.closed_at.and_then(day),
        pays: order.state == PurchaseOrderState::PaymentDue && shown.takes_cards,
        steps: steps(order, |at| at.and_then(day)),
        lines: history.lines.iter().map(|row| line(row, money)).collect(),
        trees: order.trees,
        total: money(order.total),
        items: history.items.iter().map(|item| item_view(item, order)).collect(),
        orders: count(LineKind::Orders),
        credits: count(LineKind::Credits),
        are_credits: shown.are_credits,
        is_first: shown.is_first,
        next: next.map(|item| item.id.as_str()),
        payments: history
            .payments
            .iter()
            .map(|row| {
                let (state, badge) = outcome(row.state);
                PaymentView {
                    at: minute_in_words(row.at, &order.time_zone).unwrap_or_default(),
                    method: method(
                        row.method,
                        row.card_last_four.as_deref(),
                        row.reference.as_deref(),
                    ),
                    amount: money(row.amount),
                    state,
                    badge,
                    message: row.message.clone(),
                }
            })
            .collect(),
        mails: history
            .mails
            .iter()
            .map(|row| MailView {
                at: minute_in_words(row.created_at, &order.time_zone).unwrap_or_default(),
                kind: mail_kind(row.kind),
                state: mail_state(row.state),
                problem: row.problem.as_deref().filter(|_| row.state != MailState::Sent),
            })
            .collect(),
        digest: order.digest.as_deref().map(|text| DigestView {
            text,
            covers_orders: order.digest_covers == Some(DigestCover::Orders),
        }),
        recipe: RECIPE,
    }
    .render()
}

fn item_view<'a>(item: &'a ItemRow, order: &PurchaseOrderRow) -> ItemView<'a> {
    ItemView {
        day: day_in_words(item.at, &order.time_zone).unwrap_or_default(),
        name: item.sale.as_deref().or(item.reference.as_deref()).unwrap_or_default(),
        shop: item.shop.as_deref().unwrap_or_default(),
        reason: &item.reason,
        proof: item.proof.map_or("", Proof::as_str),
        trees: grouped(item.trees),
        total: money(item.total, &order.currency),
    }
}
