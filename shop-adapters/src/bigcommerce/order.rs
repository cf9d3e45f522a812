//! The order of `BigCommerce`'s Storefront API, which its confirmation page can fetch.
//!
//! Amounts are JSON numbers in major units. What the items cost is the amount of the order less
//! tax, shipping, handling and gift wrapping. A line is after its own discounts and coupons, not
//! after those on the whole cart. Source: developer.bigcommerce.com, Storefront Orders.

use order_events::{Currency, Line, Platform, Sale, Timestamp};
use serde::Deserialize;

use crate::check::checked;
use crate::field::{known, title};
use crate::placed::placed;
use crate::{AdapterError, Decimal, Field, Id};

/// The order, without its personal data.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    #[serde(rename = "orderId")]
    id: Option<Id>,
    currency: Option<OrderCurrency>,
    #[serde(rename = "orderAmount")]
    amount: Option<Decimal>,
    tax_total: Option<Decimal>,
    shipping_cost_total: Option<Decimal>,
    handling_cost_total: Option<Decimal>,
    gift_wrapping_cost_total: Option<Decimal>,
    coupons: Option<Vec<Coupon>>,
    line_items: Option<LineItems>,
}

#[derive(Clone, Debug, Deserialize)]
struct OrderCurrency {
    code: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Coupon {
    code: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LineItems {
    physical_items: Option<Vec<Item>>,
    digital_items: Option<Vec<Item>>,
    gift_certificates: Option<Vec<Item>>,
    custom_items: Option<Vec<Item>>,
}

/// An item of any kind: a gift certificate has only `amount`, a custom item no sale price.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    product_id: Option<Id>,
    variant_id: Option<Id>,
    sku: Option<String>,
    name: Option<String>,
    quantity: Option<Decimal>,
    extended_sale_price: Option<Decimal>,
    extended_list_price: Option<Decimal>,
    amount: Option<Decimal>,
    coupon_amount: Option<Decimal>,
}

/// The sale that the order tells of. It carries no time: `received_at` is when we saw it.
///
/// # Errors
/// Names the field that is missing or malformed, or that breaks a limit of
/// [`order_events::limits`].
pub fn sale(order: Order, received_at: Timestamp) -> Result<Sale, AdapterError> {
    let currency = Field::at("currency.code")
        .currency(order.currency.and_then(|currency| currency.code).as_deref())?;
    let total = Field::at("orderAmount").amount(order.amount.as_ref(), currency)?;
    let not_items = [
        ("taxTotal", order.tax_total),
        ("shippingCostTotal", order.shipping_cost_total),
        ("handlingCostTotal", order.handling_cost_total),
        ("giftWrappingCostTotal", order.gift_wrapping_cost_total),
    ];
    let not_items = Field::at("orderAmount").sum(
        not_items
            .iter()
            .map(|(path, cost)| Field::at(path).amount_or_zero(cost.as_ref(), currency)),
    )?;
    let mut lines = Vec::new();
    if let Some(items) = order.line_items {
        let kinds = [
            ("lineItems.physicalItems[]", items.physical_items),
            ("lineItems.digitalItems[]", items.digital_items),
            ("lineItems.giftCertificates[]", items.gift_certificates),
            ("lineItems.customItems[]", items.custom_items),
        ];
        for (path, kind) in kinds {
            for (index, item) in kind.unwrap_or_default().into_iter().enumerate() {
                lines.push(line(item, Field::within(path, index), currency)?);
            }
        }
    }
    let id = Field::at("orderId").required(order.id.and_then(Id::into_known))?;
    let coupons = order.coupons.unwrap_or_default();
    checked(Sale {
        total,
        items_total: total.saturating_sub(not_items).max(0),
        coupons: coupons.into_iter().filter_map(|coupon| known(coupon.code)).collect(),
        lines,
        ..placed(Platform::Bigcommerce, id, received_at, currency)
    })
}

/// The line of an item that stands at `field`.
fn line(item: Item, field: Field, currency: Currency) -> Result<Line, AdapterError> {
    let price = item.extended_sale_price.or(item.extended_list_price).or(item.amount);
    let coupons = field.amount_or_zero(item.coupon_amount.as_ref(), currency)?;
    let total = field.amount(price.as_ref(), currency)?.saturating_sub(coupons);
    Ok(Line {
        product: item.product_id.and_then(Id::into_known),
        variant: item.variant_id.and_then(Id::into_known),
        sku: known(item.sku),
        title: title(item.name),
        quantity: field.count(item.quantity.as_ref())?,
        refunded: 0,
        total: field.zero_or_more(total)?,
        collections: Vec::new(),
        bundled: false,
    })
}
