//! `POST /api/buy_trees`: Play It Green's published call, which orders trees by the name of a pack.

use axum::Extension;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::Response;
use order_events::{Timestamp, limits};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::auth::permitted::Permitted;
use crate::auth::scope::TreesBuy;
use crate::crypto::ids::number_of;
use crate::crypto::{hash, new_id};
use crate::domain::names;
use crate::domain::period::Period;
use crate::http::body;
#[cfg(test)]
use crate::http::responses::{Changed, Ordered};
use crate::platform::context::RequestContext;
use crate::platform::log::{self, LogEvent};
use crate::platform::problem::{Problem, json};
use crate::sales::ingest::changed_meanwhile;
use crate::sales::next_purchase_order::NextPurchaseOrder;
use crate::store::api_keys::KeyOwner;
use crate::store::bought_trees::{BoughtTreesRow, NewBoughtTrees};

/// Characters in the longest reference.
pub(crate) const REFERENCE_LENGTH_MAX: usize = 255;

const PAUSED: &str = "Nothing was ordered: ordering trees is paused, because a purchase order is not \
    paid, or the month has reached your budget. Settings > Payments has the pay link and the budget; \
    then send this again.";

/// Trees to order, in the words of the published call. Fields that the call does not have are
/// ignored: programs that were written for it may send more.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct BuyTrees {
    /// Packs.
    #[cfg_attr(test, schema(minimum = 1, maximum = 1_000_000, example = 2))]
    quantity: u32,
    /// `PLAY{n}TREEAPI`, n being the trees of a pack: 1 to 10, 50, 100, 150 and so on up to 500.
    #[serde(rename = "productCode", default, deserialize_with = "text_or_empty")]
    #[cfg_attr(
        test,
        schema(
            required = true,
            pattern = "^PLAY([1-9]|10|50|[1-4][05]0|500)TREEAPI$",
            example = "PLAY10TREEAPI"
        )
    )]
    product_code: String,
    /// Your own system's reference of this order. The same reference orders once.
    #[serde(rename = "referenceNo")]
    #[cfg_attr(test, schema(min_length = 1, max_length = 255, example = "2026-000123"))]
    reference: String,
}

/// The purchase order of the trees.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct BoughtTrees {
    /// The month's purchase order: the same for all calls of a billing month. `GET
    /// /api/purchase_orders/{id}` takes this number too.
    #[serde(rename = "orderId")]
    #[cfg_attr(test, schema(maximum = 9_007_199_254_740_991_u64))]
    order_id: u64,
    /// The order on it. `GET /api/orders/{id}` takes this number too.
    #[serde(rename = "productInOrderId")]
    #[cfg_attr(test, schema(maximum = 9_007_199_254_740_991_u64))]
    product_in_order_id: u64,
}

/// Order trees by name.
///
/// The same `referenceNo` with the same body orders once and returns the same answer; with another
/// body, 409. 409 too while ordering is paused, because a purchase order is not paid or the month has
/// reached the budget. A `productCode` that names no pack is 400. Both ids are JSON numbers below 2^53.
#[cfg_attr(test, utoipa::path(post, path = "/api/buy_trees", tag = "Trees", request_body = BuyTrees,
    security(("secret_key" = ["orders:write"])),
    responses((status = 200, description = "The trees are ordered.", body = BoughtTrees), Changed,
        Ordered)))]
#[worker::send]
pub(crate) async fn buy_trees(
    Extension(context): Extension<RequestContext>,
    permitted: Permitted<TreesBuy>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let key = permitted.0;
    let wanted: BuyTrees = body::read(&bytes)?;
    let trees = trees(&wanted)?;
    names::check("referenceNo", &wanted.reference, REFERENCE_LENGTH_MAX)?;
    let id = new_id("ord")?;
    let next = NextPurchaseOrder::of(&context, key.terms.billing(), context.now)?;
    let quantity = i64::from(wanted.quantity);
    let is_paused = key.is_paused(context.now);
    let row = context
        .store
        .buy_trees(&NewBoughtTrees {
            id: &id,
            merchant_id: &key.merchant_id,
            reference: &wanted.reference,
            product_code: &wanted.product_code,
            quantity,
            trees: i64::from(trees),
            reason: &reason(&wanted, trees),
            test: key.is_test(),
            now: context.now.milliseconds(),
            is_paused,
            next_purchase_order: next.row(),
            guard: key.terms.guard(&key.key_id),
        })
        .await?;
    let Some(row) = row else { return Err(why_not(&context, &key).await?) };
    if row.quantity != quantity || row.product_code != wanted.product_code {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            format!(
                "referenceNo: it was used before, for {} × {}. Use a new one for each order.",
                row.quantity, row.product_code
            ),
        ));
    }
    Ok(json(StatusCode::OK, &bought(&key, &row)?))
}

/// Why nothing was ordered.
async fn why_not(context: &RequestContext, key: &KeyOwner) -> Result<Problem, Problem> {
    if key.is_paused(context.now) {
        return Ok(Problem::new(StatusCode::CONFLICT, PAUSED));
    }
    let price = context.store.tree_price(&key.terms.currency, context.now.milliseconds()).await?;
    if price.is_some() || key.is_test() {
        return Ok(changed_meanwhile());
    }
    log::write(LogEvent::PriceMissing, &[("currency", &key.terms.currency)]);
    Ok(Problem::new(
        StatusCode::CONFLICT,
        format!(
            "Nothing was ordered: no tree price is set for {}. Ask whoever runs this server to set \
             one, then send this again.",
            key.terms.currency
        ),
    ))
}

fn bought(key: &KeyOwner, row: &BoughtTreesRow) -> Result<BoughtTrees, Problem> {
    let order_id = match &row.purchase_order_id {
        Some(id) => number_of(id),
        None => number_of(&test_order(key, row.received_at)?),
    };
    let numbers = order_id.zip(number_of(&row.id));
    let (order_id, product_in_order_id) =
        numbers.ok_or_else(|| Problem::internal("An id of an order has no number"))?;
    Ok(BoughtTrees { order_id, product_in_order_id })
}

/// Stands for the purchase order of a test order, which is on none: it stays the same for a month.
fn test_order(key: &KeyOwner, received_at: i64) -> Result<String, Problem> {
    let period = Timestamp::from_milliseconds(received_at)
        .and_then(|received_at| Period::of(received_at, &key.terms.time_zone))
        .ok_or_else(|| Problem::internal("The merchant's time zone is not known"))?;
    Ok(format!("test_{}", hash(&format!("{}/{}", key.merchant_id, period.label))))
}

/// The trees of all packs.
fn trees(wanted: &BuyTrees) -> Result<u32, Problem> {
    let pack = pack(&wanted.product_code).ok_or_else(|| {
        Problem::bad_request(
            "productCode: write PLAYnTREEAPI, n being 1 to 10, 50, 100, 150 and so on up to 500, \
             such as PLAY10TREEAPI.",
        )
        .with("field", "productCode")
    })?;
    wanted
        .quantity
        .checked_mul(pack)
        .filter(|trees| (1..=limits::TREES_PER_ORDER).contains(trees))
        .ok_or_else(|| {
            let most = limits::TREES_PER_ORDER;
            let message = format!("quantity: order 1 to {most} trees in all.");
            Problem::unprocessable("quantity", message)
        })
}

/// Reads a value that is no text as a code that names no pack, so that each wrong code is 400.
fn text_or_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => text,
        _ => String::new(),
    })
}

/// The trees in one pack.
fn pack(product_code: &str) -> Option<u32> {
    let digits = product_code.strip_prefix("PLAY")?.strip_suffix("TREEAPI")?;
    let pack: u32 = digits.parse().ok().filter(|pack: &u32| pack.to_string() == digits)?;
    let is_sold =
        (1..=10).contains(&pack) || (pack.is_multiple_of(50) && (50..=500).contains(&pack));
    is_sold.then_some(pack)
}

fn reason(wanted: &BuyTrees, trees: u32) -> String {
    let word = if trees == 1 { "tree" } else { "trees" };
    format!("{} × {}: {trees} {word}", wanted.quantity, wanted.product_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_is_read_from_its_name() {
        let sold: Vec<u32> =
            (0..=600).filter(|n| pack(&format!("PLAY{n}TREEAPI")) == Some(*n)).collect();
        let expected: Vec<u32> = (1..=10).chain((50..=500).step_by(50)).collect();
        assert_eq!(sold, expected);
        for code in
            ["", "PLAYTREEAPI", "PLAY01TREEAPI", "PLAY+1TREEAPI", "play1treeapi", "PLAY1TREE"]
        {
            assert_eq!(pack(code), None, "{code}");
        }
    }

    #[test]
    fn the_schema_takes_the_same_names() {
        let json = serde_json::to_string(&<BuyTrees as utoipa::PartialSchema>::schema()).unwrap();
        assert!(json.contains("^PLAY([1-9]|10|50|[1-4][05]0|500)TREEAPI$"), "{json}");
    }
}
