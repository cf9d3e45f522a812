//! Tests that the `WordPress` plugin prints the same sale as `WooCommerce`'s own webhook.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "in a test, a panic is the message"
)]

mod connection;
mod deliveries;
mod storefront;
mod translations;

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use order_events::{Sale, SaleStatus};
use play_it_green_tests::local_worker::repository;
use serde_json::{Value, json};
use shop_adapters::{json, woocommerce};

const SAMPLE: &str = "woocommerce-order-created.http";

/// Returns the order of a recorded webhook.
fn recorded(file: &str) -> Value {
    let path = repository().join("shop-adapters/tests/samples").join(file);
    let text = fs::read_to_string(path).unwrap();
    let (_, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    serde_json::from_str(body).unwrap()
}

/// Returns the output of a script of `tests/wordpress`.
fn php(script: &str, arguments: &[&str], input: &Value) -> String {
    let plugin = repository().join("shop-adapters/install/wordpress/play-it-green");
    let mut process = Command::new("php")
        .args(["-d", "display_errors=stderr", "-d", "error_reporting=-1"])
        .arg(repository().join("tests/wordpress").join(script))
        .arg(plugin)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("PHP runs");
    process.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the data islands on a page.
fn islands(page: &str) -> Vec<&str> {
    let starts = page.split("id=\"play-it-green-sale\"").skip(1);
    starts.map(|rest| rest.split_once("</script>").unwrap().0.split_once('>').unwrap().1).collect()
}

/// Returns the sale on the page that the shop shows after this order.
fn printed(order: &Value) -> Sale {
    let id = order["id"].to_string();
    let page = php("page.php", &[&format!("thankyou={id}")], order);
    let islands = islands(&page);
    assert_eq!(islands.len(), 1, "{page}");
    woocommerce::island::sale(json::read(islands[0].as_bytes()).unwrap()).unwrap()
}

/// Returns the sale in the body of the shop's webhook, to which the plugin has added the
/// categories.
fn told_by_webhook(order: &Value) -> Sale {
    let order = json::read(php("webhook.php", &["order"], order).as_bytes()).unwrap();
    woocommerce::order::sale(order).unwrap()
}

#[test]
fn the_page_and_the_webhook_tell_of_the_same_sale() {
    for file in [SAMPLE, "woocommerce-order-updated-partial-refund.http"] {
        let order = recorded(file);
        assert_eq!(printed(&order), told_by_webhook(&order), "{file}");
    }
}

#[test]
fn a_webhook_tells_of_categories_too_and_one_about_something_else_is_left_alone() {
    let order = recorded(SAMPLE);
    assert_eq!(told_by_webhook(&order).lines[0].collections, ["mugs"]);
    for (what, body) in [("customer", order.clone()), ("order", json!({"id": 19}))] {
        let sent: Value = serde_json::from_str(&php("webhook.php", &[what], &body)).unwrap();
        assert_eq!(sent, body, "{what}");
    }
}

#[test]
fn a_deleted_refund_touches_its_order_and_an_order_deleted_without_the_trash_is_reported_to_us() {
    let mut order = recorded(SAMPLE);
    let ours = "https://trees.example.com/webhooks/woocommerce/shop_0123456789abcdef";
    let others = "https://example.com/orders";
    let deleted = |order: &Value, address: &str, deleted: &str| -> Value {
        serde_json::from_str(&php("deletions.php", &[address, deleted], order)).unwrap()
    };
    for refund in ["refund", "refund by the API"] {
        let result = deleted(&order, others, refund);
        assert_eq!(result["told"], json!([["order.updated", order["id"]]]), "{refund}");
        assert_ne!(result["modified"], order["date_modified_gmt"], "{refund}");
    }
    let told = |order: &Value, address: &str| deleted(order, address, "order")["told"].clone();
    assert_eq!(told(&order, ours), json!([["order.deleted", order["id"]]]));
    assert_eq!(told(&order, others), json!([]));
    // The shop reported the trash before. Drafts are not orders, and shops delete them every day.
    for status in ["trash", "auto-draft", "checkout-draft"] {
        order["status"] = json!(status);
        assert_eq!(told(&order, ours), json!([]), "{status}");
    }
}

#[test]
fn page_and_webhook_report_returned_units_parts_of_bundles_and_fees_alike() {
    let mut order = recorded(SAMPLE);
    order["line_items"][0]["test_returned"] = json!(1);
    order["line_items"][0]["meta_data"] = json!([{"id": 1, "key": "_bundled_by", "value": "7"}]);
    order["fee_lines"] = json!([{"id": 9, "name": "Credit", "total": "-2.00", "meta_data": []}]);
    let sale = printed(&order);
    assert_eq!((sale.lines[0].refunded, sale.lines[0].bundled), (1, true));
    let without_fee = {
        let mut order = order.clone();
        order["fee_lines"] = json!([]);
        order
    };
    assert_eq!(sale.items_total, printed(&without_fee).items_total - 200);
    assert_eq!(told_by_webhook(&order), sale);
}

#[test]
fn cash_on_delivery_stays_paid_under_a_status_of_the_shops_own() {
    let mut order = recorded(SAMPLE);
    order["status"] = json!("shipped");
    order["date_paid_gmt"] = Value::Null;
    for (method, status) in [("cod", SaleStatus::Paid), ("bacs", SaleStatus::Placed)] {
        order["payment_method"] = json!(method);
        assert_eq!(printed(&order).status, status, "{method}");
        assert_eq!(told_by_webhook(&order).status, status, "{method}");
    }
    // Another plugin says that its status is a paid one.
    order["status"] = json!("paid-by-plugin");
    assert_eq!(printed(&order).status, SaleStatus::Paid);
    assert_eq!(told_by_webhook(&order).status, SaleStatus::Paid);
}

#[test]
fn an_order_whose_payment_failed_is_no_sale_until_it_is_paid() {
    let mut order = recorded(SAMPLE);
    let page = |order: &Value| php("page.php", &[&format!("thankyou={}", order["id"])], order);
    for status in ["failed", "cancelled"] {
        order["status"] = json!(status);
        assert_eq!(islands(&page(&order)), Vec::<&str>::new(), "{status}");
    }
    order["status"] = json!("processing");
    assert_eq!(islands(&page(&order)).len(), 1);
}

#[test]
fn a_title_cannot_end_the_script_and_what_the_buyer_answered_is_told() {
    let mut order = recorded(SAMPLE);
    order["line_items"][0]["name"] = json!("Mug </script><script>alert('ü')</script> & \"more\"");
    order["meta_data"] = json!([{"id": 1, "key": "plant_trees", "value": "yes"}]);
    let sale = printed(&order);
    assert_eq!(sale.lines[0].title, "Mug </script><script>alert('ü')</script> & \"more\"");
    assert_eq!(sale.opted_in, Some(true));
}

#[test]
fn a_product_that_was_deleted_since_is_told_by_its_name() {
    let mut order = recorded(SAMPLE);
    order["line_items"][0]["sku"] = Value::Null;
    let sale = printed(&order);
    assert_eq!((sale.lines[0].sku.as_deref(), sale.lines[0].quantity), (None, 2));
}
