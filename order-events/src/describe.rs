//! Describes the conditions of a campaign in one sentence, for the people who set them.

use std::fmt::Write;

use crate::explain::words::{names, which};
use crate::{Condition, Conditions, Money, Timestamp, TreeRule};

/// The reader's words for the values that a sentence cannot show as they are stored.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// Returns the name of the shop with this id.
    pub shop: &'a dyn Fn(&str) -> String,
    /// Returns an instant in the reader's time zone.
    pub instant: &'a dyn Fn(Timestamp) -> String,
}

impl Conditions {
    /// Returns the conditions as one sentence, without a full stop. Lists are cut after the third
    /// value.
    ///
    /// ```
    /// use order_events::{Conditions, Names};
    /// let conditions: Conditions = serde_json::from_str(r#"{
    ///     "when": {"minimum_amount": {"amount": 2000, "currency": "USD"}},
    ///     "trees": [{"per_item": {"items": {"sku": ["MUG-BLUE"]}, "trees": 1}}],
    ///     "cap_per_order": 10
    /// }"#)?;
    /// let names = Names { shop: &str::to_owned, instant: &|at| at.to_string() };
    /// assert_eq!(
    ///     conditions.describe(names),
    ///     "1 tree for each item with the SKU MUG-BLUE, for orders of at least 20.00 USD; at most \
    ///      10 trees per order"
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn describe(&self, names: Names<'_>) -> String {
        let rules: Vec<String> = self.trees.iter().map(rule).collect();
        let mut sentence = rules.join(" and ");
        if let Some(when) = &self.when {
            let joined = match when {
                Condition::All(list) => clauses(list, names, true).join(" and "),
                other => clause(other, names, true),
            };
            _ = write!(sentence, ", for orders {joined}");
        }
        let caps: Vec<String> = [(self.cap_per_order, "order"), (self.cap_per_month, "month")]
            .into_iter()
            .filter_map(|(cap, each)| Some(format!("{} per {each}", trees(cap?))))
            .collect();
        if !caps.is_empty() {
            _ = write!(sentence, "; at most {}", caps.join(" and "));
        }
        sentence
    }
}

fn trees(count: u32) -> String {
    format!("{count} {}", if count == 1 { "tree" } else { "trees" })
}

fn rule(rule: &TreeRule) -> String {
    match rule {
        TreeRule::PerOrder { trees: count } => format!("{} for every order", trees(*count)),
        TreeRule::PerItem { items, trees: count } => {
            format!("{} for each item{}", trees(*count), which(items, None))
        }
        TreeRule::PerAmount { each, currency, trees: count } => {
            let each = Money { amount: *each, currency: *currency };
            format!("{} for every {each} spent", trees(*count))
        }
    }
}

/// Returns a phrase that follows the word `orders`, for a condition that must be `wanted`.
fn clause(condition: &Condition, words: Names<'_>, wanted: bool) -> String {
    let not = if wanted { "" } else { "not " };
    match condition {
        Condition::All(list) => group(list, words, wanted, if wanted { " and " } else { " or " }),
        Condition::Any(list) => group(list, words, wanted, if wanted { " or " } else { " and " }),
        Condition::Not(inner) => clause(inner, words, !wanted),
        Condition::MinimumAmount { amount, currency } => {
            format!("{not}of at least {}", Money { amount: *amount, currency: *currency })
        }
        Condition::Coupon(codes) => {
            let with = if wanted { "with" } else { "without" };
            format!("{with} the coupon {}", names(codes))
        }
        Condition::OptedIn if wanted => "whose customer opted in".to_owned(),
        Condition::OptedIn => "whose customer did not opt in".to_owned(),
        Condition::Shop(ids) => {
            let shops: Vec<String> = ids.iter().map(|id| (words.shop)(id)).collect();
            format!("{not}in the shop {}", names(&shops))
        }
        Condition::SoldBetween { from, until } => {
            let bound = |word: &str, at: &Option<Timestamp>| {
                at.map(|at| format!(" {word} {}", (words.instant)(at))).unwrap_or_default()
            };
            format!("{not}sold{}{}", bound("from", from), bound("until", until))
        }
        Condition::Item(items) => {
            let article = if wanted { "an" } else { "no" };
            format!("that contain {article} item{}", which(items, None))
        }
    }
}

fn clauses(list: &[Condition], words: Names<'_>, wanted: bool) -> Vec<String> {
    list.iter().map(|each| clause(each, words, wanted)).collect()
}

/// Joins the phrases of a list, in brackets if there are several.
fn group(list: &[Condition], words: Names<'_>, wanted: bool, between: &str) -> String {
    let joined = clauses(list, words, wanted).join(between);
    if list.len() > 1 { format!("({joined})") } else { joined }
}
