//! Settings > Start: each step with its state, and the next thing to do.

use askama::Template;
use order_events::{Proof, SaleStatus, Timestamp};

use crate::auth::connection_codes;
use crate::auth::keys::{Key, KeyMade};
use crate::domain::formatting;
use crate::domain::local_time::minute_in_words;
use crate::domain::states::KeyKind;
use crate::sales::webhook_secret;
use crate::store::recent_sales::LatestSale;
use crate::store::sessions::SessionRow;
use crate::store::shops::ShopRow;
use crate::store::webhooks::WebhookRow;
use crate::web::form::Form;
use crate::web::settings::copy;
use crate::web::settings::start::RELOADS_MAX;
use crate::web::settings::view::Made;

#[derive(Template)]
#[template(path = "settings/start.html")]
struct StartPage<'a> {
    session: &'a SessionRow,
    /// The path of this page.
    place: &'static str,
    /// The address of this Worker.
    origin: &'a str,
    /// The token of every form on this page.
    token: &'a str,
    news: FormOfShop<'a>,
    notice: Option<&'a str>,
    made: Option<Made<'a>>,
    /// A code that was just made.
    code: Option<&'a str>,
    /// True if the shop's plugin connects itself by a code.
    takes_code: bool,
    shops: &'a [ShopRow],
    shop: Option<&'a ShopRow>,
    shop_id: &'a str,
    /// The name of the shop's platform.
    platform: &'a str,
    platforms: Vec<&'static platforms::Platform>,
    states: [StepState; 5],
    campaigns: usize,
    /// The name of the shop's key.
    key: Option<&'a str>,
    /// Why the last delivery of the webhook could not be used.
    webhook_problem: Option<&'a str>,
    webhook: Connection,
    latest: Option<SaleView>,
    waiting: Waiting,
    reloads_max: u32,
}

/// The refused form of a shop, by the name that its template uses.
struct FormOfShop<'a> {
    shop_form: &'a Form,
}

/// The state of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StepState {
    Done,
    /// The first step that is not done.
    Next,
    Later,
}

impl StepState {
    fn is_done(self) -> bool {
        self == Self::Done
    }

    fn is_next(self) -> bool {
        self == Self::Next
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Next => "next",
            Self::Later => "later",
        }
    }
}

/// The connection of the shop's webhook.
#[derive(PartialEq, Eq)]
enum Connection {
    /// The platform has no webhook that we can read.
    Impossible,
    Missing,
    /// The secret is set.
    Prepared,
}

/// The state of the page before the first order.
#[derive(PartialEq, Eq)]
enum Waiting {
    No,
    /// The browser loads the page again.
    Reloading,
    /// The browser loads the page only on a click.
    Stopped,
}

/// The last sale, in words.
struct SaleView {
    id: String,
    name: String,
    /// How many trees it orders, or why none.
    outcome: String,
    is_held: bool,
    proof: &'static str,
    received: String,
}

/// The stored data that the steps depend on.
pub(crate) struct Steps {
    pub(crate) campaigns: usize,
    pub(crate) keys: Vec<Key>,
    /// Of the shop.
    pub(crate) webhook: Option<WebhookRow>,
    /// Of the shop.
    pub(crate) latest: Option<LatestSale>,
}

/// The content of the page.
pub(crate) struct Shown<'a> {
    pub(crate) session: &'a SessionRow,
    pub(crate) origin: String,
    pub(crate) token: String,
    pub(crate) shops: &'a [ShopRow],
    pub(crate) shop: Option<&'a ShopRow>,
    pub(crate) steps: Steps,
    pub(crate) shop_form: &'a Form,
    /// The error, if it belongs to no field.
    pub(crate) notice: Option<&'a str>,
    /// A key that was just made.
    pub(crate) made: Option<&'a KeyMade>,
    /// A code that was just made.
    pub(crate) code: Option<&'a str>,
    /// Times that the page was loaded again without a click.
    pub(crate) reloads: u32,
    pub(crate) now: Timestamp,
}

impl Shown<'_> {
    /// The shop's key for its pages that works, a used one first.
    fn key(&self) -> Option<&Key> {
        let shop = self.shop.map(|shop| &shop.id);
        let works =
            |key: &&Key| key.revoked_at.is_none() && key.expires_at.is_none_or(|at| at > self.now);
        let of_shop = |key: &&Key| key.kind == KeyKind::Publishable && key.shop.as_ref() == shop;
        let mut keys = self.steps.keys.iter().filter(works).filter(of_shop);
        keys.clone().find(|key| key.last_used_at.is_some()).or(keys.next())
    }

    fn is_webhook_set(&self) -> bool {
        self.steps.webhook.as_ref().is_some_and(|webhook| webhook.is_set != 0)
    }

    /// The states of the steps: shop, campaign, plugin, webhook, order.
    fn states(&self) -> [StepState; 5] {
        let has_sale = self.steps.latest.is_some();
        let is_taken = self.shop.is_some_and(|shop| webhook_secret::is_taken_of(&shop.platform));
        let delivered =
            self.steps.webhook.as_ref().is_some_and(|row| row.webhook_last_at.is_some());
        let done = [
            self.shop.is_some(),
            self.steps.campaigns > 0,
            has_sale || self.key().is_some_and(|key| key.last_used_at.is_some()),
            self.shop.is_some() && (!is_taken || (self.is_webhook_set() && delivered)),
            has_sale,
        ];
        let mut open = [StepState::Next].into_iter().chain(std::iter::repeat(StepState::Later));
        done.map(|is_done| if is_done { None } else { open.next() }.unwrap_or(StepState::Done))
    }

    /// True if everything is there that an order needs, and none has arrived.
    fn waits(&self) -> bool {
        let is_ready = self.shop.is_some() && self.steps.campaigns > 0;
        is_ready && self.steps.latest.is_none() && (self.key().is_some() || self.is_webhook_set())
    }

    /// The address that the browser loads next without a click. A page with the text of a key or
    /// a code stays as it is: the text is shown only once.
    pub(crate) fn next_reload(&self) -> Option<String> {
        let is_shown_once = self.made.is_some() || self.code.is_some();
        let shop = self.shop.filter(|_| self.waits() && !is_shown_once)?;
        let next = self.reloads.checked_add(1).filter(|next| *next <= RELOADS_MAX)?;
        Some(format!("/settings/start?shop={}&wait={next}", shop.id))
    }
}

/// Writes the page.
pub(crate) fn render(shown: &Shown<'_>) -> askama::Result<String> {
    let session = shown.session;
    let platform = shown.shop.map_or("", |shop| shop.platform.as_str());
    let webhook = shown.steps.webhook.as_ref();
    StartPage {
        session,
        place: "/settings/start",
        origin: &shown.origin,
        token: &shown.token,
        news: FormOfShop { shop_form: shown.shop_form },
        notice: shown.notice,
        made: shown.made.map(|made| Made::new(made, shown.shops, &shown.origin)),
        code: shown.code,
        takes_code: connection_codes::is_taken_by(platform),
        shops: shown.shops,
        shop: shown.shop,
        shop_id: shown.shop.map_or("", |shop| shop.id.as_str()),
        platform: copy::platform(platform),
        platforms: platforms::offered().collect(),
        states: shown.states(),
        campaigns: shown.steps.campaigns,
        key: shown.key().map(|key| key.name.as_str()),
        webhook_problem: webhook.and_then(|webhook| webhook.webhook_problem.as_deref()),
        webhook: match (webhook_secret::is_taken_of(platform), shown.is_webhook_set()) {
            (false, _) => Connection::Impossible,
            (true, false) => Connection::Missing,
            (true, true) => Connection::Prepared,
        },
        latest: shown.steps.latest.as_ref().map(|sale| SaleView::new(sale, &session.time_zone)),
        waiting: match (shown.waits(), shown.next_reload()) {
            (false, _) => Waiting::No,
            (true, Some(_)) => Waiting::Reloading,
            (true, None) => Waiting::Stopped,
        },
        reloads_max: RELOADS_MAX,
    }
    .render()
}

impl SaleView {
    fn new(sale: &LatestSale, zone: &str) -> Self {
        Self {
            id: sale.id.clone(),
            name: sale.number.as_ref().map_or_else(|| sale.sale_id.clone(), |it| format!("#{it}")),
            outcome: outcome(sale),
            is_held: sale.is_held != 0,
            proof: match sale.proof {
                Proof::Verified => "Your shop confirmed it.",
                Proof::Claimed => "A browser reported it.",
            },
            received: minute_in_words(sale.received_at, zone).unwrap_or_default(),
        }
    }
}

/// How many trees a sale orders, or why none.
fn outcome(sale: &LatestSale) -> String {
    if sale.is_test != 0 {
        return "It is a test, so nothing is billed.".to_owned();
    }
    if sale.is_held != 0 {
        return "It orders no trees until you accept it.".to_owned();
    }
    let trees = formatting::trees(sale.trees);
    match (sale.status, sale.trees) {
        (SaleStatus::Cancelled | SaleStatus::Refunded, _) => {
            "It was cancelled or refunded, so it orders no trees.".to_owned()
        }
        (_, 0) => "It orders no trees, because no campaign applies to it.".to_owned(),
        (SaleStatus::Placed, _) => format!("It orders {trees} when it is paid."),
        (SaleStatus::Paid, _) => format!("It orders {trees}."),
    }
}
