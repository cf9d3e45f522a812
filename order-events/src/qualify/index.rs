//! Sorts the values of a sale once, and looks up each value that a campaign lists.
//!
//! Anyone can claim a sale with as many lines, collections and coupons as a request holds, and a
//! merchant's campaigns list thousands of values. The work grows with the sum of both, not with
//! their product.

#[cfg(test)]
mod tests;

use super::items::contains;
use crate::{ItemMatch, Line, Sale, limits};

/// A sale and the sorted values of its lines.
pub(crate) struct Index<'a> {
    pub(crate) sale: &'a Sale,
    products: Vec<Entry<'a>>,
    variants: Vec<Entry<'a>>,
    skus: Vec<Entry<'a>>,
    collections: Vec<Entry<'a>>,
    /// The coupons that are evaluated, in lower case, sorted, each once.
    coupons: Vec<String>,
    /// The lines whose titles are searched.
    titled: &'a [Line],
    /// Steps of work so far.
    #[cfg(test)]
    steps: std::cell::Cell<usize>,
}

/// A value of a line. Units that were kept come before those that were returned.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry<'a> {
    value: &'a str,
    is_returned: bool,
    line: usize,
    /// The position of the value among the collections of the line.
    place: usize,
}

/// A line with units that were kept, and the listed value by which it matches. The value is empty
/// for [`ItemMatch::Every`], which lists no values.
pub(crate) type Match<'a> = (&'a Line, &'a str);

impl<'a> Index<'a> {
    pub(crate) fn new(sale: &'a Sale) -> Self {
        let mut index = Self {
            sale,
            products: Vec::new(),
            variants: Vec::new(),
            skus: Vec::new(),
            collections: Vec::new(),
            coupons: sorted_coupons(&sale.coupons),
            titled: titled(&sale.lines),
            #[cfg(test)]
            steps: std::cell::Cell::default(),
        };
        for (number, line) in sale.lines.iter().enumerate() {
            let is_returned = line.kept() == 0;
            let entry =
                |value: &'a String, place| Entry { value, is_returned, line: number, place };
            index.products.extend(line.product.iter().map(|value| entry(value, 0)));
            index.variants.extend(line.variant.iter().map(|value| entry(value, 0)));
            index.skus.extend(line.sku.iter().map(|value| entry(value, 0)));
            // A part of a bundle counts only for its own product, variant or SKU.
            if !line.bundled {
                let left = limits::COLLECTIONS_PER_SALE.saturating_sub(index.collections.len());
                let names = line.collections.iter().enumerate().take(left);
                index.collections.extend(names.map(|(place, value)| entry(value, place)));
            }
        }
        for list in
            [&mut index.products, &mut index.variants, &mut index.skus, &mut index.collections]
        {
            list.sort_unstable();
        }
        index
    }

    /// Returns `true` if one of these coupons was used.
    pub(crate) fn has_coupon(&self, codes: &[String]) -> bool {
        codes.iter().any(|code| self.place(code).is_some())
    }

    /// Returns the used coupons that are among these, in the order of the sale. One that the sale
    /// lists twice is named once.
    pub(crate) fn coupons(&self, codes: &[String]) -> Vec<&'a String> {
        let mut is_listed = vec![false; self.coupons.len()];
        for code in codes {
            if let Some(is_listed) = self.place(code).and_then(|place| is_listed.get_mut(place)) {
                *is_listed = true;
            }
        }
        let mut is_first = |coupon: &&String| {
            let is_listed = self.place(coupon).and_then(|place| is_listed.get_mut(place));
            is_listed.is_some_and(std::mem::take)
        };
        self.sale.coupons.iter().filter(|coupon| is_first(coupon)).collect()
    }

    /// Returns the position of a coupon among the sorted ones.
    fn place(&self, code: &str) -> Option<usize> {
        self.step();
        self.coupons.binary_search(&code.to_ascii_lowercase()).ok()
    }

    /// Returns `true` if an item matches and at least one of its units was kept.
    pub(crate) fn has(&self, items: &ItemMatch) -> bool {
        self.has_line(items, false)
    }

    /// Returns `true` if an item matches of which every unit was returned.
    pub(crate) fn has_returned(&self, items: &ItemMatch) -> bool {
        self.has_line(items, true)
    }

    fn has_line(&self, items: &ItemMatch, is_returned: bool) -> bool {
        match self.listed(items) {
            Some((list, values)) => values.iter().any(|value| {
                let (_, entries) = self.entries(list, value);
                let entry = if is_returned { entries.last() } else { entries.first() };
                entry.is_some_and(|entry| entry.is_returned == is_returned)
            }),
            None => self.unlisted_lines(items).iter().any(|line| {
                (line.kept() == 0) == is_returned && self.unlisted(items, line).is_some()
            }),
        }
    }

    /// Returns the matching lines with units that were kept, in the order of the sale.
    pub(crate) fn matches<'b>(&'b self, items: &'b ItemMatch) -> Vec<Match<'b>> {
        let Some((list, values)) = self.listed(items) else {
            let kept = self.unlisted_lines(items).iter().filter(|line| line.kept() > 0);
            return kept.filter_map(|line| Some((line, self.unlisted(items, line)?))).collect();
        };
        let mut found: Vec<Option<&Entry<'_>>> = vec![None; self.sale.lines.len()];
        // A value that is listed twice is looked up once.
        let mut is_done = vec![false; list.len()];
        for value in values {
            let (start, entries) = self.entries(list, value);
            if is_done.get(start).is_none_or(|done| *done) {
                continue;
            }
            for entry in entries.iter().take_while(|entry| !entry.is_returned) {
                self.step();
                if let Some(done) = is_done.get_mut(start) {
                    *done = true;
                }
                // A line matches by the first of its collections that is listed.
                if let Some(slot) = found.get_mut(entry.line)
                    && slot.is_none_or(|earlier| entry.place < earlier.place)
                {
                    *slot = Some(entry);
                }
            }
        }
        let lines = self.sale.lines.iter().zip(found);
        lines.filter_map(|(line, entry)| Some((line, entry?.value))).collect()
    }

    /// Returns the sorted values of this kind, and the list to look up in them; `None` if the kind
    /// has no list.
    fn listed<'b>(&'b self, items: &'b ItemMatch) -> Option<(&'b [Entry<'a>], &'b [String])> {
        match items {
            ItemMatch::Every | ItemMatch::TitleContains(_) => None,
            ItemMatch::Product(ids) => Some((&self.products, ids)),
            ItemMatch::Variant(ids) => Some((&self.variants, ids)),
            ItemMatch::Sku(skus) => Some((&self.skus, skus)),
            ItemMatch::Collection(names) => Some((&self.collections, names)),
        }
    }

    /// Returns the lines that are compared one by one.
    fn unlisted_lines(&self, items: &ItemMatch) -> &'a [Line] {
        if matches!(items, ItemMatch::TitleContains(_)) { self.titled } else { &self.sale.lines }
    }

    /// Returns the part by which the title of a line matches.
    fn unlisted<'b>(&self, items: &'b ItemMatch, line: &Line) -> Option<&'b str> {
        self.step();
        match items {
            _ if line.bundled => None,
            ItemMatch::Every => Some(""),
            ItemMatch::TitleContains(parts) => {
                parts.iter().map(String::as_str).find(|part| contains(&line.title, part))
            }
            _ => None,
        }
    }

    /// Returns the entries with this value, and their position in the list.
    fn entries<'b>(&self, list: &'b [Entry<'a>], value: &str) -> (usize, &'b [Entry<'a>]) {
        let start = list.partition_point(|entry| {
            self.step();
            entry.value < value
        });
        let rest = list.get(start..).unwrap_or_default();
        let count = rest.partition_point(|entry| {
            self.step();
            entry.value == value
        });
        (start, rest.get(..count).unwrap_or_default())
    }

    #[cfg(test)]
    fn step(&self) {
        self.steps.set(self.steps.get().saturating_add(1));
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "only tests count the work")]
    fn step(&self) {}
}

/// Inserts each coupon at its place: they are few, and another sort makes the Worker larger.
fn sorted_coupons(coupons: &[String]) -> Vec<String> {
    let mut sorted: Vec<String> = Vec::new();
    for coupon in coupons.iter().take(limits::COUPONS_EVALUATED) {
        let coupon = coupon.to_ascii_lowercase();
        if let Err(place) = sorted.binary_search(&coupon) {
            sorted.insert(place, coupon);
        }
    }
    sorted
}

/// Returns the first lines whose titles together stay below the limit.
fn titled(lines: &[Line]) -> &[Line] {
    let mut bytes = 0_usize;
    let fits = |line: &&Line| {
        bytes = bytes.saturating_add(line.title.len());
        bytes < limits::TITLES_BYTES_PER_SALE
    };
    let count = lines.iter().take_while(fits).count();
    lines.get(..count).unwrap_or(lines)
}
