//! `/storefront/…`: what only our own plugin asks for, beside the API.

use std::collections::BTreeMap;

use axum::Extension;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use order_events::{Campaign, Proof, Sale, SaleStatus};
use serde::Deserialize;
use shop_adapters::Found;
use shop_adapters::woocommerce::signed_island::{self, SignedIslandError};

use crate::api::campaigns::storefront::running;
use crate::api::orders::response::answer_storefront;
use crate::api::orders::{self, IngestRequest, NoSale, check_sale};
use crate::auth::permitted::{Permitted, owner_of};
use crate::auth::scope::{CampaignsRead, Scope};
use crate::crypto::api_key::ApiKey;
use crate::domain::period::Period;
use crate::domain::states::QuarantineSource;
use crate::http::body;
use crate::http::pagination::{NoFilters, Search};
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, json};
use crate::sales::quarantine::{SIGNATURE, UnreadableSale, quarantine};
use crate::sales::shop_reports::{ShopReport, record_report};
use crate::sales::webhook_secret::{self, SignedWith};
use crate::store::api_keys::KeyOwner;
use crate::webhooks;

/// The fields that are needed before the sale is read.
#[derive(Deserialize)]
struct FoundKey {
    /// The publishable key of the shop.
    key: String,
    /// The text of a data island that the shop signed; then nothing else was found.
    island: Option<String>,
    /// The shop's signature of that text.
    signature: Option<String>,
}

/// The data of a page whose policy forbids the Wasm that would have read it.
#[derive(Deserialize)]
struct FoundSale {
    found: Found,
}

/// Reads and evaluates the sale of a page as the plugin would. Responds like `POST /api/orders/`.
#[worker::send]
pub(crate) async fn post_found_sale(
    Extension(context): Extension<RequestContext>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let FoundKey { key, island, signature } = body::read(&bytes)?;
    let key = ApiKey::new(&key);
    let request = |bytes| IngestRequest {
        context: &context,
        shop: None,
        headers: &headers,
        bytes,
        read: read_sale,
    };
    let Some(island) = island else { return orders::ingest_sale(&key, &request(&bytes)).await };
    let owner = owner_of(&key, &headers, &context).await?;
    owner.require(Scope::OrdersWrite)?;
    if let (Some(shop), false) = (&owner.shop_id, owner.is_test()) {
        let signature = signature.unwrap_or_default();
        match keep_signed(&context, shop, &island, &signature).await? {
            Island::Kept(response) => return Ok(response),
            Island::WrongSignature => note_signature(&context, &owner, shop, &headers).await?,
            Island::Unproven => {}
        }
    }
    // A cache that rewrote the page, or a secret that was changed or cannot be decrypted, costs the
    // proof and not the sale.
    let found = format!("{{\"found\":{{\"woocommerce\":{island}}}}}");
    orders::ingest_sale(&key, &request(found.as_bytes())).await
}

/// The proof of a signed island.
enum Island {
    /// The sale, which is kept.
    Kept(Response),
    /// Nothing: the signature is not one of the shop's secret over this text.
    WrongSignature,
    /// Nothing: there is no secret that can be read, or the text is no sale.
    Unproven,
}

/// The fault of a signature, for the owner of the shop.
const WRONG_SIGNATURE: &str = "does not match the secret of the shop's webhook, so sales on pages \
    are claims: set the same secret in the shop's plugin, and keep caches from rewriting the page";

/// Quarantines the signature. Without this entry the owner would not notice a wrong signature,
/// because the sale is stored as a claim. All wrong signatures of a shop are one entry with a
/// counter.
async fn note_signature(
    context: &RequestContext,
    owner: &KeyOwner,
    shop: &str,
    headers: &HeaderMap,
) -> Result<(), Problem> {
    owner.check_origin(headers)?;
    let signature = UnreadableSale {
        merchant_id: &owner.merchant_id,
        shop_id: shop,
        mode: owner.mode,
        source: QuarantineSource::Storefront,
        sale_id: None,
        field: SIGNATURE.to_owned(),
        problem: WRONG_SIGNATURE.to_owned(),
    };
    quarantine(context, &signature).await
}

/// Keeps a sale that the shop signed, like one that its webhook reports.
async fn keep_signed(
    context: &RequestContext,
    shop: &str,
    island: &str,
    signature: &str,
) -> Result<Island, Problem> {
    for _ in 0..orders::ATTEMPTS_MAX {
        let shop = context.store.webhook_shop(shop, webhooks::shops::WOOCOMMERCE.name).await?;
        let Some(shop) = shop else { return Ok(Island::Unproven) };
        let mut read = Err(SignedIslandError::WrongSignature);
        let verify = async |secret: &str| {
            read = signed_island::read(secret, island, signature);
            Ok(!matches!(read, Err(SignedIslandError::WrongSignature)))
        };
        if webhook_secret::signed_with(context, &shop, verify).await? == SignedWith::Unknown {
            return Ok(Island::Unproven);
        }
        let sale = match read {
            Ok(sale) => sale,
            Err(SignedIslandError::WrongSignature) => return Ok(Island::WrongSignature),
            Err(SignedIslandError::Unreadable(_)) => return Ok(Island::Unproven),
        };
        let report = ShopReport {
            sale_id: &sale.sale_id,
            number: sale.number.as_deref(),
            facts: &sale.facts,
            proof: Proof::Verified,
        };
        if let Some(result) = record_report(context, &shop, report).await? {
            let pause = shop.terms.pause();
            let is_paused = pause.is_some_and(|pause| pause.lasts_at(context.now.milliseconds()));
            let is_placed = sale.facts.sale().is_some_and(|sale| sale.status == SaleStatus::Placed);
            let promise = (result.promise, is_placed);
            let sale = (sale.sale_id.as_str(), Proof::Verified);
            return Ok(Island::Kept(answer_storefront(sale, promise, is_paused)));
        }
    }
    Err(crate::sales::ingest::changed_meanwhile())
}

/// The sale in a body; 422 with the field that is wrong.
fn read_sale(bytes: &[u8]) -> Result<Sale, NoSale> {
    let found: FoundSale = shop_adapters::json::read(bytes)
        .map_err(|_| NoSale::new("found", "is nothing that the plugin finds".to_owned()))?;
    let sale = found.found.into_sale().map_err(|error| {
        NoSale::new(&format!("found.{}", error.field), error.problem.to_string())
    })?;
    check_sale("found", &sale)?;
    Ok(sale)
}

/// How many trees each campaign with a cap per month has left, by the campaign's id. The basket
/// widget promises no more than that.
#[worker::send]
pub(crate) async fn count_trees_left(
    Extension(context): Extension<RequestContext>,
    // Read before the key, so that no free parameter leads past the cache to the database.
    _: Search<NoFilters>,
    key: Permitted<CampaignsRead>,
) -> Result<Response, Problem> {
    let month = Period::of(context.now, &key.0.terms.time_zone)
        .ok_or_else(|| Problem::internal("The merchant's time zone is not known"))?;
    let mut left = context.store.trees_left(&key.0.merchant_id, &month.label).await?;
    if let Some(shop) = &key.0.shop_id {
        left = left_in_storefront(&running(&context, &key.0).await?, shop, &left);
    }
    let mut response = json(StatusCode::OK, &left);
    let caching = HeaderValue::from_static("private, max-age=30");
    response.headers_mut().insert(header::CACHE_CONTROL, caching);
    Ok(response)
}

/// Returns the caps that the storefront of a shop may read: those of campaigns that run there. A
/// campaign that asks for a coupon has nothing left to promise, because only the Worker knows the
/// coupon.
fn left_in_storefront(
    running: &[Campaign],
    shop: &str,
    left: &BTreeMap<String, u32>,
) -> BTreeMap<String, u32> {
    let shown = running.iter().filter(|campaign| campaign.for_storefront(shop).is_some());
    let known = shown.filter_map(|campaign| {
        let trees = if campaign.is_certain(shop) { *left.get(&campaign.id)? } else { 0 };
        Some((campaign.id.clone(), trees))
    });
    known.collect()
}

/// Leads a loader from before a deployment to the files that there are now. Its own are gone.
pub(crate) async fn find_latest(
    axum::extract::Path((build, file)): axum::extract::Path<(String, String)>,
) -> Response {
    let is_plain = file.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    // Existing files are served without the Worker, so this one does not exist.
    if !is_plain || build == "latest" {
        return Problem::not_found("file").into_response();
    }
    let mut response = Redirect::temporary(&format!("/plugin/latest/{file}")).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
