//! A sale is found by the shop's order number and returned with its facts, its state and, for each
//! campaign, the reason why it orders trees or not.

use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::merchant;
use crate::webhooks::{Shop, paid_shopify_order};

fn get(merchant: &Merchant, path: &str) -> Value {
    let answer = merchant.call("GET", path, &Value::Null).unwrap();
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json()
}

fn tell(merchant: &Merchant, sale: &Value) {
    merchant.call("POST", "/api/orders/", &json!({ "sale": sale })).unwrap();
}

#[test]
fn a_sale_is_read_with_its_facts_its_state_and_why_or_why_not_for_each_campaign() {
    let merchant = merchant();
    let mugs_of_red = json!({"trees": [{"per_item": {"items": {"sku": ["MUG-RED"]}, "trees": 1}}]});
    merchant.add_campaign("Red mugs", &mugs_of_red).unwrap();
    tell(&merchant, &two_mugs("19"));
    let later = json!({"trees": [{"per_order": {"trees": 1}}]});
    merchant.add_campaign("Later", &later).unwrap();
    let found = get(&merchant, "/api/sales/?sale=19");
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    let path = format!("/api/sales/{}", found[0]["id"].as_str().unwrap());
    let sale = get(&merchant, &path);
    assert_eq!((&sale["sale"], &sale["status"]), (&json!("19"), &json!("paid")));
    assert_eq!(sale["current"], two_mugs("19"));
    assert_eq!(sale["facts"]["snapshot"]["proof"], "verified");
    let campaigns = sale["campaigns"].as_array().unwrap();
    let of =
        |name: &str| campaigns.iter().find(|one| one["campaign_name"] == name).unwrap().clone();
    let mugs = of("A tree for every mug");
    assert_eq!((&mugs["trees"], &mugs["state"]), (&json!(2), &json!("open")));
    assert_eq!(mugs["reason"], "2 × SKU MUG-BLUE: 2 trees");
    assert_eq!(of("Red mugs")["reason"], "no item with the SKU MUG-RED was bought");
    assert_eq!(of("Later")["reason"], "the sale was first reported before this campaign was made");
}

#[test]
fn orders_and_sales_are_found_by_the_number_that_the_shops_customers_see() {
    let shop = Shop::shopify();
    let mut order = paid_shopify_order();
    order["id"] = json!(820_982_911_946_154_500_u64);
    order["name"] = json!("#9999");
    assert_eq!(shop.deliver_json(&order).status, 200);
    tell(&shop.merchant, &{
        let mut other = two_mugs("another");
        other["platform"] = json!("shopify");
        other
    });
    for query in ["820982911946154500", "%239999", "9999"] {
        let orders = get(&shop.merchant, &format!("/api/orders/?sale={query}"));
        assert_eq!(orders.as_array().unwrap().len(), 1, "{query}: {orders}");
        let sales = get(&shop.merchant, &format!("/api/sales/?sale={query}"));
        assert_eq!(sales[0]["number"], "9999", "{query}: {sales}");
    }
    assert_eq!(get(&shop.merchant, "/api/orders/?sale=none"), json!([]));
}

#[test]
fn sales_are_listed_page_by_page_and_no_foreign_one_is_read() {
    let foreign = merchant();
    tell(&foreign, &two_mugs("foreign"));
    let merchant = merchant();
    for id in ["1", "2", "3"] {
        tell(&merchant, &two_mugs(id));
    }
    let first = get(&merchant, "/api/sales/?limit=2");
    let after = first[1]["id"].as_str().unwrap();
    let second = get(&merchant, &format!("/api/sales/?limit=2&after={after}"));
    let named = |page: &Value| -> Vec<Value> {
        page.as_array().unwrap().iter().map(|sale| sale["sale"].clone()).collect()
    };
    assert_eq!([named(&first), named(&second)].concat(), ["1", "2", "3"]);
    let foreign_id = get(&foreign, "/api/sales/")[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/sales/{foreign_id}");
    assert_eq!(merchant.call("GET", &path, &Value::Null).unwrap().status, 404);
}
