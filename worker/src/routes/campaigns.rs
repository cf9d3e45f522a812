//! `/api/campaigns/`: the conditions under which sales order trees.

use axum::Extension;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use order_events::{Campaign, Conditions, Timestamp, limits};
use serde::Deserialize;

use super::body;
use super::creation::Creation;
#[cfg(test)]
use super::responses::{Changed, Envelope, Refused};
use super::search::{Page, Search, check_after, check_limit, page};
use crate::access::Permitted;
use crate::access::owned::Owned;
use crate::access::scope::{CampaignsRead, CampaignsWrite};
use crate::auth::new_id;
use crate::context::RequestContext;
use crate::problem::{Problem, done, json};
use crate::store::Table;
use crate::store::campaigns::{CampaignFields, CampaignRow};
use crate::text;

/// Characters in the longest name of a campaign.
const NAME_LENGTH_MAX: usize = 255;

/// A campaign as a merchant writes it.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct CampaignBody {
    /// What the merchant calls it.
    #[cfg_attr(
        test,
        schema(min_length = 1, max_length = 255, example = "A tree for every blue mug")
    )]
    name: String,
    /// First instant at which a sale qualifies; absent or `null` is the instant at which the campaign
    /// is made, and in a change the start that it has. Sales from before it order nothing.
    #[serde(default)]
    starts_at: Option<Timestamp>,
    /// First instant at which a sale no longer qualifies; absent or `null` is no bound.
    #[serde(default)]
    ends_at: Option<Timestamp>,
    conditions: Conditions,
}

/// The header that tells the storefront the id of its shop, which conditions may name.
const SHOP: HeaderName = HeaderName::from_static("x-shop");

/// List the campaigns, oldest first.
///
/// A publishable key may too: the storefront evaluates them. While a purchase order is so long unpaid
/// that ordering is paused, a publishable key gets none.
#[cfg_attr(test, utoipa::path(get, path = "/api/campaigns", tag = "Campaigns", params(Page),
    security(("secret_key" = ["campaigns:read"]), ("publishable_key" = [])),
    responses((status = 200, description = "The campaigns.", body = [Campaign]), Refused)))]
#[worker::send]
pub(crate) async fn list_campaigns(
    Extension(context): Extension<RequestContext>,
    key: Permitted<CampaignsRead>,
    Search(search): Search<Page>,
    uri: Uri,
) -> Result<Response, Problem> {
    let limit = check_limit(search.limit)?;
    let (merchant, after) = (&key.0.merchant_id, search.after.as_deref());
    check_after(&context.store, Table::Campaigns, merchant, after).await?;
    let is_paused_storefront = key.0.shop_id.is_some() && key.0.is_paused();
    let rows = if is_paused_storefront {
        Vec::new()
    } else {
        context.store.campaigns(merchant, after, limit.saturating_add(1)).await?
    };
    let campaigns = rows.into_iter().map(campaign).collect::<Result<Vec<_>, _>>()?;
    let listing = page(&uri, limit, campaigns, |campaign: &Campaign| &campaign.id);
    let mut response = listing.into_json();
    if let Some(shop) = key.0.shop_id.as_deref().and_then(|shop| HeaderValue::from_str(shop).ok()) {
        let headers = response.headers_mut();
        headers.insert(SHOP, shop);
        let exposed = HeaderValue::from_static("x-shop, link");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        // A change reaches buyers within a minute; the Worker's own answer is the one billed.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=60"));
    }
    Ok(response)
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
    if let Some(earlier) = creation.earlier().await? {
        return Ok(earlier);
    }
    let campaign = checked(new_id("camp")?, 1, context.now, body::read(&bytes)?)?;
    let now = context.now.milliseconds();
    let most = i64::try_from(limits::CAMPAIGNS_PER_MERCHANT).unwrap_or(i64::MAX);
    let insert =
        context.store.insert_campaign(merchant, &campaign.id, fields(&campaign)?, now, most)?;
    let full = format!("There are {most} campaigns, the most allowed: delete one first.");
    let full = Problem::new(StatusCode::CONFLICT, full);
    creation.run(vec![insert], (Table::Campaigns, &campaign.id), &campaign, full).await
}

/// Read a campaign.
#[cfg_attr(test, utoipa::path(get, path = "/api/campaigns/{id}", tag = "Campaigns",
    params(("id" = String, Path, description = "The campaign's id.")),
    security(("secret_key" = ["campaigns:read"]), ("publishable_key" = [])),
    responses((status = 200, description = "The campaign.", body = Campaign), Refused)))]
#[worker::send]
pub(crate) async fn read_campaign(
    found: Owned<CampaignsRead, CampaignRow>,
) -> Result<Response, Problem> {
    Ok(json(StatusCode::OK, &campaign(found.resource)?))
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
    let start = Timestamp::from_milliseconds(old.starts_at).unwrap_or(context.now);
    let fields = fields(&checked(old.id.clone(), old.version, start, body::read(&bytes)?)?)?;
    let row = context.store.change_campaign(merchant, &old.id, fields).await?;
    Ok(json(StatusCode::OK, &campaign(row.ok_or_else(|| Problem::not_found("campaign"))?)?))
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

/// The campaign of a body; one that names no start has this one.
fn checked(
    id: String,
    version: u32,
    start: Timestamp,
    body: CampaignBody,
) -> Result<Campaign, Problem> {
    let CampaignBody { name, starts_at, ends_at, conditions } = body;
    text::check("name", &name, NAME_LENGTH_MAX)?;
    let starts_at = starts_at.or(Some(start));
    let campaign = Campaign { id, version, name, starts_at, ends_at, conditions };
    campaign.check().map_err(|error| Problem::unprocessable(&error.path, format!("{error}.")))?;
    Ok(campaign)
}

fn fields(campaign: &Campaign) -> Result<CampaignFields, Problem> {
    Ok(CampaignFields {
        starts_at: campaign.starts_at.map(Timestamp::milliseconds).unwrap_or_default(),
        ends_at: campaign.ends_at.map(Timestamp::milliseconds),
        conditions: serde_json::to_string(&campaign.conditions)
            .map_err(|_| Problem::internal("Conditions could not be written as JSON"))?,
        name: campaign.name.clone(),
    })
}

/// The campaign of a row.
pub(crate) fn campaign(row: CampaignRow) -> Result<Campaign, Problem> {
    Ok(Campaign {
        id: row.id,
        version: row.version,
        name: row.name,
        starts_at: Timestamp::from_milliseconds(row.starts_at),
        ends_at: row.ends_at.and_then(Timestamp::from_milliseconds),
        conditions: serde_json::from_str(&row.conditions)
            .map_err(|_| Problem::internal("A stored campaign could not be read"))?,
    })
}
