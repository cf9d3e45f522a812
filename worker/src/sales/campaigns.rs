//! Campaigns as merchants make and change them: for the API and for Settings > Campaigns.

use axum::http::StatusCode;
use order_events::{Campaign, Conditions, Timestamp, limits};
use serde::Deserialize;

use crate::domain::names;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::Table;
use crate::store::campaigns::{CampaignFields, CampaignRow};
use crate::store::resource::Prepared;

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
    pub(crate) name: String,
    /// First instant at which a sale qualifies; absent or `null` is the instant at which the
    /// campaign is made, and in a change the start that it has. Sales from before it order nothing.
    #[serde(default)]
    pub(crate) starts_at: Option<Timestamp>,
    /// First instant at which a sale no longer qualifies; absent or `null` is no bound.
    #[serde(default)]
    pub(crate) ends_at: Option<Timestamp>,
    pub(crate) conditions: Conditions,
}

/// The version of a campaign that a change may replace.
#[derive(Clone, Copy)]
pub(crate) enum Overwrite {
    /// The version that is stored at that moment.
    AnyVersion,
    /// Only this version, which the merchant saw when making the change.
    Only(u32),
}

/// Checks a campaign that a merchant wants, and makes it under this id.
pub(crate) async fn prepare(
    context: &RequestContext,
    merchant: &str,
    id: String,
    wanted: CampaignBody,
) -> Result<Prepared<Campaign>, Problem> {
    let campaign = checked(id, 1, context.now, wanted)?;
    check_room(context, merchant, &campaign.id, &campaign.conditions).await?;
    let now = context.now.milliseconds();
    let (fields, store) = (fields(&campaign)?, &context.store);
    let statement = store.insert_campaign(merchant, &campaign.id, fields, now, campaigns_max())?;
    let (id, statements) = (campaign.id.clone(), vec![statement]);
    Ok(Prepared { table: Table::Campaigns, id, statements, answer: campaign })
}

/// 409: the merchant has as many campaigns as allowed.
pub(crate) fn too_many() -> Problem {
    let most = campaigns_max();
    let message = format!("There are {most} campaigns, the most allowed: delete one first.");
    Problem::new(StatusCode::CONFLICT, message)
}

/// Campaigns of one merchant, at most.
pub(crate) fn campaigns_max() -> i64 {
    i64::try_from(limits::CAMPAIGNS_PER_MERCHANT).unwrap_or(i64::MAX)
}

/// Changes a campaign, and returns it with its new version. Returns `None` if it was deleted, or if
/// another version is stored than the one to overwrite.
pub(crate) async fn change(
    context: &RequestContext,
    merchant: &str,
    old: &CampaignRow,
    wanted: CampaignBody,
    overwrite: Overwrite,
) -> Result<Option<Campaign>, Problem> {
    let start = Timestamp::from_milliseconds(old.starts_at).unwrap_or(context.now);
    let changed = checked(old.id.clone(), old.version, start, wanted)?;
    check_room(context, merchant, &old.id, &changed.conditions).await?;
    let version = match overwrite {
        Overwrite::AnyVersion => None,
        Overwrite::Only(version) => Some(i64::from(version)),
    };
    let fields = fields(&changed)?;
    let row = context.store.change_campaign(merchant, &old.id, fields, version).await?;
    row.map(campaign).transpose()
}

/// The campaign of a body; one that names no start has this one.
pub(crate) fn checked(
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
