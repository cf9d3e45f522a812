//! The data island: JSON that our `WordPress` plugin prints on the order-received page, read from
//! the order by `WC_Order`'s getters. It has the fields of the sale, and no personal data.
//!
//! ```html
//! <script type="application/json" id="play-it-green-sale" data-signature="…">
//! {"id": 19, "sold_at": "2026-11-22T08:51:49Z", "updated_at": "2026-11-22T08:52:53Z",
//!  "status": "processing", "paid": false, "currency": "USD", "total": "43.95",
//!  "refunded": "10.00", "coupons": ["tenoff"], "opted_in": null,
//!  "lines": [{"product": 11, "variant": null, "sku": "MUG-BLUE", "title": "Blue mug",
//!             "quantity": 2, "refunded": 0, "total": "35.98", "collections": ["mugs"]}]}
//! </script>
//! ```
//!
//! It differs from the sale in three things: amounts are decimals in major units, as the shop
//! keeps them, so that no arithmetic is done in PHP; `status` is `WooCommerce`'s own, with `paid`
//! beside it for a status of the shop's making; and `items_total` is the sum of the lines.
//!
//! An island can be signed: `data-signature` is base64(HMAC-SHA256(secret, text)) with the secret
//! of the shop's webhooks, over the exact bytes between the tags. Whoever passes on that text and
//! the signature unchanged has proof that the shop said so; `signature::verify` checks it.

use order_events::{Currency, Line, Platform, Sale};
use serde::Deserialize;

use super::status;
use crate::check::checked;
use crate::field::{known, known_names, title};
use crate::{AdapterError, Decimal, Field, Id};

/// What the island holds.
#[derive(Clone, Debug, Deserialize)]
pub struct Island {
    id: Option<Id>,
    sold_at: Option<String>,
    updated_at: Option<String>,
    status: Option<String>,
    paid: Option<bool>,
    currency: Option<String>,
    total: Option<Decimal>,
    refunded: Option<Decimal>,
    coupons: Option<Vec<String>>,
    opted_in: Option<bool>,
    lines: Option<Vec<IslandLine>>,
}

#[derive(Clone, Debug, Deserialize)]
struct IslandLine {
    product: Option<Id>,
    variant: Option<Id>,
    sku: Option<String>,
    title: Option<String>,
    quantity: Option<Decimal>,
    refunded: Option<Decimal>,
    total: Option<Decimal>,
    collections: Option<Vec<String>>,
}

/// The sale that the island tells of, with the same id as the shop's webhook.
///
/// # Errors
/// Names the field that is missing or malformed, or that breaks a limit of
/// [`order_events::limits`].
pub fn sale(island: Island) -> Result<Sale, AdapterError> {
    let currency = Field::at("currency").currency(island.currency.as_deref())?;
    let slug = Field::at("status").required(island.status)?;
    let sold_at = Field::at("sold_at").timestamp(island.sold_at.as_deref())?;
    let updated_at = match island.updated_at.as_deref() {
        None => sold_at,
        updated => Field::at("updated_at").timestamp(updated)?,
    };
    let lines =
        Field::at("lines").lines(island.lines, |item, index| line(item, index, currency))?;
    let refunded = match &island.refunded {
        None => 0,
        refunded => Field::at("refunded").amount(refunded.as_ref(), currency)?,
    };
    checked(Sale {
        platform: Platform::Woocommerce,
        id: Field::at("id").required(island.id.and_then(Id::into_known))?,
        sold_at,
        updated_at,
        status: status(&slug, island.paid == Some(true)),
        test: false,
        currency,
        total: Field::at("total").amount(island.total.as_ref(), currency)?,
        items_total: Field::at("lines[].total").sum(lines.iter().map(|line| Ok(line.total)))?,
        refunded,
        coupons: known_names(island.coupons),
        opted_in: island.opted_in,
        lines,
    })
}

fn line(item: IslandLine, index: usize, currency: Currency) -> Result<Line, AdapterError> {
    let quantity = Field::within("lines[].quantity", index).count(item.quantity.as_ref())?;
    let refunded = match &item.refunded {
        None => 0,
        refunded => Field::within("lines[].refunded", index).count(refunded.as_ref())?,
    };
    Ok(Line {
        product: item.product.and_then(Id::into_known),
        variant: item.variant.and_then(Id::into_known),
        sku: known(item.sku),
        title: title(item.title),
        quantity,
        refunded: refunded.min(quantity),
        total: Field::within("lines[].total", index).amount(item.total.as_ref(), currency)?,
        collections: known_names(item.collections),
        bundled: false,
    })
}
