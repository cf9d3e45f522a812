//! `/webhooks/…`: what a shop itself says of its sales, signed with the secret of its webhook.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use order_events::{Proof, Sale, SaleFacts};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::json;
use shop_adapters::{AdapterError, shopify, woocommerce};

use super::orders::changed_meanwhile;
use crate::auth::seal::unseal;
use crate::context::RequestContext;
use crate::facts::{self, Telling};
use crate::problem::{Problem, done};
use crate::store::sales::SalePlace;
use crate::store::webhooks::WebhookShop;

/// The header in which Shopify signs.
pub(crate) const SHOPIFY_SIGNATURE: &str = "x-shopify-hmac-sha256";
/// The header in which `WooCommerce` signs.
pub(crate) const WOOCOMMERCE_SIGNATURE: &str = "x-wc-webhook-signature";

/// How often a delivery is told anew while what decides about it is being changed.
const ATTEMPTS_MAX: usize = 5;

/// Milliseconds after which the time of the last delivery is written anew.
const LAST_DELIVERY_PRECISION: i64 = 60 * 1000;

/// What a delivery tells of one sale.
struct Delivery {
    /// The shop's own order id.
    sale_id: String,
    facts: SaleFacts,
}

/// How a platform signs and writes.
struct Platform {
    /// As the shop's row has it.
    name: &'static str,
    signature: &'static str,
    verify: fn(&str, &[u8], &str) -> bool,
    /// Whether it only asks, unsigned, if anybody is there.
    is_ping: fn(&[u8]) -> bool,
    read: fn(&[u8]) -> Result<Delivery, String>,
}

/// Orders of any topic, and refunds. Their headers say which it is and are not signed, so the body is
/// asked.
const SHOPIFY: Platform = Platform {
    name: "shopify",
    signature: SHOPIFY_SIGNATURE,
    verify: shopify::signature::verify,
    is_ping: |_| false,
    read: read_shopify,
};

/// Whole orders, and a ping when a webhook is saved.
const WOOCOMMERCE: Platform = Platform {
    name: "woocommerce",
    signature: WOOCOMMERCE_SIGNATURE,
    verify: woocommerce::signature::verify,
    is_ping: woocommerce::is_ping,
    read: |bytes| Ok(snapshot(told(woocommerce::order::sale(read(bytes)?))?)),
};

/// Whether webhooks of shops on this platform are taken.
pub(crate) fn are_taken_of(platform: &str) -> bool {
    [SHOPIFY, WOOCOMMERCE].iter().any(|known| known.name == platform)
}

/// Takes Shopify's webhooks.
#[worker::send]
pub(crate) async fn shopify(
    Extension(context): Extension<RequestContext>,
    Path(shop): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    deliver(&context, &SHOPIFY, &shop, &headers, &bytes).await
}

/// Takes `WooCommerce`'s webhooks.
#[worker::send]
pub(crate) async fn woocommerce(
    Extension(context): Extension<RequestContext>,
    Path(shop): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    deliver(&context, &WOOCOMMERCE, &shop, &headers, &bytes).await
}

/// Whatever is signed gets a 2xx: a shop that hears anything else gives up its webhook in the end.
/// What cannot be used is noted on the shop, for its owner to see.
async fn deliver(
    context: &RequestContext,
    platform: &Platform,
    shop: &str,
    headers: &HeaderMap,
    bytes: &[u8],
) -> Result<Response, Problem> {
    for attempt in 0..ATTEMPTS_MAX {
        let Some(shop) = context.store.webhook_shop(shop, platform.name).await? else {
            context.limit_rate_of_address(headers).await?;
            return Err(Problem::not_found(
                "webhook: copy its address again from PUT /api/shops/ID/webhook",
            ));
        };
        if (platform.is_ping)(bytes) {
            context.limit_rate_of_address(headers).await?;
            return Ok(done("This webhook works. Sales will follow.", &json!({})));
        }
        // Everybody can know the id of a shop, so only what the shop has signed counts as the shop's.
        if let Err(problem) = check_signature(context, platform, &shop, headers, bytes) {
            context.limit_rate_of_address(headers).await?;
            return Err(problem);
        }
        if attempt == 0 {
            context.limit_rate(&shop.id).await?;
        }
        let delivery = match (platform.read)(bytes) {
            Ok(delivery) => delivery,
            Err(problem) => return refuse(context, &shop, &problem).await,
        };
        if keep(context, &shop, &delivery).await? {
            note(context, &shop, None).await?;
            return Ok(done("The sale is known.", &json!({"sale": delivery.sale_id})));
        }
    }
    Err(changed_meanwhile())
}

fn check_signature(
    context: &RequestContext,
    platform: &Platform,
    shop: &WebhookShop,
    headers: &HeaderMap,
    bytes: &[u8],
) -> Result<(), Problem> {
    let secret = unseal(&context.settings.link_secret, &shop.webhook_secret_sealed)
        .ok_or_else(|| Problem::internal("LINK_SECRET is not the one that sealed a webhook"))?;
    let signature = headers.get(platform.signature).and_then(|value| value.to_str().ok());
    if signature.is_some_and(|signature| (platform.verify)(&secret, bytes, signature)) {
        return Ok(());
    }
    Err(Problem::unauthorized(
        "The signature is not of this shop's webhook secret: compare the secret in the shop's \
         settings with the one that was set here, and set it again where they differ.",
    ))
}

/// Whether it was kept; `false` when something changed meanwhile.
async fn keep(
    context: &RequestContext,
    shop: &WebhookShop,
    delivery: &Delivery,
) -> Result<bool, Problem> {
    let campaigns: Vec<order_events::Campaign> = serde_json::from_str(&shop.campaigns)
        .map_err(|_| Problem::internal("A stored campaign could not be read"))?;
    let telling = Telling {
        merchant_id: &shop.merchant_id,
        place: SalePlace { shop_id: &shop.id, mode: "live", sale_id: &delivery.sale_id },
        proof: Proof::Verified,
        campaigns: &campaigns,
        is_paused: shop.paused_at.is_some(),
        billing: shop.billing(),
        teller: shop.teller(),
    };
    Ok(facts::keep(context, &telling, &delivery.facts).await?.is_some())
}

async fn refuse(
    context: &RequestContext,
    shop: &WebhookShop,
    problem: &str,
) -> Result<Response, Problem> {
    note(context, shop, Some(problem)).await?;
    Ok(done("This could not be used; the shop's webhook says why.", &json!({"problem": problem})))
}

/// Notes the delivery, unless the same was noted a moment ago.
async fn note(
    context: &RequestContext,
    shop: &WebhookShop,
    problem: Option<&str>,
) -> Result<(), Problem> {
    let now = context.now.milliseconds();
    let is_recent =
        shop.webhook_last_at.is_some_and(|last| now.saturating_sub(last) < LAST_DELIVERY_PRECISION);
    if is_recent && shop.webhook_problem.as_deref() == problem {
        return Ok(());
    }
    Ok(context.store.note_delivery(&shop.id, now, problem).await?)
}

/// Tells a refund from an order by the fields that only a refund has.
#[derive(Default, Deserialize)]
struct Shape {
    order_id: Option<IgnoredAny>,
    refund_line_items: Option<IgnoredAny>,
}

fn read_shopify(bytes: &[u8]) -> Result<Delivery, String> {
    let shape: Shape = serde_json::from_slice(bytes).unwrap_or_default();
    if shape.order_id.is_none() || shape.refund_line_items.is_none() {
        return Ok(snapshot(told(shopify::order::sale(read(bytes)?))?));
    }
    let fact = told(shopify::refund::fact(read(bytes)?))?;
    let facts = SaleFacts::from_refund(fact.refund_id, fact.refund);
    Ok(Delivery { sale_id: fact.order_id, facts })
}

fn snapshot(sale: Sale) -> Delivery {
    Delivery { sale_id: sale.id.clone(), facts: SaleFacts::from_snapshot(Proof::Verified, sale) }
}

/// What serde says may quote what was sent, so only that it could not be read is told.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    shop_adapters::json::read(bytes).map_err(|error| error.to_string())
}

fn told<T>(adapted: Result<T, AdapterError>) -> Result<T, String> {
    adapted.map_err(|error| error.to_string())
}
