//! The owner's word on a claim that exceeds a bound, or that no webhook can confirm any more.

use axum::http::StatusCode;
use order_events::{Campaign, Proof, SaleFacts};

use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::sales::ingest::{self, IngestResult, SaleSource, changed_meanwhile};
use crate::store::sale_list::SaleRow;
use crate::store::sale_write::SalePlace;

/// Accepts a claim: the owner's word makes it verified, and its orders are billed.
///
/// `by` is the id of the key that says so, or of the merchant whose member is signed in.
pub(crate) async fn accept(
    context: &RequestContext,
    merchant_id: &str,
    by: &str,
    row: &SaleRow,
) -> Result<IngestResult, Problem> {
    let facts = row.facts()?;
    let Some(snapshot) = facts.snapshot() else {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "Only refunds of this sale are known so far: wait for the sale itself.",
        ));
    };
    let owner = context.store.sales_owner(merchant_id).await?;
    let owner = owner.ok_or_else(|| Problem::internal("The owner of a sale is not there"))?;
    let campaigns: Vec<Campaign> = serde_json::from_str(&owner.campaigns)
        .map_err(|_| Problem::internal("A stored campaign could not be read"))?;
    let source = SaleSource {
        merchant_id,
        place: SalePlace { shop_id: &row.shop_id, mode: row.mode, sale_id: &row.sale_id },
        number: None,
        connected_at: row.connected_at,
        proof: Proof::Verified,
        held_because: None,
        is_confirming: false,
        campaigns: &campaigns,
        pause: owner.terms.pause(),
        billing: owner.terms.billing(),
        guard: owner.terms.guard(by),
    };
    let accepted = SaleFacts::from_snapshot(Proof::Verified, snapshot.sale.clone());
    ingest::record_sale(context, &source, &accepted).await?.ok_or_else(changed_meanwhile)
}

/// Rejects a claim: it stays known and orders no trees, unless a trusted fact reports the sale.
pub(crate) async fn reject(context: &RequestContext, row: &SaleRow) -> Result<(), Problem> {
    if context.store.reject_claim(&row.id).await? {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::CONFLICT,
        "There is nothing to reject: the sale is confirmed, was rejected before, or is on a purchase \
         order that is closed.",
    ))
}
