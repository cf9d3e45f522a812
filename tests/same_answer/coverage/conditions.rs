//! Counts the evaluated conditions by their result.

use order_events::{
    Campaign, Condition, Conditions, ItemMatch, Sale, SaleStatus, TreeRule, qualify,
};
use play_it_green_evaluate::Case;

use super::Coverage;

impl Coverage {
    /// Counts a condition and all conditions within it, by their result for the sale.
    pub(super) fn see_condition(&mut self, condition: &Condition, case: &Case, depth: u32) {
        self.see_if(depth == 101, "condition more than 100 deep");
        let name = match condition {
            Condition::All(list) => {
                self.see_if(list.is_empty(), "condition all of none");
                for each in list {
                    self.see_condition(each, case, depth + 1);
                }
                "all"
            }
            Condition::Any(list) => {
                self.see_if(list.is_empty(), "condition any of none");
                for each in list {
                    self.see_condition(each, case, depth + 1);
                }
                "any"
            }
            Condition::Not(inner) => {
                self.see_condition(inner, case, depth + 1);
                "not"
            }
            Condition::MinimumAmount { amount, currency } => {
                let spent = case.sale.spent();
                let is_exact = spent.amount == *amount && spent.currency == *currency;
                self.see_if(is_exact, "condition minimum amount met exactly");
                "minimum amount"
            }
            Condition::Coupon(_) => "coupon",
            Condition::OptedIn => "opted in",
            Condition::Shop(_) => "shop",
            Condition::SoldBetween { .. } => "sold between",
            Condition::Item(items) => match items {
                ItemMatch::Every => "item every",
                ItemMatch::Product(_) => "item product",
                ItemMatch::Variant(_) => "item variant",
                ItemMatch::Sku(_) => "item sku",
                ItemMatch::Collection(_) => "item collection",
                ItemMatch::TitleContains(_) => "item title",
            },
        };
        self.see(&format!("condition {name} {}", holds(condition, case)));
    }
}

/// Returns true if a condition is true of a sale: a campaign with this condition alone orders a
/// tree. Conditions ignore if the sale is void, so the sale is treated as not void.
fn holds(condition: &Condition, case: &Case) -> bool {
    let sale = Sale { status: SaleStatus::Paid, total: 0, ..case.sale.clone() };
    let campaign = Campaign {
        id: String::new(),
        version: 1,
        name: String::new(),
        starts_at: None,
        ends_at: None,
        conditions: Conditions {
            when: Some(condition.clone()),
            trees: vec![TreeRule::PerOrder { trees: 1 }],
            cap_per_order: None,
            cap_per_month: None,
        },
    };
    !qualify(&case.shop, &sale, &[campaign]).is_empty()
}
