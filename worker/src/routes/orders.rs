//! `POST /api/orders/`: order events in, orders out.

use axum::Extension;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use order_events::{Campaign, OrderEvent, Sale, Timestamp, qualify};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body;
use super::responses::Changed;
use super::search::Search;
use crate::access::scope::Scope;
use crate::access::{Actor, no_key, owner_of};
use crate::auth::api_key::ApiKey;
use crate::auth::new_id;
use crate::context::RequestContext;
use crate::month::next::NextPurchaseOrder;
use crate::problem::{Problem, json};
use crate::store::api_keys::KeyOwner;
use crate::store::orders::{NewOrder, NewSale, OrderRow};

/// What became of an order event.
#[derive(Serialize, ToSchema)]
pub(crate) struct SaleAnswer {
    /// The shop's own order id.
    sale: String,
    /// `claimed` or `verified`.
    proof: String,
    /// The trees of all its orders.
    trees: u32,
    orders: Vec<Order>,
}

/// Trees that were ordered: by one sale under one campaign, or by name.
#[derive(Serialize, ToSchema)]
#[expect(
    clippy::struct_field_names,
    reason = "the purchase order that an order is on has no other name"
)]
pub(crate) struct Order {
    id: String,
    shop: Option<String>,
    /// The shop's own order id; `null` where there was no sale.
    sale: Option<String>,
    campaign: Option<String>,
    campaign_name: Option<String>,
    campaign_version: Option<u32>,
    /// The `referenceNo` of trees bought by name.
    reference: Option<String>,
    trees: u32,
    /// Why so many, in words.
    reason: String,
    /// `claimed` or `verified`.
    proof: String,
    /// A test order is never billed.
    test: bool,
    sold_at: Option<Timestamp>,
    received_at: Option<Timestamp>,
    /// The purchase order it is on; `null` for a test order.
    purchase_order: Option<String>,
    /// The state of that purchase order, or `test`.
    state: String,
}

/// With a secret key of a merchant with several shops: the id of the shop that made the sale.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ShopSearch {
    /// With a secret key of a merchant with several shops: the id of the one that made the sale.
    shop: Option<String>,
}

#[derive(Deserialize)]
struct KeyInBody {
    #[serde(default)]
    key: Option<String>,
}

/// Post an order event: a sale, to be judged under all campaigns.
///
/// 201 with the new orders; 200 when the sale was known, or qualifies for nothing. The same sale
/// orders once, however often it is told.
#[utoipa::path(post, path = "/api/orders", tag = "Orders", request_body = OrderEvent,
    params(ShopSearch),
    security(("secret_key" = ["orders:write"]), ("publishable_key" = [])),
    responses(
        (status = 200, description = "The sale was known, or orders nothing.", body = SaleAnswer),
        (status = 201, description = "The sale and its new orders.", body = SaleAnswer),
        Changed))]
#[worker::send]
pub(crate) async fn post_order_event(
    Extension(context): Extension<RequestContext>,
    actor: Option<Actor>,
    Search(search): Search<ShopSearch>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let key = if let Some(Actor(key)) = actor {
        key
    } else {
        let key = body::read::<KeyInBody>(&bytes)?.key.ok_or_else(no_key)?;
        owner_of(&ApiKey::new(&key), &headers, &context).await?
    };
    key.require(Scope::OrdersWrite)?;
    let event: OrderEvent = body::read(&bytes)?;
    check_sale("sale", &event.sale)?;
    let shop = shop_of(&key, search.shop)?;
    let campaigns: Vec<Campaign> = serde_json::from_str(&key.campaigns)
        .map_err(|_| Problem::internal("A stored campaign could not be read"))?;
    let orders = qualify(&shop, &event.sale, &campaigns);
    let (id, rows) = keep(&context, &key, &shop, &event.sale, &orders).await?;
    let is_new = rows.iter().any(|row| row.sale.as_deref() == Some(id.as_str()));
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(json(status, &sale_answer(event.sale.id, &key, rows)))
}

/// Refuses a sale that cannot be true; `field` is where it stands in the body.
pub(crate) fn check_sale(field: &str, sale: &Sale) -> Result<(), Problem> {
    sale.check().map_err(|error| {
        let field = format!("{field}.{}", error.path);
        Problem::unprocessable(&field, format!("{field}: {}.", error.message))
    })
}

/// A publishable key speaks for its shop; a secret key for one that it names, or the only one.
pub(crate) fn shop_of(key: &KeyOwner, named: Option<String>) -> Result<String, Problem> {
    let shops: Vec<String> = match &key.shop_id {
        Some(own) => vec![own.clone()],
        None => serde_json::from_str(&key.shops)
            .map_err(|_| Problem::internal("The list of shops could not be read"))?,
    };
    match (named, shops.as_slice()) {
        (Some(named), _) if shops.contains(&named) => Ok(named),
        (Some(_), _) => Err(Problem::not_found("shop")),
        (None, [only]) => Ok(only.clone()),
        (None, []) => Err(Problem::unprocessable(
            "shop",
            "There is no shop yet: add one with POST /api/shops/ first.",
        )),
        (None, _) => Err(Problem::unprocessable(
            "shop",
            "shop: this key speaks for several shops; say which one made the sale, by its id, as in \
             /api/orders/?shop=ID.",
        )),
    }
}

/// Stores the sale and its orders, if there are any; answers our id for the case that it is new,
/// and the orders of the sale as they now stand.
async fn keep(
    context: &RequestContext,
    key: &KeyOwner,
    shop: &str,
    sale: &Sale,
    orders: &[order_events::Order],
) -> Result<(String, Vec<OrderRow>), Problem> {
    if orders.is_empty() {
        // A sale that was kept before keeps its orders, whatever the campaigns say by now.
        let known = context.store.orders_of_sale(shop, &sale.id).await?;
        return Ok((String::new(), known));
    }
    let id = new_id("sale")?;
    let purchase_order = NextPurchaseOrder::of(context, key)?;
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
        next_purchase_order: purchase_order.row(),
    };
    let rows = context.store.keep_sale(&new_sale).await?;
    Ok((id, rows))
}

/// A publishable key can be read by anybody, so what comes with it is a claim.
fn proof_of(key: &KeyOwner) -> &'static str {
    if key.is_secret() { "verified" } else { "claimed" }
}

fn sale_answer(sale: String, key: &KeyOwner, rows: Vec<OrderRow>) -> SaleAnswer {
    SaleAnswer {
        sale,
        proof: rows.first().map_or(proof_of(key).to_owned(), |row| row.proof.clone()),
        trees: rows.iter().fold(0, |sum, row| sum.saturating_add(row.trees)),
        orders: rows.into_iter().map(Order::from).collect(),
    }
}

impl Order {
    /// Its id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Its cells in a table, in the order of [`Order::NAMES`].
    pub(crate) fn cells(&self) -> Vec<String> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let instant = |at: Option<Timestamp>| at.map(Timestamp::to_rfc3339).unwrap_or_default();
        vec![
            self.id.clone(),
            instant(self.sold_at),
            instant(self.received_at),
            text(&self.shop),
            text(&self.sale),
            text(&self.campaign),
            text(&self.campaign_name),
            self.campaign_version.map(|version| version.to_string()).unwrap_or_default(),
            text(&self.reference),
            self.trees.to_string(),
            self.reason.clone(),
            self.proof.clone(),
            self.state.clone(),
            text(&self.purchase_order),
        ]
    }

    /// The names above [`Order::cells`].
    pub(crate) const NAMES: [&'static str; 14] = [
        "id",
        "sold_at",
        "received_at",
        "shop",
        "sale",
        "campaign",
        "campaign_name",
        "campaign_version",
        "reference",
        "trees",
        "reason",
        "proof",
        "state",
        "purchase_order",
    ];
}

impl From<OrderRow> for Order {
    fn from(row: OrderRow) -> Self {
        Self {
            id: row.id,
            shop: row.shop_id,
            sale: row.sale_id,
            campaign: row.campaign_id,
            campaign_name: row.campaign,
            campaign_version: row.campaign_version,
            reference: row.reference,
            trees: row.trees,
            reason: row.reason,
            proof: row.proof,
            test: row.test != 0,
            sold_at: Timestamp::from_milliseconds(row.sold_at),
            received_at: Timestamp::from_milliseconds(row.received_at),
            purchase_order: row.purchase_order_id,
            state: row.state.unwrap_or_else(|| "test".to_owned()),
        }
    }
}
