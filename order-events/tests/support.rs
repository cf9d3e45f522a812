//! The sale and the campaign that the tests start from.

use order_events::{Campaign, Condition, Conditions, Line, Sale, TreeRule, qualify};
use serde_json::{Value, json};

/// Our id of the shop in every test.
pub(crate) const SHOP: &str = "shop_1";

/// Two blue mugs and a tea for 35.98 + 4.02 USD, and 7.97 USD of shipping.
pub(crate) fn sale() -> Sale {
    parse(json!({
        "platform": "shopify", "id": "820982911946154508",
        "sold_at": "2026-11-22T08:51:49Z", "updated_at": "2026-11-22T08:52:53Z",
        "status": "paid", "test": false, "currency": "USD",
        "total": 4797, "items_total": 4000, "refunded": 0,
        "coupons": ["TenOff"], "opted_in": null,
        "lines": [line("11", "101", "MUG-BLUE", "Blue Mug", 2, "kitchen"),
                  line("12", "102", "TEA-500", "Grüner Tee", 1, "tea")]
    }))
}

fn line(
    product: &str,
    variant: &str,
    sku: &str,
    title: &str,
    quantity: u32,
    collection: &str,
) -> Value {
    json!({"product": product, "variant": variant, "sku": sku, "title": title,
           "quantity": quantity, "refunded": 0, "total": 2000, "collections": [collection]})
}

/// Returns a line like the first of [`sale`] with another SKU.
pub(crate) fn line_with_sku(sku: &str, quantity: u32) -> Line {
    parse(line("11", "101", sku, "Blue Mug", quantity, "kitchen"))
}

/// Returns a campaign without dates.
pub(crate) fn campaign(conditions: Value) -> Campaign {
    Campaign {
        id: "campaign_1".to_owned(),
        version: 3,
        name: "Trees for mugs".to_owned(),
        starts_at: None,
        ends_at: None,
        conditions: parse::<Conditions>(conditions),
    }
}

/// Returns the reason of the order that one tree rule gives for a sale, or `no order`.
pub(crate) fn words(rule: Value, sale: &Sale) -> String {
    parse::<TreeRule>(rule.clone());
    reason(json!({"trees": [rule]}), sale)
}

/// Returns the reason of the order that conditions give for a sale, or `no order`.
pub(crate) fn reason(conditions: Value, sale: &Sale) -> String {
    qualify(SHOP, sale, &[campaign(conditions)])
        .first()
        .map_or("no order".to_owned(), |order| order.reason.to_string())
}

/// Returns true if a campaign with this condition orders its tree.
pub(crate) fn holds(when: Value, sale: &Sale) -> bool {
    parse::<Condition>(when.clone());
    let conditions = json!({"when": when, "trees": [{"per_order": {"trees": 1}}]});
    reason(conditions, sale) == "each order: 1 tree"
}

/// Parses JSON that the test knows to be valid.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}
