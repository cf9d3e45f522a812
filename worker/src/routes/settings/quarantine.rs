//! `/settings/api-payments/quarantine`: deletes what the owner has dealt with.

use axum::Extension;
use axum::response::Response;

use super::back;
use crate::access::session::SessionOwned;
use crate::context::RequestContext;
use crate::pages::PageProblem;
use crate::store::quarantine::QuarantinedRow;

/// Deletes an entry. Doing it again changes nothing.
#[worker::send]
pub(crate) async fn delete(
    entry: SessionOwned<QuarantinedRow>,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    let (merchant, id) = (&entry.session.merchant_id, &entry.resource.id);
    context.store.delete_quarantined_sale(merchant, id).await?;
    Ok(back())
}
