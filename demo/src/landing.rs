//! The landing page: three steps, and their result.

use order_events::{Currency, Money, Timestamp};
use serde::Deserialize;

use crate::Storefront;
use crate::route::{SHOPIFY_SAMPLE_ORDER, WOOCOMMERCE_SAMPLE_ORDER};
use crate::template::{Value, escape, fill, page};

const LANDING: &str = include_str!("../pages/landing.html");

/// An order in the API's list. Trees ordered by reference have no sale, shop or campaign; the page
/// shows every order, so each field may be missing.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Order {
    sale: Option<String>,
    shop: Option<String>,
    campaign_name: Option<String>,
    reference: Option<String>,
    trees: Option<i64>,
    reason: Option<String>,
    proof: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PurchaseOrder {
    period: Option<String>,
    state: Option<String>,
    trees: Option<i64>,
    total: Option<i64>,
    currency: Option<String>,
    pay_link: Option<String>,
    ends_at: Option<Timestamp>,
}

/// Writes the landing page from the API's lists of orders and purchase orders.
///
/// # Errors
/// The text is no list of objects.
pub fn landing(
    storefront: &Storefront,
    orders: &str,
    purchase_orders: &str,
) -> Result<String, serde_json::Error> {
    let orders: Vec<Order> = serde_json::from_str(orders)?;
    let purchase_orders: Vec<PurchaseOrder> = serde_json::from_str(purchase_orders)?;
    let next = |shop: &str, sample: u64| {
        let of_shop = orders.iter().filter(|order| order.shop.as_deref() == Some(shop));
        let ids = of_shop.filter_map(|order| order.sale.as_ref()?.parse::<u64>().ok());
        ids.max().map_or(sample, |highest| highest.saturating_add(1)).to_string()
    };
    let rows: Vec<String> = orders.iter().map(order_row).collect();
    let bills: Vec<String> =
        purchase_orders.iter().map(|order| purchase_order_row(order, storefront)).collect();
    let is_open = purchase_orders.iter().any(PurchaseOrder::is_open);
    let content = fill(
        LANDING,
        &[
            ("worker", Value::Text(&storefront.worker)),
            ("next_shopify", Value::Text(&next(&storefront.shopify.id, SHOPIFY_SAMPLE_ORDER))),
            (
                "next_woocommerce",
                Value::Text(&next(&storefront.woocommerce.id, WOOCOMMERCE_SAMPLE_ORDER)),
            ),
            ("orders", Value::Html(&rows.concat())),
            ("orders_hidden", Value::Html(hidden(rows.is_empty()))),
            ("no_orders_hidden", Value::Html(hidden(!rows.is_empty()))),
            ("purchase_orders", Value::Html(&bills.concat())),
            ("purchase_orders_hidden", Value::Html(hidden(bills.is_empty()))),
            ("no_purchase_orders_hidden", Value::Html(hidden(!bills.is_empty()))),
            ("month_end_disabled", Value::Html(if is_open { "" } else { " disabled" })),
        ],
    );
    Ok(page("Play It Green: the demo", "", &content))
}

/// Returns the end of the month of the open purchase order, in milliseconds since 1970, from the
/// API's list; `None` if no purchase order is open.
///
/// # Errors
/// The text is no list of objects.
pub fn month_end(purchase_orders: &str) -> Result<Option<i64>, serde_json::Error> {
    let purchase_orders: Vec<PurchaseOrder> = serde_json::from_str(purchase_orders)?;
    let open = purchase_orders.into_iter().find(PurchaseOrder::is_open);
    Ok(open.and_then(|order| order.ends_at).map(Timestamp::milliseconds))
}

impl PurchaseOrder {
    fn is_open(&self) -> bool {
        self.state.as_deref() == Some("open")
    }

    fn price(&self) -> String {
        let code = self.currency.as_deref().unwrap_or_default();
        match (self.total, code.parse::<Currency>()) {
            (Some(amount), Ok(currency)) => Money { amount, currency }.to_string(),
            _ => code.to_owned(),
        }
    }
}

fn hidden(is_hidden: bool) -> &'static str {
    if is_hidden { " hidden" } else { "" }
}

fn order_row(order: &Order) -> String {
    let sale = order.sale.as_ref().or(order.reference.as_ref());
    format!(
        "<tr><td>{}</td><td>{}</td><td class=\"number\">{}</td>\n<td>{}</td><td>{}</td></tr>\n",
        cell(sale),
        cell(order.campaign_name.as_ref()),
        number(order.trees),
        cell(order.reason.as_ref()),
        cell(order.proof.as_ref())
    )
}

fn purchase_order_row(order: &PurchaseOrder, storefront: &Storefront) -> String {
    let link = order.pay_link.as_ref().map(|path| {
        let address = escape(&format!("{}{path}", storefront.worker));
        format!("<a href=\"{address}\">Open the purchase order</a>")
    });
    format!(
        "<tr><td>{}</td><td>{}</td><td class=\"number\">{}</td>\n\
         <td class=\"number\">{}</td>\n<td>{}</td></tr>\n",
        cell(order.period.as_ref()),
        cell(order.state.as_ref()),
        number(order.trees),
        escape(&order.price()),
        link.unwrap_or_default()
    )
}

fn cell(text: Option<&String>) -> String {
    text.map_or_else(|| "–".to_owned(), |text| escape(text))
}

fn number(number: Option<i64>) -> String {
    number.map_or_else(|| "–".to_owned(), |number| number.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::Shop;

    fn storefront() -> Storefront {
        let shop =
            |id: &str| Shop { id: id.to_owned(), publishable_key: "pig_pk_live_0".to_owned() };
        Storefront {
            worker: "http://localhost:8787".to_owned(),
            shopify: shop("shop_1"),
            woocommerce: shop("shop_2"),
        }
    }

    fn order() -> Map<String, Value> {
        let order = json!({"id": "ord_1", "shop": "shop_2", "sale": "41", "campaign_name": "Mugs",
            "trees": 3, "reason": "3 × SKU <MUG>", "proof": "claimed", "reference": null});
        order.as_object().unwrap().clone()
    }

    fn purchase_order() -> Map<String, Value> {
        let order = json!({"period": "2026-11", "state": "open", "trees": 3, "total": 300,
            "currency": "USD", "pay_link": "/pay/po_1/0", "ends_at": "2026-12-01T00:00:00Z"});
        order.as_object().unwrap().clone()
    }

    fn written(orders: &Value, purchase_orders: &Value) -> String {
        landing(&storefront(), &orders.to_string(), &purchase_orders.to_string()).unwrap()
    }

    #[test]
    fn the_page_is_shown_whichever_field_an_order_lacks() {
        for field in order().keys() {
            let (mut missing, mut emptied) = (order(), order());
            missing.remove(field);
            emptied.insert(field.clone(), Value::Null);
            let page = written(&json!([missing, emptied, order()]), &json!([]));
            assert_eq!(page.matches("<tr><td>").count(), 3, "without {field}");
        }
        for field in purchase_order().keys() {
            let (mut missing, mut emptied) = (purchase_order(), purchase_order());
            missing.remove(field);
            emptied.insert(field.clone(), Value::Null);
            let page = written(&json!([]), &json!([missing, emptied, purchase_order()]));
            assert_eq!(page.matches("<tr><td>").count(), 3, "without {field}");
        }
        assert!(written(&json!([{}]), &json!([{}])).contains("–"));
    }

    #[test]
    fn the_next_sale_of_a_shop_has_an_order_id_that_none_has_yet() {
        let page = written(&json!([order()]), &json!([]));
        assert!(page.contains("/shopify/thank-you?order=5396439498987"), "{page}");
        assert!(page.contains("/woocommerce/checkout/order-received/42/"), "{page}");
        assert!(page.contains("3 × SKU &lt;MUG&gt;"), "{page}");
    }

    #[test]
    fn the_month_can_be_ended_while_a_purchase_order_is_open() {
        let mut closed = purchase_order();
        closed.insert("state".to_owned(), json!("payment due"));
        let page = |orders: Value| written(&json!([]), &orders).contains("<button disabled>");
        assert!(page(json!([])) && page(json!([closed])));
        assert!(!page(json!([closed, purchase_order()])));
        let end = |orders: Value| month_end(&orders.to_string()).unwrap();
        assert_eq!(end(json!([closed])), None);
        assert_eq!(end(json!([closed, purchase_order()])), Some(1_796_083_200_000));
    }
}
