//! Closes due purchase orders: the lines are frozen, totalled and finalized with a digest, exactly
//! once.

use std::cell::Cell;

use crate::billing::digests;
use crate::billing::isolated::on_each;
use crate::payments::{self, CardForm, minimum};
use crate::platform::context::RequestContext;
use crate::platform::log::{self, LogEvent};
use crate::platform::problem::Problem;
use crate::store::StoreError;
use crate::store::closes::Finalization;

/// Statements that a close of a few hundred purchase orders takes, and those that their
/// finalization takes beside the pages of their orders, of which it reads one at least.
pub(super) const QUERIES_PER_CLOSE: usize = 6;
pub(super) const QUERIES_PER_FINALIZATION: usize = 8 + digests::QUERIES_PER_PAGE;

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

/// Finalizes those of the purchase orders that are closed. Their orders can no longer change, so
/// every repetition computes the same digests. Amounts that no provider would accept are carried
/// over. Purchase orders whose pages exceed the invocation's statements wait for the next event.
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
    let computed = digests::compute(context, unfinalized).await?;
    if computed.is_empty() {
        return Ok(());
    }
    let (mut payable, mut settled, mut too_small) = (Vec::new(), Vec::new(), Vec::new());
    for (row, digest) in computed {
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
