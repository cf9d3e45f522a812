//! The import of a shop's orders, as a page.

use askama::Template;

use crate::domain::local_time::{minute_in_words, month_in_words};
use crate::sales::webhook_secret::{SHOPIFY, WOOCOMMERCE};
use crate::store::named_sales::{MonthOfShop, RefusedOfMonth};
use crate::store::pulls::PullRow;
use crate::store::sessions::SessionRow;
use crate::store::shops::ShopRow;
use crate::web::script;

#[derive(Template)]
#[template(path = "settings/import.html")]
struct ImportPage<'a> {
    session: &'a SessionRow,
    /// The path of the page's section.
    place: &'static str,
    shop: &'a ShopRow,
    is_shopify: bool,
    is_woocommerce: bool,
    /// The path of the page's script.
    script: String,
    months: Vec<MonthView<'a>>,
    refused: Vec<(String, &'a RefusedOfMonth)>,
    pull: PullView<'a>,
}

/// The pull of the shop's orders, in words.
struct PullView<'a> {
    /// True if a key of the shop's API is set.
    is_set: bool,
    /// True if the next event of the cron pulls.
    is_due: bool,
    /// When all orders were last pulled.
    done: Option<String>,
    /// Why the last pull failed.
    problem: Option<&'a str>,
}

/// A month of the shop, in words.
struct MonthView<'a> {
    month: String,
    row: &'a MonthOfShop,
}

/// The content of the page.
pub(crate) struct Shown<'a> {
    pub(crate) session: &'a SessionRow,
    pub(crate) shop: &'a ShopRow,
    pub(crate) months: &'a [MonthOfShop],
    pub(crate) refused: &'a [RefusedOfMonth],
    pub(crate) pull: &'a PullRow,
    pub(crate) problem: Option<&'a str>,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

/// Writes the page.
pub(crate) fn render(shown: &Shown<'_>) -> askama::Result<String> {
    let words = |month: &str| match month {
        "" => "Without a date".to_owned(),
        month => month_in_words(month),
    };
    ImportPage {
        session: shown.session,
        place: "/settings/start",
        shop: shown.shop,
        is_shopify: shown.shop.platform == SHOPIFY,
        is_woocommerce: shown.shop.platform == WOOCOMMERCE,
        script: script::path(),
        months: shown
            .months
            .iter()
            .map(|row| MonthView { month: words(&row.month), row })
            .collect(),
        pull: PullView {
            is_set: shown.pull.credentials.is_some(),
            is_due: shown.pull.next_at.is_some_and(|next_at| next_at <= shown.now),
            done: shown.pull.done_at.and_then(|at| minute_in_words(at, &shown.session.time_zone)),
            problem: shown.problem,
        },
        refused: shown.refused.iter().map(|row| (words(&row.month), row)).collect(),
    }
    .render()
}
