//! `/api/campaigns/{id}/simulate`: what a campaign would make of given sales; nothing is stored.

use axum::Extension;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::Response;
use order_events::{Explanation, Sale, explain};
use serde::{Deserialize, Serialize};

use super::body;
use super::campaigns::campaign;
use super::orders::{check_sale, shop_of};
#[cfg(test)]
use super::responses::Changed;
use crate::access::owned::Owned;
use crate::access::scope::CampaignsTry;
use crate::context::RequestContext;
use crate::problem::{Problem, json};
use crate::store::campaigns::CampaignRow;

/// Sales in one simulation, at most.
const SALES_MAX: usize = 100;

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

/// What the campaign would make of the sales.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Simulation {
    /// The trees of all the sales.
    trees: u64,
    /// What they would cost, in minor units of `currency`; `null` where trees have no price yet.
    total: Option<i64>,
    currency: String,
    /// One for each sale, in their order.
    sales: Vec<SimulatedSale>,
}

/// What the campaign would make of one sale.
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
        check_sale(&format!("sales[{index}]"), sale)?;
    }
    let campaign = campaign(found.resource)?;
    let shop = shop_of(&found.key, shop.as_deref())?;
    let sales: Vec<SimulatedSale> = sales
        .into_iter()
        .map(|sale| {
            let explanation = explain(&shop, &sale, &campaign);
            let trees = match &explanation {
                Explanation::Qualifies(order) => order.trees,
                Explanation::OrdersNothing(_) => 0,
            };
            let (qualifies, reason) = (trees > 0, explanation.to_string());
            SimulatedSale { sale: sale.id, qualifies, trees, reason }
        })
        .collect();
    let trees = sales.iter().fold(0_u64, |sum, sale| sum.saturating_add(u64::from(sale.trees)));
    let price = context.store.tree_price(&found.key.currency, context.now.milliseconds()).await?;
    let total =
        price.zip(i64::try_from(trees).ok()).map(|(price, trees)| price.saturating_mul(trees));
    let currency = found.key.currency;
    Ok(json(StatusCode::OK, &Simulation { trees, total, currency, sales }))
}
