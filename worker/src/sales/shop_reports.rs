//! Records the sales that a shop itself reports: by a delivery, a signed page or an import.

use order_events::{Campaign, Proof, SaleFacts};

use crate::domain::states::Environment;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::sales::ingest::{self, IngestResult, SaleSource};
use crate::store::sale_write::SalePlace;
use crate::store::webhooks::WebhookShop;

/// Why a sale of a delivery waits whose signature could not be checked.
pub(crate) const UNSIGNED: &str = "its signature could not be checked, because the operator changed \
    the encryption keys";

/// A sale as its shop reports it.
#[derive(Clone, Copy)]
pub(crate) struct ShopReport<'a> {
    /// The shop's own order id.
    pub(crate) sale_id: &'a str,
    /// The number that the shop and its customers see, if the report has one.
    pub(crate) number: Option<&'a str>,
    pub(crate) facts: &'a SaleFacts,
    /// Only a delivery whose signature could not be checked is a claim.
    pub(crate) proof: Proof,
}

/// The place of a sale that the shop reports now.
pub(crate) fn place_of<'a>(shop: &'a WebhookShop, sale_id: &'a str) -> SalePlace<'a> {
    SalePlace { shop_id: &shop.id, mode: shop.mode(), sale_id }
}

/// Stores what the shop itself reports. Returns `None` without writing if the shop or the stored sale
/// changed concurrently.
pub(crate) async fn record_report(
    context: &RequestContext,
    shop: &WebhookShop,
    report: ShopReport<'_>,
) -> Result<Option<IngestResult>, Problem> {
    let campaigns: Vec<Campaign> = serde_json::from_str(&shop.campaigns)
        .map_err(|_| Problem::internal("A stored campaign could not be read"))?;
    // The trial of a shop changes nothing about what was sold before it.
    let live = SalePlace { mode: Environment::Live, ..place_of(shop, report.sale_id) };
    let is_live = shop.mode() == Environment::Live || context.store.is_stored(&live).await?;
    let source = SaleSource {
        merchant_id: &shop.merchant_id,
        place: if is_live { live } else { place_of(shop, report.sale_id) },
        number: report.number,
        connected_at: shop.connected_at,
        proof: report.proof,
        is_confirming: true,
        held_because: (report.proof == Proof::Claimed).then_some(UNSIGNED),
        campaigns: &campaigns,
        pause: shop.terms.pause(),
        billing: shop.terms.billing(),
        guard: shop.terms.guard(&shop.id),
    };
    ingest::record_sale(context, &source, report.facts).await
}
