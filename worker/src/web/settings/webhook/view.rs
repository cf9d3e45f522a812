//! The webhook of a shop, as a page.

use askama::Template;

use crate::domain::local_time::minute_in_words;
use crate::sales::webhook_secret::{self, SHOPIFY};
use crate::store::copies::CopyRow;
use crate::store::sessions::SessionRow;
use crate::store::shops::ShopRow;
use crate::store::webhooks::WebhookRow;
use crate::web::form::Form;
use crate::web::settings::connections::CopyView;
use crate::web::settings::copy;

#[derive(Template)]
#[template(path = "settings/webhook.html")]
struct WebhookPage<'a> {
    session: &'a SessionRow,
    /// The path of the page's section.
    place: &'static str,
    shop: &'a ShopRow,
    platform: &'a str,
    /// True if webhooks of this platform are taken.
    is_taken: bool,
    is_shopify: bool,
    address: &'a str,
    is_set: bool,
    /// The last signed delivery.
    last_delivery: Option<String>,
    /// Why the last delivery could not be used.
    problem: Option<&'a str>,
    /// The address of the shop's site.
    site: Option<&'a str>,
    copies: Vec<CopyView<'a>>,
    form: &'a Form,
    notice: Option<&'a str>,
    made: Option<&'a str>,
}

/// The content of the page.
pub(crate) struct Shown<'a> {
    pub(crate) session: &'a SessionRow,
    pub(crate) shop: &'a ShopRow,
    /// The address for the shop's deliveries.
    pub(crate) address: String,
    pub(crate) webhook: WebhookRow,
    /// Sites that deliver with the shop's secret.
    pub(crate) copies: Vec<CopyRow>,
    pub(crate) form: &'a Form,
    /// The error, if it belongs to no field.
    pub(crate) notice: Option<&'a str>,
    /// The secret that was made.
    pub(crate) made: Option<&'a str>,
}

/// Writes the page.
pub(crate) fn render(shown: &Shown<'_>) -> askama::Result<String> {
    let (session, shop, webhook) = (shown.session, shown.shop, &shown.webhook);
    let at = |at| minute_in_words(at, &session.time_zone).unwrap_or_default();
    WebhookPage {
        session,
        place: "/settings/start",
        shop,
        platform: copy::platform(&shop.platform),
        is_taken: webhook_secret::is_taken_of(&shop.platform),
        is_shopify: shop.platform == SHOPIFY,
        address: &shown.address,
        is_set: webhook.is_set != 0,
        last_delivery: webhook.webhook_last_at.map(at),
        problem: webhook.webhook_problem.as_deref(),
        site: webhook.site.as_deref(),
        copies: shown.copies.iter().map(|copy| CopyView::new(copy, &session.time_zone)).collect(),
        form: shown.form,
        notice: shown.notice,
        made: shown.made,
    }
    .render()
}
