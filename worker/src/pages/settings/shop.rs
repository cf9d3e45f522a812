//! One shop of the list in Settings > API Payments, with its limits for claims.

use super::words;
use crate::form::Form;
use crate::store::shops::ShopRow;

/// A shop, in words.
pub(super) struct ShopView<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) platform: &'a str,
    pub(super) origin: &'a str,
    pub(super) limits: [LimitField<'a>; 3],
    /// Whether the form with the limits was sent and is shown again.
    pub(super) is_refused: bool,
}

/// A field of the form with the limits.
pub(super) struct LimitField<'a> {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) value: String,
    /// What was wrong with it.
    pub(super) flaw: Option<&'a str>,
}

impl<'a> ShopView<'a> {
    /// The shop; `form` is the one with its limits, if that was refused.
    pub(super) fn new(shop: &'a ShopRow, form: Option<&'a Form>) -> Self {
        let limits = shop.limits;
        let field = |name, label, stored: u32| LimitField {
            name,
            label,
            value: form.map_or_else(|| stored.to_string(), |form| form.text(name).to_owned()),
            flaw: form.and_then(|form| form.flaw(name)),
        };
        Self {
            id: &shop.id,
            name: &shop.name,
            platform: words::platform(&shop.platform),
            origin: &shop.origin,
            limits: [
                field("claim_trees_per_sale", "Trees per sale", limits.sale),
                field("claim_trees_per_day", "Trees per day (UTC)", limits.day),
                field("claim_trees_per_month", "Trees per month", limits.month),
            ],
            is_refused: form.is_some(),
        }
    }
}
