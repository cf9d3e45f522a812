//! `/settings/campaigns`: the list, and what its buttons do.

pub(crate) mod editor;
mod fields;
pub(crate) mod view;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use order_events::{Conditions, Timestamp};

use crate::domain::campaign_pauses;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::sales::campaigns::{self, CampaignBody, Overwrite, campaign};
use crate::store::campaigns::CampaignRow;
use crate::store::sessions::SessionRow;
use crate::web::session::{Session, SessionOwned};
use crate::web::settings::LISTED_MAX;
use crate::web::settings::campaigns::view::{Shown, render};
use crate::web::{self, PageProblem};

const CHANGED_MEANWHILE: &str = "This campaign was changed at the same moment, so nothing was done. \
    Please look at it again.";

/// Shows the list.
#[worker::send]
pub(crate) async fn show(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    page(&context, &session, None).await
}

/// Pauses a campaign: sales from now on order nothing under it.
#[worker::send]
pub(crate) async fn pause(
    found: SessionOwned<CampaignRow>,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    change_conditions(&context, found, campaign_pauses::pause).await
}

/// Ends the pause of a campaign.
#[worker::send]
pub(crate) async fn resume(
    found: SessionOwned<CampaignRow>,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    change_conditions(&context, found, campaign_pauses::resume).await
}

/// Deletes a campaign. Doing it again shows that there is none.
#[worker::send]
pub(crate) async fn delete(
    found: SessionOwned<CampaignRow>,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    let (merchant, id) = (&found.session.merchant_id, &found.resource.id);
    context.store.delete_campaign(merchant, id, context.now.milliseconds()).await?;
    Ok(back())
}

async fn change_conditions(
    context: &RequestContext,
    found: SessionOwned<CampaignRow>,
    change: fn(Conditions, Timestamp) -> Conditions,
) -> Result<Response, PageProblem> {
    let (session, row) = (found.session, found.resource);
    let stored = campaign(row.clone())?.conditions;
    let wanted = CampaignBody {
        name: row.name.clone(),
        starts_at: None,
        ends_at: row.ends_at.and_then(Timestamp::from_milliseconds),
        conditions: change(stored.clone(), context.now),
    };
    if wanted.conditions == stored {
        return Ok(back());
    }
    let overwrite = Overwrite::Only(row.version);
    match campaigns::change(context, &session.merchant_id, &row, wanted, overwrite).await {
        Ok(Some(_)) => Ok(back()),
        Ok(None) => {
            let problem = Problem::new(StatusCode::CONFLICT, CHANGED_MEANWHILE);
            page(context, &session, Some(&problem)).await
        }
        Err(problem) if problem.status().is_client_error() => {
            page(context, &session, Some(&problem)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

/// Redirects to the list: after a POST the browser loads it again.
fn back() -> Response {
    web::redirect("/settings/campaigns")
}

/// Writes the list, with the problem of the form that was just sent.
async fn page(
    context: &RequestContext,
    session: &SessionRow,
    problem: Option<&Problem>,
) -> Result<Response, PageProblem> {
    let (store, merchant) = (&context.store, session.merchant_id.as_str());
    let rows = store.campaigns(merchant, None, campaigns::campaigns_max()).await?;
    let campaigns = rows.into_iter().map(campaign).collect::<Result<Vec<_>, _>>()?;
    let shown = Shown {
        session,
        notice: problem.map(Problem::message),
        campaigns,
        shops: store.shops(merchant, None, LISTED_MAX).await?,
        trees: store.trees_of_campaigns(merchant).await?,
        now: context.now,
    };
    let status = problem.map_or(StatusCode::OK, Problem::status);
    Ok(web::html_of_forms(status, render(&shown)?))
}
