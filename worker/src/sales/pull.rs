//! Pulls the orders of a shop from its own API, so that a lost delivery is found within a day.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use order_events::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shop_adapters::shopify::graphql;
use worker::Date;

use crate::crypto::encryption_keys::Purpose;
use crate::domain::names;
use crate::domain::site::Site;
use crate::platform::context::RequestContext;
use crate::platform::log::{self, LogEvent};
use crate::platform::outgoing::{Call, NoReply, send};
use crate::platform::problem::Problem;
use crate::sales::import::{Piece, import};
use crate::sales::webhook_secret::{SHOPIFY, is_taken_of};
use crate::store::pulls::{PullPlace, PullRow};
use crate::store::shops::ShopRow;

/// Orders in one response of a shop.
pub(crate) const ORDERS_PER_PAGE: usize = 25;

/// Bytes in one response of a shop, at most.
pub(crate) const REPLY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The time for one response of a shop, at most.
pub(crate) const REPLY_TIME_MAX: Duration = Duration::from_secs(20);

/// Milliseconds after which a request or an event leaves the rest to the next one: slow shops must not
/// outlast the event that pulls from them.
pub(crate) const TIME_MAX: u64 = 15 * 1000;

/// Pages of one pull, at most: a shop that returns the same orders for ever ends there.
pub(crate) const PAGES_MAX: u32 = 2_000;

/// Characters of a key or a token.
const CREDENTIAL_LENGTH_MAX: usize = 255;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// The first pull goes back so far.
const FIRST: i64 = 30 * DAY;

/// Further pulls reach back so far behind the last one.
const OVERLAP: i64 = 3 * DAY;

/// The time after which a failed pull is tried again.
const AGAIN_AFTER: i64 = 60 * 60 * 1000;

/// Statements of D1 that reading a page and recording one order may take.
const QUERIES_PER_PAGE: usize = 24;

/// The version of Shopify's API.
const SHOPIFY_VERSION: &str = "2026-07";

/// The credentials of a shop's API.
#[derive(Serialize, Deserialize)]
struct Credentials {
    /// The consumer key of WooCommerce; empty for Shopify.
    key: String,
    /// The consumer secret, or the token.
    secret: String,
}

/// The result of a pull.
#[derive(Default, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct PullResult {
    /// Orders that were read. `new`, `changed`, `unchanged` and `refused` add up to them.
    orders: usize,
    new: usize,
    changed: usize,
    unchanged: usize,
    refused: usize,
    /// True if every order of the last days was read. Otherwise another request goes on.
    is_complete: bool,
    /// Why the shop's API could not be read; `null` if it could.
    problem: Option<String>,
}

/// A page of orders, as JSON, and the next page.
struct Page {
    orders: Vec<u8>,
    next: Option<String>,
}

/// Encrypts and stores the credentials of a shop's API, and makes a pull due.
pub(crate) async fn set(
    context: &RequestContext,
    merchant: &str,
    shop: &ShopRow,
    key: &str,
    secret: &str,
) -> Result<(), Problem> {
    if !is_taken_of(&shop.platform) {
        let message = "platform: orders are pulled from WooCommerce and Shopify only.";
        return Err(Problem::unprocessable("platform", message));
    }
    if shop.platform != SHOPIFY {
        names::check("key", key, CREDENTIAL_LENGTH_MAX)?;
    }
    names::check("secret", secret, CREDENTIAL_LENGTH_MAX)?;
    let credentials = Credentials { key: key.to_owned(), secret: secret.to_owned() };
    let text = serde_json::to_string(&credentials)
        .map_err(|_| Problem::internal("Credentials could not be written as JSON"))?;
    let encrypted = context.keys()?.encrypt(Purpose::PullCredentials, &shop.id, &text)?;
    let now = context.now.milliseconds();
    Ok(context.store.set_pull((merchant, &shop.id), Some(&encrypted), Some(now)).await?)
}

/// Pulls for each shop whose pull is due, as many orders as this event may. Each fails alone.
pub(crate) async fn pull_due(context: &RequestContext) -> Result<(), Problem> {
    let now = context.now.milliseconds();
    let started_at = Date::now();
    while may_continue(context, &started_at) {
        let Some(due) = context.store.due_pull(now).await? else { break };
        match pull(context, &due.merchant_id, &due.shop_id).await {
            // The next event goes on, or tries again later.
            Ok(result) if result.is_complete || result.problem.is_some() => {}
            Ok(_) => break,
            Err(problem) => {
                let message = problem.to_string();
                let fields = [
                    ("merchant", &*due.merchant_id),
                    ("shop", &due.shop_id),
                    ("message", &message),
                ];
                log::write(LogEvent::PullFailed, &fields);
                let again = now.saturating_add(AGAIN_AFTER);
                let text = "The orders could not be pulled. The pull is tried again in an hour.";
                context.store.postpone_pull(&due.shop_id, text, again, now).await?;
            }
        }
    }
    Ok(())
}

/// Pulls as many orders as one request may. The next one goes on where it ends.
pub(crate) async fn pull(
    context: &RequestContext,
    merchant: &str,
    shop: &str,
) -> Result<PullResult, Problem> {
    let (store, now) = (&context.store, context.now.milliseconds());
    let row = store.pull_of_shop(merchant, shop).await?;
    let mut row = row.ok_or_else(|| Problem::not_found("shop"))?;
    let mut result = PullResult::default();
    if row.credentials.is_none() {
        result.problem = Some(NO_KEY.to_owned());
        return Ok(result);
    }
    let (started_at, mut is_first) = (Date::now(), true);
    while is_first || may_continue(context, &started_at) {
        is_first = false;
        let since = row.since.unwrap_or(now.saturating_sub(FIRST));
        let page = match next_page(context, shop, &row, since).await? {
            Ok(page) => page,
            Err(problem) => {
                let again = now.saturating_add(AGAIN_AFTER);
                store.postpone_pull(shop, &problem, again, now).await?;
                result.problem = Some(problem);
                return Ok(result);
            }
        };
        let piece = Piece { bytes: &page.orders, is_dry_run: false, is_last: true };
        let imported = import(context, (merchant, shop), &piece).await?;
        result.add(&imported);
        if !imported.is_complete() {
            // The page is read again, and what is recorded of it is unchanged then.
            let place = PullPlace { since, page: row.page.as_deref(), next_at: now, done_at: None };
            store.move_pull(shop, &place).await?;
            return Ok(result);
        }
        let Some(next) = page.next else {
            let (since, next_at) = (now.saturating_sub(OVERLAP), now.saturating_add(DAY));
            let place = PullPlace { since, page: None, next_at, done_at: Some(now) };
            store.move_pull(shop, &place).await?;
            result.is_complete = true;
            return Ok(result);
        };
        let place = PullPlace { since, page: Some(&next), next_at: now, done_at: None };
        store.move_pull(shop, &place).await?;
        row = PullRow { since: Some(since), page: Some(next), ..row };
    }
    Ok(result)
}

/// Returns true if time and statements are left for another page.
fn may_continue(context: &RequestContext, started_at: &Date) -> bool {
    let elapsed = Date::now().as_millis().saturating_sub(started_at.as_millis());
    elapsed < TIME_MAX && context.queries_left() > QUERIES_PER_PAGE
}

/// Reads a page of the shop's API; the error says what is wrong with it.
async fn next_page(
    context: &RequestContext,
    shop: &str,
    row: &PullRow,
    since: i64,
) -> Result<Result<Page, String>, Problem> {
    let encrypted = row.credentials.as_deref().unwrap_or_default();
    let text = context.keys()?.decrypt(Purpose::PullCredentials, shop, encrypted);
    let credentials = text.and_then(|text| serde_json::from_str::<Credentials>(&text).ok());
    let Some(credentials) = credentials else {
        return Ok(Err(UNDECRYPTED.to_owned()));
    };
    let site = match (&row.site, row.platform == SHOPIFY) {
        (Some(site), _) => Site::read(site),
        (None, false) => Site::read(&row.origin),
        (None, true) => None,
    };
    let address = site.and_then(|site| site.public_address(context.config.development));
    let Some(address) = address else { return Ok(Err(NO_ADDRESS.to_owned())) };
    let since = Timestamp::from_milliseconds(since).unwrap_or(context.now).to_rfc3339();
    Ok(if row.platform == SHOPIFY {
        shopify_page(&address, &credentials, &since, row.page.as_deref()).await
    } else {
        woocommerce_page(&address, &credentials, &since, row.page.as_deref()).await
    })
}

async fn woocommerce_page(
    address: &str,
    credentials: &Credentials,
    since: &str,
    page: Option<&str>,
) -> Result<Page, String> {
    let number: u32 = page.and_then(|page| page.parse().ok()).unwrap_or(1);
    let url = format!(
        "{address}/wp-json/wc/v3/orders?modified_after={since}&dates_are_gmt=true&orderby=modified\
         &order=asc&per_page={ORDERS_PER_PAGE}&page={number}"
    );
    let pair = STANDARD.encode(format!("{}:{}", credentials.key, credentials.secret));
    let authorization = format!("Basic {pair}");
    let orders = body_of(&url, &[("authorization", &authorization)], None).await?;
    let listed: Vec<Value> = serde_json::from_slice(&orders).map_err(|_| NO_ORDERS.to_owned())?;
    let has_more = listed.len() >= ORDERS_PER_PAGE && number < PAGES_MAX;
    let next = has_more.then(|| number.saturating_add(1).to_string());
    Ok(Page { orders: if listed.is_empty() { b"[]".to_vec() } else { orders }, next })
}

async fn shopify_page(
    address: &str,
    credentials: &Credentials,
    since: &str,
    page: Option<&str>,
) -> Result<Page, String> {
    let url = format!("{address}/admin/api/{SHOPIFY_VERSION}/graphql.json");
    // The page is its number and the place behind the one before.
    let (number, after) = page.and_then(|page| page.split_once(' ')).unzip();
    let number: u32 = number.and_then(|number| number.parse().ok()).unwrap_or(1);
    let body = json!({"query": graphql::QUERY, "variables": {
        "first": ORDERS_PER_PAGE, "after": after, "query": format!("updated_at:>='{since}'")}});
    let headers = [
        ("x-shopify-access-token", credentials.secret.as_str()),
        ("content-type", "application/json"),
    ];
    let reply = body_of(&url, &headers, Some(&body.to_string())).await?;
    let reply: Value = serde_json::from_slice(&reply).map_err(|_| NO_ORDERS.to_owned())?;
    let orders = reply.pointer("/data/orders/nodes").and_then(Value::as_array);
    let orders = orders.ok_or_else(|| NO_ORDERS.to_owned())?;
    let has_more = reply.pointer("/data/orders/pageInfo/hasNextPage") == Some(&json!(true));
    let cursor = reply.pointer("/data/orders/pageInfo/endCursor").and_then(Value::as_str);
    let next = cursor.filter(|cursor| has_more && number < PAGES_MAX && cursor.len() <= 1_000);
    let next = next.map(|cursor| format!("{} {cursor}", number.saturating_add(1)));
    let orders: Value = orders.iter().map(graphql::to_rest).collect();
    Ok(Page { orders: orders.to_string().into_bytes(), next })
}

async fn body_of(
    url: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Result<Vec<u8>, String> {
    let call = Call { url, headers, body, bytes_max: REPLY_BYTES_MAX, time_max: REPLY_TIME_MAX };
    let reply = send(&call).await.map_err(|no_reply| {
        let fault = match no_reply {
            NoReply::Unreachable => "could not be reached".to_owned(),
            NoReply::TooSlow => {
                format!("did not respond within {} seconds", REPLY_TIME_MAX.as_secs())
            }
            NoReply::TooLarge => format!("sent more than {REPLY_BYTES_MAX} bytes"),
        };
        format!("The orders could not be pulled: the shop's API {fault}.")
    })?;
    match reply.status {
        200 => Ok(reply.body),
        401 | 403 => Err(REFUSED.to_owned()),
        300..=399 => Err(REDIRECTS.to_owned()),
        status => {
            Err(format!("The orders could not be pulled: the shop's API returned status {status}."))
        }
    }
}

/// The beginning of each problem of a pull.
pub(crate) const PROBLEM: &str = "The orders could not be pulled";

const NO_KEY: &str = "No key of the shop's API is set. Set one with PUT /api/shops/ID/pull.";

const UNDECRYPTED: &str = "The orders could not be pulled: the key of the shop's API cannot be decrypted, \
    because the operator changed the encryption keys. Set it again.";

const NO_ADDRESS: &str = "The orders could not be pulled: the address of the shop's API is not known, or \
    is none of the internet. The shop's first delivery names it, or set the site of the webhook.";

const NO_ORDERS: &str = "The orders could not be pulled: the shop's API did not return orders. Check that \
    the key may read orders.";

const REFUSED: &str = "The orders could not be pulled: the shop's API rejected the key. Make a new one that \
    may read orders, and set it.";

const REDIRECTS: &str = "The orders could not be pulled: the shop's API redirects to another address. \
    Correct the site of the shop's webhook.";

impl PullResult {
    fn add(&mut self, imported: &crate::sales::import::ImportResult) {
        let [orders, new, changed, unchanged, refused] = imported.counts();
        self.orders = self.orders.saturating_add(orders);
        self.new = self.new.saturating_add(new);
        self.changed = self.changed.saturating_add(changed);
        self.unchanged = self.unchanged.saturating_add(unchanged);
        self.refused = self.refused.saturating_add(refused);
    }
}
