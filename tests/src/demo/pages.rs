//! The landing page: three steps, and what came of them.

use askama::Template;
use order_events::{Currency, Money};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Shopfront;
use crate::{Failure, While};

#[derive(Template)]
#[template(path = "landing.html")]
struct Landing<'a> {
    worker: &'a str,
    orders: Vec<Order>,
    purchase_orders: Vec<PurchaseOrder>,
    /// An order id that no sale has yet.
    next_shopify_order: u64,
    next_woocommerce_order: u64,
    has_open: bool,
}

#[derive(Deserialize)]
struct Order {
    sale: String,
    shop: String,
    campaign_name: String,
    trees: u32,
    reason: String,
    proof: String,
}

#[derive(Deserialize)]
struct PurchaseOrder {
    period: String,
    state: String,
    trees: i64,
    total: i64,
    currency: String,
    pay_link: String,
}

impl Order {
    /// The platform that the shop of this order runs on.
    fn is_of(&self, shopfront: &Shopfront, index: usize) -> bool {
        shopfront.merchant.shops.get(index).is_some_and(|shop| shop.id == self.shop)
    }
}

impl PurchaseOrder {
    fn price(&self) -> String {
        match self.currency.parse::<Currency>() {
            Ok(currency) => Money { amount: self.total, currency }.to_string(),
            Err(_) => self.currency.clone(),
        }
    }
}

/// Writes the landing page from what the Worker's API answers.
pub(super) fn landing(shopfront: &Shopfront) -> Result<String, Failure> {
    let orders: Vec<Order> = list(shopfront, "/api/orders/")?;
    let purchase_orders: Vec<PurchaseOrder> = list(shopfront, "/api/purchase_orders/")?;
    let highest = |index: usize, sample: u64| {
        let ids = orders.iter().filter(|order| order.is_of(shopfront, index));
        let ids = ids.filter_map(|order| order.sale.parse::<u64>().ok());
        ids.max().map_or(sample, |highest| highest.saturating_add(1))
    };
    Landing {
        worker: &shopfront.worker,
        next_shopify_order: highest(0, super::storefront::SHOPIFY_SAMPLE_ORDER),
        next_woocommerce_order: highest(1, super::storefront::WOOCOMMERCE_SAMPLE_ORDER),
        has_open: purchase_orders.iter().any(|order| order.state == "open"),
        orders,
        purchase_orders,
    }
    .render()
    .when("The landing page")
}

fn list<T: DeserializeOwned>(shopfront: &Shopfront, path: &str) -> Result<Vec<T>, Failure> {
    let answer = shopfront.merchant.call("GET", path, &Value::Null)?;
    serde_json::from_str(&answer.body).when(path)
}
