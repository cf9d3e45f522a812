//! `/settings/api-payments/quarantine`: deletes what the owner has dealt with.

pub(crate) mod view;

use axum::Extension;
use axum::response::Response;

use crate::platform::context::RequestContext;
use crate::store::quarantine::QuarantinedRow;
use crate::web::PageProblem;
use crate::web::session::SessionOwned;
use crate::web::settings::back;

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
