//! What is told of a sale, from whomever and however often: kept, merged, and turned into orders.

use order_events::{Campaign, Explanation, Proof, Sale, SaleFacts, explain, qualify};

use crate::auth::new_id;
use crate::context::RequestContext;
use crate::month::next::NextPurchaseOrder;
use crate::problem::Problem;
use crate::store::judgements::Judgement;
use crate::store::orders::OrderRow;
use crate::store::purchase_orders::Billing;
use crate::store::sales::{Kept, KnownSale, SalePlace, SaleWrite};
use crate::store::tellers::Teller;

/// Milliseconds by which the clock of a shop may be ahead of ours.
const CLOCKS_DIFFER_BY: i64 = 10 * 60 * 1000;

/// Who tells of a sale, and whose it is.
#[derive(Clone, Copy)]
pub(crate) struct Telling<'a> {
    pub(crate) merchant_id: &'a str,
    pub(crate) place: SalePlace<'a>,
    /// How far the teller is to be trusted.
    pub(crate) proof: Proof,
    /// The merchant's campaigns now.
    pub(crate) campaigns: &'a [Campaign],
    /// Whether no trees are ordered now, because a purchase order is not paid.
    pub(crate) is_paused: bool,
    pub(crate) billing: Billing<'a>,
    pub(crate) teller: Teller<'a>,
}

/// The orders of a sale as they now stand.
pub(crate) struct Told {
    /// Whether this was the first to be told of the sale.
    pub(crate) is_new: bool,
    pub(crate) orders: Vec<OrderRow>,
}

/// Keeps what is told, and lets its orders follow. `None`, and nothing is kept, when the teller, or
/// what is known of the sale, was changed meanwhile: ask anew and tell it again.
///
/// What a browser claims only ever makes a sale known. What is known changes only by the word of
/// those whom we trust, merged so that neither the order nor the number of messages matters.
pub(crate) async fn keep(
    context: &RequestContext,
    telling: &Telling<'_>,
    told: &SaleFacts,
) -> Result<Option<Told>, Problem> {
    let id = new_id("sale")?;
    let sale = Changed { id: &id, telling, facts: told, campaigns: telling.campaigns };
    let mut judgements = sale.judge(ordered);
    if telling.is_paused {
        // Kept as a fact that orders nothing, now and later.
        for judgement in &mut judgements {
            judgement.trees = 0;
        }
    }
    let next = NextPurchaseOrder::of(context, telling.billing)?;
    let judged_under = Some(telling.judged_under());
    let write = SaleWrite { judged_under, ..sale.write(context, &id, &next, judgements)? };
    let Some(kept) = context.store.keep_sale(&write, telling.teller).await? else {
        return Ok(None);
    };
    if kept.is_new || telling.proof == Proof::Claimed {
        return Ok(Some(Told { is_new: kept.is_new, orders: kept.orders }));
    }
    merge(context, telling, told, kept).await
}

/// Merges what is told into what is known, and changes the orders where that changes anything.
async fn merge(
    context: &RequestContext,
    telling: &Telling<'_>,
    told: &SaleFacts,
    kept: Kept,
) -> Result<Option<Told>, Problem> {
    let Some(known) = kept.known else {
        return Err(Problem::internal("A sale that was told by its shop is not kept"));
    };
    let known_facts = known.facts()?;
    let facts = known_facts.clone().merge(told.clone());
    if facts == known_facts {
        return Ok(Some(Told { is_new: false, orders: kept.orders }));
    }
    let campaigns = known.campaigns()?;
    let next = NextPurchaseOrder::of(context, telling.billing)?;
    let written_by = new_id("write")?;
    let sale = Changed { id: &known.id, telling, facts: &facts, campaigns: &campaigns };
    let write = if was_guessed(&known, &facts) {
        let now = Changed { campaigns: telling.campaigns_that_order(), ..sale };
        let mut judgements = now.judge(explained);
        judgements.extend(
            sale.judge(guessed)
                .into_iter()
                .filter(|old| !now.campaigns.iter().any(|campaign| campaign.id == old.campaign)),
        );
        let judged_under = Some(telling.judged_under());
        SaleWrite { judged_under, ..sale.write(context, &written_by, &next, judgements)? }
    } else {
        sale.write(context, &written_by, &next, sale.judge(explained))?
    };
    let changed = context.store.change_sale(&known, &write).await?;
    Ok(changed.map(|orders| Told { is_new: false, orders }))
}

/// Whether somebody claimed the sale well before its shop says that it was sold, as no browser of a
/// buyer can. Orders' ids can be guessed, and who guesses one does not decide under which campaigns
/// it is judged.
fn was_guessed(known: &KnownSale, facts: &SaleFacts) -> bool {
    let sold_at = facts.sale().map_or(i64::MIN, |sale| sale.sold_at.milliseconds());
    known.proof == word(Proof::Claimed)
        && facts.proof() == Some(Proof::Verified)
        && known.received_at.saturating_add(CLOCKS_DIFFER_BY) < sold_at
}

impl<'a> Telling<'a> {
    /// The campaigns that order trees now.
    fn campaigns_that_order(&self) -> &'a [Campaign] {
        if self.is_paused { &[] } else { self.campaigns }
    }

    fn judged_under(&self) -> Vec<(&'a str, u32)> {
        let campaigns = self.campaigns_that_order().iter();
        campaigns.map(|campaign| (campaign.id.as_str(), campaign.version)).collect()
    }
}

/// A sale as it is from now on.
#[derive(Clone, Copy)]
struct Changed<'a> {
    id: &'a str,
    telling: &'a Telling<'a>,
    facts: &'a SaleFacts,
    /// The campaigns that it is judged under.
    campaigns: &'a [Campaign],
}

impl<'a> Changed<'a> {
    /// What it orders; nothing while only refunds are known.
    fn judge(&self, judge: Judge) -> Vec<Judgement<'a>> {
        let sale = self.facts.sale();
        sale.map(|sale| judge(self.telling.place.shop_id, &sale, self.campaigns))
            .unwrap_or_default()
    }

    fn write(
        &self,
        context: &RequestContext,
        written_by: &'a str,
        next: &'a NextPurchaseOrder<'a>,
        judgements: Vec<Judgement<'a>>,
    ) -> Result<SaleWrite<'a>, Problem> {
        let place = self.telling.place;
        let sale = self.facts.sale();
        // A refund can arrive before the sale that it belongs to.
        let sold_at = sale.as_ref().map_or(context.now, |sale| sale.sold_at);
        let proof = self.facts.proof().unwrap_or(self.telling.proof);
        Ok(SaleWrite {
            id: self.id,
            written_by,
            merchant_id: self.telling.merchant_id,
            place,
            proof: word(proof),
            test: place.mode == "test" || sale.as_ref().is_some_and(|sale| sale.test),
            facts: serde_json::to_string(self.facts)
                .map_err(|_| Problem::internal("A sale could not be written as JSON"))?,
            billed_at: sold_at.min(context.now).milliseconds(),
            sold_at: sold_at.milliseconds(),
            now: context.now.milliseconds(),
            judgements,
            judged_under: None,
            next_purchase_order: next.row(),
        })
    }
}

/// `claimed` or `verified`.
pub(crate) fn word(proof: Proof) -> &'static str {
    match proof {
        Proof::Claimed => "claimed",
        Proof::Verified => "verified",
    }
}

/// How a sale of a shop is judged under campaigns.
type Judge = for<'a> fn(&str, &Sale, &'a [Campaign]) -> Vec<Judgement<'a>>;

/// What a new sale orders.
fn ordered<'a>(shop: &str, sale: &Sale, campaigns: &'a [Campaign]) -> Vec<Judgement<'a>> {
    let mut orders = qualify(shop, sale, campaigns);
    let judgement = |campaign: &'a Campaign| {
        let index = orders.iter().position(|order| order.campaign == campaign.id)?;
        let order = orders.swap_remove(index);
        Some(judgement(campaign, order.trees, order.reason.to_string()))
    };
    campaigns.iter().filter_map(judgement).collect()
}

/// What a sale that is known orders now, also where it is nothing: an order that was made before must
/// learn of it, and why.
fn explained<'a>(shop: &str, sale: &Sale, campaigns: &'a [Campaign]) -> Vec<Judgement<'a>> {
    let judge = |campaign: &'a Campaign| {
        let explanation = explain(shop, sale, campaign);
        let trees = match &explanation {
            Explanation::Qualifies(order) => order.trees,
            Explanation::OrdersNothing(_) => 0,
        };
        judgement(campaign, trees, explanation.to_string())
    };
    campaigns.iter().map(judge).collect()
}

/// What a sale orders under campaigns that were asked before it was sold, and are not there any more.
fn guessed<'a>(_: &str, _: &Sale, campaigns: &'a [Campaign]) -> Vec<Judgement<'a>> {
    let reason = "claimed before it was sold, and this campaign was over by then: no trees";
    campaigns.iter().map(|campaign| judgement(campaign, 0, reason.to_owned())).collect()
}

fn judgement(campaign: &Campaign, trees: u32, reason: String) -> Judgement<'_> {
    let cap = campaign.conditions.cap_per_month;
    Judgement { campaign: &campaign.id, version: campaign.version, trees, reason, cap }
}
