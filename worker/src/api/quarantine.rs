//! `/api/quarantine/`: deliveries and claims that could not be read as a sale, for the owner to
//! deal with.

use axum::Extension;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use order_events::Timestamp;
use serde::Serialize;

use crate::auth::owned::Owned;
use crate::auth::permitted::Permitted;
use crate::auth::scope::{OrdersRead, SalesSettle};
use crate::http::pagination::{Page, Search, list};
#[cfg(test)]
use crate::http::responses::{Envelope, Refused};
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, done, json};
use crate::store::Table;
use crate::store::quarantine::QuarantinedRow;

/// Something that should be a sale and could not be read as one, or a sale of a shop's copy.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct QuarantinedSale {
    id: String,
    /// The shop's id.
    shop: String,
    shop_name: String,
    /// `webhook` (a signed delivery), `storefront` (a claim of the plugin) or `copy` (a signed delivery
    /// of another site).
    source: String,
    /// The shop's own order id; `null` if the body does not show it.
    sale: Option<String>,
    /// The path of the field that is wrong; `null` if it is the whole body.
    field: Option<String>,
    /// The fault, and what to do.
    problem: String,
    /// True if it came with a test key.
    test: bool,
    /// How often it was received.
    times: i64,
    first_received_at: Option<Timestamp>,
    last_received_at: Option<Timestamp>,
}

/// List what could not be read as a sale, oldest first.
///
/// An entry stays until you delete it, or until the shop reports the same sale in a readable form.
/// A test key lists what came with test keys only.
#[cfg_attr(test, utoipa::path(get, path = "/api/quarantine", tag = "Sales", params(Page),
    security(("secret_key" = ["orders:read"])),
    responses((status = 200, description = "The quarantined sales.", body = [QuarantinedSale]),
        Refused)))]
#[worker::send]
pub(crate) async fn list_quarantine(
    Extension(context): Extension<RequestContext>,
    key: Permitted<OrdersRead>,
    Search(search): Search<Page>,
    uri: Uri,
) -> Result<Response, Problem> {
    let (store, merchant) = (&context.store, key.0.merchant_id.as_str());
    let read = async |after: Option<&str>, limit| {
        let rows = store.quarantined_sales(merchant, key.0.is_test(), after, limit).await?;
        Ok(rows.into_iter().map(QuarantinedSale::from).collect())
    };
    let of = (Table::QuarantinedSales, merchant);
    list((store, &uri), of, search.bounds(), |sale: &QuarantinedSale| &sale.id, read).await
}

/// Read a quarantined sale.
#[cfg_attr(test, utoipa::path(get, path = "/api/quarantine/{id}", tag = "Sales",
    params(("id" = String, Path, description = "The entry's id.")),
    security(("secret_key" = ["orders:read"])),
    responses((status = 200, description = "The quarantined sale.", body = QuarantinedSale),
        Refused)))]
#[worker::send]
pub(crate) async fn read_quarantined_sale(found: Owned<OrdersRead, QuarantinedRow>) -> Response {
    json(StatusCode::OK, &QuarantinedSale::from(found.resource))
}

/// Delete a quarantined sale that you have dealt with.
#[cfg_attr(test, utoipa::path(delete, path = "/api/quarantine/{id}", tag = "Sales",
    params(("id" = String, Path, description = "The entry's id.")),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["orders:write"])),
    responses((status = 200, description = "It is deleted.", body = Envelope), Refused)))]
#[worker::send]
pub(crate) async fn delete_quarantined_sale(
    Extension(context): Extension<RequestContext>,
    found: Owned<SalesSettle, QuarantinedRow>,
) -> Result<Response, Problem> {
    let id = &found.resource.id;
    if !context.store.delete_quarantined_sale(&found.key.merchant_id, id).await? {
        return Err(Problem::not_found("quarantined sale"));
    }
    Ok(done("The quarantined sale is deleted.", &serde_json::json!({"id": id})))
}

impl From<QuarantinedRow> for QuarantinedSale {
    fn from(row: QuarantinedRow) -> Self {
        let test = row.is_test();
        let known = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            id: row.id,
            shop: row.shop_id,
            shop_name: row.shop,
            source: row.source.as_str().to_owned(),
            sale: known(row.sale_id),
            field: known(row.field),
            problem: row.problem,
            test,
            times: row.times,
            first_received_at: Timestamp::from_milliseconds(row.first_received_at),
            last_received_at: Timestamp::from_milliseconds(row.last_received_at),
        }
    }
}
