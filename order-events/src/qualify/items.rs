//! Whether a line of a sale is among the items that a condition means.

use crate::{ItemMatch, Line};

impl ItemMatch {
    /// The listed value by which a line matches; `None` where it does not. [`ItemMatch::Every`]
    /// lists no values, so it answers with the empty one.
    pub(crate) fn value(&self, line: &Line) -> Option<&str> {
        match self {
            Self::Every => Some(""),
            Self::Product(ids) => listed(ids, line.product.as_ref()),
            Self::Variant(ids) => listed(ids, line.variant.as_ref()),
            Self::Sku(skus) => listed(skus, line.sku.as_ref()),
            Self::Collection(names) => {
                line.collections.iter().find_map(|name| listed(names, Some(name)))
            }
            Self::TitleContains(parts) => {
                parts.iter().map(String::as_str).find(|part| contains(&line.title, part))
            }
        }
    }
}

fn listed<'a>(values: &'a [String], id: Option<&String>) -> Option<&'a str> {
    values.iter().find(|value| Some(*value) == id).map(String::as_str)
}

/// Whether `part` is in `title`, where ASCII letters may differ in case. The empty text is in none.
pub(crate) fn contains(title: &str, part: &str) -> bool {
    !part.is_empty()
        && title
            .as_bytes()
            .windows(part.len())
            .any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}
