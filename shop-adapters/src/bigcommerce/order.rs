//! The order of `BigCommerce`'s Storefront API, which its confirmation page can fetch.
//!
//! Amounts are JSON numbers in major units. The items cost the amount of the order less tax,
//! shipping, handling and gift wrapping. The price of a line includes its own discounts and
//! coupons, but no discount on the whole cart. Source: developer.bigcommerce.com, Storefront
//! Orders.

use order_events::{Currency, Platform, Sale, SaleStatus, Timestamp};
use serde::Deserialize;

use crate::browser_sale::claimed;
use crate::items::{Item, Items};
use crate::{AdapterError, Field, decimal, text};

/// The order, without its personal data.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    #[serde(rename = "orderId")]
    id: String,
    status: String,
    currency: OrderCurrency,
    #[serde(rename = "orderAmount")]
    amount: String,
    /// The amount in minor units.
    #[serde(rename = "orderAmountAsInteger")]
    minor_units: String,
    is_tax_included: bool,
    tax_total: String,
    shipping_cost_total: String,
    handling_cost_total: String,
    gift_wrapping_cost_total: String,
    /// Of the whole cart.
    discount_amount: String,
    coupons: Vec<Coupon>,
    line_items: LineItems,
    payments: Vec<Payment>,
}

/// How a part of the price was paid.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payment {
    provider_id: String,
}

#[derive(Clone, Debug, Deserialize)]
struct OrderCurrency {
    code: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Coupon {
    code: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LineItems {
    physical_items: Vec<LineItem>,
    digital_items: Vec<LineItem>,
    gift_certificates: Vec<LineItem>,
    custom_items: Vec<LineItem>,
}

/// An item of any kind. A gift certificate has only `amount` and is one unit; a custom item has no
/// sale price. `parentId` names the item that contains this one.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LineItem {
    parent_id: String,
    product_id: String,
    variant_id: String,
    sku: String,
    name: String,
    quantity: String,
    extended_sale_price: String,
    extended_list_price: String,
    amount: String,
    coupon_amount: String,
    category_names: Vec<String>,
}

/// The payment providers that stand for store credit and gift certificates.
const CREDIT: [&str; 2] = ["storecredit", "giftcertificate"];

/// The sale that the order reports. It carries no time: `received_at` is when we saw it.
///
/// # Errors
/// Names the field that is missing or malformed.
pub fn sale(order: Order, received_at: Timestamp) -> Result<Sale, AdapterError> {
    let currency = text::currency_of_sale(&order.currency.code);
    let costs = [
        &order.tax_total,
        &order.shipping_cost_total,
        &order.handling_cost_total,
        &order.gift_wrapping_cost_total,
    ];
    let mut beside_items: i64 = 0;
    for cost in costs {
        beside_items = beside_items.saturating_add(decimal::amount(cost, currency).unwrap_or(0));
    }
    let mut items = Items::new();
    let kinds = order.line_items;
    for kind in
        [kinds.physical_items, kinds.digital_items, kinds.gift_certificates, kinds.custom_items]
    {
        for mut item in kind {
            add(&mut item, &mut items, currency);
        }
    }
    let mut coupons = Vec::new();
    for coupon in order.coupons {
        coupons.push(coupon.code);
    }
    let shown = items.cost().map(|cost| {
        let amount = |text: &String| decimal::amount(text, currency).unwrap_or(0).max(0);
        let tax = if order.is_tax_included { amount(&order.tax_total) } else { 0 };
        cost.saturating_sub(amount(&order.discount_amount)).saturating_sub(tax)
    });
    let rest = decimal::minor_units(&order.minor_units)
        .filter(|minor_units| *minor_units >= 0)
        .or(shown.map(|cost| cost.saturating_add(beside_items)));
    let total = Field::at("orderAmount").amount_or(rest, &order.amount, currency)?;
    let mut items_total = total.saturating_sub(beside_items);
    // Store credit and gift certificates pay for what was bought, but the amount of the order may
    // be what was left to pay. Without a coupon, only a discount makes the items cost less than
    // they say.
    let is_credit = |payment: &Payment| {
        CREDIT.into_iter().any(|provider| text::is(&payment.provider_id, provider))
    };
    if let Some(shown) = shown
        && (coupons.is_empty() || order.payments.iter().any(is_credit))
    {
        items_total = items_total.max(shown);
    }
    let id = Field::at("orderId").id(&order.id)?;
    let sale = Sale {
        status: status(&order.status),
        total,
        items_total,
        coupons: text::names(coupons),
        ..claimed(Platform::Bigcommerce, id, received_at, currency)
    };
    Ok(items.into_sale(sale))
}

/// The statuses of an order that is not paid, as the API or the pages write them.
const UNPAID: [(&str, SaleStatus); 8] = [
    ("INCOMPLETE", SaleStatus::Placed),
    ("PENDING", SaleStatus::Placed),
    ("AWAITING_PAYMENT", SaleStatus::Placed),
    ("AWAITING PAYMENT", SaleStatus::Placed),
    ("CANCELLED", SaleStatus::Cancelled),
    ("CANCELED", SaleStatus::Cancelled),
    ("DECLINED", SaleStatus::Cancelled),
    ("REFUNDED", SaleStatus::Refunded),
];

/// Returns the status. An order is paid unless its status says otherwise.
fn status(text: &str) -> SaleStatus {
    for (name, status) in UNPAID {
        if text::is(text, name) {
            return status;
        }
    }
    SaleStatus::Paid
}

fn add(item: &mut LineItem, items: &mut Items, currency: Currency) {
    let amount = |text: &String| decimal::amount(text, currency);
    let price = amount(&item.extended_sale_price)
        .or_else(|| amount(&item.extended_list_price))
        .or_else(|| amount(&item.amount));
    let coupons = amount(&item.coupon_amount).unwrap_or(0);
    items.add(Item {
        product: &item.product_id,
        variant: &item.variant_id,
        sku: &item.sku,
        title: &item.name,
        quantity: &item.quantity,
        total: price.map(|price| price.saturating_sub(coupons).max(price.min(0))),
        returned: "",
        collections: std::mem::take(&mut item.category_names),
        is_bundled: text::id(&item.parent_id).is_some(),
    });
}
