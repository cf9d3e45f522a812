//! The trees that a campaign would have planted for the sales of the last 30 days. It evaluates the
//! stored sales like new ones, and stores nothing.

use std::collections::BTreeMap;

use order_events::{Campaign, Explanation, Sale, explain};

use crate::domain::campaign_pauses;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::sales::evaluate::why_not_connected;
use crate::sales::monthly_cap::MonthlyCap;
use crate::store::recent_sales::{RecentSale, RecentSales};

/// Days whose sales are evaluated.
pub(crate) const DAYS: i64 = 30;

/// Sales that are evaluated, at most.
pub(crate) const SALES_MAX: i64 = 1_000;

/// Bytes of the facts of all these sales, at most.
pub(crate) const BYTES_MAX: i64 = 8_000_000;

/// The result of a campaign for the latest sales.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Preview {
    /// Sales that were evaluated. Tests, and claims that are not billed, are left out.
    pub(crate) sales: u64,
    /// Sales among them that would have planted a tree.
    pub(crate) planting: u64,
    pub(crate) trees: u64,
    /// Sales that would have planted a tree and are not paid yet.
    pub(crate) unpaid: u64,
}

/// Evaluates the merchant's latest sales under a campaign, as if it had run all the time.
pub(crate) async fn preview(
    context: &RequestContext,
    (merchant, zone): (&str, &str),
    campaign: &Campaign,
) -> Result<Preview, Problem> {
    let received_from = context.now.milliseconds().saturating_sub(DAYS.saturating_mul(86_400_000));
    let wanted = RecentSales { received_from, sales_max: SALES_MAX, bytes_max: BYTES_MAX };
    let rows = context.store.recent_sales(merchant, &wanted).await?;
    let mut sales = Vec::new();
    // A cap per month goes to the sales that arrived first.
    for row in rows.iter().rev().filter(|row| row.is_billable != 0) {
        sales.extend(row.facts()?.sale().map(|sale| (row, sale)));
    }
    Ok(count(&sales, campaign, zone))
}

fn count(sales: &[(&RecentSale, Sale)], campaign: &Campaign, zone: &str) -> Preview {
    let (conditions, _) = campaign_pauses::split(campaign.conditions.clone());
    let cap = conditions.cap_per_month;
    let campaign = Campaign { starts_at: None, ends_at: None, conditions, ..campaign.clone() };
    let mut cap = MonthlyCap::new(cap, zone, BTreeMap::new());
    let mut preview = Preview::default();
    for (row, sale) in sales {
        preview.sales = preview.sales.saturating_add(1);
        if why_not_connected(row.connected_at, sale).is_some() {
            continue;
        }
        let Explanation::Qualifies(order) = explain(&row.shop_id, sale, &campaign) else {
            continue;
        };
        if sale.awaits_payment() {
            preview.unpaid = preview.unpaid.saturating_add(1);
            continue;
        }
        let order = cap.apply(sale.sold_at, order);
        preview.planting = preview.planting.saturating_add(u64::from(order.trees > 0));
        preview.trees = preview.trees.saturating_add(u64::from(order.trees));
    }
    preview
}
