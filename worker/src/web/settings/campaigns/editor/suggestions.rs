//! Values that the shop's latest sales hold, offered while an owner types.

use std::collections::BTreeMap;

use order_events::Sale;

use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::recent_sales::RecentSales;

/// Sales that are read, at most.
pub(crate) const SALES_MAX: i64 = 200;

/// Bytes of the facts of all these sales, at most.
pub(crate) const BYTES_MAX: i64 = 250_000;

/// Values of one kind, at most.
pub(crate) const VALUES_MAX: usize = 40;

/// Characters of a value or a label that is offered, at most.
const LENGTH_MAX: usize = 100;

/// Values with their labels, by kind.
#[derive(Debug, Default)]
pub(crate) struct Suggestions {
    /// SKUs, ids and collections of items.
    pub(crate) items: Vec<(String, String)>,
    pub(crate) coupons: Vec<String>,
}

/// The values of the merchant's latest sales.
pub(super) async fn of(context: &RequestContext, merchant: &str) -> Result<Suggestions, Problem> {
    let wanted = RecentSales { received_from: 0, sales_max: SALES_MAX, bytes_max: BYTES_MAX };
    let rows = context.store.recent_sales(merchant, &wanted).await?;
    let mut sales = Vec::new();
    for row in &rows {
        sales.extend(row.facts()?.sale());
    }
    Ok(suggestions(&sales))
}

fn suggestions(sales: &[Sale]) -> Suggestions {
    let lines = || sales.iter().flat_map(|sale| &sale.lines);
    let titled = |kind: &str, id: fn(&order_events::Line) -> &Option<String>| {
        let values = lines().filter_map(|line| Some((id(line).as_ref()?, line.title.as_str())));
        distinct(values.map(|(id, title)| (id.as_str(), format!("{kind}: {title}"))))
    };
    let collections = lines().flat_map(|line| &line.collections);
    let collections = collections.map(|name| (name.as_str(), "category or collection".to_owned()));
    let mut items = titled("SKU", |line| &line.sku);
    items.extend(titled("product id", |line| &line.product));
    items.extend(titled("variant id", |line| &line.variant));
    items.extend(distinct(collections));
    let coupons = sales.iter().flat_map(|sale| &sale.coupons);
    let coupons = distinct(coupons.map(|code| (code.as_str(), String::new())));
    Suggestions { items, coupons: coupons.into_iter().map(|(code, _)| code).collect() }
}

/// The first short values, each once with its first label, in the order of the alphabet.
fn distinct<'a>(values: impl Iterator<Item = (&'a str, String)>) -> Vec<(String, String)> {
    let mut found: BTreeMap<&str, String> = BTreeMap::new();
    for (value, label) in values {
        if found.len() >= VALUES_MAX {
            break;
        }
        if value.chars().count() <= LENGTH_MAX {
            found.entry(value).or_insert_with(|| label.chars().take(LENGTH_MAX).collect());
        }
    }
    found.into_iter().map(|(value, label)| (value.to_owned(), label)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_offered_once_and_only_so_many_of_them() {
        let sale = include_str!("../../../../../../order-events/examples/sale.json");
        let sale: Sale = serde_json::from_str(sale).unwrap();
        let found = suggestions(&[sale.clone(), sale.clone()]);
        let skus = found.items.iter().filter(|(value, _)| value == "MUG-BLUE").count();
        assert_eq!(skus, 1, "{found:?}");
        assert_eq!(found.coupons, sale.coupons);
        let mut many = sale;
        many.coupons = (0..1000).map(|number| format!("COUPON-{number}")).collect();
        many.coupons.push("x".repeat(101));
        assert_eq!(suggestions(&[many]).coupons.len(), VALUES_MAX);
    }
}
