//! Closes what is due: the lines are frozen, totalled and sealed with a digest, exactly once.

use sha2::{Digest, Sha256};

use crate::auth::hexadecimal;
use crate::context::RequestContext;
use crate::payments::minimum;
use crate::problem::Problem;
use crate::store::purchase_order_lines::LineRow;

/// Purchase orders in one transaction. D1 stops a transaction after 30 seconds; a hundred take well
/// under one.
const PER_BATCH: i64 = 100;

/// Closes all purchase orders that are due; answers how many this call closed.
pub(crate) async fn close_due(context: &RequestContext) -> Result<usize, Problem> {
    let now = context.now.milliseconds();
    let mut closed: usize = 0;
    loop {
        let due = context.store.due_purchase_orders(now, PER_BATCH).await?;
        if due.is_empty() {
            return Ok(closed);
        }
        closed = closed.saturating_add(context.store.close_purchase_orders(&due, now).await?);
    }
}

/// Seals every closed purchase order: its lines can no longer change, so whoever does it, and
/// however often, finds the same digest. An interrupted close is taken up here by the next event.
/// What no provider would take is carried over.
pub(crate) async fn seal_closed(context: &RequestContext) -> Result<(), Problem> {
    loop {
        let unsealed = context.store.unsealed_purchase_orders(PER_BATCH).await?;
        if unsealed.is_empty() {
            return Ok(());
        }
        for row in unsealed {
            let lines = context.store.frozen_lines(&row.id).await?;
            let digest = digest(&lines);
            if row.total < minimum::of(&row.currency) {
                context.store.carry_over(&row.id, &digest).await?;
            } else {
                context.store.seal_purchase_order(&row.id, &digest).await?;
            }
        }
    }
}

/// SHA-256 over the lines: each field as text, ended by a zero byte, in the lines' order. The kind of
/// a line stands before it, unless it is of orders.
fn digest(lines: &[LineRow]) -> String {
    let mut hasher = Sha256::new();
    for line in lines {
        let numbers = [line.unit_price, line.orders, line.trees, line.total].map(|n| n.to_string());
        if line.kind != "orders" {
            hasher.update(line.kind.as_bytes());
            hasher.update([0]);
        }
        let texts = [&line.campaign_id, &line.campaign, &line.shop_id, &line.shop];
        for field in texts.into_iter().chain(&numbers) {
            hasher.update(field.as_bytes());
            hasher.update([0]);
        }
    }
    hexadecimal(&hasher.finalize())
}
