//! `/settings/orders/{id}`: one sale with its items, its trees and its history.

pub(crate) mod view;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;

use crate::platform::context::RequestContext;
use crate::sales::outcomes;
use crate::store::sale_list::SaleRow;
use crate::web::session::SessionOwned;
use crate::web::settings::LISTED_MAX;
use crate::web::settings::orders::sale::view::{Shown, render};
use crate::web::{self, PageProblem};

/// Shows the sale.
#[worker::send]
pub(crate) async fn show(
    found: SessionOwned<SaleRow>,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    let (session, row) = (&found.session, &found.resource);
    let shops = context.store.shops(&session.merchant_id, None, LISTED_MAX).await?;
    let shown = Shown {
        session,
        row,
        shop: shops.iter().find(|shop| shop.id == row.shop_id).map(|shop| shop.name.as_str()),
        facts: row.facts()?,
        outcomes: outcomes::of_sale(&context, &session.merchant_id, row).await?,
    };
    Ok(web::html_of_forms(StatusCode::OK, render(&shown)?))
}
