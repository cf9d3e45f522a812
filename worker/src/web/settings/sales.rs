//! `/settings/api-payments/sales`: accepts and rejects claims that are held for review.

pub(crate) mod view;

use axum::http::Uri;
use axum::response::Response;
use axum::{Extension, Form as Sent};

use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::sales::review;
use crate::store::sale_list::SaleRow;
use crate::web::PageProblem;
use crate::web::form::Form;
use crate::web::session::{Session, SessionOwned};
use crate::web::settings::view::News;
use crate::web::settings::{again, back};

/// Accepts a claim. Accepting it again changes nothing.
#[worker::send]
pub(crate) async fn accept(
    sale: SessionOwned<SaleRow>,
    Extension(context): Extension<RequestContext>,
    uri: Uri,
) -> Result<Response, PageProblem> {
    let (session, row) = (&sale.session, &sale.resource);
    let merchant = session.merchant_id.as_str();
    match review::accept(&context, merchant, merchant, row).await {
        Ok(_) => Ok(back()),
        Err(problem) => again(&context, session, &uri, problem, News::notice).await,
    }
}

/// Rejects all held claims that the page showed, but none that arrived later.
#[worker::send]
pub(crate) async fn reject_held(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let until = Form::new(fields).text("until").parse().map_err(|_| {
        Problem::bad_request("The form came incomplete. Please open Settings again.")
    })?;
    context.store.reject_held_claims(&session.merchant_id, until).await.map_err(Problem::from)?;
    Ok(back())
}

/// Rejects a claim.
#[worker::send]
pub(crate) async fn reject(
    sale: SessionOwned<SaleRow>,
    Extension(context): Extension<RequestContext>,
    uri: Uri,
) -> Result<Response, PageProblem> {
    match review::reject(&context, &sale.resource).await {
        Ok(()) => Ok(back()),
        Err(problem) => again(&context, &sale.session, &uri, problem, News::notice).await,
    }
}
