//! Checks that a campaign is within the limits and can order trees.

use super::contradiction::{self, Demand};
use super::path::Path;
use super::{CheckError, id, length, number, plain_text};
use crate::currency::UnknownCurrency;
use crate::{Campaign, Condition, Conditions, Currency, ItemMatch, Timestamp, TreeRule, limits};

impl Campaign {
    /// Rejects a campaign that exceeds [`limits`] or can never order a tree; see
    /// [`Conditions::check`]. The campaign's own dates count as a condition.
    ///
    /// # Errors
    /// The first invalid field, such as `conditions.trees[0].per_item.items.sku: is empty, so
    /// nothing can ever match: …`.
    pub fn check(&self) -> Result<(), CheckError> {
        id(Path::Root.field("id"), &self.id)?;
        number(Path::Root.field("version"), self.version, 1, u32::MAX)?;
        let name = Path::Root.field("name");
        if self.name.trim().is_empty() {
            return Err(name.error("is empty: name the campaign"));
        }
        plain_text(name, &self.name, limits::TITLE_BYTES)?;
        window(Path::Root.field("ends_at"), self.starts_at, self.ends_at)?;
        let dates = Condition::SoldBetween { from: self.starts_at, until: self.ends_at };
        let dates = Demand::new("the dates of the campaign", &dates);
        check_conditions(Path::Root.field("conditions"), &self.conditions, Some(&dates))
    }
}

impl Conditions {
    /// Rejects conditions that exceed [`limits`], that state nothing (an empty list, a window
    /// without bounds, a rule of no trees), or that can never hold.
    ///
    /// Conditions can never hold if no sale could meet them: two currencies at once, a coupon that
    /// is both required and excluded, windows that do not overlap, no remaining shop or item. Each
    /// tree rule is checked together with `when`: a rule that can never count is rejected. The
    /// search tries all ways through `any` and `not`, so every rejected campaign is impossible.
    /// Every impossible campaign is rejected, as long as the search costs no more than
    /// [`limits::CONTRADICTION_WORK`].
    ///
    /// # Errors
    /// The first invalid field.
    pub fn check(&self) -> Result<(), CheckError> {
        check_conditions(Path::Root, self, None)
    }
}

impl Conditions {
    /// The parts of titles in all its lists. Those of all campaigns of a merchant are bounded too.
    #[must_use]
    pub fn title_parts(&self) -> usize {
        let mut counts = Counts::default();
        // A refusal ends the count; the counts up to there stay.
        let _ = self.when.iter().try_for_each(|when| counts.condition(Path::Root, when, 1));
        let _ = self.trees.iter().try_for_each(|rule| counts.rule(Path::Root, rule));
        counts.title_parts
    }
}

fn check_conditions(
    path: Path<'_>,
    conditions: &Conditions,
    dates: Option<&Demand<'_>>,
) -> Result<(), CheckError> {
    let mut counts = Counts::default();
    if let Some(when) = &conditions.when {
        counts.condition(path.field("when"), when, 1)?;
    }
    let trees = path.field("trees");
    if conditions.trees.is_empty() {
        return Err(trees.error("is empty, so no sale can order a tree: name at least one rule"));
    }
    length(trees, conditions.trees.len(), limits::TREE_RULES)?;
    for (index, rule) in conditions.trees.iter().enumerate() {
        counts.rule(trees.entry(index), rule)?;
    }
    let caps = [
        ("cap_per_order", conditions.cap_per_order, limits::TREES_PER_ORDER),
        ("cap_per_month", conditions.cap_per_month, limits::TREES_PER_MONTH),
    ];
    for (name, cap, most) in caps {
        number(path.field(name), cap.unwrap_or(most), 1, most)?;
    }
    contradiction::check(path, conditions, dates)
}

fn window(
    path: Path<'_>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
) -> Result<(), CheckError> {
    match until {
        Some(until) if until <= from.unwrap_or(Timestamp::MIN) => {
            Err(path.error("must be later than the start, or nothing is ever within"))
        }
        _ => Ok(()),
    }
}

/// Checks a currency. A sale may be in any currency; a required amount needs a known one.
fn currency(path: Path<'_>, currency: Currency) -> Result<(), CheckError> {
    if currency.is_known() { Ok(()) } else { Err(path.error(UnknownCurrency.to_string())) }
}

/// Counts the values that are limited over all conditions of a campaign together.
#[derive(Default)]
struct Counts {
    conditions: usize,
    values: usize,
    title_parts: usize,
}

impl Counts {
    fn condition(
        &mut self,
        path: Path<'_>,
        condition: &Condition,
        depth: usize,
    ) -> Result<(), CheckError> {
        if depth > limits::CONDITION_DEPTH {
            let most = limits::CONDITION_DEPTH;
            return Err(path.error(format!("is more than {most} levels deep: use fewer")));
        }
        count(path, &mut self.conditions, 1, limits::CONDITIONS, "conditions")?;
        match condition {
            Condition::All(list) => self.combined(path.field("all"), list, depth),
            Condition::Any(list) => self.combined(path.field("any"), list, depth),
            Condition::Not(inner) => {
                self.condition(path.field("not"), inner, depth.saturating_add(1))
            }
            Condition::MinimumAmount { amount, currency: code } => {
                let path = path.field("minimum_amount");
                currency(path.field("currency"), *code)?;
                number(path.field("amount"), *amount, 1, limits::AMOUNT)
            }
            Condition::Coupon(codes) => self.values(path.field("coupon"), codes, "coupon"),
            Condition::OptedIn => Ok(()),
            Condition::Shop(shops) => self.values(path.field("shop"), shops, "shop"),
            Condition::SoldBetween { from: None, until: None } => {
                let path = path.field("sold_between");
                Err(path.error("has no bounds: name from, until or both"))
            }
            Condition::SoldBetween { from, until } => {
                window(path.field("sold_between").field("until"), *from, *until)
            }
            Condition::Item(items) => self.items(path.field("item"), items),
        }
    }

    fn combined(
        &mut self,
        path: Path<'_>,
        list: &[Condition],
        depth: usize,
    ) -> Result<(), CheckError> {
        if list.is_empty() {
            return Err(path.error("is empty: name at least one condition"));
        }
        list.iter().enumerate().try_for_each(|(index, condition)| {
            self.condition(path.entry(index), condition, depth.saturating_add(1))
        })
    }

    fn rule(&mut self, path: Path<'_>, rule: &TreeRule) -> Result<(), CheckError> {
        let most = limits::TREES_PER_ORDER;
        match rule {
            TreeRule::PerOrder { trees } => {
                number(path.field("per_order").field("trees"), *trees, 1, most)
            }
            TreeRule::PerItem { items, trees } => {
                let path = path.field("per_item");
                self.items(path.field("items"), items)?;
                number(path.field("trees"), *trees, 1, most)
            }
            TreeRule::PerAmount { each, currency: code, trees } => {
                let path = path.field("per_amount");
                currency(path.field("currency"), *code)?;
                number(path.field("each"), *each, 1, limits::AMOUNT)?;
                number(path.field("trees"), *trees, 1, most)
            }
        }
    }

    fn items(&mut self, path: Path<'_>, items: &ItemMatch) -> Result<(), CheckError> {
        match items {
            ItemMatch::Every => Ok(()),
            ItemMatch::Product(ids) => self.values(path.field("product"), ids, "product id"),
            ItemMatch::Variant(ids) => self.values(path.field("variant"), ids, "variant id"),
            ItemMatch::Sku(skus) => self.values(path.field("sku"), skus, "SKU"),
            ItemMatch::Collection(names) => {
                self.values(path.field("collection"), names, "collection")
            }
            ItemMatch::TitleContains(parts) => {
                let path = path.field("title_contains");
                let most = limits::TITLE_PARTS;
                count(path, &mut self.title_parts, parts.len(), most, "parts of titles")?;
                self.values(path, parts, "part of a title")
            }
        }
    }

    fn values(&mut self, path: Path<'_>, values: &[String], noun: &str) -> Result<(), CheckError> {
        if values.is_empty() {
            let message = format!("is empty, so nothing can ever match: name at least one {noun}");
            return Err(path.error(message));
        }
        count(path, &mut self.values, values.len(), limits::VALUES, "values")?;
        values.iter().enumerate().try_for_each(|(index, value)| id(path.entry(index), value))
    }
}

/// Adds to a count that has a limit over the whole campaign.
fn count(
    path: Path<'_>,
    counted: &mut usize,
    more: usize,
    most: usize,
    nouns: &str,
) -> Result<(), CheckError> {
    *counted = counted.saturating_add(more);
    if *counted > most {
        let message = format!("is too much: a campaign may hold at most {most} {nouns} in all");
        return Err(path.error(message));
    }
    Ok(())
}
