//! How a sale is evaluated under campaigns: what it orders, or why it orders nothing.

use order_events::{Campaign, Explanation, Sale, Timestamp, explain_all, qualify};

use crate::sales::ingest::SaleSource;
use crate::store::sale_write::Evaluation;

/// A way to evaluate a sale under campaigns.
pub(super) type Evaluate =
    for<'a> fn(&SaleSource<'_>, &Sale, &'a [Campaign]) -> Vec<Evaluation<'a>>;

/// Evaluates a new sale.
pub(super) fn ordered<'a>(
    source: &SaleSource<'_>,
    sale: &Sale,
    campaigns: &'a [Campaign],
) -> Vec<Evaluation<'a>> {
    if why_not_connected(source.connected_at, sale).is_some() {
        return Vec::new();
    }
    let mut orders = qualify(source.place.shop_id, sale, campaigns);
    let evaluation = |campaign: &'a Campaign| {
        let index = orders.iter().position(|order| order.campaign == campaign.id)?;
        let order = orders.swap_remove(index);
        Some(evaluation(campaign, order.trees, order.reason.to_string()))
    };
    campaigns.iter().filter_map(evaluation).collect()
}

/// Evaluates a stored sale again, also if it orders nothing: an order that was made before must
/// learn of it, and why.
pub(super) fn explained<'a>(
    source: &SaleSource<'_>,
    sale: &Sale,
    campaigns: &'a [Campaign],
) -> Vec<Evaluation<'a>> {
    if let Some(reason) = why_not_connected(source.connected_at, sale) {
        let nothing = |campaign| evaluation(campaign, 0, reason.clone());
        return campaigns.iter().map(nothing).collect();
    }
    let explanations = explain_all(source.place.shop_id, sale, campaigns);
    let evaluation = |(campaign, explanation): (&'a Campaign, Explanation)| {
        evaluation(campaign, trees_of(&explanation), explanation.to_string())
    };
    campaigns.iter().zip(explanations).map(evaluation).collect()
}

/// Evaluates a sale under campaigns that were asked before it was sold and no longer exist.
pub(super) fn guessed<'a>(
    _: &SaleSource<'_>,
    _: &Sale,
    campaigns: &'a [Campaign],
) -> Vec<Evaluation<'a>> {
    let reason = "claimed before it was sold, and this campaign was over by then: no trees";
    campaigns.iter().map(|campaign| evaluation(campaign, 0, reason.to_owned())).collect()
}

/// Why a sale orders its trees or none under each of these campaigns, in their order.
pub(crate) fn reasons(
    shop: &str,
    connected_at: i64,
    sale: &Sale,
    campaigns: &[Campaign],
) -> Vec<String> {
    match why_not_connected(connected_at, sale) {
        Some(reason) => vec![reason; campaigns.len()],
        None => explain_all(shop, sale, campaigns).iter().map(ToString::to_string).collect(),
    }
}

fn trees_of(explanation: &Explanation) -> u32 {
    explanation.order().map_or(0, |order| order.trees)
}

/// Why a sale from before the shop was connected orders nothing.
pub(crate) fn why_not_connected(connected_at: i64, sale: &Sale) -> Option<String> {
    if sale.sold_at.milliseconds() >= connected_at {
        return None;
    }
    let connected_at =
        Timestamp::from_milliseconds(connected_at).map(Timestamp::to_rfc3339).unwrap_or_default();
    Some(format!(
        "it was sold at {}, before the shop was connected at {connected_at}",
        sale.sold_at
    ))
}

/// Bytes of a reason that are stored: the names in it can be as long as a request.
pub(crate) const REASON_BYTES_MAX: usize = 2_000;

fn evaluation(campaign: &Campaign, trees: u32, mut reason: String) -> Evaluation<'_> {
    if reason.len() > REASON_BYTES_MAX {
        reason.truncate(reason.floor_char_boundary(REASON_BYTES_MAX));
        reason.push('…');
    }
    let cap = campaign.conditions.cap_per_month;
    Evaluation { campaign: &campaign.id, version: campaign.version, trees, reason, cap }
}
