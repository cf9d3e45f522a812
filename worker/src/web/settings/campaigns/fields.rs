//! A campaign as the fields of a form, and back.

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::{as_json, form_of};

use order_events::ItemMatch;

/// Values that have a field of their own; the others stand in a text area, one per line.
const OWN_FIELDS: usize = 6;

/// The ways to match items, with the words of the list.
pub(super) const MATCHES: [(&str, &str); 6] = [
    ("sku", "with one of these SKUs"),
    ("product", "with one of these product ids"),
    ("variant", "with one of these variant ids"),
    ("collection", "in one of these categories or collections"),
    ("title", "with one of these words in the title"),
    ("every", "of any kind"),
];

/// The code of a way to match items, and its values.
fn match_of(items: &ItemMatch) -> (&'static str, &[String]) {
    match items {
        ItemMatch::Every => ("every", &[]),
        ItemMatch::Product(values) => ("product", values),
        ItemMatch::Variant(values) => ("variant", values),
        ItemMatch::Sku(values) => ("sku", values),
        ItemMatch::Collection(values) => ("collection", values),
        ItemMatch::TitleContains(values) => ("title", values),
    }
}

#[cfg(test)]
mod tests;
