//! The demo's merchant: a shop on each platform, and campaigns that the sample sales qualify for.

use serde_json::{Value, json};

/// The merchant.
#[derive(Clone, Copy, Debug)]
pub struct MerchantDetails {
    /// Its name.
    pub name: &'static str,
    /// Its IANA time zone.
    pub time_zone: &'static str,
    /// The ISO 4217 code of the currency it pays in.
    pub currency: &'static str,
    /// The price of a tree in minor units.
    pub tree_price: i64,
    /// The owner's address.
    pub email: &'static str,
}

/// The merchant of the demo.
pub const MERCHANT: MerchantDetails = MerchantDetails {
    name: "Example Trading",
    time_zone: "Europe/London",
    currency: "USD",
    tree_price: 100,
    email: "owner-of-example-trading@example.com",
};

/// A shop of the merchant.
#[derive(Clone, Copy, Debug)]
pub struct ShopDetails {
    /// Its name.
    pub name: &'static str,
    /// The platform, as the Worker names it.
    pub platform: &'static str,
}

/// The shops, in the order of [`crate::Storefront`].
pub const SHOPS: [ShopDetails; 2] = [
    ShopDetails { name: "Bracelets on Shopify", platform: "shopify" },
    ShopDetails { name: "Mugs on WooCommerce", platform: "woocommerce" },
];

/// A campaign of the merchant.
#[derive(Clone, Copy, Debug)]
pub struct Campaign {
    /// Its name.
    pub name: &'static str,
    rule: Rule,
}

#[derive(Clone, Copy, Debug)]
enum Rule {
    Product(&'static str),
    Sku(&'static str),
    Amount { each: i64 },
}

/// The campaigns.
pub const CAMPAIGNS: [Campaign; 3] = [
    Campaign { name: "A tree for every bracelet", rule: Rule::Product("7992983748843") },
    Campaign { name: "A tree for every blue mug", rule: Rule::Sku("MUG-BLUE") },
    Campaign { name: "A tree for every 30 dollars", rule: Rule::Amount { each: 3000 } },
];

impl Campaign {
    /// Returns the body that creates it through the API.
    #[must_use]
    pub fn body(&self) -> Value {
        let per_item =
            |items: Value| json!({"trees": [{"per_item": {"items": items, "trees": 1}}]});
        let conditions = match self.rule {
            Rule::Product(product) => per_item(json!({"product": [product]})),
            Rule::Sku(sku) => per_item(json!({"sku": [sku]})),
            Rule::Amount { each } => {
                let currency = MERCHANT.currency;
                json!({"trees": [{"per_amount": {"each": each, "currency": currency, "trees": 1}}]})
            }
        };
        json!({"name": self.name, "conditions": conditions})
    }
}

#[cfg(test)]
mod tests {
    use order_events::Conditions;

    use super::*;

    #[test]
    fn the_conditions_of_each_campaign_are_valid() {
        for campaign in CAMPAIGNS {
            let conditions = campaign.body()["conditions"].clone();
            let read: Result<Conditions, _> = serde_json::from_value(conditions);
            assert!(read.is_ok(), "{}: {read:?}", campaign.name);
        }
    }
}
