//! Closes due purchase orders: the lines are frozen, totalled and finalized with a digest, exactly
//! once.

use std::cell::Cell;
use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::billing::isolated::on_each;
use crate::crypto::hexadecimal;
use crate::domain::states::LineKind;
use crate::payments::{self, CardForm, minimum};
use crate::platform::context::RequestContext;
use crate::platform::log::{self, LogEvent};
use crate::platform::problem::Problem;
use crate::store::StoreError;
use crate::store::closes::Finalization;
use crate::store::purchase_order_lines::LineRow;

/// Statements that a close of a few hundred purchase orders takes, and their finalization.
pub(super) const QUERIES_PER_CLOSE: usize = 6;
pub(super) const QUERIES_PER_FINALIZATION: usize = 7;

/// Closes those of the purchase orders that are due, in one transaction. Returns the number that
/// this call closed. A purchase order that fails is set aside.
pub(super) async fn close(context: &RequestContext, ids: &[String]) -> Result<usize, Problem> {
    let now = context.now.milliseconds();
    let closed = Cell::new(0_usize);
    let work = async |ids: &[String]| {
        let count = context.store.close_purchase_orders(ids, now).await?;
        closed.set(closed.get().saturating_add(count));
        Ok(())
    };
    let outcome = on_each(context, ids, String::as_str, QUERIES_PER_CLOSE, work).await;
    if closed.get() > 0 {
        log::write(LogEvent::PurchaseOrdersClosed, &[("count", &closed.get().to_string())]);
    }
    outcome.map(|()| closed.get())
}

/// Finalizes those of the purchase orders that are closed. Their lines can no longer change, so
/// every repetition computes the same digests. Amounts that no provider would accept are carried
/// over.
pub(super) async fn finalize(context: &RequestContext, ids: &[String]) -> Result<(), Problem> {
    let takes_cards = payments::gateway(context)?.card_form() != CardForm::None;
    let work = async |ids: &[String]| finalize_at_once(context, ids, takes_cards).await;
    on_each(context, ids, String::as_str, QUERIES_PER_FINALIZATION, work).await
}

async fn finalize_at_once(
    context: &RequestContext,
    ids: &[String],
    takes_cards: bool,
) -> Result<(), StoreError> {
    let now = context.now.milliseconds();
    let unfinalized = context.store.unfinalized_purchase_orders(ids, now).await?;
    if unfinalized.is_empty() {
        return Ok(());
    }
    let unfinalized_ids: Vec<String> = unfinalized.iter().map(|row| row.id.clone()).collect();
    let mut lines: HashMap<String, Vec<LineRow>> = HashMap::new();
    for row in context.store.frozen_lines_of(&unfinalized_ids).await? {
        lines.entry(row.purchase_order_id).or_default().push(row.line);
    }
    let (mut payable, mut settled, mut too_small) = (Vec::new(), Vec::new(), Vec::new());
    for row in unfinalized {
        let digest = digest(lines.get(&row.id).map_or(&[][..], Vec::as_slice));
        // The least that can be paid is the card provider's, and holds for cards only.
        let minimum = if takes_cards { minimum::of(&row.currency) } else { 1 };
        let finalizations = match row.total {
            0 => &mut settled,
            total if total >= minimum => &mut payable,
            _ => &mut too_small,
        };
        finalizations.push(Finalization { id: row.id, digest });
    }
    context.store.finalize_purchase_orders(&payable, &settled, &too_small).await
}

/// SHA-256 over the lines: each field as text, ended by a zero byte, in the lines' order. The kind
/// of a line stands before it, unless it is of orders.
fn digest(lines: &[LineRow]) -> String {
    let mut hasher = Sha256::new();
    for line in lines {
        let numbers = [line.unit_price, line.orders, line.trees, line.total].map(|n| n.to_string());
        if line.kind != LineKind::Orders {
            hasher.update(line.kind.as_str().as_bytes());
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
