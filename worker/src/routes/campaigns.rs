//! `/api/campaigns/`: the conditions under which sales order trees.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use order_events::{Campaign, Conditions, Timestamp, limits};
use serde::Deserialize;

use super::body;
use crate::access::{Actor, Owner};
use crate::auth::new_id;
use crate::context::RequestContext;
use crate::problem::{Envelope, Problem, json};
use crate::store::campaigns::{CampaignFields, CampaignRow};

/// A campaign as a merchant writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CampaignBody {
    name: String,
    #[serde(default)]
    starts_at: Option<Timestamp>,
    #[serde(default)]
    ends_at: Option<Timestamp>,
    conditions: Conditions,
}

/// The header that tells the storefront the id of its shop, which conditions may name.
const SHOP: HeaderName = HeaderName::from_static("x-shop");

/// All campaigns of the merchant; with a publishable key too, since the storefront evaluates them.
#[worker::send]
pub(crate) async fn list(
    Extension(context): Extension<RequestContext>,
    Actor(key): Actor,
) -> Result<Response, Problem> {
    let rows = context.store.campaigns(&key.merchant_id).await?;
    let campaigns = rows.into_iter().map(campaign).collect::<Result<Vec<_>, _>>()?;
    let mut response = json(StatusCode::OK, &campaigns);
    if let Some(shop) = key.shop_id.as_deref().and_then(|shop| HeaderValue::from_str(shop).ok()) {
        let headers = response.headers_mut();
        headers.insert(SHOP, shop);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("x-shop"));
        // A change reaches buyers within a minute; the Worker's own answer is the one billed.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=60"));
    }
    Ok(response)
}

/// Makes a campaign: 201.
#[worker::send]
pub(crate) async fn create(
    Extension(context): Extension<RequestContext>,
    Owner(key): Owner,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let id = new_id("camp")?;
    let fields = fields(&id, &bytes)?;
    let now = context.now.milliseconds();
    let campaigns_max = i64::try_from(limits::CAMPAIGNS_PER_MERCHANT).unwrap_or(i64::MAX);
    let row =
        context.store.create_campaign(&key.merchant_id, &id, fields, now, campaigns_max).await?;
    let row = row.ok_or_else(|| {
        Problem::new(
            StatusCode::CONFLICT,
            format!("There are {campaigns_max} campaigns, the most allowed: delete one first."),
        )
    })?;
    Ok(json(StatusCode::CREATED, &campaign(row)?))
}

/// One campaign.
#[worker::send]
pub(crate) async fn read(
    Extension(context): Extension<RequestContext>,
    Owner(key): Owner,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let row = context.store.campaign(&key.merchant_id, &id).await?;
    Ok(json(StatusCode::OK, &campaign(row.ok_or_else(|| Problem::not_found("campaign"))?)?))
}

/// Replaces a campaign; its version counts up. Orders already made stay as they are.
#[worker::send]
pub(crate) async fn change(
    Extension(context): Extension<RequestContext>,
    Owner(key): Owner,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let row = context.store.change_campaign(&key.merchant_id, &id, fields(&id, &bytes)?).await?;
    Ok(json(StatusCode::OK, &campaign(row.ok_or_else(|| Problem::not_found("campaign"))?)?))
}

/// Deletes a campaign. Orders already made stay as they are.
#[worker::send]
pub(crate) async fn delete(
    Extension(context): Extension<RequestContext>,
    Owner(key): Owner,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let now = context.now.milliseconds();
    if !context.store.delete_campaign(&key.merchant_id, &id, now).await? {
        return Err(Problem::not_found("campaign"));
    }
    let message = "The campaign is deleted. Orders already made stay as they are.".to_owned();
    let envelope = Envelope { message, success: true, data: "{}".to_owned() };
    Ok(json(StatusCode::OK, &envelope))
}

fn fields(id: &str, bytes: &[u8]) -> Result<CampaignFields, Problem> {
    let body: CampaignBody = body::read(bytes)?;
    let campaign = Campaign {
        id: id.to_owned(),
        version: 1,
        name: body.name,
        starts_at: body.starts_at,
        ends_at: body.ends_at,
        conditions: body.conditions,
    };
    campaign.check().map_err(|error| Problem::unprocessable(&error.path, format!("{error}.")))?;
    Ok(CampaignFields {
        starts_at: campaign.starts_at.map(Timestamp::milliseconds),
        ends_at: campaign.ends_at.map(Timestamp::milliseconds),
        conditions: serde_json::to_string(&campaign.conditions)
            .map_err(|_| Problem::internal("Conditions could not be written as JSON"))?,
        name: campaign.name,
    })
}

fn campaign(row: CampaignRow) -> Result<Campaign, Problem> {
    Ok(Campaign {
        id: row.id,
        version: row.version,
        name: row.name,
        starts_at: row.starts_at.and_then(Timestamp::from_milliseconds),
        ends_at: row.ends_at.and_then(Timestamp::from_milliseconds),
        conditions: serde_json::from_str(&row.conditions)
            .map_err(|_| Problem::internal("A stored campaign could not be read"))?,
    })
}
