//! One shop of the list in Settings > API Payments, with its limits for claims.

use crate::store::shops::ShopRow;
use crate::web::form::Form;
use crate::web::settings::copy;

/// A shop, in words.
pub(crate) struct ShopView<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) platform: &'a str,
    pub(crate) origin: &'a str,
    /// True while everything that the shop reports is a test.
    pub(crate) is_tried: bool,
    pub(crate) limits: [LimitField<'a>; 3],
    /// True if the form with the limits was sent and is shown again.
    pub(crate) is_refused: bool,
}

/// A field of the form with the limits.
pub(crate) struct LimitField<'a> {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) value: String,
    /// Its error.
    pub(crate) flaw: Option<&'a str>,
}

impl<'a> ShopView<'a> {
    /// The shop; `form` is the one with its limits, if that was refused.
    pub(crate) fn new(shop: &'a ShopRow, form: Option<&'a Form>) -> Self {
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
            platform: copy::platform(&shop.platform),
            origin: &shop.origin,
            is_tried: shop.test_mode != 0,
            limits: [
                field("claim_trees_per_sale", "Trees per sale", limits.sale),
                field("claim_trees_per_day", "Trees per day (UTC)", limits.day),
                field("claim_trees_per_month", "Trees per month", limits.month),
            ],
            is_refused: form.is_some(),
        }
    }
}
