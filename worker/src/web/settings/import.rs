//! `/settings/shops/{id}/import`: imports a file of a shop's orders, and compares what the shop named
//! with what is counted.

pub(crate) mod view;

use axum::body::Bytes;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Form as Sent};

use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, json};
use crate::sales::import::{Piece, import};
use crate::sales::pull;
use crate::store::shops::ShopRow;
use crate::web::form::Form;
use crate::web::session::SessionOwned;
use crate::web::settings::import::view::{Shown, render};
use crate::web::{self, PageProblem};

/// Months on the page.
const MONTHS_SHOWN: i64 = 24;

/// Reasons on the page.
const REASONS_SHOWN: i64 = 100;

/// Shows the page.
#[worker::send]
pub(crate) async fn show(
    shop: SessionOwned<ShopRow>,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    let (session, row) = (&shop.session, &shop.resource);
    let months = context.store.months_of_shop(&row.id, MONTHS_SHOWN).await?;
    let refused = context.store.refused_of_shop(&row.id, REASONS_SHOWN).await?;
    let pull = context.store.pull_of_shop(&session.merchant_id, &row.id).await?;
    let pull = pull.ok_or_else(|| Problem::not_found("shop"))?;
    let problems = context.store.webhook_problems(&row.id).await?;
    let problem = problems.iter().find(|row| row.problem.starts_with(pull::PROBLEM));
    let problem = problem.filter(|row| Some(row.last_at) > pull.done_at);
    let problem = problem.map(|row| row.problem.as_str());
    let shown = Shown {
        session,
        shop: row,
        months: &months,
        refused: &refused,
        pull: &pull,
        problem,
        now: context.now.milliseconds(),
    };
    Ok(web::html_with_script(StatusCode::OK, render(&shown)?))
}

/// Imports a piece of the file that the page's script sends. The response is JSON.
#[worker::send]
pub(crate) async fn import_piece(
    shop: SessionOwned<ShopRow>,
    Extension(context): Extension<RequestContext>,
    Query(query): Query<Vec<(String, String)>>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let place = (shop.session.merchant_id.as_str(), shop.resource.id.as_str());
    let query = Form::new(query);
    let piece = Piece {
        bytes: &bytes,
        is_dry_run: query.is_chosen("dry_run", "true"),
        is_last: query.is_chosen("is_last", "true"),
    };
    Ok(json(StatusCode::OK, &import(&context, place, &piece).await?))
}

/// Sets or removes the key of the shop's API, or pulls its orders now, by the form's button. The next
/// press of the button, or the next event of the cron, goes on where one request ends.
#[worker::send]
pub(crate) async fn pull(
    shop: SessionOwned<ShopRow>,
    Extension(context): Extension<RequestContext>,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let (merchant, row) = (&shop.session.merchant_id, &shop.resource);
    let form = Form::new(sent);
    match form.text("action") {
        "remove" => context.store.set_pull((merchant, &row.id), None, None).await?,
        "fetch" => {
            pull::pull(&context, merchant, &row.id).await?;
        }
        _ => pull::set(&context, merchant, row, form.text("key"), form.text("secret")).await?,
    }
    Ok(web::redirect(&format!("/settings/shops/{}/import#pull", row.id)))
}
