//! Bounds what one request evaluates under a campaign: all its sales together cost about as much as
//! the largest sale costs under all campaigns of a merchant.

use order_events::{Sale, limits};

use crate::platform::problem::Problem;

/// The cost of the sales that are evaluated under one campaign.
///
/// Each sale is bounded by [`limits`]. So is what all of them hold together; a single sale of any
/// permitted size always fits, because of a sale only what is evaluated counts. Each sale is also
/// compared with every value of the campaign, so the conditions count once for each sale, up to the
/// bytes that the campaigns of a merchant may have.
#[derive(Clone, Copy, Default)]
struct Cost {
    sales: usize,
    collections: usize,
    title_bytes: usize,
}

impl Cost {
    /// The cost of these sales and one more.
    fn with(self, sale: &Sale) -> Self {
        Self {
            sales: self.sales.saturating_add(1),
            collections: self.collections.saturating_add(collections(sale)),
            title_bytes: self.title_bytes.saturating_add(title_bytes(sale)),
        }
    }

    /// The number that is found, its bound, and its name, for each bound under these conditions.
    fn bounds(self, conditions: &str) -> [(usize, usize, &'static str); 3] {
        let fitting = limits::CAMPAIGN_BYTES_PER_MERCHANT.checked_div(conditions.len());
        let fitting = fitting.map_or(usize::MAX, |sales| sales.max(1));
        [
            (self.sales, fitting, "sales under such long conditions"),
            (self.collections, limits::COLLECTIONS_PER_SALE, "collections of lines together"),
            (self.title_bytes, limits::TITLES_BYTES_PER_SALE, "bytes of titles together"),
        ]
    }
}

/// Refuses a simulation whose sales cost more than one request may. The refusal names the bound.
/// The sales are never cut: a simulation returns what the campaign makes of them as real sales.
pub(crate) fn check(conditions: &str, sales: &[Sale]) -> Result<(), Problem> {
    for (found, most, what) in sales.iter().fold(Cost::default(), Cost::with).bounds(conditions) {
        if found > most {
            let message = format!(
                "sales: {found} {what}, and one simulation takes {most}. Send fewer sales at once."
            );
            return Err(Problem::unprocessable("sales", message));
        }
    }
    Ok(())
}

/// Takes sales one after the other as long as they cost no more together than one request may.
pub(crate) struct EvaluationBudget<'a> {
    conditions: &'a str,
    spent: Cost,
}

impl<'a> EvaluationBudget<'a> {
    /// The whole budget, for sales that are evaluated under these conditions.
    pub(crate) fn new(conditions: &'a str) -> Self {
        Self { conditions, spent: Cost::default() }
    }

    /// Returns false, and spends nothing, if the sale does not fit.
    pub(crate) fn take(&mut self, sale: &Sale) -> bool {
        let cost = self.spent.with(sale);
        let fits = cost.bounds(self.conditions).iter().all(|(found, most, _)| found <= most);
        if fits {
            self.spent = cost;
        }
        fits
    }
}

/// Parts of a bundle are in no collection that counts.
fn collections(sale: &Sale) -> usize {
    let lines = sale.lines.iter().filter(|line| !line.bundled);
    let all = lines.map(|line| line.collections.len()).fold(0, usize::saturating_add);
    all.min(limits::COLLECTIONS_PER_SALE)
}

fn title_bytes(sale: &Sale) -> usize {
    let all = sale.lines.iter().map(|line| line.title.len()).fold(0, usize::saturating_add);
    all.min(limits::TITLES_BYTES_PER_SALE)
}

#[cfg(test)]
mod tests {
    use order_events::{Sale, limits};
    use serde_json::{Value, json};

    use super::check;

    /// Returns a sale whose lines are each in 1,000 collections.
    fn sale(lines: usize, is_bundled: bool) -> Sale {
        let line = json!({"product": null, "variant": null, "sku": "MUG", "title": "Mug",
            "quantity": 1, "refunded": 0, "total": 100, "bundled": is_bundled,
            "collections": vec!["mugs"; limits::NAMES_PER_LIST]});
        serde_json::from_value(json!({
            "platform": "custom", "id": "1", "sold_at": "2026-11-22T08:51:49Z",
            "updated_at": "2026-11-22T08:52:53Z", "status": "paid", "test": false,
            "currency": "USD", "total": 100, "items_total": 100, "refunded": 0, "coupons": [],
            "opted_in": null, "lines": vec![line; lines].into_iter().collect::<Value>()
        }))
        .unwrap()
    }

    #[test]
    fn collections_count_over_all_sales_as_far_as_they_are_evaluated() {
        assert!(check("{}", &[sale(3, false), sale(2, false)]).is_ok());
        assert!(check("{}", &[sale(3, false), sale(3, false)]).is_err());
        assert!(check("{}", &[sale(3, false), sale(3, true)]).is_ok(), "parts of bundles");
        assert!(check("{}", &[sale(1_000, false)]).is_ok(), "one sale alone");
    }

    #[test]
    fn the_longest_conditions_of_a_merchant_take_one_sale_and_half_of_them_take_two() {
        let conditions = "x".repeat(limits::CAMPAIGN_BYTES_PER_MERCHANT);
        let (half, _) = conditions.split_at(conditions.len() / 2);
        assert!(check(&conditions, &[sale(0, false)]).is_ok());
        assert!(check(&conditions, &vec![sale(0, false); 2]).is_err());
        assert!(check(half, &vec![sale(0, false); 2]).is_ok());
        assert!(check(half, &vec![sale(0, false); 3]).is_err());
    }
}
