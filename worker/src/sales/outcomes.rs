//! The outcome of a stored sale under each campaign, with the reason in words: for the API and for
//! Settings > Orders.

use order_events::{Campaign, Sale};

use crate::domain::states::OrderState;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::sales::campaigns::{campaign, campaigns_max};
use crate::sales::evaluate::reasons;
use crate::store::orders::OrderRow;
use crate::store::sale_list::SaleRow;

/// The outcome of a sale under one campaign.
pub(crate) struct Outcome {
    /// The campaign's id.
    pub(crate) campaign: String,
    pub(crate) campaign_name: String,
    /// The version under which the sale was evaluated; `None` if it was not evaluated under the
    /// campaign.
    pub(crate) campaign_version: Option<u32>,
    /// Trees, less what credits took back.
    pub(crate) trees: u64,
    /// Why so many, or why none.
    pub(crate) reason: String,
    /// The id of the order and its state.
    pub(crate) order: Option<(String, OrderState)>,
}

/// The outcomes of a sale: under the campaigns that it was evaluated under, as they were then, and
/// under those that came later.
pub(crate) async fn of_sale(
    context: &RequestContext,
    merchant: &str,
    row: &SaleRow,
) -> Result<Vec<Outcome>, Problem> {
    let store = &context.store;
    let orders = store.orders_of_sale(&row.id).await?;
    let now = store.campaigns(merchant, None, campaigns_max()).await?;
    let now = now.into_iter().map(campaign).collect::<Result<Vec<_>, _>>()?;
    let (current, evaluated) = (row.facts()?.sale(), row.campaigns()?);
    Ok(outcomes(row, current.as_ref(), &evaluated, now, &orders))
}

fn outcomes(
    row: &SaleRow,
    current: Option<&Sale>,
    evaluated: &[Campaign],
    now: Vec<Campaign>,
    orders: &[OrderRow],
) -> Vec<Outcome> {
    let reasons = match current {
        Some(sale) => reasons(&row.shop_id, row.connected_at, sale, evaluated),
        None => vec!["only refunds of the sale are known so far".to_owned(); evaluated.len()],
    };
    let evaluated_now = evaluated.iter().zip(reasons).map(|(campaign, reason)| {
        let order = orders.iter().find(|order| order.campaign_id.as_ref() == Some(&campaign.id));
        let (trees, reason) = match order {
            Some(order) => (order.net_trees(), order.reason.clone()),
            None => (0, reason),
        };
        Outcome {
            campaign: campaign.id.clone(),
            campaign_name: campaign.name.clone(),
            campaign_version: Some(campaign.version),
            trees,
            reason,
            order: order.map(|order| (order.id.clone(), order.state)),
        }
    });
    let why_not = if row.paused_since.is_some() {
        "the sale was first reported while ordering was paused"
    } else {
        "the sale was first reported before this campaign was made"
    };
    let later = now
        .into_iter()
        .filter(|campaign| evaluated.iter().all(|evaluated| evaluated.id != campaign.id))
        .map(|campaign| Outcome {
            campaign: campaign.id,
            campaign_name: campaign.name,
            campaign_version: None,
            trees: 0,
            reason: why_not.to_owned(),
            order: None,
        });
    evaluated_now.chain(later).collect()
}
