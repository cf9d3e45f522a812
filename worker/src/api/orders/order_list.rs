//! `GET /api/orders/`: the merchant's orders, as JSON page by page or as a table.

use std::sync::Arc;

use axum::Extension;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use order_events::Proof;
use serde::{Deserialize, Serialize};

use crate::api::orders::order::Order;
use crate::auth::owned::Owned;
use crate::auth::permitted::Permitted;
use crate::auth::scope::OrdersRead;
use crate::domain::period::Period;
use crate::domain::states::OrderState;
use crate::http::csv::{Format, Rows, Table as Sheet};
use crate::http::pagination::{
    ROWS_AT_ONCE, Search, check_after, check_limit, limit_default, next_rows, page,
};
#[cfg(test)]
use crate::http::responses::Refused;
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, json};
use crate::store::Table;
use crate::store::orders::{OrderFilter, OrderRow};

/// Which orders are wanted.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub(crate) struct OrderSearch {
    /// The id of the last order of the page before.
    after: Option<String>,
    /// Orders on a page, at most.
    #[serde(default = "limit_default")]
    #[cfg_attr(test, param(minimum = 1, maximum = 100, default = 100))]
    limit: u32,
    /// Sold in this month of the merchant's time zone, such as `2026-11`; the years 1971 to 9997.
    #[cfg_attr(
        test,
        param(
            pattern = "^(197[1-9]|19[89][0-9]|[2-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-7])\
            -(0[1-9]|1[0-2])$",
            example = "2026-11"
        )
    )]
    month: Option<String>,
    /// Sold in the shop with this id.
    shop: Option<String>,
    /// Of the sale with this order id of the shop's, or with this number that its customers see,
    /// such as `1001` or `#1001`.
    sale: Option<String>,
    /// On a purchase order in this state.
    state: Option<OrderState>,
    /// True if you have to accept it: a claim that no webhook can confirm any more, or one that
    /// exceeds a bound.
    needs_acceptance: Option<bool>,
    /// How we know of the sale.
    proof: Option<OrderProof>,
    /// `csv` for a table of all rows; a header `Accept: text/csv` asks for the same.
    format: Option<Format>,
}

/// How we know of a sale.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum OrderProof {
    /// A browser said so.
    Claimed,
    /// The shop's server, or a secret key, said so.
    Verified,
}

/// List the orders, newest first.
///
/// A test key lists test orders only.
#[cfg_attr(test, utoipa::path(get, path = "/api/orders", tag = "Orders", params(OrderSearch),
    security(("secret_key" = ["orders:read"])),
    responses((status = 200, description = "The orders.", content((Vec<Order> = "application/json"),
        (String = "text/csv"))), Refused)))]
#[worker::send]
pub(crate) async fn list_orders(
    Extension(context): Extension<RequestContext>,
    key: Permitted<OrdersRead>,
    Search(search): Search<OrderSearch>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let limit = check_limit(search.limit)?;
    let merchant = &key.0.merchant_id;
    check_after(&context.store, Table::Orders, merchant, search.after.as_deref()).await?;
    let month = search.month.as_deref().map(|label| {
        Period::named(label, &key.0.terms.time_zone)
            .ok_or_else(|| Problem::bad_request("month: write year and month, such as 2026-11."))
    });
    let month = month.transpose()?;
    let filter = Filter { search, month, is_test: key.0.is_test() };
    if Format::wanted(filter.search.format, &headers) == Format::Csv {
        return table(context, merchant.clone(), filter).await;
    }
    let rows =
        filter.read(&context, merchant, filter.search.after.as_deref(), limit.saturating_add(1));
    let orders: Vec<Order> = rows.await?.into_iter().map(Order::from).collect();
    Ok(page(&uri, limit, orders, Order::id).into_json())
}

/// The filters of a search.
struct Filter {
    search: OrderSearch,
    month: Option<Period>,
    /// Test orders only.
    is_test: bool,
}

impl Filter {
    async fn read(
        &self,
        context: &RequestContext,
        merchant: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<OrderRow>, Problem> {
        let (search, month) = (&self.search, &self.month);
        let filter = OrderFilter {
            sold_from: month.as_ref().map(|month| month.starts_at.milliseconds()),
            sold_until: month.as_ref().map(|month| month.ends_at.milliseconds()),
            shop: search.shop.as_deref(),
            sale: search.sale.as_deref(),
            needs_acceptance: search.needs_acceptance,
            state: search.state,
            proof: search.proof.map(OrderProof::proof),
            is_test: self.is_test,
        };
        Ok(context.store.orders(merchant, &filter, after, limit).await?)
    }
}

/// Returns all orders that match a search, in any number.
async fn table(
    context: RequestContext,
    merchant: String,
    filter: Filter,
) -> Result<Response, Problem> {
    let after = filter.search.after.clone();
    let filter = Arc::new(filter);
    let read = move |after: Option<String>| {
        let (context, merchant, filter) = (context.clone(), merchant.clone(), Arc::clone(&filter));
        async move {
            let rows = filter.read(&context, &merchant, after.as_deref(), ROWS_AT_ONCE).await?;
            let next = next_rows(&rows, |row| &row.id);
            let cells = rows.into_iter().map(|row| Order::from(row).cells()).collect();
            Ok(Rows { cells, next })
        }
    };
    let first = read(after).await?;
    let mut sheet = Sheet::new(&Order::NAMES);
    for cells in first.cells {
        sheet.push(cells);
    }
    sheet.into_stream("orders", first.next, move |after| read(Some(after)))
}

/// Read an order.
#[cfg_attr(test, utoipa::path(get, path = "/api/orders/{id}", tag = "Orders",
    params(("id" = String, Path, description = "The order's id.")),
    security(("secret_key" = ["orders:read"])),
    responses((status = 200, description = "The order.", body = Order), Refused)))]
#[worker::send]
pub(crate) async fn read_order(order: Owned<OrdersRead, OrderRow>) -> Response {
    json(StatusCode::OK, &Order::from(order.resource))
}

impl OrderProof {
    fn proof(self) -> Proof {
        match self {
            Self::Claimed => Proof::Claimed,
            Self::Verified => Proof::Verified,
        }
    }
}
