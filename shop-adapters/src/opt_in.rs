//! Whether the customer opted in to planting, as shops write it: a tick box, an attribute, a note.

/// The order attribute (Shopify) or order meta field (`WooCommerce`) that says so.
pub(crate) const ATTRIBUTE: &str = "plant_trees";

/// `true`, `yes`, `1`, `on` and `false`, `no`, `0`, `off` in any case; `None` for anything else.
pub(crate) fn read(text: &str) -> Option<bool> {
    match text.trim_ascii().to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" | "on" => Some(true),
        "false" | "no" | "0" | "off" => Some(false),
        _ => None,
    }
}
