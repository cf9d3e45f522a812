//! `/api/shops/{id}/webhook`: the secret with which the shop signs what it says of its sales.

use axum::Extension;
use axum::body::Bytes;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use order_events::Timestamp;
use serde::{Deserialize, Serialize};

use crate::auth::owned::Owned;
use crate::auth::scope::{ShopsWrite, WebhookRead};
use crate::domain::origin;
use crate::http::body;
#[cfg(test)]
use crate::http::responses::{Changed, Envelope, Refused};
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, done, json};
use crate::sales::{copies, webhook_secret};
use crate::store::shops::ShopRow;

/// The secret of a webhook.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookBody {
    /// Shopify shows it in Settings > Notifications > Webhooks: "Your webhooks will be signed
    /// with". For WooCommerce, leave it out: one is made, to be pasted there as the webhook's
    /// secret.
    #[serde(default)]
    #[cfg_attr(
        test,
        schema(min_length = 16, max_length = 255, example = "the secret that your shop shows")
    )]
    secret: Option<String>,
}

/// The shop's webhook.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Webhook {
    /// The address for the shop's deliveries.
    address: String,
    /// True if there is a secret.
    is_set: bool,
    /// The secret that was made; shown this once.
    secret: Option<String>,
    /// True while the secret before this one is accepted too: until the first delivery that is
    /// signed with the new one.
    is_replacing: bool,
    /// The first signed delivery. From then on, only sales that the webhook confirms are billed.
    first_delivery_at: Option<Timestamp>,
    /// The last one, to the minute.
    last_delivery_at: Option<Timestamp>,
    /// Why the last delivery could not be used; `null` when it could.
    problem: Option<String>,
    /// When the first sale was claimed that the webhook should have confirmed by now; `null` while it
    /// confirms them. Until the next delivery, buyers are promised no trees.
    silent_since: Option<Timestamp>,
    /// The faults of deliveries of the last 90 days, the latest first.
    problems: Vec<WebhookProblem>,
    /// The address of the shop's site, as its deliveries name it; `null` before the first one.
    /// Deliveries that name another site are quarantined.
    site: Option<String>,
    /// Other sites that deliver with the shop's secret, the latest first.
    copies: Vec<ShopCopy>,
}

/// A site that delivers with the secret of a shop, such as a staging copy.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct ShopCopy {
    /// Its address.
    site: String,
    /// Its sales in quarantine.
    sales: i64,
    /// The first delivery.
    first_at: Option<Timestamp>,
    /// The last one.
    last_at: Option<Timestamp>,
}

/// The address of a shop's site.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteBody {
    /// As a delivery named it, for example one of `copies`.
    #[cfg_attr(test, schema(max_length = 300, example = "mugs.example.com"))]
    site: String,
}

/// A problem of a webhook's deliveries.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct WebhookProblem {
    /// The fault, and the remedy.
    problem: String,
    /// The first time.
    first_at: Option<Timestamp>,
    /// The last time.
    last_at: Option<Timestamp>,
    /// How often. Deliveries with a wrong signature are counted once a minute.
    times: i64,
}

/// Read what is known of a shop's webhook.
#[cfg_attr(test, utoipa::path(get, path = "/api/shops/{id}/webhook", tag = "Shops",
    params(("id" = String, Path, description = "The shop's id.")),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["shops:read"])),
    responses((status = 200, description = "The webhook.", body = Webhook), Refused)))]
#[worker::send]
pub(crate) async fn read_webhook(
    Extension(context): Extension<RequestContext>,
    shop: Owned<WebhookRead, ShopRow>,
    uri: Uri,
) -> Result<Response, Problem> {
    let webhook = webhook(&context, &shop.key.merchant_id, &shop.resource, &uri, None).await?;
    Ok(json(StatusCode::OK, &webhook))
}

/// Set the secret of a shop's webhook.
///
/// A secret in use goes on working until a delivery is signed with the new one, for 3 days at most,
/// so that no sale is lost in between. To end a secret that leaked at once, remove the webhook first.
///
/// From the first delivery on, only sales that the webhook confirms are billed, and it creates
/// those that the browser missed.
#[cfg_attr(test, utoipa::path(put, path = "/api/shops/{id}/webhook", tag = "Shops",
    request_body = WebhookBody, params(("id" = String, Path, description = "The shop's id.")),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["shops:write"])),
    responses((status = 200, description = "The webhook.", body = Webhook), Changed)))]
#[worker::send]
pub(crate) async fn set_webhook(
    Extension(context): Extension<RequestContext>,
    shop: Owned<ShopsWrite, ShopRow>,
    uri: Uri,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let WebhookBody { secret } = body::read(&bytes)?;
    let (merchant, row) = (&shop.key.merchant_id, &shop.resource);
    let made = webhook_secret::set(&context, merchant, row, secret.as_deref()).await?;
    Ok(json(StatusCode::OK, &webhook(&context, merchant, row, &uri, made).await?))
}

/// Set the address of a shop's site, for example after it moved.
///
/// Its deliveries count from now on, those of the address before are quarantined, and the shop's
/// origin follows if it was on the same host. The quarantined sales of the site are recorded, as many
/// as one request may: while `waiting` is not zero, send the request again. Sales that are `missing`
/// were too large to be kept: import them.
#[cfg_attr(test, utoipa::path(put, path = "/api/shops/{id}/webhook/site", tag = "Shops",
    request_body = SiteBody, params(("id" = String, Path, description = "The shop's id.")),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["shops:write"])),
    responses((status = 200, description = "It is set.", body = Envelope), Changed)))]
#[worker::send]
pub(crate) async fn set_site(
    Extension(context): Extension<RequestContext>,
    shop: Owned<ShopsWrite, ShopRow>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let SiteBody { site } = body::read(&bytes)?;
    let merchant = &shop.key.merchant_id;
    let accepted = copies::accept_site(&context, merchant, &shop.resource, &site).await?;
    let message = format!("The site of the shop is {}.", accepted.site);
    let data = serde_json::json!({
        "site": accepted.site,
        "recorded": accepted.recorded,
        "waiting": accepted.waiting,
        "missing": accepted.missing,
    });
    Ok(done(&message, &data))
}

/// Remove a shop's webhook.
///
/// Later claims of browsers are billed, and deliveries are rejected. Claims that the webhook never
/// confirmed are void unless you accept them.
#[cfg_attr(test, utoipa::path(delete, path = "/api/shops/{id}/webhook", tag = "Shops",
    params(("id" = String, Path, description = "The shop's id.")),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["shops:write"])),
    responses((status = 200, description = "It is removed.", body = Envelope), Refused)))]
#[worker::send]
pub(crate) async fn delete_webhook(
    Extension(context): Extension<RequestContext>,
    shop: Owned<ShopsWrite, ShopRow>,
) -> Result<Response, Problem> {
    let id = &shop.resource.id;
    let now = context.now.milliseconds();
    let void = context.store.remove_webhook(&shop.key.merchant_id, id, now).await?;
    let message = match void {
        0 => "The webhook is removed. Delete it in the shop too.".to_owned(),
        void => format!(
            "The webhook is removed. Delete it in the shop too. It never confirmed the sales of {void} \
             orders, which are void unless you accept them: /api/orders/?needs_acceptance=true lists \
             them, and POST /api/sales/ID/accept accepts a sale."
        ),
    };
    Ok(done(&message, &serde_json::json!({"id": id, "void_orders": void})))
}

async fn webhook(
    context: &RequestContext,
    merchant: &str,
    shop: &ShopRow,
    uri: &Uri,
    made: Option<String>,
) -> Result<Webhook, Problem> {
    let row = context.store.webhook(merchant, &shop.id, context.now.milliseconds()).await?;
    let row = row.ok_or_else(|| Problem::not_found("shop"))?;
    let problems = context.store.webhook_problems(&shop.id).await?;
    let copies = context.store.copies(merchant).await?;
    let instant = |at: Option<i64>| at.and_then(Timestamp::from_milliseconds);
    Ok(Webhook {
        address: webhook_secret::address(&origin::of(uri), shop),
        is_set: row.is_set != 0,
        is_replacing: row.is_replacing != 0,
        secret: made,
        first_delivery_at: instant(row.webhook_first_at),
        last_delivery_at: instant(row.webhook_last_at),
        problem: row.webhook_problem,
        silent_since: instant(row.silent_since),
        problems: problems
            .into_iter()
            .map(|row| WebhookProblem {
                problem: row.problem,
                first_at: instant(Some(row.first_at)),
                last_at: instant(Some(row.last_at)),
                times: row.times,
            })
            .collect(),
        site: row.site,
        copies: copies
            .into_iter()
            .filter(|copy| copy.shop_id == shop.id)
            .map(|copy| ShopCopy {
                site: copy.site,
                sales: copy.sales,
                first_at: instant(Some(copy.first_at)),
                last_at: instant(Some(copy.last_at)),
            })
            .collect(),
    })
}
