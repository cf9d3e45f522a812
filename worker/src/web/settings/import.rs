//! `/settings/shops/{id}/import`: imports a file of a shop's orders, and compares what the shop named
//! with what is counted.

pub(crate) mod view;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;

use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, json};
use crate::sales::import::{Piece, import};
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
    let shown = Shown { session, shop: row, months: &months, refused: &refused };
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
