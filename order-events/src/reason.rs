//! The reason why a sale orders its trees: data first, words only in `Display`.
//!
//! The storefront counts trees and prints none of these words, so [`qualify`](crate::qualify()) and
//! its callees must not call the formatting code.

use std::fmt;

use crate::{ItemMatch, Money};

/// Values that a part names before it sums up the rest.
const NAMED_VALUES: usize = 3;

/// The reason why a sale orders its trees. The Worker stores its `Display` with the order, such as
/// `3 × SKU MUG-BLUE: 3 trees; each order: 1 tree; capped at 2 trees per order`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The count of each rule, without the rules that counted nothing.
    pub parts: Vec<Part>,
    /// The most trees that this sale may order, if the parts count more.
    pub cap: Option<u32>,
    /// The trees to which the campaign's cap per month cut the sale, if it would order more.
    pub month: Option<u32>,
}

/// The count of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// For the sale, independent of its items.
    PerOrder {
        /// Trees counted.
        trees: u64,
    },
    /// For units that matched and were not returned.
    PerItem {
        /// The kind of the values.
        kind: ItemKind,
        /// The units, by the value they matched.
        matched: Vec<Matched>,
        /// Trees counted.
        trees: u64,
    },
    /// For full amounts of money spent.
    PerAmount {
        /// Full amounts.
        times: u64,
        /// One full amount.
        each: Money,
        /// The cost of the items, net of refunds.
        spent: Money,
        /// Trees counted.
        trees: u64,
    },
}

/// Units that matched by one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// The id, name or part of a title; empty for [`ItemKind::Every`].
    pub value: String,
    /// Units that were not returned.
    pub units: u64,
}

/// The kind of the values of an [`ItemMatch`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// There are none: every item matches.
    Every,
    /// Product ids.
    Product,
    /// Variant ids.
    Variant,
    /// Stock keeping units.
    Sku,
    /// Collections or categories.
    Collection,
    /// Parts of titles.
    TitleContains,
}

impl From<&ItemMatch> for ItemKind {
    fn from(items: &ItemMatch) -> Self {
        match items {
            ItemMatch::Every => Self::Every,
            ItemMatch::Product(_) => Self::Product,
            ItemMatch::Variant(_) => Self::Variant,
            ItemMatch::Sku(_) => Self::Sku,
            ItemMatch::Collection(_) => Self::Collection,
            ItemMatch::TitleContains(_) => Self::TitleContains,
        }
    }
}

impl Part {
    /// Returns the trees counted, before any cap.
    #[must_use]
    pub fn trees(&self) -> u64 {
        match self {
            Self::PerOrder { trees }
            | Self::PerItem { trees, .. }
            | Self::PerAmount { trees, .. } => *trees,
        }
    }
}

/// A number of trees in words: `1 tree`, `3 trees`.
struct Trees(u64);

impl fmt::Display for Trees {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.0 == 1 { "tree" } else { "trees" };
        write!(formatter, "{} {noun}", self.0)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts.iter().enumerate() {
            if index > 0 {
                formatter.write_str("; ")?;
            }
            part.fmt(formatter)?;
        }
        if let [_, _, ..] = self.parts.as_slice()
            && (self.cap.is_some() || self.month.is_some())
        {
            let counted =
                self.parts.iter().fold(0_u64, |sum, part| sum.saturating_add(part.trees()));
            write!(formatter, "; together {}", Trees(counted))?;
        }
        if let Some(cap) = self.cap {
            write!(formatter, "; capped at {} per order", Trees(cap.into()))?;
        }
        match self.month {
            Some(0) => formatter.write_str("; no trees: the campaign's cap per month was used up"),
            Some(left) => {
                write!(formatter, "; cut to {} by the campaign's cap per month", Trees(left.into()))
            }
            None => Ok(()),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PerOrder { .. } => formatter.write_str("each order")?,
            Self::PerItem { kind, matched, .. } => fmt_matched(*kind, matched, formatter)?,
            Self::PerAmount { times, each, spent, .. } => {
                write!(formatter, "{times} × {each} of {spent} spent")?;
            }
        }
        write!(formatter, ": {}", Trees(self.trees()))
    }
}

/// Writes `2 × SKU MUG-BLUE, 1 × SKU MUG-RED and 4 more`.
fn fmt_matched(
    kind: ItemKind,
    matched: &[Matched],
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    for (index, Matched { value, units }) in matched.iter().take(NAMED_VALUES).enumerate() {
        if index > 0 {
            formatter.write_str(", ")?;
        }
        write!(formatter, "{units} × ")?;
        match kind {
            ItemKind::Every => formatter.write_str("any item")?,
            ItemKind::Product => write!(formatter, "product {value}")?,
            ItemKind::Variant => write!(formatter, "variant {value}")?,
            ItemKind::Sku => write!(formatter, "SKU {value}")?,
            ItemKind::Collection => write!(formatter, "collection {value}")?,
            ItemKind::TitleContains => write!(formatter, "title with \"{value}\"")?,
        }
    }
    let rest = matched.iter().skip(NAMED_VALUES);
    match rest.fold(0_u64, |sum, each| sum.saturating_add(each.units)) {
        0 => Ok(()),
        rest => write!(formatter, " and {rest} more"),
    }
}
