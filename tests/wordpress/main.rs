//! Tests that the `WordPress` plugin prints the same sale as `WooCommerce`'s own webhook.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "in a test, a panic is the message"
)]

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
    let starts = page.split("<script type=\"application/json\" id=\"play-it-green-sale\">").skip(1);
    starts.map(|rest| rest.split_once("</script>").unwrap().0).collect()
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
fn our_webhooks_tell_of_deleted_refunds_and_of_orders_deleted_without_the_trash() {
    let mut order = recorded(SAMPLE);
    let ours = "https://trees.example.com/webhooks/woocommerce/shop_0123456789abcdef";
    let told = |order: &Value, address: &str, deleted: &str| -> Value {
        serde_json::from_str(&php("deletions.php", &[address, deleted], order)).unwrap()
    };
    for (deleted, topic) in [
        ("refund", "order.updated"),
        ("refund by the API", "order.updated"),
        ("order", "order.deleted"),
    ] {
        assert_eq!(told(&order, ours, deleted), json!([[topic, order["id"]]]), "{deleted}");
        let others = "https://example.com/orders";
        assert_eq!(told(&order, others, deleted), json!([]), "{deleted}, to others");
    }
    // The shop reported the trash before. Drafts are not orders, and shops delete them every day.
    for status in ["trash", "auto-draft", "checkout-draft"] {
        order["status"] = json!(status);
        assert_eq!(told(&order, ours, "order"), json!([]), "{status}");
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
}

#[test]
fn an_order_whose_payment_failed_is_no_sale_until_it_is_paid() {
    let mut order = recorded(SAMPLE);
    let page = |order: &Value| php("page.php", &[&format!("thankyou={}", order["id"])], order);
    for status in ["failed", "cancelled"] {
        order["status"] = json!(status);
        assert_eq!(page(&order), "", "{status}");
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

#[test]
fn where_the_theme_fires_no_hook_the_address_with_the_orders_own_key_will_do() {
    let order = recorded(SAMPLE);
    let (id, key) = (order["id"].to_string(), order["order_key"].as_str().unwrap().to_owned());
    let page = |query: &str| php("page.php", &[query], &order);
    assert_eq!(islands(&page(&format!("order-received={id}&key={key}"))).len(), 1);
    let both = page(&format!("thankyou={id}&order-received={id}&key={key}"));
    assert_eq!(islands(&both).len(), 1, "once, where both are there");
    for stranger in ["order-received={id}&key=wc_order_guessed", "order-received={id}", "p=1"] {
        assert_eq!(page(&stranger.replace("{id}", &id)), "", "{stranger}");
    }
}

#[test]
fn the_page_holds_nothing_of_who_bought_and_the_line_that_loads_the_loader() {
    let order = recorded(SAMPLE);
    let page = php("page.php", &[&format!("thankyou={}", order["id"])], &order);
    for personal in ["billing", "email", "example.com\"", "address", "customer", "Test Street"] {
        assert!(!page.contains(personal), "{personal}: {page}");
    }
    let loader = "<script async src=\"https://trees.example.com/plugin/loader.js\" \
                  data-key=\"pig_pk_live_example\"></script>";
    assert!(page.contains(loader), "{page}");
}

#[test]
fn with_the_secret_of_the_webhook_the_shop_signs_what_the_page_holds() {
    let order = recorded(SAMPLE);
    let secret = "0123456789abcdef";
    let page = php("page.php", &[&format!("thankyou={}&secret={secret}", order["id"])], &order);
    let (_, rest) = page.split_once(" data-signature=\"").expect("a signature");
    let (signature, rest) = rest.split_once("\">").unwrap();
    let (text, _) = rest.split_once("</script>").unwrap();
    // WordPress inserts a line break before and after the text of an inline script.
    assert!(woocommerce::signature::verify(secret, text.trim().as_bytes(), signature));
    assert!(!woocommerce::signature::verify("another secret", text.trim().as_bytes(), signature));
}

#[test]
fn only_an_administrator_sees_and_stores_the_address_that_scripts_are_loaded_from() {
    let settings: Value = serde_json::from_str(&php("settings.php", &[], &json!({}))).unwrap();
    assert_eq!(settings["capabilities"], json!(["manage_options", "manage_options"]));
}

#[test]
fn values_that_cannot_work_are_refused_and_the_ones_before_are_kept() {
    let typed = |worker: &str, key: &str| -> Value {
        let form = json!({"worker": worker, "key": key, "secret": "0123456789abcdef"});
        serde_json::from_str(&php("settings.php", &[], &form)).unwrap()
    };
    let good = typed(" https://trees.example.com/ ", "pig_pk_test_0123456789abcdef");
    assert_eq!(good["stored"]["worker"], "https://trees.example.com");
    assert_eq!(good["stored"]["key"], "pig_pk_test_0123456789abcdef");
    assert_eq!(good["errors"], json!([]));
    assert_eq!(good["stored"]["secret"], "0123456789abcdef");
    let short = json!({"worker": "", "key": "", "secret": "short"});
    let short: Value = serde_json::from_str(&php("settings.php", &[], &short)).unwrap();
    assert_eq!(short["stored"]["secret"], "");
    assert!(short["errors"][0].as_str().unwrap().starts_with("The secret is too short"));
    let secret = typed("https://trees.example.com", "pig_sk_live_0123456789abcdef");
    assert_eq!(secret["stored"]["key"], "pig_pk_live_0123");
    assert!(secret["errors"][0].as_str().unwrap().starts_with("This is a secret key"));
    for (worker, key) in
        [("trees.example.com", ""), ("https://a.example.com/x\"><b>", ""), ("", "no")]
    {
        let refused = typed(worker, key);
        assert_eq!(refused["errors"].as_array().unwrap().len(), 1, "{worker} {key}: {refused}");
    }
}
