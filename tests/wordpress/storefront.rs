//! Tests of the plugin's additions to the pages of the shop, and of the checkbox of its checkout.

use serde_json::{Value, json};
use shop_adapters::woocommerce;

use crate::{SAMPLE, islands, php, recorded};

/// The secret of a connected shop, as `wordpress.php` has it.
const SECRET: &str = "pigwh0123456789abcdef";

const ASSETS: &str = "https://mugs.example.com/wp-content/plugins/play-it-green/assets";

/// Returns the plugin's part of a page with this query, under options that differ from those of a
/// connected shop.
fn page(query: &str, options: &Value, order: &Value) -> String {
    php("page.php", &[query, &options.to_string()], order)
}

/// Returns the order as one that was placed so many minutes ago by this customer; 0 is a guest.
fn placed(minutes: i64, customer: u32) -> Value {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let at = i64::try_from(now.as_millis()).unwrap().saturating_sub(minutes.saturating_mul(60_000));
    let at = order_events::Timestamp::from_milliseconds(at).unwrap().to_rfc3339();
    let mut order = recorded(SAMPLE);
    order["date_created_gmt"] = json!(at.trim_end_matches('Z'));
    order["customer_id"] = json!(customer);
    order
}

#[test]
fn every_page_holds_the_settings_and_the_loader_of_the_plugin_itself() {
    let order = recorded(SAMPLE);
    let page = page("", &json!({}), &order);
    let settings = format!(
        "<meta name=\"play-it-green\" data-worker=\"https://trees.example.com\" \
         data-key=\"pig_pk_live_0123\" data-files=\"{ASSETS}\">"
    );
    assert!(page.contains(&settings), "{page}");
    let loader = format!("<script async src=\"{ASSETS}/loader.js?ver=0.1.0\"></script>");
    assert_eq!(page.matches(&loader).count(), 1, "{page}");
    assert_eq!(page.matches("<script").count(), 1, "no code of another server: {page}");
}

#[test]
fn a_page_of_a_site_that_is_not_connected_or_has_another_address_holds_nothing() {
    let order = recorded(SAMPLE);
    let query = format!("thankyou={}", order["id"]);
    let copy = json!({"home": "https://staging.mugs.example.com"});
    for options in [json!({"play_it_green": {}}), json!({"play_it_green": false}), copy] {
        assert_eq!(page(&query, &options, &order), "", "{options}");
    }
    let by_http = page(&query, &json!({"home": "http://mugs.example.com"}), &order);
    assert_eq!(islands(&by_http).len(), 1, "another scheme is no other site");
}

#[test]
fn the_loader_runs_right_behind_the_sale_so_that_a_buyer_who_leaves_at_once_keeps_it() {
    let order = placed(1, 0);
    let (id, key) = (&order["id"], order["order_key"].as_str().unwrap());
    let page = page(&format!("order-received={id}&key={key}&thankyou={id}"), &json!({}), &order);
    let (_, behind) = page.split_once("id=\"play-it-green-sale\"").unwrap();
    let (_, behind) = behind.split_once("</script>").unwrap();
    let script = behind.trim_start().split_once('>').unwrap().0;
    assert!(script.starts_with(&format!("<script src=\"{ASSETS}/loader.js?ver=0.1.0\"")), "{page}");
    assert!(!script.contains(" async") && script.contains("data-no-defer"), "{script}");
    assert_eq!(page.matches("loader.js").count(), 1, "once: {page}");
}

#[test]
fn where_wordpress_asks_for_consent_the_loader_is_told_to_wait() {
    let order = recorded(SAMPLE);
    assert!(!page("", &json!({}), &order).contains("data-consent"));
    let asking = page("asks_for_consent=1", &json!({}), &order);
    assert!(asking.contains(" data-consent=\"statistics\">"), "{asking}");
}

#[test]
fn where_the_theme_fires_no_hook_the_address_with_the_orders_own_key_shows_the_sale() {
    let order = placed(1, 0);
    let (id, key) = (order["id"].to_string(), order["order_key"].as_str().unwrap().to_owned());
    let page = |query: &str| page(query, &json!({}), &order);
    assert_eq!(islands(&page(&format!("order-received={id}&key={key}"))).len(), 1);
    let both = page(&format!("thankyou={id}&order-received={id}&key={key}"));
    assert_eq!(islands(&both).len(), 1, "once, where both are there");
    for stranger in ["order-received={id}&key=wc_order_guessed", "order-received={id}", "p=1"] {
        assert!(islands(&page(&stranger.replace("{id}", &id))).is_empty(), "{stranger}");
    }
}

#[test]
fn the_sale_is_shown_to_nobody_to_whom_the_shop_does_not_show_the_order() {
    let shown = |order: &Value, user: u32| {
        let (id, key) = (&order["id"], order["order_key"].as_str().unwrap());
        let query = format!("order-received={id}&key={key}&user={user}");
        islands(&page(&query, &json!({}), order)).len()
    };
    // A guest sees the order for ten minutes, and then after typing the e-mail address.
    assert_eq!([shown(&placed(9, 0), 0), shown(&placed(11, 0), 0)], [1, 0]);
    // A customer sees it whenever signed in.
    let order = placed(60 * 24, 7);
    assert_eq!([shown(&order, 7), shown(&order, 8), shown(&order, 0)], [1, 0, 0]);
}

#[test]
fn the_page_holds_nothing_of_who_bought() {
    let order = recorded(SAMPLE);
    let page = page(&format!("thankyou={}", order["id"]), &json!({}), &order);
    for personal in ["billing", "email", "buyer", "address", "customer", "Test Street"] {
        assert!(!page.contains(personal), "{personal}: {page}");
    }
}

#[test]
fn the_shop_signs_the_sale_with_the_secret_of_its_webhooks() {
    let order = recorded(SAMPLE);
    let page = page(&format!("thankyou={}", order["id"]), &json!({}), &order);
    assert!(!page.contains(SECRET), "{page}");
    let (_, rest) = page.split_once(" data-signature=\"").expect("a signature");
    let (signature, rest) = rest.split_once("\">").unwrap();
    let (text, _) = rest.split_once("</script>").unwrap();
    // WordPress inserts a line break before and after the text of an inline script.
    assert!(woocommerce::signature::verify(SECRET, text.trim().as_bytes(), signature));
    assert!(!woocommerce::signature::verify("another secret", text.trim().as_bytes(), signature));
}

#[test]
fn the_checkbox_of_either_checkout_decides_if_the_owner_wants_one() {
    let result = |asks: bool, typed: Value| -> Value {
        let mut order = recorded(SAMPLE);
        order["typed"] = typed;
        let choices = json!({"asks_buyer": asks}).to_string();
        serde_json::from_str(&php("checkout.php", &[&choices], &order)).unwrap()
    };
    let classic = |data: Value| json!({"checkout": "classic", "data": data});
    let block = |fields: Value| {
        let data = json!({"additional_fields": fields});
        json!({"checkout": "block", "data": data})
    };
    for (typed, decision) in [
        (classic(json!({"plant_trees": 1})), "yes"),
        (classic(json!({"plant_trees": 0})), "no"),
        (classic(json!({})), "no"),
        (block(json!({"play-it-green/plant-trees": true})), "yes"),
        (block(json!({"play-it-green/plant-trees": false})), "no"),
        (block(json!({"another/field": true})), "no"),
        (block(Value::Null), "no"),
    ] {
        let asked = result(true, typed.clone());
        assert_eq!(asked["decision"], decision, "{typed}");
        assert_eq!(asked["blocks"], json!(["play-it-green/plant-trees"]));
        assert_eq!(asked["classic"], json!(["plant_trees"]));
    }
    let silent = result(false, classic(json!({})));
    assert_eq!(silent, json!({"blocks": [], "classic": [], "decision": ""}), "not asked, not told");
    let unasked = result(false, block(json!({"play-it-green/plant-trees": true})));
    assert_eq!(unasked["decision"], "");
}
