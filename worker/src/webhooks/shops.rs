//! `/webhooks/…`: what a shop itself says of its sales, signed with the secret of its webhook.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use order_events::{Proof, SaleFacts, Timestamp};
use serde_json::json;
use shop_adapters::webhook::{Delivery, NoSale, ReportedSale, Unreadable};
use shop_adapters::{shopify, woocommerce};

use crate::crypto::signature::is_signed;
use crate::domain::site::{Sender, Site};
use crate::domain::states::QuarantineSource;
use crate::http::headers::{
    SHOPIFY_SHOP, SHOPIFY_SIGNATURE, WOOCOMMERCE_SIGNATURE, WOOCOMMERCE_SOURCE, WOOCOMMERCE_TOPIC,
};
use crate::platform::context::RequestContext;
use crate::platform::log::{self, LogEvent};
use crate::platform::problem::{Problem, done};
use crate::sales::claim::CLAIM_BYTES_MAX;
use crate::sales::copies;
use crate::sales::ingest::changed_meanwhile;
use crate::sales::quarantine::{UnreadableSale, quarantine};
use crate::sales::shop_reports::{ShopReport, UNSIGNED, place_of, record_report};
use crate::sales::webhook_secret::{self, SignedWith};
use crate::store::webhooks::WebhookShop;

/// Attempts to store a delivery while the data that decides about it changes.
const ATTEMPTS_MAX: usize = 5;

/// Milliseconds after which the time of the last delivery is updated.
const LAST_DELIVERY_PRECISION: i64 = 60 * 1000;

/// Seconds after which a delivery is to be sent again that had no room.
const RETRY_AFTER: u32 = 60;

const UNCHECKED: &str = "The secret of this webhook cannot be decrypted, because the operator changed \
    the encryption keys. Sales since then wait as unconfirmed. Set the secret again.";

const WRONG_SIGNATURE: &str = "The signature is not of this shop's webhook secret: compare the secret \
    in the shop's settings with the one that was set here, and set it again where they differ.";

/// How a platform signs and writes.
pub(crate) struct Platform {
    /// As the shop's row has it.
    pub(crate) name: &'static str,
    /// The header with base64(HMAC-SHA256(secret, body)).
    signature: &'static str,
    /// True if it only asks, unsigned, if anybody is there.
    is_ping: fn(&[u8]) -> bool,
    read: fn(&[u8], &HeaderMap, Timestamp) -> Report,
}

/// A delivery as it is read, once: it may have 8 MB.
struct Report {
    /// The site that it names.
    site: Option<String>,
    delivery: Result<Delivery, Unreadable>,
}

/// Orders of any topic, drafts, checkouts and refunds. The header that names the topic is not
/// signed, so the body shows what it is.
const SHOPIFY: Platform = Platform {
    name: webhook_secret::SHOPIFY,
    signature: SHOPIFY_SIGNATURE,
    is_ping: |_| false,
    read: |bytes, headers, received_at| Report {
        site: text(headers, SHOPIFY_SHOP).map(str::to_owned),
        delivery: shopify::webhook::read(bytes, received_at),
    },
};

/// Whole orders, the ids of deleted ones, and a ping when a webhook is saved.
pub(crate) const WOOCOMMERCE: Platform = Platform {
    name: webhook_secret::WOOCOMMERCE,
    signature: WOOCOMMERCE_SIGNATURE,
    is_ping: woocommerce::is_ping,
    read: |bytes, headers, received_at| {
        let order = woocommerce::webhook::order(bytes);
        // The body is signed. Only that of a deleted order does not name the site.
        let site = order.as_ref().ok().and_then(woocommerce::Order::site);
        let topic = text(headers, WOOCOMMERCE_TOPIC);
        Report {
            site: site.or_else(|| text(headers, WOOCOMMERCE_SOURCE).map(str::to_owned)),
            delivery: order
                .and_then(|order| woocommerce::webhook::delivery(order, topic, received_at)),
        }
    },
};

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
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

/// A signed delivery always gets a 2xx: WooCommerce disables a webhook after other responses.
/// An unusable one is noted on the shop, for its owner.
async fn deliver(
    context: &RequestContext,
    platform: &Platform,
    shop: &str,
    headers: &HeaderMap,
    bytes: &[u8],
) -> Result<Response, Problem> {
    for attempt in 0..ATTEMPTS_MAX {
        let Some(shop) = context.store.webhook_shop(shop, platform.name).await? else {
            context.limit_forged(headers).await?;
            return Err(Problem::not_found(
                "webhook: copy its address again from GET /api/shops/ID/webhook",
            ));
        };
        log::set_merchant(&shop.merchant_id);
        if (platform.is_ping)(bytes) {
            context.limit_forged(headers).await?;
            return Ok(done("This webhook works. Sales will follow.", &json!({})));
        }
        // Everybody can know the id of a shop, so only what the shop has signed counts as the
        // shop's.
        let signature = text(headers, platform.signature).unwrap_or_default();
        let verify = async |secret: &str| Ok(is_signed(secret, bytes, signature).await?);
        match webhook_secret::signed_with(context, &shop, verify).await? {
            SignedWith::New => end_overlap(context, &shop).await?,
            SignedWith::Old => {}
            SignedWith::Neither => {
                context.limit_forged(headers).await?;
                let now = context.now.milliseconds();
                context.store.note_wrong_signature(&shop.id, WRONG_SIGNATURE, now).await?;
                return Err(Problem::unauthorized(WRONG_SIGNATURE));
            }
            SignedWith::Unknown => {
                context.limit_forged(headers).await?;
                match keep_unchecked(context, platform, &shop, headers, bytes).await? {
                    Some(kept) => return Ok(kept),
                    None => continue,
                }
            }
        }
        if attempt == 0 {
            context.limit_rate(&shop.id).await?;
        }
        if let Some(recorded) = record(context, platform, &shop, headers, bytes).await? {
            return Ok(recorded);
        }
    }
    Err(changed_meanwhile())
}

/// Records a delivery that was signed with the shop's secret; `None`, and nothing is recorded, when
/// something changed meanwhile.
async fn record(
    context: &RequestContext,
    platform: &Platform,
    shop: &WebhookShop,
    headers: &HeaderMap,
    bytes: &[u8],
) -> Result<Option<Response>, Problem> {
    let Report { site, delivery } = (platform.read)(bytes, headers, context.now);
    let sender = copies::sender(shop, site.as_deref());
    if let Sender::Copy(site) = &sender {
        return quarantine_copy(context, shop, site, delivery.ok()).await.map(Some);
    }
    let sale = match delivery {
        Ok(Delivery::Sale(sale)) => sale,
        Ok(Delivery::Draft) => {
            note(context, shop, None).await?;
            return Ok(Some(done("Nobody has placed this order yet.", &json!({}))));
        }
        Ok(Delivery::NoSale(kind)) => return set_aside(context, shop, kind).await.map(Some),
        Err(unreadable) => {
            let problem = unreadable.to_string();
            let field = unreadable.field.map(|field| field.to_string()).unwrap_or_default();
            return refuse(context, shop, unreadable.sale_id, field, problem).await.map(Some);
        }
    };
    let kept = match record_report(context, shop, report(&sale, Proof::Verified)).await {
        // The shop would send it again in vain.
        Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            let (id, field) = (Some(sale.sale_id), problem.field().to_owned());
            let message = problem.message().to_owned();
            return refuse(context, shop, id, field, message).await.map(Some);
        }
        kept => kept?,
    };
    let Some(kept) = kept else { return Ok(None) };
    // A repeated delivery says nothing of the one that could not be read.
    if kept.is_news && shop.has_quarantined_sales != 0 {
        context.store.release_from_quarantine(&shop.id, shop.mode(), &sale.sale_id).await?;
    }
    if let Sender::NewShop(site) = &sender {
        context.store.learn_site(&shop.id, site.as_str()).await?;
    }
    note(context, shop, None).await?;
    Ok(Some(done("The sale is known.", &json!({"sale": sale.sale_id}))))
}

/// A copy gets a 200 too: nothing of it is the shop's, and nothing has to be sent again.
async fn quarantine_copy(
    context: &RequestContext,
    shop: &WebhookShop,
    site: &Site,
    delivery: Option<Delivery>,
) -> Result<Response, Problem> {
    let sale = delivery.and_then(|delivery| match delivery {
        Delivery::Sale(sale) => Some(sale),
        Delivery::Draft | Delivery::NoSale(_) => None,
    });
    copies::quarantine_copy(context, shop, site, sale.as_ref()).await?;
    let message = "This delivery is from a copy of the shop, so it is quarantined and orders nothing. \
        If this is the shop's new address, confirm that in the settings of its webhook.";
    Ok(done(message, &json!({"site": site.as_str()})))
}

fn report(sale: &ReportedSale, proof: Proof) -> ShopReport<'_> {
    let (sale_id, number) = (sale.sale_id.as_str(), sale.number.as_deref());
    ShopReport { sale_id, number, facts: &sale.facts, proof }
}

/// Once the shop signs with the new secret, the old one works no longer.
async fn end_overlap(context: &RequestContext, shop: &WebhookShop) -> Result<(), Problem> {
    match &shop.webhook_old_secret_encrypted {
        Some(old) => Ok(context.store.forget_old_secret(&shop.id, old).await?),
        None => Ok(()),
    }
}

/// Keeps a sale whose signature cannot be checked because of a mistake of ours. A shop sends an
/// order once, or gives up its webhook after a few errors, so the response is a 200 for what is
/// kept. The sale
/// counts as a claim, which anybody could have sent: it is as small as a claim, changes nothing
/// that is known, and orders nothing before the shop confirms it or its owner accepts it. `None`,
/// and nothing is kept, when something changed meanwhile.
async fn keep_unchecked(
    context: &RequestContext,
    platform: &Platform,
    shop: &WebhookShop,
    headers: &HeaderMap,
    bytes: &[u8],
) -> Result<Option<Response>, Problem> {
    log::write(LogEvent::SecretUnreadable, &[("shop", &shop.id)]);
    let Report { site, delivery } = (platform.read)(bytes, headers, context.now);
    let sender = copies::sender(shop, site.as_deref());
    if let Ok(Delivery::Sale(mut sale)) = delivery
        && !matches!(sender, Sender::Copy(_))
        && let Some(snapshot) = sale.facts.snapshot()
    {
        sale.facts = SaleFacts::from_snapshot(Proof::Claimed, snapshot.sale.clone());
        let size = serde_json::to_string(&sale.facts).map_or(usize::MAX, |facts| facts.len());
        let kept = if size > CLAIM_BYTES_MAX {
            let problem = format!("takes more than {CLAIM_BYTES_MAX} bytes");
            Err(Problem::unprocessable("sale", problem))
        } else {
            record_report(context, shop, report(&sale, Proof::Claimed)).await
        };
        match kept {
            Ok(Some(kept)) => {
                let place = place_of(shop, &sale.sale_id);
                if kept.is_without_orders && !context.store.is_stored(&place).await? {
                    note_unchecked(context, shop).await?;
                    return Err(no_room_for_unchecked());
                }
            }
            Ok(None) => return Ok(None),
            Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
                quarantine_unchecked(context, shop, sale.sale_id, &problem).await?;
            }
            Err(problem) => return Err(problem),
        }
    }
    note_unchecked(context, shop).await?;
    Ok(Some(done("The delivery waits to be confirmed.", &json!({}))))
}

async fn note_unchecked(context: &RequestContext, shop: &WebhookShop) -> Result<(), Problem> {
    if shop.webhook_problem.as_deref() != Some(UNCHECKED) {
        let now = context.now.milliseconds();
        context.store.note_unchecked_delivery(&shop.id, UNCHECKED, now).await?;
    }
    Ok(())
}

/// 503: a 200 would say that the sale is kept, and the shop would never send it again.
fn no_room_for_unchecked() -> Problem {
    let message = "The signature of this delivery cannot be checked at this moment, and as many \
        sales of this shop as may wait for that are stored. Nothing was stored of this one; please \
        send it again later.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, message).with("retry_after", RETRY_AFTER)
}

/// Lists a sale for the shop's owner that cannot be kept without a checked signature.
async fn quarantine_unchecked(
    context: &RequestContext,
    shop: &WebhookShop,
    sale_id: String,
    problem: &Problem,
) -> Result<(), Problem> {
    let sale = UnreadableSale {
        merchant_id: &shop.merchant_id,
        shop_id: &shop.id,
        mode: shop.mode(),
        // Anybody could have sent it, so it takes no place of what the shop has signed.
        source: QuarantineSource::Storefront,
        field: problem.field().to_owned(),
        sale_id: Some(sale_id),
        problem: format!("{}, and {UNSIGNED}", problem.message()),
    };
    quarantine(context, &sale).await
}

/// An object that is no sale costs nothing; a webhook of another topic is reported to the owner.
async fn set_aside(
    context: &RequestContext,
    shop: &WebhookShop,
    kind: NoSale,
) -> Result<Response, Problem> {
    let problem = format!("This {kind}.");
    note(context, shop, (kind == NoSale::OtherTopic).then_some(problem.as_str())).await?;
    Ok(done(&problem, &json!({})))
}

async fn refuse(
    context: &RequestContext,
    shop: &WebhookShop,
    sale_id: Option<String>,
    field: String,
    problem: String,
) -> Result<Response, Problem> {
    let sale = UnreadableSale {
        merchant_id: &shop.merchant_id,
        shop_id: &shop.id,
        mode: shop.mode(),
        source: QuarantineSource::Webhook,
        field,
        sale_id,
        problem: problem.clone(),
    };
    quarantine(context, &sale).await?;
    note(context, shop, Some(&problem)).await?;
    Ok(done(
        "This could not be used as a sale. It is listed in /api/quarantine/ and in the settings.",
        &json!({"problem": problem}),
    ))
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
    let is_silent = problem.is_none() && shop.silent_since.is_some();
    if is_recent && !is_silent && shop.webhook_problem.as_deref() == problem {
        return Ok(());
    }
    Ok(context.store.note_delivery(&shop.id, now, problem).await?)
}
