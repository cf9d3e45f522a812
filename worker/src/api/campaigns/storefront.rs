//! The campaigns for a storefront: those that run in its shop, in the form that it needs.

use axum::http::{HeaderName, HeaderValue, Uri, header};
use axum::response::Response;
use order_events::{Campaign, StorefrontCampaign, limits};

use crate::http::pagination::{NO_SUCH_ENTRY, Page, check_limit, page};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::sales::campaigns::campaign;
use crate::sales::ingest::CLOCKS_DIFFER_BY;
use crate::store::api_keys::KeyOwner;
use crate::store::campaigns::CampaignRow;

/// The header with the id of the storefront's shop.
const SHOP: HeaderName = HeaderName::from_static("x-shop");

/// The campaigns that run now, as far as clocks agree, oldest first; none while ordering is paused.
pub(crate) async fn running(
    context: &RequestContext,
    key: &KeyOwner,
) -> Result<Vec<Campaign>, Problem> {
    if key.is_paused(context.now) {
        return Ok(Vec::new());
    }
    let most = i64::try_from(limits::CAMPAIGNS_PER_MERCHANT).unwrap_or(i64::MAX);
    let rows = context.store.campaigns(&key.merchant_id, None, most).await?;
    let now = context.now.milliseconds();
    let (latest_start, earliest_end) =
        (now.saturating_add(CLOCKS_DIFFER_BY), now.saturating_sub(CLOCKS_DIFFER_BY));
    let runs = |row: &CampaignRow| {
        row.starts_at <= latest_start && row.ends_at.is_none_or(|ends_at| ends_at > earliest_end)
    };
    rows.into_iter().filter(runs).map(campaign).collect()
}

/// The page of the list that the key of this shop gets.
pub(super) async fn list(
    context: &RequestContext,
    (key, shop): (&KeyOwner, &str),
    search: &Page,
    uri: &Uri,
) -> Result<Response, Problem> {
    let limit = check_limit(search.limit)?;
    let campaigns = running(context, key).await?;
    let campaigns = campaigns.iter().filter_map(|campaign| campaign.for_storefront(shop));
    let mut campaigns: Vec<StorefrontCampaign> = campaigns.collect();
    if let Some(after) = &search.after {
        let index = campaigns.iter().position(|campaign| campaign.id == *after);
        let index = index.ok_or_else(|| Problem::bad_request(NO_SUCH_ENTRY))?;
        campaigns.drain(..=index);
    }
    let listing = page(uri, limit, campaigns, |campaign: &StorefrontCampaign| &campaign.id);
    let mut response = listing.into_json();
    let headers = response.headers_mut();
    if let Ok(shop) = HeaderValue::from_str(shop) {
        headers.insert(SHOP, shop);
    }
    let exposed = HeaderValue::from_static("x-shop, link");
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    // A change reaches buyers within two minutes, one of them in the edge cache; the Worker's own
    // evaluation is the one billed.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=60"));
    Ok(response)
}
