//! Evaluates one webhook at a time, from its body to the trees.

use order_events::{Campaign, Sale, qualify};
use serde::de::DeserializeOwned;
use shop_adapters::{AdapterError, json, shopify, woocommerce};
use wasm_bindgen::prelude::wasm_bindgen;

/// The campaigns of a shop, parsed once and evaluated for each of its webhooks.
#[wasm_bindgen]
#[derive(Clone, Debug)]
pub struct Rules {
    shop: String,
    campaigns: Vec<Campaign>,
}

#[wasm_bindgen]
impl Rules {
    /// Returns the rules of the shop with our id `shop`; `campaigns` is a JSON array of
    /// [`Campaign`]s.
    ///
    /// # Errors
    /// The part of `campaigns` that cannot be read.
    #[wasm_bindgen(constructor)]
    pub fn new(shop: &str, campaigns: &str) -> Result<Self, String> {
        let campaigns = serde_json::from_str(campaigns).map_err(|error| error.to_string())?;
        Ok(Self { shop: shop.to_owned(), campaigns })
    }

    /// Returns the trees under each campaign, in the order of the campaigns, for the body of a
    /// `WooCommerce` `order.*` webhook. It takes bytes, like the body of a request.
    ///
    /// # Errors
    /// The reason why the body is no sale.
    pub fn woocommerce_order(&self, body: &[u8]) -> Result<Vec<u32>, String> {
        self.trees(body, woocommerce::order::sale)
    }

    /// Returns the trees for the body of a Shopify `orders/*` webhook.
    ///
    /// # Errors
    /// The reason why the body is no sale.
    pub fn shopify_order(&self, body: &[u8]) -> Result<Vec<u32>, String> {
        self.trees(body, shopify::order::sale)
    }
}

impl Rules {
    fn trees<P: DeserializeOwned>(
        &self,
        body: &[u8],
        sale: impl FnOnce(P) -> Result<Sale, AdapterError>,
    ) -> Result<Vec<u32>, String> {
        let payload = json::read(body).map_err(|error| error.to_string())?;
        let sale = sale(payload).map_err(|error| error.to_string())?;
        let mut orders = qualify(&self.shop, &sale, &self.campaigns).into_iter().peekable();
        // The orders are in the order of their campaigns and omit campaigns that order nothing.
        let trees = self.campaigns.iter().map(|campaign| {
            orders.next_if(|order| order.campaign == campaign.id).map_or(0, |order| order.trees)
        });
        Ok(trees.collect())
    }
}
