//! `/settings/api-payments/sales`: accepts and rejects claims that are held for review.

use axum::Extension;
use axum::http::Uri;
use axum::response::Response;

use super::{again, back};
use crate::access::session::SessionOwned;
use crate::context::RequestContext;
use crate::pages::PageProblem;
use crate::pages::settings::News;
use crate::review;
use crate::store::sale_list::SaleRow;

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
