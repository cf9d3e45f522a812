//! `/api/campaigns/`: the conditions under which sales order trees.

pub(crate) mod simulate;
pub(crate) mod storefront;

use axum::Extension;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use order_events::{Campaign, Conditions, StorefrontCampaign, Timestamp, limits};
use serde::{Deserialize, Serialize};

use crate::auth::owned::Owned;
use crate::auth::permitted::Permitted;
use crate::auth::scope::{CampaignsRead, CampaignsWrite};
use crate::crypto::new_id;
use crate::domain::names;
use crate::http::body;
use crate::http::idempotency::Creation;
use crate::http::pagination::{Page, Search, check_after, check_limit, page};
#[cfg(test)]
use crate::http::responses::{Changed, Envelope, Refused};
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, done, json};
use crate::store::Table;
use crate::store::campaigns::{CampaignFields, CampaignRow};
use crate::store::resource::Resource;

/// Characters in the longest name of a campaign.
pub(crate) const NAME_LENGTH_MAX: usize = 255;

/// A campaign as a merchant writes it.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct CampaignBody {
    /// The merchant's name for it.
    #[cfg_attr(
        test,
        schema(min_length = 1, max_length = 255, example = "A tree for every blue mug")
    )]
    name: String,
    /// First instant at which a sale qualifies; absent or `null` is the instant at which the
    /// campaign is made, and in a change the start that it has. Sales from before it order nothing.
    #[serde(default)]
    starts_at: Option<Timestamp>,
    /// First instant at which a sale no longer qualifies; absent or `null` is no bound.
    #[serde(default)]
    ends_at: Option<Timestamp>,
    conditions: Conditions,
}

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
    let limit = check_limit(search.limit)?;
    let (merchant, after) = (&key.0.merchant_id, search.after.as_deref());
    check_after(&context.store, Table::Campaigns, merchant, after).await?;
    let rows = context.store.campaigns(merchant, after, limit.saturating_add(1)).await?;
    let campaigns = rows.into_iter().map(campaign).collect::<Result<Vec<_>, _>>()?;
    Ok(page(&uri, limit, campaigns, |campaign: &Campaign| &campaign.id).into_json())
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
    check_room(&context, merchant, &campaign.id, &campaign.conditions).await?;
    let now = context.now.milliseconds();
    let most = i64::try_from(limits::CAMPAIGNS_PER_MERCHANT).unwrap_or(i64::MAX);
    let insert =
        context.store.insert_campaign(merchant, &campaign.id, fields(&campaign)?, now, most)?;
    let full = format!("There are {most} campaigns, the most allowed: delete one first.");
    let full = Problem::new(StatusCode::CONFLICT, full);
    creation.run(vec![insert], (Table::Campaigns, &campaign.id), &campaign, full).await
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
    let start = Timestamp::from_milliseconds(old.starts_at).unwrap_or(context.now);
    let changed = checked(old.id.clone(), old.version, start, body::read(&bytes)?)?;
    check_room(&context, merchant, &old.id, &changed.conditions).await?;
    let fields = fields(&changed)?;
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
    names::check("name", &name, NAME_LENGTH_MAX)?;
    let starts_at = starts_at.or(Some(start));
    let campaign = Campaign { id, version, name, starts_at, ends_at, conditions };
    campaign.check().map_err(|error| Problem::unprocessable(&error.path, format!("{error}.")))?;
    Ok(campaign)
}

/// Refuses conditions that do not fit in with the merchant's other campaigns. Each sale is held
/// against all of them.
async fn check_room(
    context: &RequestContext,
    merchant: &str,
    id: &str,
    conditions: &Conditions,
) -> Result<(), Problem> {
    let full = |what: &str, most: usize, others: usize, these: usize| {
        Problem::new(
            StatusCode::CONFLICT,
            format!(
                "All campaigns together may hold {most} {what}: the others hold {others}, and this one \
                 {these}. Delete a campaign, or list fewer values."
            ),
        )
    };
    let held = context.store.held_by_campaigns(merchant, id).await?;
    let bytes = conditions_as_json(conditions)?.len();
    let most = limits::CAMPAIGN_BYTES_PER_MERCHANT;
    if held.bytes.saturating_add(bytes) > most {
        return Err(full("bytes of conditions", most, held.bytes, bytes));
    }
    let (parts, most) = (conditions.title_parts(), limits::TITLE_PARTS);
    if parts > 0 && held.title_parts.saturating_add(parts) > most {
        return Err(full("parts of titles", most, held.title_parts, parts));
    }
    Ok(())
}

fn conditions_as_json(conditions: &Conditions) -> Result<String, Problem> {
    serde_json::to_string(conditions)
        .map_err(|_| Problem::internal("Conditions could not be written as JSON"))
}

fn fields(campaign: &Campaign) -> Result<CampaignFields, Problem> {
    Ok(CampaignFields {
        starts_at: campaign.starts_at.map(Timestamp::milliseconds).unwrap_or_default(),
        ends_at: campaign.ends_at.map(Timestamp::milliseconds),
        conditions: conditions_as_json(&campaign.conditions)?,
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
