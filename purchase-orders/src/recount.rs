//! A purchase order recomputed from its items: the sums of its lines, its total and its digest.

use std::collections::BTreeMap;

use crate::digest::Digest;
use crate::records::{Head, Item, Line};

/// The items that one line sums: their kind, campaign, shop and price. Of a carried-over
/// total it is the purchase order that it comes from.
type Key = (String, Option<String>, Option<String>, i64);

/// Orders or credits, trees, and minor units.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Sums {
    orders: i64,
    trees: i64,
    total: i64,
}

/// A purchase order whose items are being added.
#[derive(Clone)]
pub struct Recount {
    head: Head,
    lines: Vec<Line>,
    sums: BTreeMap<Key, Sums>,
    digest: Digest,
    difference: Option<String>,
}

impl Recount {
    /// Begins with the purchase order and its lines.
    #[must_use]
    pub fn begin(head: Head, lines: Vec<Line>) -> Self {
        let mut digest = Digest::begin(&head);
        for line in &lines {
            digest.add_line(line);
        }
        Self { head, lines, sums: BTreeMap::new(), digest, difference: None }
    }

    /// Adds the next item.
    pub fn add(&mut self, item: &Item) {
        self.digest.add_item(item);
        let is_carried = item.kind == "carried over";
        if !is_carried && item.trees.checked_mul(item.unit_price) != Some(item.total) {
            let difference = format!("the total of {} is not its trees times its price.", item.id);
            self.difference.get_or_insert(difference);
        }
        let campaign = if is_carried { Some(item.id.clone()) } else { item.campaign.clone() };
        let key = (item.kind.clone(), campaign, item.shop.clone(), item.unit_price);
        let sums = self.sums.entry(key).or_default();
        sums.orders = sums.orders.saturating_add(i64::from(!is_carried));
        sums.trees = sums.trees.saturating_add(item.trees);
        sums.total = sums.total.saturating_add(item.total);
    }

    /// Returns the first difference from what is stored, in words; nothing if all agrees.
    #[must_use]
    pub fn difference(&self, digest: &str) -> Option<String> {
        if let Some(difference) = &self.difference {
            return Some(difference.clone());
        }
        let mut counted = self.sums.clone();
        let mut all = Sums::default();
        for line in &self.lines {
            let key =
                (line.kind.clone(), line.campaign.clone(), line.shop.clone(), line.unit_price);
            let sums = Sums { orders: line.orders, trees: line.trees, total: line.total };
            if counted.remove(&key) != Some(sums) {
                return Some(format!(
                    "the orders do not add up to the line {}.",
                    line.campaign_name
                ));
            }
            all.trees = all.trees.saturating_add(line.trees);
            all.total = all.total.saturating_add(line.total);
        }
        if !counted.is_empty() {
            return Some("there are orders without a line.".to_owned());
        }
        if (all.trees, all.total) != (self.head.trees, self.head.total) {
            return Some("the lines do not add up to the total.".to_owned());
        }
        let computed = self.digest.as_str();
        (computed != digest).then(|| format!("the digest of these records is {computed}."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, trees: i64) -> Item {
        Item {
            kind: "orders".to_owned(),
            id: id.to_owned(),
            campaign: Some("camp".to_owned()),
            campaign_version: Some(1),
            shop: Some("shop".to_owned()),
            sale: Some(id.to_owned()),
            trees,
            unit_price: 65,
            total: trees.saturating_mul(65),
            reason: format!("{trees} trees"),
            ..Item::default()
        }
    }

    fn line(orders: i64, trees: i64) -> Line {
        Line {
            kind: "orders".to_owned(),
            campaign: Some("camp".to_owned()),
            campaign_name: "Mugs".to_owned(),
            shop: Some("shop".to_owned()),
            orders,
            trees,
            unit_price: 65,
            total: trees.saturating_mul(65),
            ..Line::default()
        }
    }

    fn carried(total: i64) -> (Line, Item) {
        let kind = "carried over".to_owned();
        let line =
            Line { kind: kind.clone(), campaign: Some("po".to_owned()), total, ..Line::default() };
        (line, Item { kind, id: "po".to_owned(), total, ..Item::default() })
    }

    fn head(trees: i64, total: i64) -> Head {
        Head { trees, total, ..Head::default() }
    }

    fn difference(head: Head, lines: Vec<Line>, items: &[Item]) -> Option<String> {
        let mut stored = Digest::begin(&head);
        for line in &lines {
            stored.add_line(line);
        }
        for item in items {
            stored.add_item(item);
        }
        let mut recount = Recount::begin(head, lines);
        for item in items {
            recount.add(item);
        }
        recount.difference(stored.as_str())
    }

    #[test]
    fn orders_that_add_up_to_their_lines_and_the_total_agree() {
        let (carried_line, carried_item) = carried(-30);
        let items = [item("a", 2), item("b", 1), carried_item];
        let lines = vec![line(2, 3), carried_line];
        assert_eq!(difference(head(3, 165), lines, &items), None);
    }

    #[test]
    fn each_sum_that_is_wrong_is_named() {
        let items = [item("a", 2), item("b", 1)];
        let wrong =
            |head: Head, lines: Vec<Line>, items: &[Item]| difference(head, lines, items).unwrap();
        assert!(wrong(head(3, 195), vec![line(2, 4)], &items).contains("the line Mugs"));
        assert!(wrong(head(3, 195), vec![line(3, 3)], &items).contains("the line Mugs"));
        assert!(wrong(head(0, 0), vec![], &items).contains("without a line"));
        assert!(wrong(head(3, 200), vec![line(2, 3)], &items).contains("the total"));
        let mut odd = item("c", 1);
        odd.total = 64;
        assert!(wrong(head(1, 64), vec![line(1, 1)], &[odd]).contains("times its price"));
    }

    #[test]
    fn an_exchanged_order_has_another_digest() {
        let mut recount = Recount::begin(head(2, 130), vec![line(1, 2)]);
        let stored = {
            let mut right = recount.clone();
            right.add(&item("a", 2));
            right.digest.as_str().to_owned()
        };
        let mut exchanged = item("a", 2);
        exchanged.reason = "2 other trees".to_owned();
        recount.add(&exchanged);
        assert!(recount.difference(&stored).unwrap().contains("the digest of these records"));
    }
}
