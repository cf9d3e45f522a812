//! Whether the customer opted in to planting, as shops write it: a tick box, an attribute, a note.

use crate::text::trimmed;

/// The order attribute (Shopify) or order meta field (`WooCommerce`) that says so.
pub(crate) const ATTRIBUTE: &str = "plant_trees";

/// What shops write, in capital or small letters.
const WORDS: [(&str, bool); 8] = [
    ("true", true),
    ("yes", true),
    ("1", true),
    ("on", true),
    ("false", false),
    ("no", false),
    ("0", false),
    ("off", false),
];

/// The answer in a text; `None` for any other text.
pub(crate) fn read(text: &str) -> Option<bool> {
    let text = trimmed(text);
    for (word, opted_in) in WORDS {
        if word.eq_ignore_ascii_case(text) {
            return Some(opted_in);
        }
    }
    None
}
