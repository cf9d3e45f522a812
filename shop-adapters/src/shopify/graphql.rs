//! The orders of Shopify's GraphQL Admin API, as those of its REST Admin API.

use serde_json::{Map, Value, json};

/// The query for orders that were changed, the earliest change first. Its variables are `first`,
/// `after` and `query`.
pub const QUERY: &str = "query Orders($first: Int!, $after: String, $query: String) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id name createdAt processedAt updatedAt cancelledAt displayFinancialStatus test currencyCode
      taxesIncluded discountCodes
      totalPriceSet { shopMoney { amount currencyCode } }
      subtotalPriceSet { shopMoney { amount currencyCode } }
      currentTotalPriceSet { shopMoney { amount currencyCode } }
      currentSubtotalPriceSet { shopMoney { amount currencyCode } }
      customAttributes { key value }
      lineItems(first: 100) {
        nodes {
          id title sku quantity currentQuantity
          product { id } variant { id }
          originalUnitPriceSet { shopMoney { amount currencyCode } }
          discountAllocations { allocatedAmountSet { shopMoney { amount currencyCode } } }
          taxLines { priceSet { shopMoney { amount currencyCode } } }
        }
      }
      refunds(first: 50) {
        id createdAt
        transactions(first: 20) {
          nodes { kind status amountSet { shopMoney { amount currencyCode } } }
        }
        refundLineItems(first: 100) {
          nodes { quantity lineItem { id } subtotalSet { shopMoney { amount currencyCode } } }
        }
      }
    }
  }
}";

/// The fields whose names differ in more than their spelling.
const RENAMED: [(&str, &str); 9] = [
    ("displayFinancialStatus", "financial_status"),
    ("currencyCode", "currency"),
    ("customAttributes", "note_attributes"),
    ("originalUnitPriceSet", "price_set"),
    ("allocatedAmountSet", "amount_set"),
    ("product", "product_id"),
    ("variant", "variant_id"),
    ("lineItem", "line_item_id"),
    ("key", "name"),
];

/// Returns an order as the REST Admin API writes it.
#[must_use]
pub fn to_rest(order: &Value) -> Value {
    match order {
        Value::Array(values) => values.iter().map(to_rest).collect(),
        Value::Object(fields) => object(fields),
        // Ids are addresses such as gid://shopify/Order/7001.
        Value::String(text) => match text.strip_prefix("gid://shopify/") {
            Some(id) => json!(crate::text::trailing_digits(id)),
            None => json!(text),
        },
        other => other.clone(),
    }
}

fn object(fields: &Map<String, Value>) -> Value {
    // A connection is the list of its nodes, and a reference is its id.
    if let Some(nodes) = fields.get("nodes") {
        return to_rest(nodes);
    }
    if let (Some(id), 1) = (fields.get("id"), fields.len()) {
        return to_rest(id);
    }
    let entries = fields.iter().map(|(name, value)| match (name.as_str(), value) {
        ("discountCodes", Value::Array(codes)) => {
            let codes = codes.iter().map(|code| json!({"code": code}));
            ("discount_codes".to_owned(), codes.collect())
        }
        // In shopMoney, the name is the same.
        ("currencyCode", value) if fields.contains_key("amount") => {
            ("currency_code".to_owned(), value.clone())
        }
        (name, value) => (renamed(name), to_rest(value)),
    });
    Value::Object(entries.collect())
}

/// Returns `total_price_set` for `totalPriceSet`.
fn renamed(name: &str) -> String {
    if let Some((_, new)) = RENAMED.iter().find(|(old, _)| *old == name) {
        return (*new).to_owned();
    }
    let mut snake = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}
