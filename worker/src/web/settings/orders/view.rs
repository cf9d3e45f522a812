//! Settings > Orders, as a page.

use askama::Template;

use super::copy;
use crate::domain::local_time::minute_in_words;
use crate::platform::problem::Problem;
use crate::store::sale_overview::SaleOverview;
use crate::store::sessions::SessionRow;

#[derive(Template)]
#[template(path = "settings/orders.html")]
struct OrdersPage<'a> {
    session: &'a SessionRow,
    /// The path of this page.
    place: &'static str,
    /// The number that was searched for.
    number: &'a str,
    is_first: bool,
    sales: Vec<SaleView<'a>>,
    /// The last sale of the page, if more follow.
    next: Option<&'a str>,
}

/// A sale of the list, in words.
pub(in crate::web::settings) struct SaleView<'a> {
    pub(in crate::web::settings) id: &'a str,
    pub(in crate::web::settings) name: String,
    pub(in crate::web::settings) shop: &'a str,
    pub(in crate::web::settings) sold: String,
    proof: &'static str,
    status: &'static str,
    pub(in crate::web::settings) is_test: bool,
    pub(in crate::web::settings) is_held: bool,
    trees: String,
    pub(in crate::web::settings) count: i64,
    /// Why it orders its trees, and the state of those.
    pub(in crate::web::settings) reasons: Vec<String>,
}

/// The content of the page.
pub(crate) struct Shown<'a> {
    pub(crate) session: &'a SessionRow,
    pub(crate) number: &'a str,
    /// True for the newest sales.
    pub(crate) is_first: bool,
    pub(crate) has_more: bool,
    pub(crate) sales: &'a [SaleOverview],
}

/// Writes the page.
pub(crate) fn render(shown: &Shown<'_>) -> Result<String, Problem> {
    let session = shown.session;
    let sales = shown.sales.iter().map(|sale| SaleView::new(sale, &session.time_zone));
    let page = OrdersPage {
        session,
        place: "/settings/orders",
        number: shown.number,
        is_first: shown.is_first,
        sales: sales.collect::<Result<_, _>>()?,
        next: shown.sales.last().filter(|_| shown.has_more).map(|sale| sale.id.as_str()),
    };
    Ok(page.render()?)
}

impl<'a> SaleView<'a> {
    pub(in crate::web::settings) fn new(
        sale: &'a SaleOverview,
        zone: &str,
    ) -> Result<Self, Problem> {
        let mut reasons = Vec::new();
        for order in sale.orders()? {
            reasons.push(format!("{} ({})", order.reason, copy::state(Some(order.state))));
        }
        if let Some(because) = &sale.held_because {
            reasons.push(format!("held because {because}"));
        }
        Ok(Self {
            id: &sale.id,
            name: copy::name(sale.number.as_deref(), &sale.sale_id),
            shop: &sale.shop,
            sold: minute_in_words(sale.sold_at, zone).unwrap_or_default(),
            proof: copy::proof(sale.proof),
            status: copy::status(sale.status),
            is_test: sale.is_test != 0,
            is_held: sale.held_because.is_some(),
            count: sale.trees,
            trees: copy::trees(u64::try_from(sale.trees).unwrap_or_default()),
            reasons,
        })
    }
}
