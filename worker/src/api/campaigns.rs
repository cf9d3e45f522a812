//! `/api/campaigns/`: the conditions under which sales order trees.

pub(crate) mod simulate;
pub(crate) mod storefront;

use axum::Extension;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use order_events::{Campaign, StorefrontCampaign};
use serde::Serialize;

use crate::auth::owned::Owned;
use crate::auth::permitted::Permitted;
use crate::auth::scope::{CampaignsRead, CampaignsWrite};
use crate::crypto::new_id;
use crate::http::body;
use crate::http::idempotency::Creation;
use crate::http::pagination::{Page, Search, list};
#[cfg(test)]
use crate::http::responses::{Changed, Envelope, Refused};
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, done, json};
#[cfg(test)]
use crate::sales::campaigns::CampaignBody;
use crate::sales::campaigns::{self, Overwrite, campaign};
use crate::store::Table;
use crate::store::campaigns::CampaignRow;
use crate::store::resource::Resource;

/// A campaign as the key may read it.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(untagged)]
pub(crate) enum ReadableCampaign {
    /// With a secret key.
    Whole(Campaign),
    /// With a publishable key.
    Storefront(StorefrontCampaign),
}

/// List the campaigns, oldest first.
///
/// A publishable key gets what the storefront of its shop needs: the campaigns that run now,
/// without their names, without conditions on coupons and shops, which the Worker decides, and
/// without caps per month. A sale that meets these conditions may qualify; the Worker's own
/// evaluation is the one billed. While a purchase order is so long unpaid that ordering is paused,
/// a publishable key gets none.
#[cfg_attr(test, utoipa::path(get, path = "/api/campaigns", tag = "Campaigns", params(Page),
    security(("secret_key" = ["campaigns:read"]), ("publishable_key" = [])),
    responses((status = 200, description = "The campaigns.", body = [ReadableCampaign]), Refused)))]
#[worker::send]
pub(crate) async fn list_campaigns(
    Extension(context): Extension<RequestContext>,
    // Read before the key, so that no free parameter leads past the cache to the database.
    Search(search): Search<Page>,
    key: Permitted<CampaignsRead>,
    uri: Uri,
) -> Result<Response, Problem> {
    if let Some(shop) = &key.0.shop_id {
        return storefront::list(&context, (&key.0, shop), &search, &uri).await;
    }
    let (store, merchant) = (&context.store, key.0.merchant_id.as_str());
    let read = async |after: Option<&str>, limit| {
        let rows = store.campaigns(merchant, after, limit).await?;
        rows.into_iter().map(campaign).collect()
    };
    let of = (Table::Campaigns, merchant);
    list((store, &uri), of, search.bounds(), |campaign: &Campaign| &campaign.id, read).await
}

/// Make a campaign.
#[cfg_attr(test, utoipa::path(post, path = "/api/campaigns", tag = "Campaigns",
    request_body = CampaignBody,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255)),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["campaigns:write"])),
    responses((status = 201, description = "The campaign.", body = Campaign), Changed)))]
#[worker::send]
pub(crate) async fn create_campaign(
    Extension(context): Extension<RequestContext>,
    key: Permitted<CampaignsWrite>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let merchant = &key.0.merchant_id;
    let creation = Creation::of(&context, &key.0, &headers, "POST /api/campaigns", &bytes)?;
    let prepare =
        async || campaigns::prepare(&context, merchant, new_id("camp")?, body::read(&bytes)?).await;
    creation.make(campaigns::too_many(), prepare).await
}

/// Read a campaign.
///
/// A publishable key reads what the list shows it.
#[cfg_attr(test, utoipa::path(get, path = "/api/campaigns/{id}", tag = "Campaigns",
    params(("id" = String, Path, description = "The campaign's id.")),
    security(("secret_key" = ["campaigns:read"]), ("publishable_key" = [])),
    responses((status = 200, description = "The campaign.", body = ReadableCampaign), Refused)))]
#[worker::send]
pub(crate) async fn read_campaign(
    Extension(context): Extension<RequestContext>,
    found: Owned<CampaignsRead, CampaignRow>,
) -> Result<Response, Problem> {
    let Some(shop) = &found.key.shop_id else {
        let whole = ReadableCampaign::Whole(campaign(found.resource)?);
        return Ok(json(StatusCode::OK, &whole));
    };
    let running = storefront::running(&context, &found.key).await?;
    let readable = running.iter().find(|campaign| campaign.id == found.resource.id);
    let readable = readable.and_then(|campaign| campaign.for_storefront(shop));
    let readable = readable.ok_or_else(|| Problem::not_found(CampaignRow::NAME))?;
    Ok(json(StatusCode::OK, &ReadableCampaign::Storefront(readable)))
}

/// Change a campaign; its version counts up.
///
/// Orders already made stay as they are.
#[cfg_attr(test, utoipa::path(put, path = "/api/campaigns/{id}", tag = "Campaigns",
    request_body = CampaignBody, params(("id" = String, Path, description = "The campaign's id.")),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["campaigns:write"])),
    responses((status = 200, description = "The campaign.", body = Campaign), Changed)))]
#[worker::send]
pub(crate) async fn change_campaign(
    Extension(context): Extension<RequestContext>,
    found: Owned<CampaignsWrite, CampaignRow>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let (merchant, old) = (&found.key.merchant_id, found.resource);
    let wanted = body::read(&bytes)?;
    let changed =
        campaigns::change(&context, merchant, &old, wanted, Overwrite::AnyVersion).await?;
    let changed = changed.ok_or_else(|| Problem::not_found(CampaignRow::NAME))?;
    Ok(json(StatusCode::OK, &changed))
}

/// Delete a campaign.
///
/// Orders already made stay as they are.
#[cfg_attr(test, utoipa::path(delete, path = "/api/campaigns/{id}", tag = "Campaigns",
    params(("id" = String, Path, description = "The campaign's id.")),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["campaigns:write"])),
    responses((status = 200, description = "It is deleted.", body = Envelope), Refused)))]
#[worker::send]
pub(crate) async fn delete_campaign(
    Extension(context): Extension<RequestContext>,
    found: Owned<CampaignsWrite, CampaignRow>,
) -> Result<Response, Problem> {
    let (id, now) = (&found.resource.id, context.now.milliseconds());
    if !context.store.delete_campaign(&found.key.merchant_id, id, now).await? {
        return Err(Problem::not_found("campaign"));
    }
    let message = "The campaign is deleted. Orders already made stay as they are.";
    Ok(done(message, &serde_json::json!({"id": id})))
}
