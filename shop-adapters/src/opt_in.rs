//! Reads the customer's opt-in to planting, as shops write it: a tick box, an attribute, a note.

use crate::text::trimmed;

/// The order attribute (Shopify) or order meta field (`WooCommerce`) that holds the opt-in.
pub(crate) const ATTRIBUTE: &str = "plant_trees";

/// The words that shops write, in upper or lower case.
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

/// Returns the opt-in that a text states; `None` for any other text.
pub(crate) fn read(text: &str) -> Option<bool> {
    let text = trimmed(text);
    for (word, opted_in) in WORDS {
        if word.eq_ignore_ascii_case(text) {
            return Some(opted_in);
        }
    }
    None
}
