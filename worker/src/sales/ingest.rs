//! Stores and merges reports of a sale from any source, and makes its orders.

use axum::http::StatusCode;
use order_events::{Campaign, Proof, Sale, SaleFacts, SaleStatus, Timestamp};

use crate::crypto::new_id;
use crate::domain::ordering_pause::OrderingPause;
use crate::domain::states::Environment;
use crate::platform::context::RequestContext;
use crate::platform::log::{self, LogEvent};
use crate::platform::problem::Problem;
use crate::sales::claim::implausible;
use crate::sales::evaluate::{Evaluate, explained, guessed, ordered};
use crate::sales::next_purchase_order::NextPurchaseOrder;
use crate::store::claims::{Claim, Promise};
use crate::store::orders::OrderRow;
use crate::store::purchase_orders::{Billing, NewPurchaseOrder};
use crate::store::sale_write::{Evaluation, SalePlace, SaleWrite};
use crate::store::sales::{Kept, KnownSale};
use crate::store::write_guard::WriteGuard;

/// Milliseconds by which the clock of a shop may be ahead of ours.
pub(crate) const CLOCKS_DIFFER_BY: i64 = 10 * 60 * 1000;

/// Bytes of what is known of one sale, as JSON. A row of D1 holds 2,000,000 bytes, and other columns
/// and D1's own bytes need some of them:
/// <https://developers.cloudflare.com/d1/platform/limits/>.
pub(crate) const FACTS_BYTES_MAX: usize = 1_800_000;

/// The source of a report, and the merchant and shop of the sale.
#[derive(Clone, Copy)]
pub(crate) struct SaleSource<'a> {
    pub(crate) merchant_id: &'a str,
    pub(crate) place: SalePlace<'a>,
    /// The number that the shop and its customers see, if the source reports it.
    pub(crate) number: Option<&'a str>,
    /// The time when the shop was connected. Earlier sales order nothing.
    pub(crate) connected_at: i64,
    /// How far the source is to be trusted.
    pub(crate) proof: Proof,
    /// Why a claim of this source waits for the owner's review, however plausible it is.
    pub(crate) held_because: Option<&'static str>,
    /// True if the shop's webhook confirms its sales, so that no claim is billed before.
    pub(crate) is_confirming: bool,
    /// The merchant's campaigns now.
    pub(crate) campaigns: &'a [Campaign],
    /// The span of time in which no trees are ordered.
    pub(crate) pause: Option<OrderingPause>,
    pub(crate) billing: Billing<'a>,
    pub(crate) guard: WriteGuard<'a>,
}

/// The orders of a sale as they now stand.
pub(crate) struct IngestResult {
    /// True if this ordered trees that were not ordered before.
    pub(crate) has_new_orders: bool,
    /// True if this changed what is known of the sale.
    pub(crate) is_news: bool,
    /// True if it is a claim that would have orders and has none: the bound on the claims of its
    /// shop is full, or the sale is known and has no orders.
    pub(crate) is_without_orders: bool,
    /// The promise to the buyer, which does not depend on the stored sale.
    pub(crate) promise: Promise,
    pub(crate) orders: Vec<OrderRow>,
}

/// Stores a reported sale, and changes its orders. Returns `None` without writing if the key, the
/// shop or the stored sale changed concurrently. Reload and retry.
///
/// A browser's claim can only add a sale. Only trusted sources change a stored sale; their reports
/// are merged so that neither the order nor the number of messages matters.
pub(crate) async fn record_sale(
    context: &RequestContext,
    source: &SaleSource<'_>,
    reported: &SaleFacts,
) -> Result<Option<IngestResult>, Problem> {
    let id = new_id("sale")?;
    let reported = &reported.clone().dated_up_to(context.now);
    let reported_sale = reported.sale();
    let sale = Changed {
        id: &id,
        source,
        facts: reported,
        sale: reported_sale.as_ref(),
        campaigns: source.campaigns,
        received_at: context.now,
    };
    let paused_since = source.pause_of(&sale);
    let mut evaluations = sale.evaluate(ordered);
    if paused_since.is_some() {
        // Kept as a fact that orders nothing, unless a trusted fact says that it was sold before.
        for evaluation in &mut evaluations {
            evaluation.trees = 0;
        }
    }
    let next = sale.next_purchase_order(context)?;
    let evaluated_under = Some(evaluated_under(paused_since.map_or(source.campaigns, |_| &[])));
    let write = sale.write(context, &id, next.row(), evaluations)?;
    let claim = sale.claim(&write);
    let is_claim = source.proof == Proof::Claimed;
    let may_be_unbilled = is_claim && (source.is_confirming || claim.is_none());
    let write = SaleWrite { paused_since, evaluated_under, claim, may_be_unbilled, ..write };
    let Some(kept) = context.store.keep_sale(&write, source.guard).await? else {
        return Ok(None);
    };
    let event = match (source.proof, kept.is_new) {
        (Proof::Claimed, _) => LogEvent::SaleClaimed,
        (Proof::Verified, true) => LogEvent::SaleReported,
        (Proof::Verified, false) => LogEvent::SaleConfirmed,
    };
    log::write(event, &[("merchant", source.merchant_id), ("shop", source.place.shop_id)]);
    if kept.is_new || source.proof == Proof::Claimed {
        return Ok(Some(kept.into()));
    }
    let promise = kept.promise;
    let merged = merge(context, source, reported, kept).await?;
    Ok(merged.map(|merged| IngestResult { promise, ..merged }))
}

/// Merges the report into the stored facts, and changes the orders if the facts changed.
async fn merge(
    context: &RequestContext,
    source: &SaleSource<'_>,
    reported: &SaleFacts,
    kept: Kept,
) -> Result<Option<IngestResult>, Problem> {
    let Some(known) = &kept.known else {
        return Err(Problem::internal("A sale that its shop reported is not stored"));
    };
    let known_facts = known.facts()?;
    let facts = known_facts.clone().merge(reported.clone());
    if facts.says_the_same_as(&known_facts) {
        return Ok(Some(IngestResult { is_news: false, ..kept.into() }));
    }
    change(context, source, known, &facts).await
}

/// Writes what is known of a sale from now on, and changes the orders that follow from it.
async fn change(
    context: &RequestContext,
    source: &SaleSource<'_>,
    known: &KnownSale,
    facts: &SaleFacts,
) -> Result<Option<IngestResult>, Problem> {
    let source = &SaleSource { connected_at: known.connected_at, ..*source };
    let campaigns = known.campaigns()?;
    let written_by = new_id("write")?;
    let received_at = Timestamp::from_milliseconds(known.received_at).unwrap_or(context.now);
    let changed_sale = facts.sale();
    let sale = Changed {
        id: &known.id,
        source,
        facts,
        sale: changed_sale.as_ref(),
        campaigns: &campaigns,
        received_at,
    };
    let is_guessed = was_guessed(known, &sale);
    let sale = if is_guessed { Changed { received_at: context.now, ..sale } } else { sale };
    let next = sale.next_purchase_order(context)?;
    let write = if is_guessed || was_sold_before_its_pause(known, &sale) {
        let paused_since = source.pause_of(&sale);
        let ordering = paused_since.map_or(source.campaigns, |_| &[]);
        let now = Changed { campaigns: ordering, ..sale };
        let mut evaluations = now.evaluate(explained);
        evaluations.extend(
            sale.evaluate(guessed)
                .into_iter()
                .filter(|old| !now.campaigns.iter().any(|campaign| campaign.id == old.campaign)),
        );
        let write = now.write(context, &written_by, next.row(), evaluations)?;
        SaleWrite { evaluated_under: Some(evaluated_under(ordering)), paused_since, ..write }
    } else {
        let write = sale.write(context, &written_by, next.row(), sale.evaluate(explained))?;
        SaleWrite { paused_since: known.paused_since, ..write }
    };
    Ok(context.store.change_sale(known, &write).await?.map(IngestResult::from))
}

/// Evaluates a sale again whose facts stay as they are, because something else has changed: trees
/// have a price now. `None`, and nothing is changed, when the sale was changed meanwhile.
pub(crate) async fn evaluate_again(
    context: &RequestContext,
    source: &SaleSource<'_>,
    known: &KnownSale,
) -> Result<Option<IngestResult>, Problem> {
    change(context, source, known, &known.facts()?).await
}

/// Returns true if the sale was claimed well before the shop's date of the sale, which no buyer's
/// browser can do. Order ids can be guessed, and a guessed claim must not decide under which
/// campaigns the sale is evaluated.
fn was_guessed(known: &KnownSale, sale: &Changed<'_>) -> bool {
    let latest = known.received_at.saturating_add(CLOCKS_DIFFER_BY);
    known.proof == Proof::Claimed
        && sale.facts.proof() == Some(Proof::Verified)
        && sale.sale.is_some_and(|sale| latest < sale.sold_at.milliseconds())
}

/// Returns true if a sale that was first reported during a pause was made before it, according to a
/// trusted source. Such a sale counts.
fn was_sold_before_its_pause(known: &KnownSale, sale: &Changed<'_>) -> bool {
    known.paused_since.is_some_and(|paused_since| sale.was_sold_before(paused_since))
}

impl SaleSource<'_> {
    /// The start of the pause that keeps this sale from ordering trees.
    fn pause_of(&self, sale: &Changed<'_>) -> Option<i64> {
        let pause = self.pause?;
        let is_in = pause.lasts_at(sale.sold_at().milliseconds());
        (is_in && !sale.was_sold_before(pause.since)).then_some(pause.since)
    }
}

fn evaluated_under(campaigns: &[Campaign]) -> Vec<(&str, u32)> {
    campaigns.iter().map(|campaign| (campaign.id.as_str(), campaign.version)).collect()
}

/// A sale as it is from now on.
#[derive(Clone, Copy)]
struct Changed<'a> {
    id: &'a str,
    source: &'a SaleSource<'a>,
    facts: &'a SaleFacts,
    /// The sale of the merged facts; `None` while only refunds are known.
    sale: Option<&'a Sale>,
    /// The campaigns that it is evaluated under.
    campaigns: &'a [Campaign],
    /// When we first heard of it.
    received_at: Timestamp,
}

impl<'a> Changed<'a> {
    /// Its evaluations; none while only refunds are known.
    fn evaluate(&self, evaluate: Evaluate) -> Vec<Evaluation<'a>> {
        self.sale.map(|sale| evaluate(self.source, sale, self.campaigns)).unwrap_or_default()
    }

    /// Returns true if it was sold before this instant, by the word of those whom we trust.
    fn was_sold_before(&self, instant: i64) -> bool {
        self.facts.proof() == Some(Proof::Verified)
            && self.sale.is_some_and(|sale| sale.sold_at.milliseconds() < instant)
    }

    /// The instant that decides its month: when it was sold, unless that is later than any clock
    /// that is a little ahead can say.
    fn sold_at(&self) -> Timestamp {
        // A refund can arrive before the sale that it belongs to.
        let sold_at = self.sale.map_or(self.received_at, |sale| sale.sold_at);
        let latest = self.received_at.milliseconds().saturating_add(CLOCKS_DIFFER_BY);
        if sold_at.milliseconds() > latest { self.received_at } else { sold_at }
    }

    fn next_purchase_order(
        &self,
        context: &RequestContext,
    ) -> Result<NextPurchaseOrder<'a>, Problem> {
        let connected_at = Timestamp::from_milliseconds(self.source.connected_at);
        let sold_at = connected_at.map_or(self.sold_at(), |at| self.sold_at().max(at));
        NextPurchaseOrder::of(context, self.source.billing, sold_at)
    }

    fn write(
        &self,
        context: &RequestContext,
        written_by: &'a str,
        next_purchase_order: NewPurchaseOrder<'a>,
        evaluations: Vec<Evaluation<'a>>,
    ) -> Result<SaleWrite<'a>, Problem> {
        let place = self.source.place;
        let proof = self.facts.proof().unwrap_or(self.source.proof);
        Ok(SaleWrite {
            id: self.id,
            written_by,
            merchant_id: self.source.merchant_id,
            place,
            number: self.source.number.map(|number| number.trim_start_matches('#')),
            proof,
            status: self.sale.map(|sale| sale.status),
            test: place.mode == Environment::Test || self.sale.is_some_and(|sale| sale.test),
            facts: self.facts_as_json()?,
            sold_at: self.sold_at().milliseconds(),
            now: context.now.milliseconds(),
            paused_since: None,
            evaluations,
            evaluated_under: None,
            next_purchase_order,
            claim: None,
            may_be_unbilled: false,
        })
    }

    /// The known facts as they are stored; 422 if they fit no row.
    fn facts_as_json(&self) -> Result<String, Problem> {
        let facts = serde_json::to_string(self.facts)
            .map_err(|_| Problem::internal("A sale could not be written as JSON"))?;
        if facts.len() > FACTS_BYTES_MAX {
            let message = format!(
                "The sale takes {} bytes with its lines, titles and collections, and at most \
                 {FACTS_BYTES_MAX} can be stored. Send it with shorter titles or fewer collections.",
                facts.len()
            );
            return Err(Problem::unprocessable("sale", format!("sale: {message}")));
        }
        Ok(facts)
    }

    /// The claim that is checked against the limits of the shop, if it orders trees now. Tests are
    /// never billed, and what the buyer has not paid waits for a fact anyway.
    fn claim(&self, write: &SaleWrite<'a>) -> Option<Claim<'a>> {
        let sale = self.sale?;
        let trees = write.evaluations.iter().map(|each| u64::from(each.trees)).sum();
        if self.source.proof == Proof::Verified
            || write.test
            || sale.status == SaleStatus::Placed
            || trees == 0
        {
            return None;
        }
        let next = write.next_purchase_order;
        let held_because = self.source.held_because.map(str::to_owned);
        Some(Claim {
            shop: self.source.place.shop_id,
            trees,
            implausible: held_because.or_else(|| implausible(sale, self.received_at)),
            sold_at: write.sold_at,
            own: next.own.period,
            next: next.next.period,
            currency: next.currency,
            now: write.now,
        })
    }
}

impl From<Kept> for IngestResult {
    fn from(kept: Kept) -> Self {
        let Kept { has_new_orders, is_without_orders, promise, orders, .. } = kept;
        Self { has_new_orders, is_news: true, is_without_orders, promise, orders }
    }
}

/// 503: between reading what decides and writing what follows, it was changed.
pub(crate) fn changed_meanwhile() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "The settings were changed at this very moment. Nothing was ordered; please send it again.",
    )
    .with("retry_after", 1)
}
