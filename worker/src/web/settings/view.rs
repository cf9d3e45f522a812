//! Settings > API Payments: shops, their keys, and the text of a key that was just made.

use askama::Template;
use order_events::Timestamp;

use crate::auth::key_rotation::OVERLAP_HOURS_DEFAULT;
use crate::auth::keys::{Key, KeyMade};
use crate::auth::scope::Scope;
use crate::domain::states::KeyKind;
use crate::platform::problem::Problem;
use crate::sales::webhook_secret::SHOPIFY;
use crate::store::connections::SilentShop;
use crate::store::copies::CopyRow;
use crate::store::quarantine::QuarantinedRow;
use crate::store::reviews::WaitingClaim;
use crate::store::sessions::SessionRow;
use crate::store::shops::ShopRow;
use crate::web::form::Form;
use crate::web::settings::connections::{CopyView, SilentView};
use crate::web::settings::copy;
use crate::web::settings::keys::view::KeyView;
use crate::web::settings::quarantine::view::QuarantineView;
use crate::web::settings::sales::view::ClaimView;
use crate::web::settings::shops::view::ShopView;

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage<'a> {
    session: &'a SessionRow,
    /// The path of this page.
    place: &'static str,
    /// The address of this Worker.
    origin: &'a str,
    /// The token of every form on this page.
    token: &'a str,
    news: &'a News,
    made: Option<Made<'a>>,
    shops: Vec<ShopView<'a>>,
    silent: Vec<SilentView<'a>>,
    /// Claims that wait for the webhook of a silent shop.
    unconfirmed: Vec<ClaimView<'a>>,
    /// Copies of the shops.
    copies: Vec<CopyView<'a>>,
    /// Claims that wait for the owner's review.
    held: Vec<ClaimView<'a>>,
    /// Claims that are void since the webhook of their shop was removed.
    void: Vec<ClaimView<'a>>,
    /// Sales that could not be read.
    quarantine: Vec<QuarantineView<'a>>,
    working: Vec<KeyView<'a>>,
    /// Keys that work no longer.
    ended: Vec<KeyView<'a>>,
    platforms: Vec<&'static platforms::Platform>,
    /// Codes and words.
    scopes: Vec<(&'a str, &'a str)>,
    /// Modes of keys, with what they mean.
    modes: [(&'a str, &'a str); 2],
    /// Hours for which a rotated key goes on, in words.
    overlaps: [(&'a str, &'a str); 5],
}

/// The result of the form that was just sent.
pub(crate) struct News {
    /// The error, if it belongs to no field of a form.
    pub(crate) notice: Option<String>,
    /// The text of a new key with its name, shown this once.
    pub(crate) made: Option<KeyMade>,
    pub(crate) shop_form: Form,
    /// The limits of a shop that were refused, with the shop's id.
    pub(crate) limits_form: Option<(String, Form)>,
    pub(crate) publishable_form: Form,
    pub(crate) secret_form: Form,
    pub(crate) rotation_form: Form,
}

impl News {
    /// That something went wrong.
    pub(crate) fn notice(problem: &Problem) -> Self {
        Self { notice: Some(problem.message().to_owned()), ..Self::default() }
    }

    /// The refused form with the limits of this shop.
    fn limits_form(&self, shop: &str) -> Option<&Form> {
        self.limits_form.as_ref().filter(|(id, _)| id == shop).map(|(_, form)| form)
    }
}

/// A key that was just made.
pub(super) struct Made<'a> {
    pub(super) text: &'a str,
    pub(super) name: &'a str,
    pub(super) is_publishable: bool,
    /// The platform of a publishable key's shop.
    pub(super) platform: &'a str,
    pub(super) loader: &'static str,
    /// Shopify's pixel with this key in it; empty for any other platform.
    pub(super) pixel: String,
}

/// Shopify's pixel, with two names in place of the values.
const PIXEL: &str = include_str!("../../../../shop-adapters/install/shopify-custom-pixel.js");

impl<'a> Made<'a> {
    /// The key, with what its shop needs. `origin` is the address of this Worker.
    pub(super) fn new(made: &'a KeyMade, shops: &'a [ShopRow], origin: &str) -> Self {
        let shop = shops.iter().find(|shop| Some(&shop.id) == made.key.shop.as_ref());
        let platform = shop.map_or("", |shop| shop.platform.as_str());
        let pixel = if platform == SHOPIFY {
            PIXEL.replace("WORKER_ADDRESS", origin).replace("PUBLISHABLE_KEY", &made.api_key)
        } else {
            String::new()
        };
        Self {
            text: &made.api_key,
            name: &made.key.name,
            is_publishable: made.key.kind == KeyKind::Publishable,
            platform,
            loader: copy::loader(platform),
            pixel,
        }
    }
}

/// The lists of the page.
pub(crate) struct Listed {
    pub(crate) shops: Vec<ShopRow>,
    pub(crate) silent: Vec<SilentShop>,
    pub(crate) unconfirmed: Vec<WaitingClaim>,
    pub(crate) copies: Vec<CopyRow>,
    pub(crate) held: Vec<WaitingClaim>,
    pub(crate) void: Vec<WaitingClaim>,
    pub(crate) quarantine: Vec<QuarantinedRow>,
    pub(crate) keys: Vec<Key>,
}

const MODES: [(&str, &str); 2] = [
    ("live", "Live: its orders are billed"),
    ("test", "Test: everything works, nothing is billed"),
];

const OVERLAPS: [(&str, &str); 5] =
    [("0", "not at all"), ("1", "1 hour"), ("24", "1 day"), ("168", "7 days"), ("720", "30 days")];

/// Writes the page as it is at the instant `now`.
pub(crate) fn render(
    session: &SessionRow,
    origin: &str,
    token: &str,
    listed: &Listed,
    news: &News,
    now: Timestamp,
) -> askama::Result<String> {
    let view = |key| KeyView::new(key, &listed.shops, &session.time_zone, now);
    let (working, ended) = listed.keys.iter().map(view).partition(|key: &KeyView<'_>| key.works);
    let made = news.made.as_ref().map(|made| Made::new(made, &listed.shops, origin));
    SettingsPage {
        session,
        place: "/settings/api-payments",
        origin,
        token,
        news,
        made,
        shops: listed
            .shops
            .iter()
            .map(|shop| ShopView::new(shop, news.limits_form(&shop.id)))
            .collect(),
        silent: listed
            .silent
            .iter()
            .map(|shop| SilentView::new(shop, &session.time_zone))
            .collect(),
        unconfirmed: listed
            .unconfirmed
            .iter()
            .map(|claim| ClaimView::new(claim, &session.time_zone))
            .collect(),
        copies: listed.copies.iter().map(|copy| CopyView::new(copy, &session.time_zone)).collect(),
        held: listed.held.iter().map(|claim| ClaimView::new(claim, &session.time_zone)).collect(),
        void: listed.void.iter().map(|claim| ClaimView::new(claim, &session.time_zone)).collect(),
        quarantine: listed
            .quarantine
            .iter()
            .map(|row| QuarantineView::new(row, &session.time_zone))
            .collect(),
        working,
        ended,
        platforms: platforms::offered().collect(),
        scopes: Scope::OF_MERCHANT
            .iter()
            .map(|scope| (scope.name(), copy::scope(*scope)))
            .collect(),
        modes: MODES,
        overlaps: OVERLAPS,
    }
    .render()
}

impl Default for News {
    fn default() -> Self {
        let scopes = Scope::OF_MERCHANT.map(|scope| ("scopes", scope.name()));
        let overlap = OVERLAP_HOURS_DEFAULT.to_string();
        Self {
            notice: None,
            made: None,
            shop_form: Form::default(),
            limits_form: None,
            publishable_form: Form::of([("mode", "live")]),
            secret_form: Form::of([("mode", "live")].into_iter().chain(scopes)),
            rotation_form: Form::of([("overlap_hours", overlap.as_str())]),
        }
    }
}
