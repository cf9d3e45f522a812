//! The list of purchase orders, as a page.

use askama::Template;

use super::copy;
use crate::domain::formatting::{grouped, money};
use crate::domain::local_time::month_in_words;
use crate::store::purchase_orders::PurchaseOrderRow;
use crate::store::sessions::SessionRow;

#[derive(Template)]
#[template(path = "settings/purchase_orders.html")]
struct PurchaseOrdersPage<'a> {
    session: &'a SessionRow,
    /// The path of this page.
    place: &'static str,
    orders: Vec<OrderView<'a>>,
    /// True for the newest months.
    is_first: bool,
    /// The last one of the page, if more follow.
    next: Option<&'a str>,
}

struct OrderView<'a> {
    id: &'a str,
    month: String,
    /// `None` while the month is open.
    number: Option<String>,
    state: String,
    badge: &'static str,
    trees: String,
    total: String,
}

/// Writes the page.
pub(super) fn render(
    session: &SessionRow,
    orders: &[PurchaseOrderRow],
    is_first: bool,
    has_more: bool,
) -> askama::Result<String> {
    let views = orders.iter().map(|order| {
        let (state, badge) = copy::state(order);
        OrderView {
            id: &order.id,
            month: month_in_words(&order.period),
            number: order.number(),
            state,
            badge,
            trees: grouped(order.trees),
            total: money(order.total, &order.currency),
        }
    });
    PurchaseOrdersPage {
        session,
        place: "/settings/purchase-orders",
        orders: views.collect(),
        is_first,
        next: orders.last().filter(|_| has_more).map(|order| order.id.as_str()),
    }
    .render()
}
