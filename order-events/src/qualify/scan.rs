//! Compares the values of a sale with those of a campaign, one by one. A storefront downloads this
//! short code instead of [`super::index`], because it evaluates only the sale of its own page.

use super::contains;
use crate::{ItemMatch, Line, Sale, limits};

/// A sale, with the interface of the sorted index.
pub(crate) struct Index<'a> {
    pub(crate) sale: &'a Sale,
}

impl<'a> Index<'a> {
    pub(crate) fn new(sale: &'a Sale) -> Self {
        Self { sale }
    }

    /// Returns `true` if one of these coupons was used.
    pub(crate) fn has_coupon(&self, codes: &[String]) -> bool {
        let mut used = self.sale.coupons.iter().take(limits::COUPONS_EVALUATED);
        used.any(|used| codes.iter().any(|code| used.eq_ignore_ascii_case(code)))
    }

    /// Returns the used coupons that are among these, in the order of the sale.
    pub(crate) fn coupons(&self, codes: &[String]) -> Vec<&'a String> {
        let mut listed: Vec<&String> = Vec::new();
        for used in self.sale.coupons.iter().take(limits::COUPONS_EVALUATED) {
            let is_used = |code: &&String| used.eq_ignore_ascii_case(code);
            if codes.iter().any(|code| is_used(&code)) && !listed.iter().any(is_used) {
                listed.push(used);
            }
        }
        listed
    }

    /// Returns `true` if an item matches and at least one of its units was kept.
    pub(crate) fn has(&self, items: &ItemMatch) -> bool {
        !self.matches(items).is_empty()
    }

    /// Returns `true` if an item matches of which every unit was returned.
    pub(crate) fn has_returned(&self, items: &ItemMatch) -> bool {
        self.all(items).iter().any(|(line, _)| line.kept() == 0)
    }

    /// Returns the matching lines with units that were kept, in the order of the sale.
    pub(crate) fn matches<'b>(&'b self, items: &'b ItemMatch) -> Vec<(&'b Line, &'b str)> {
        let mut all = self.all(items);
        all.retain(|(line, _)| line.kept() > 0);
        all
    }

    fn all<'b>(&'b self, items: &'b ItemMatch) -> Vec<(&'b Line, &'b str)> {
        let mut collections = limits::COLLECTIONS_PER_SALE;
        let mut titles = limits::TITLES_BYTES_PER_SALE;
        let mut all = Vec::new();
        for line in &self.sale.lines {
            let left = collections;
            if !line.bundled {
                collections = collections.saturating_sub(line.collections.len());
            }
            titles = titles.saturating_sub(line.title.len());
            let value = match items {
                // A part of a bundle counts only for its own product, variant or SKU.
                ItemMatch::Every | ItemMatch::Collection(_) | ItemMatch::TitleContains(_)
                    if line.bundled =>
                {
                    None
                }
                ItemMatch::Every => Some(""),
                ItemMatch::Product(ids) => listed(ids, line.product.as_ref()),
                ItemMatch::Variant(ids) => listed(ids, line.variant.as_ref()),
                ItemMatch::Sku(skus) => listed(skus, line.sku.as_ref()),
                ItemMatch::Collection(names) => {
                    let mut evaluated = line.collections.iter().take(left);
                    evaluated.find_map(|name| listed(names, Some(name)))
                }
                ItemMatch::TitleContains(parts) if titles > 0 => {
                    parts.iter().map(String::as_str).find(|part| contains(&line.title, part))
                }
                ItemMatch::TitleContains(_) => None,
            };
            all.extend(value.map(|value| (line, value)));
        }
        all
    }
}

fn listed<'a>(values: &'a [String], id: Option<&String>) -> Option<&'a str> {
    values.iter().find(|value| Some(*value) == id).map(String::as_str)
}
