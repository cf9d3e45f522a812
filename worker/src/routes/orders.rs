//! `/api/orders/`: order events in, orders out.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use order_events::{Campaign, Order, OrderEvent, Sale, Timestamp, qualify};
use serde::{Deserialize, Serialize};

use super::body;
use crate::access::{Actor, Owner, no_key, owner_of};
use crate::auth::{ApiKey, link_hash, link_token, new_id};
use crate::context::RequestContext;
use crate::month::period::Period;
use crate::problem::{Problem, json};
use crate::store::api_keys::KeyRow;
use crate::store::orders::{NewOrder, NewPurchaseOrder, NewSale, OrderRow};

/// What became of an order event.
#[derive(Serialize)]
struct SaleAnswer {
    /// The shop's own order id.
    sale: String,
    /// `claimed` or `verified`.
    proof: String,
    /// The trees of all its orders.
    trees: u32,
    orders: Vec<OrderAnswer>,
}

/// The trees that one sale orders under one campaign.
#[derive(Serialize)]
struct OrderAnswer {
    id: String,
    shop: String,
    /// The shop's own order id.
    sale: String,
    campaign: String,
    campaign_name: String,
    campaign_version: u32,
    trees: u32,
    reason: String,
    proof: String,
    /// A test order is never billed.
    test: bool,
    sold_at: Option<Timestamp>,
    received_at: Option<Timestamp>,
    /// The purchase order it is on; `null` for a test order.
    purchase_order: Option<String>,
}

/// With a secret key of a merchant with several shops: the id of the shop that made the sale.
#[derive(Deserialize)]
pub(crate) struct ShopQuery {
    shop: Option<String>,
}

/// Which page of a list is wanted.
#[derive(Deserialize)]
pub(crate) struct PageQuery {
    /// The id of the last order of the page before.
    after: Option<String>,
    /// At most so many, 1 to 100.
    limit: Option<String>,
}

#[derive(Deserialize)]
struct KeyInBody {
    #[serde(default)]
    key: Option<String>,
}

/// Takes an order event. 201 with the new orders; 200 when the sale was known, or qualifies for
/// nothing.
#[worker::send]
pub(crate) async fn create(
    Extension(context): Extension<RequestContext>,
    actor: Option<Actor>,
    Query(query): Query<ShopQuery>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let key = if let Some(Actor(key)) = actor {
        key
    } else {
        let key = body::read::<KeyInBody>(&bytes)?.key.ok_or_else(no_key)?;
        owner_of(&ApiKey::new(&key), &context).await?
    };
    key.check_origin(&headers)?;
    let event: OrderEvent = body::read(&bytes)?;
    event.sale.check().map_err(|error| {
        let field = format!("sale.{}", error.path);
        Problem::unprocessable(&field, format!("{field}: {}.", error.message))
    })?;
    let shop = shop_of(&key, query.shop)?;
    let campaigns: Vec<Campaign> = serde_json::from_str(&key.campaigns)
        .map_err(|_| Problem::internal("A stored campaign could not be read"))?;
    let orders = qualify(&shop, &event.sale, &campaigns);
    let (id, rows) = keep(&context, &key, &shop, &event.sale, &orders).await?;
    let is_new = rows.iter().any(|row| row.sale == id);
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(json(status, &sale_answer(event.sale.id, &key, rows)))
}

/// The merchant's orders, newest first.
#[worker::send]
pub(crate) async fn list(
    Extension(context): Extension<RequestContext>,
    Owner(key): Owner,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    let limit = match page.limit.as_deref().map(str::parse::<i64>) {
        None => 100,
        Some(Ok(limit)) if (1..=100).contains(&limit) => limit,
        Some(_) => return Err(Problem::bad_request("limit: give a whole number from 1 to 100.")),
    };
    let rows = context.store.orders(&key.merchant_id, page.after.as_deref(), limit).await?;
    let answers: Vec<OrderAnswer> = rows.into_iter().map(order_answer).collect();
    Ok(json(StatusCode::OK, &answers))
}

/// A publishable key speaks for its shop; a secret key for one that it names, or the only one.
fn shop_of(key: &KeyRow, named: Option<String>) -> Result<String, Problem> {
    if let Some(own) = &key.shop_id {
        return Ok(own.clone());
    }
    let shops: Vec<String> = serde_json::from_str(&key.shops)
        .map_err(|_| Problem::internal("The list of shops could not be read"))?;
    match (named, shops.as_slice()) {
        (Some(named), _) if shops.contains(&named) => Ok(named),
        (Some(_), _) => Err(Problem::not_found("shop")),
        (None, [only]) => Ok(only.clone()),
        (None, _) => Err(Problem::unprocessable(
            "shop",
            "shop: a secret key speaks for several shops; say which, as in /api/orders/?shop=ID.",
        )),
    }
}

/// Stores the sale and its orders, if there are any; answers our id for the case that it is new,
/// and the orders of the sale as they now stand.
async fn keep(
    context: &RequestContext,
    key: &KeyRow,
    shop: &str,
    sale: &Sale,
    orders: &[Order],
) -> Result<(String, Vec<OrderRow>), Problem> {
    if orders.is_empty() {
        return Ok((String::new(), Vec::new()));
    }
    let id = new_id("sale")?;
    let purchase_order = new_id("po")?;
    let period = Period::after(key.latest_period_ends_at, context.now, &key.time_zone)
        .ok_or_else(|| Problem::internal("The merchant's time zone is not known"))?;
    let orders: Vec<NewOrder<'_>> = orders
        .iter()
        .map(|order| NewOrder {
            campaign: &order.campaign,
            version: order.version,
            trees: order.trees,
            reason: order.reason.to_string(),
        })
        .collect();
    let unwritable = |_| Problem::internal("A sale could not be written as JSON");
    let new_sale = NewSale {
        id: &id,
        merchant_id: &key.merchant_id,
        shop_id: shop,
        sale_id: &sale.id,
        proof: proof_of(key),
        test: sale.test || key.is_test(),
        facts: serde_json::to_string(sale).map_err(unwritable)?,
        billed_at: sale.sold_at.min(context.now).milliseconds(),
        sold_at: sale.sold_at.milliseconds(),
        received_at: context.now.milliseconds(),
        orders: serde_json::to_string(&orders).map_err(unwritable)?,
        next_purchase_order: NewPurchaseOrder {
            id: &purchase_order,
            period: &period.label,
            starts_at: period.starts_at.milliseconds(),
            ends_at: period.ends_at.milliseconds(),
            currency: &key.currency,
            link_hash: &link_hash(&link_token(&context.settings.link_secret, &purchase_order)),
        },
    };
    let rows = context.store.keep_sale(&new_sale).await?;
    Ok((id, rows))
}

/// A publishable key can be read by anybody, so what comes with it is a claim.
fn proof_of(key: &KeyRow) -> &'static str {
    if key.is_secret() { "verified" } else { "claimed" }
}

fn sale_answer(sale: String, key: &KeyRow, rows: Vec<OrderRow>) -> SaleAnswer {
    SaleAnswer {
        sale,
        proof: rows.first().map_or(proof_of(key).to_owned(), |row| row.proof.clone()),
        trees: rows.iter().fold(0, |sum, row| sum.saturating_add(row.trees)),
        orders: rows.into_iter().map(order_answer).collect(),
    }
}

fn order_answer(row: OrderRow) -> OrderAnswer {
    OrderAnswer {
        id: row.id,
        shop: row.shop_id,
        sale: row.sale_id,
        campaign: row.campaign_id,
        campaign_name: row.campaign,
        campaign_version: row.campaign_version,
        trees: row.trees,
        reason: row.reason,
        proof: row.proof,
        test: row.test != 0,
        sold_at: Timestamp::from_milliseconds(row.sold_at),
        received_at: Timestamp::from_milliseconds(row.received_at),
        purchase_order: row.purchase_order_id,
    }
}
