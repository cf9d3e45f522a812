//! The data island: JSON that our `WordPress` plugin prints on the order-received page from
//! `WC_Order`'s getters. It has the fields of the sale and no personal data.
//!
//! ```html
//! <script type="application/json" id="play-it-green-sale" data-signature="…">
//! {"id": 19, "sold_at": "2026-11-22T08:51:49Z", "updated_at": "2026-11-22T08:52:53Z",
//!  "status": "processing", "paid": false, "currency": "USD", "total": "43.95",
//!  "refunded": "10.00", "coupons": ["tenoff"], "opted_in": null, "fees": ["-2.00"],
//!  "lines": [{"product": 11, "variant": null, "sku": "MUG-BLUE", "title": "Blue mug",
//!             "quantity": 2, "refunded": 0, "total": "35.98", "collections": ["mugs"],
//!             "bundled": false}]}
//! </script>
//! ```
//!
//! It differs from the sale in four points. Amounts are decimals in major units, as the shop stores
//! them, so that PHP does no arithmetic. `status` is `WooCommerce`'s own, with `paid` beside it for
//! custom statuses. `fees` holds the amounts of fees. `items_total` is the sum of the lines, less
//! negative fees. If the total of a line is unknown, the items cost the total of the order, as far
//! as the island knows it.
//!
//! An island can be signed: `data-signature` is base64(HMAC-SHA256(secret, text)) with the secret
//! of the shop's webhooks, over the exact bytes between the tags. Text and signature, both passed
//! on unchanged, prove that the shop made the statement: see
//! [`signed_island`](super::signed_island).

use order_events::{Currency, Platform, Sale};
use serde::Deserialize;

use crate::browser_sale::claimed;
use crate::instant::instant;
use crate::items::{Item, Items};
use crate::{AdapterError, Field, decimal, opt_in, text};

/// The contents of the island.
#[derive(Clone, Debug, Deserialize)]
pub struct Island {
    id: String,
    sold_at: String,
    updated_at: String,
    pub(super) status: String,
    pub(super) paid: bool,
    currency: String,
    total: String,
    refunded: String,
    coupons: Vec<String>,
    opted_in: String,
    fees: Vec<String>,
    lines: Vec<IslandLine>,
}

#[derive(Clone, Debug, Deserialize)]
struct IslandLine {
    product: String,
    variant: String,
    sku: String,
    title: String,
    quantity: String,
    refunded: String,
    total: String,
    collections: Vec<String>,
    bundled: bool,
}

#[cfg(all(feature = "json", feature = "signatures"))]
impl Island {
    /// Returns true if the lines report returned units.
    pub(super) fn has_returned_units(&self) -> bool {
        self.lines.iter().any(|line| !line.refunded.is_empty())
    }
}

/// Returns the sale that the island reports, with the same id as the shop's webhook.
///
/// # Errors
/// Names the field that is missing or malformed.
pub fn sale(island: Island) -> Result<Sale, AdapterError> {
    let currency = text::currency_of_sale(&island.currency);
    let sold_at = Field::at("sold_at").timestamp(&island.sold_at)?;
    let status = Field::at("status").required(text::known(&island.status))?;
    let id = Field::at("id").id(&island.id)?;
    let mut items = Items::new();
    for line in island.lines {
        add(line, &mut items, currency);
    }
    for fee in &island.fees {
        items.take_off(decimal::amount(fee, currency).unwrap_or(0).min(0).wrapping_neg());
    }
    let total = Field::at("total").amount(&island.total, currency)?;
    let sale = Sale {
        updated_at: instant(&island.updated_at).unwrap_or(sold_at),
        status: super::status(&status, island.paid),
        total,
        items_total: items.cost().unwrap_or(total.max(items.known_cost())),
        refunded: decimal::amount(&island.refunded, currency).unwrap_or(0).saturating_abs(),
        coupons: text::names(island.coupons),
        opted_in: opt_in::read(&island.opted_in),
        ..claimed(Platform::Woocommerce, id, sold_at, currency)
    };
    Ok(items.into_sale(sale))
}

fn add(line: IslandLine, items: &mut Items, currency: Currency) {
    items.add(Item {
        product: &line.product,
        variant: &line.variant,
        sku: &line.sku,
        title: &line.title,
        quantity: &line.quantity,
        returned: &line.refunded,
        total: decimal::amount(&line.total, currency),
        collections: line.collections,
        is_bundled: line.bundled,
    });
}
