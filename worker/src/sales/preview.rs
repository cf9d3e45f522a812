//! The trees that a campaign would have planted for the sales of the last 30 days. It evaluates the
//! stored sales like new ones, and stores nothing.

use std::collections::BTreeMap;

use order_events::{Campaign, Explanation, Sale, explain};

use crate::domain::campaign_pauses;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::sales::evaluate::why_not_connected;
use crate::sales::evaluation_budget::EvaluationBudget;
use crate::sales::monthly_cap::MonthlyCap;
use crate::store::recent_sales::{RecentSale, RecentSales};

/// Days whose sales are evaluated.
pub(crate) const DAYS: i64 = 30;

/// Sales that are evaluated, at most.
pub(crate) const SALES_MAX: i64 = 1_000;

/// Bytes of the facts of all these sales, at most. The newest sale is evaluated whatever its size.
pub(crate) const BYTES_MAX: i64 = 300_000;

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
    /// True if older sales were left out, because together they would cost more than one request
    /// may.
    pub(crate) is_cut: bool,
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
    let read = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let is_cut = read >= SALES_MAX || rows.first().is_some_and(|row| row.found > read);
    let conditions = serde_json::to_string(&campaign.conditions)
        .map_err(|_| Problem::internal("The conditions of a campaign could not be written"))?;
    let latest = rows.iter().filter(|row| row.is_billable != 0).filter_map(|row| {
        let facts = row.facts();
        facts.map(|facts| facts.sale().map(|sale| (row, sale))).transpose()
    });
    let (mut sales, is_beyond_budget) = affordable(&conditions, latest)?;
    // A cap per month goes to the sales that arrived first.
    sales.reverse();
    let counted = count(&sales, campaign, zone);
    Ok(Preview { is_cut: is_cut || is_beyond_budget, ..counted })
}

/// The first sales as far as one request may evaluate them under these conditions, and true if
/// there are more. A sale that is left out is the last one that is read.
fn affordable<Row, Failed>(
    conditions: &str,
    sales: impl Iterator<Item = Result<(Row, Sale), Failed>>,
) -> Result<(Vec<(Row, Sale)>, bool), Failed> {
    let mut budget = EvaluationBudget::new(conditions);
    let mut taken = Vec::new();
    for read in sales {
        let (row, sale) = read?;
        if !budget.take(&sale) {
            return Ok((taken, true));
        }
        taken.push((row, sale));
    }
    Ok((taken, false))
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

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use order_events::{Sale, limits};
    use serde_json::json;

    use super::affordable;

    /// Returns a sale with these titles, and its lines in these collections.
    fn sale(titles: &[String], collections: usize) -> Sale {
        let line = |title: &String| {
            json!({"product": null, "variant": null, "sku": "MUG", "title": title, "quantity": 1,
                "refunded": 0, "total": 100, "bundled": false,
                "collections": vec!["mugs"; collections]})
        };
        let lines: Vec<_> = titles.iter().map(line).collect();
        serde_json::from_value(json!({
            "platform": "custom", "id": "1", "sold_at": "2026-11-22T08:51:49Z",
            "updated_at": "2026-11-22T08:52:53Z", "status": "paid", "test": false,
            "currency": "USD", "total": 100, "items_total": 100, "refunded": 0, "coupons": [],
            "opted_in": null, "lines": lines
        }))
        .unwrap()
    }

    /// The number of sales that are taken of 993 such ones, and whether more were left out.
    fn taken(conditions: &str, sale: &Sale) -> (usize, bool) {
        let sales = (0..993).map(|row| Ok::<_, Infallible>((row, sale.clone())));
        let Ok((taken, is_cut)) = affordable(conditions, sales);
        assert!(taken.iter().map(|(row, _)| *row).eq(0..taken.len()), "the first ones");
        (taken.len(), is_cut)
    }

    #[test]
    fn the_sales_of_a_preview_cost_no_more_together_than_those_of_a_simulation() {
        let usual = sale(&["Blue mug".to_owned(), "Red mug".to_owned()], 2);
        assert_eq!(taken("{}", &usual), (993, false));
        let titles = sale(&vec!["m".repeat(1_000); 7], 0);
        assert_eq!(taken("{}", &titles), (limits::TITLES_BYTES_PER_SALE / 7_000, true));
        let collections = sale(&vec![String::new(); 5], 20);
        assert_eq!(taken("{}", &collections), (limits::COLLECTIONS_PER_SALE / 100, true));
        let conditions = "x".repeat(20_000);
        let fitting = limits::CAMPAIGN_BYTES_PER_MERCHANT / conditions.len();
        assert_eq!(taken(&conditions, &usual), (fitting, true));
        let largest =
            sale(&vec!["m".repeat(1_000); limits::LINES_PER_SALE], limits::NAMES_PER_LIST);
        let longest = "x".repeat(limits::CAMPAIGN_BYTES_PER_MERCHANT);
        assert_eq!(taken(&longest, &largest), (1, true), "one sale always fits");
    }
}
