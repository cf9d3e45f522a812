//! Whether a line of a sale is among the items that a condition means.

use crate::{ItemMatch, Line};

impl ItemMatch {
    /// The listed value by which a line matches; `None` where it does not. [`ItemMatch::Every`]
    /// lists no values, so it answers with the empty one.
    pub(crate) fn value(&self, line: &Line) -> Option<&str> {
        match self {
            // A part of a bundle counts where it is named by itself.
            Self::Every | Self::Collection(_) | Self::TitleContains(_) if line.bundled => None,
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
///
/// Anyone can send a title, also one that almost matches at every byte. So a place is compared only
/// where its bytes add up to those of the part, and the sum moves on by one byte in and one out.
pub(crate) fn contains(title: &str, part: &str) -> bool {
    let (title, part) = (title.as_bytes(), part.as_bytes());
    let value = |byte: &u8| u32::from(byte.to_ascii_lowercase());
    let sum = |bytes: &[u8]| bytes.iter().map(value).fold(0, u32::wrapping_add);
    let Some(first) = title.get(..part.len()).filter(|first| !first.is_empty()) else {
        return false;
    };
    let (wanted, mut found) = (sum(part), sum(first));
    let bytes_out = title.iter().map(value);
    let bytes_in = title.iter().skip(part.len()).map(value).chain(std::iter::once(0));
    for ((place, byte_out), byte_in) in title.windows(part.len()).zip(bytes_out).zip(bytes_in) {
        if found == wanted && place.eq_ignore_ascii_case(part) {
            return true;
        }
        found = found.wrapping_sub(byte_out).wrapping_add(byte_in);
    }
    false
}
