//! Quarantines the deliveries of a shop's copies, such as a staging site, and records them if the
//! owner says that the copy is the shop.

use axum::http::StatusCode;
use order_events::{Proof, SaleFacts};
use serde::{Deserialize, Serialize};
use shop_adapters::webhook::ReportedSale;

use crate::crypto::new_id;
use crate::domain::origin;
use crate::domain::site::{self, Sender, Site};
use crate::domain::states::QuarantineSource;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::sales::ingest::changed_meanwhile;
use crate::sales::quarantine::{ENTRIES_MAX, UnreadableSale, plain, quarantine};
use crate::sales::shop_reports::{ShopReport, record_report};
use crate::sales::webhook_secret::SHOPIFY;
use crate::store::copies::{CopiedSale, QuarantinedReport, SiteChange};
use crate::store::quarantine::NewQuarantinedSale;
use crate::store::shops::ShopRow;
use crate::store::webhooks::WebhookShop;

/// Bytes of all reports of one copied sale that are stored.
pub(crate) const REPORTS_BYTES_MAX: usize = 65_536;

/// Statements of D1 that recording one report may take.
const QUERIES_PER_REPORT: usize = 24;

/// Attempts to record a report while the data that decides about it changes.
const ATTEMPTS_MAX: usize = 5;

/// A report of a copied sale, as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredReport {
    number: Option<String>,
    facts: SaleFacts,
}

/// The result of accepting a site as the shop's.
pub(crate) struct AcceptedSite {
    pub(crate) site: String,
    /// Quarantined sales of the site that are recorded now.
    pub(crate) recorded: usize,
    /// Those that are left: the next request records them.
    pub(crate) waiting: i64,
    /// Those whose reports were too large to be stored: only an import or a new delivery has them.
    pub(crate) missing: i64,
}

/// Returns the sender of a delivery that names this site.
pub(crate) fn sender(shop: &WebhookShop, named: Option<&str>) -> Sender {
    // The address of a shop on Shopify differs from that of its storefront.
    let origin = (shop.platform != SHOPIFY).then_some(shop.origin.as_str());
    site::sender(named.and_then(Site::read), shop.site.as_deref(), origin)
}

/// Quarantines a delivery of a copy. It orders nothing and changes no sale of the shop.
pub(crate) async fn quarantine_copy(
    context: &RequestContext,
    shop: &WebhookShop,
    site: &Site,
    sale: Option<&ReportedSale>,
) -> Result<(), Problem> {
    let site = plain(site.as_str());
    let problem = problem(shop, &site);
    let now = context.now.milliseconds();
    if let Some(sale) = sale {
        let facts = sale.facts.clone().dated_up_to(context.now);
        let stored = StoredReport { number: sale.number.clone(), facts };
        let report = serde_json::to_string(&stored)
            .map_err(|_| Problem::internal("A sale could not be written as JSON"))?;
        let id = new_id("quar")?;
        let row = NewQuarantinedSale {
            id: &id,
            merchant_id: &shop.merchant_id,
            shop_id: &shop.id,
            mode: shop.mode(),
            source: QuarantineSource::Copy,
            sale_id: &plain(&sale.sale_id),
            field: "",
            problem: &problem,
            now,
            entries_max: ENTRIES_MAX,
        };
        let report =
            QuarantinedReport { site: &site, report: &report, bytes_max: REPORTS_BYTES_MAX };
        context.store.quarantine_copy(&row, &report).await?;
    }
    Ok(context.store.note_copy(&shop.id, &problem, now).await?)
}

fn problem(shop: &WebhookShop, site: &str) -> String {
    let own = shop.site.as_deref().unwrap_or(&shop.origin);
    format!(
        "The delivery is from a copy of the shop: it names the site {site}, and this shop is {own}. Its \
         sales are quarantined. If {site} is the new address of the shop, confirm that on the page of \
         its webhook; otherwise delete the webhooks of the copy."
    )
}

/// Makes a site the shop's, and records the quarantined reports of it as far as one request may.
pub(crate) async fn accept_site(
    context: &RequestContext,
    merchant: &str,
    shop: &ShopRow,
    address: &str,
) -> Result<AcceptedSite, Problem> {
    let wrong = || {
        let message = "site: write the address of your shop's site, such as mugs.example.com.";
        Problem::unprocessable("site", message)
    };
    let site = Site::read(address).ok_or_else(wrong)?;
    let store = &context.store;
    let known = store.site_of_shop(merchant, &shop.id).await?;
    let known = known.ok_or_else(|| Problem::not_found("shop"))?.site;
    let change = SiteChange {
        site: site.as_str(),
        // The storefront moves with its site, unless it had another address before.
        origin: moved_origin(shop, known.as_deref(), &site).unwrap_or_else(|| shop.origin.clone()),
    };
    store.set_site(merchant, &shop.id, &change).await?;
    let sites = store.sites_of_copies(&shop.id).await?;
    let sites = sites.into_iter().map(|row| row.site);
    let sites = sites.filter(|text| Site::read(text).as_ref() == Some(&site)).collect::<Vec<_>>();
    let mut recorded: usize = 0;
    while recorded == 0 || context.queries_left() > QUERIES_PER_REPORT {
        let Some(copied) = store.copied_sale(&shop.id, &sites).await? else { break };
        record_copied(context, merchant, &shop.id, &copied).await?;
        recorded = recorded.saturating_add(1);
    }
    let left = store.copies_left(&shop.id, &sites).await?;
    Ok(AcceptedSite {
        site: site.as_str().to_owned(),
        recorded,
        waiting: left.stored,
        missing: left.missing,
    })
}

fn moved_origin(shop: &ShopRow, known: Option<&str>, site: &Site) -> Option<String> {
    let storefront = Site::read(&shop.origin)?;
    let known = known.and_then(Site::read)?;
    let moves = shop.platform != SHOPIFY && known.is_on_host_of(&storefront);
    let is_elsewhere = !site.is_on_host_of(&storefront);
    (moves && is_elsewhere).then(|| origin::of_authority(site.authority())).flatten()
}

async fn record_copied(
    context: &RequestContext,
    merchant: &str,
    shop: &str,
    copied: &CopiedSale,
) -> Result<(), Problem> {
    let reports: Vec<StoredReport> = serde_json::from_str(&copied.reports)
        .map_err(|_| Problem::internal("The reports of a copied sale could not be read"))?;
    let numbers = reports.iter().rev().find_map(|report| report.number.clone());
    let facts = reports.into_iter().map(|report| report.facts);
    let facts = facts.reduce(SaleFacts::merge).unwrap_or_default();
    let report = ShopReport {
        sale_id: &copied.sale_id,
        number: numbers.as_deref(),
        facts: &facts,
        proof: Proof::Verified,
    };
    match record_one(context, merchant, shop, report).await {
        // The shop's own delivery of this sale would be quarantined like that.
        Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            let sale = UnreadableSale {
                merchant_id: merchant,
                shop_id: shop,
                mode: copied.mode,
                source: QuarantineSource::Webhook,
                sale_id: Some(copied.sale_id.clone()),
                field: problem.field().to_owned(),
                problem: problem.message().to_owned(),
            };
            quarantine(context, &sale).await?;
        }
        recorded => recorded?,
    }
    Ok(context.store.delete_copied_sale(&copied.id).await?)
}

async fn record_one(
    context: &RequestContext,
    merchant: &str,
    shop: &str,
    report: ShopReport<'_>,
) -> Result<(), Problem> {
    for _ in 0..ATTEMPTS_MAX {
        let found = context.store.reporting_shop(merchant, shop).await?;
        let found = found.ok_or_else(|| Problem::not_found("shop"))?;
        if record_report(context, &found, report).await?.is_some() {
            return Ok(());
        }
    }
    Err(changed_meanwhile())
}
