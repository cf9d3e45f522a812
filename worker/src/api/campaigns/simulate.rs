//! `/api/campaigns/{id}/simulate`: what a campaign would make of given sales; nothing is stored.

use std::collections::{BTreeMap, BTreeSet};

use axum::Extension;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::Response;
use order_events::{Campaign, Explanation, Sale, explain};
use serde::{Deserialize, Serialize};

use crate::api::orders::{NoSale, check_sale, shop_of};
use crate::auth::owned::Owned;
use crate::auth::scope::CampaignsTry;
use crate::http::body;
#[cfg(test)]
use crate::http::responses::Changed;
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, json};
use crate::sales::campaigns::campaign;
use crate::sales::evaluate::why_not_connected;
use crate::sales::evaluation_budget;
use crate::sales::monthly_cap::{MonthlyCap, month};
use crate::store::api_keys::{ConnectedShop, KeyOwner};
use crate::store::campaigns::CampaignRow;

/// Sales in one simulation, at most.
pub(crate) const SALES_MAX: usize = 100;

/// The sales to try a campaign on.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct SimulationBody {
    #[cfg_attr(test, schema(min_items = 1, max_items = 100))]
    sales: Vec<Sale>,
    /// The id of the shop that made them; needed where there are several.
    #[serde(default)]
    shop: Option<String>,
}

/// The result of the campaign for the sales.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Simulation {
    /// The trees of all the sales.
    trees: u64,
    /// Their cost, in minor units of `currency`; `null` if trees have no price yet.
    total: Option<i64>,
    currency: String,
    /// One for each sale, in their order.
    sales: Vec<SimulatedSale>,
}

/// The result of the campaign for one sale.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct SimulatedSale {
    /// The shop's own order id.
    sale: String,
    qualifies: bool,
    trees: u32,
    /// Why it orders its trees, or why it orders none.
    reason: String,
}

/// Try a campaign on sales, whatever they are: nothing is stored.
///
/// 422 if the sales together are beyond a limit of one simulation: send fewer at once.
#[cfg_attr(test, utoipa::path(post, path = "/api/campaigns/{id}/simulate", tag = "Campaigns",
    request_body = SimulationBody,
    params(("id" = String, Path, description = "The campaign's id.")),
    security(("secret_key" = ["campaigns:read"])),
    responses((status = 200, description = "Trees, cost and reasons.", body = Simulation),
        Changed)))]
#[worker::send]
pub(crate) async fn simulate(
    Extension(context): Extension<RequestContext>,
    found: Owned<CampaignsTry, CampaignRow>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let SimulationBody { sales, shop } = body::read(&bytes)?;
    if sales.is_empty() || sales.len() > SALES_MAX {
        let message = format!("sales: send 1 to {SALES_MAX} sales.");
        return Err(Problem::unprocessable("sales", message));
    }
    for (index, sale) in sales.iter().enumerate() {
        check_sale(&format!("sales[{index}]"), sale).map_err(NoSale::into_problem)?;
    }
    evaluation_budget::check(&found.resource.conditions, &sales)?;
    let campaign = campaign(found.resource)?;
    let shop = shop_of(&found.key, shop.as_deref())?;
    let mut cap = monthly_cap(&context, &found.key, &campaign, &sales).await?;
    let sales: Vec<SimulatedSale> =
        sales.iter().map(|sale| simulated(&shop, sale, &campaign, &mut cap)).collect();
    let trees = sales.iter().fold(0_u64, |sum, sale| sum.saturating_add(u64::from(sale.trees)));
    let price =
        context.store.tree_price(&found.key.terms.currency, context.now.milliseconds()).await?;
    let total =
        price.zip(i64::try_from(trees).ok()).map(|(price, trees)| price.saturating_mul(trees));
    let currency = found.key.terms.currency;
    Ok(json(StatusCode::OK, &Simulation { trees, total, currency, sales }))
}

/// The result of the campaign for one sale, after those before it.
fn simulated(
    shop: &ConnectedShop,
    sale: &Sale,
    campaign: &Campaign,
    cap: &mut MonthlyCap,
) -> SimulatedSale {
    let (trees, reason) = match why_not_connected(shop.connected_at, sale) {
        Some(reason) => (0, reason),
        None => match explain(&shop.id, sale, campaign) {
            // In no cap until it is paid.
            Explanation::Qualifies(order) if sale.awaits_payment() => {
                (order.trees, format!("{}; ordered when the payment arrives", order.reason))
            }
            Explanation::Qualifies(order) => {
                let order = cap.apply(sale.sold_at, order);
                (order.trees, order.reason.to_string())
            }
            nothing @ Explanation::OrdersNothing(_) => (0, nothing.to_string()),
        },
    };
    SimulatedSale { sale: sale.id.clone(), qualifies: trees > 0, trees, reason }
}

/// The cap per month as it stands before these sales.
async fn monthly_cap(
    context: &RequestContext,
    key: &KeyOwner,
    campaign: &Campaign,
    sales: &[Sale],
) -> Result<MonthlyCap, Problem> {
    let cap = campaign.conditions.cap_per_month;
    let zone = key.terms.time_zone.as_str();
    let months: BTreeSet<String> = match cap {
        Some(_) => sales.iter().filter_map(|sale| month(sale.sold_at, zone)).collect(),
        None => BTreeSet::new(),
    };
    let months: Vec<String> = months.into_iter().collect();
    let counted = if months.is_empty() {
        BTreeMap::new()
    } else {
        context.store.counted_trees(&campaign.id, &months).await?
    };
    Ok(MonthlyCap::new(cap, zone, counted))
}
