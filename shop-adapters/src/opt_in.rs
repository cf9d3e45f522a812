//! Whether the customer opted in to planting, as shops write it: a tick box, an attribute, a note.

/// The order attribute (Shopify) or order meta field (`WooCommerce`) that says so.
pub(crate) const ATTRIBUTE: &str = "plant_trees";

/// `true`, `yes`, `1`, `on` and `false`, `no`, `0`, `off` in any case; `None` for anything else.
pub(crate) fn read(text: &str) -> Option<bool> {
    let text = text.trim_ascii();
    let is_one_of = |words: [&str; 4]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_one_of(["true", "yes", "1", "on"]) {
        return Some(true);
    }
    is_one_of(["false", "no", "0", "off"]).then_some(false)
}

/// The opt-in among an order's attributes, given as their names and values.
pub(crate) fn among(attributes: impl IntoIterator<Item = (String, String)>) -> Option<bool> {
    let mut attributes = attributes.into_iter();
    attributes.find(|(name, _)| name == ATTRIBUTE).and_then(|(_, value)| read(&value))
}
