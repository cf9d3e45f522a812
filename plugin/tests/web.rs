//! Tests the module in a real browser, with the values that JavaScript passes and receives.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use js_sys::{JSON, Reflect};
use order_events::OrderEvent;
use plugin::{order_event, send};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Response;

wasm_bindgen_test_configure!(run_in_browser);

const CAMPAIGNS: &str = r#"[{"id": "campaign_1", "version": 1, "name": "A tree a mug", "starts_at": null,
    "ends_at": null,
    "conditions": {"trees": [{"per_item": {"items": {"sku": ["MUG-BLUE"]}, "trees": 1}}]}}]"#;

fn value(json: &str) -> JsValue {
    JSON::parse(json).unwrap()
}

fn json(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

/// Returns the data island of a WooCommerce page, with this quantity of one SKU.
fn island(sku: &str, quantity: &str) -> JsValue {
    value(&format!(
        r#"{{"woocommerce": {{"id": 19, "sold_at": "2026-11-22T08:51:49Z", "status": "processing",
        "currency": "USD", "total": "43.95", "email": "buyer@example.com", "lines": [{{"product": 11,
        "sku": "{sku}", "title": "Blue \"big\" mug ☃", "quantity": {quantity}, "total": 35.98}}]}}}}"#
    ))
}

#[wasm_bindgen_test]
fn an_island_that_qualifies_becomes_an_order_event_without_personal_data() {
    let found = island("MUG-BLUE", "2");
    let event = order_event(&found, "pig_pk_test", "shop_1", &value(CAMPAIGNS)).unwrap();
    assert!(!json(&event).contains("buyer@example.com"));
    let field = |object: &JsValue, name: &str| Reflect::get(object, &name.into()).unwrap();
    let sale = field(&event, "sale");
    assert_eq!(field(&event, "key"), "pig_pk_test");
    assert_eq!(field(&sale, "id"), "19");
    assert_eq!(field(&sale, "total"), 4395);
    assert_eq!(field(&sale, "items_total"), 3598);
    assert_eq!(
        field(&Reflect::get_u32(&field(&sale, "lines"), 0).unwrap(), "title"),
        "Blue \"big\" mug ☃"
    );
}

#[wasm_bindgen_test]
fn an_odd_detail_costs_the_detail_and_not_the_sale() {
    let line = r#"{"product": false, "variant": 0, "sku": " MUG-BLUE ", "title": null,
        "quantity": "1.5", "refunded": [], "total": "1,035.98", "bundled": 0,
        "collections": {"3": "mugs", "5": null}}"#;
    for lines in [
        format!("[{line}]"),
        format!(r#"{{"4": {line}}}"#),
        format!(r#"{{"mug": {line}}}"#),
        line.to_owned(),
        format!("[[], null, false, {line}]"),
    ] {
        let found = value(&format!(
            r#"{{"woocommerce": {{"id": "19", "sold_at": "2026-11-22T08:51:49", "updated_at": [],
            "status": "wc-Processing", "paid": 1, "currency": "irt", "total": "$1,043.95",
            "refunded": "", "coupons": {{"0": 2024, "2": "(not set)"}}, "opted_in": "Yes ", "fees": false,
            "lines": {lines}}}}}"#
        ));
        let event = order_event(&found, "key", "shop_1", &value(CAMPAIGNS)).unwrap();
        let sale = Reflect::get(&event, &"sale".into()).unwrap();
        assert_eq!(
            json(&sale),
            r#"{"platform":"woocommerce","id":"19","sold_at":"2026-11-22T08:51:49Z",
            "updated_at":"2026-11-22T08:51:49Z","status":"paid","test":false,"currency":"IRT",
            "total":1044,"items_total":1036,"refunded":0,"coupons":["2024"],"opted_in":true,
            "lines":[{"product":null,"variant":null,"sku":"MUG-BLUE","title":"","quantity":1,
            "refunded":0,"total":1036,"collections":["mugs"]}]}"#
                .replace("\n            ", ""),
            "{lines}"
        );
    }
}

#[wasm_bindgen_test]
fn an_order_event_has_every_field_of_the_contract() {
    let text = "\\\\ \\\" \\u0001 \\n é \u{1f333}";
    let sale = format!(
        r#"{{"platform": "bigcommerce", "id": "{text}", "sold_at": "2026-11-22T08:51:49.5Z",
        "updated_at": "2026-11-22T08:52:53Z", "status": "placed", "test": true, "currency": "JPY",
        "total": 9007199254740991, "items_total": 0, "refunded": 7, "coupons": ["{text}", "b"],
        "opted_in": OPTED_IN, "lines": [{{"product": null, "variant": "", "sku": "MUG-BLUE",
        "title": "{text}", "quantity": 1000000, "refunded": 0, "total": 1,
        "collections": ["mugs"], "bundled": true}}]}}"#
    );
    for opted_in in ["null", "true", "false"] {
        let sale = sale.replace("OPTED_IN", opted_in);
        let found = value(&format!(r#"{{"sale": {sale}}}"#));
        let event = order_event(&found, "pig_pk_test", "shop_1", &value(CAMPAIGNS)).unwrap();
        let event: OrderEvent = serde_json::from_str(&json(&event)).unwrap();
        assert_eq!(event.sale, serde_json::from_str(&sale).unwrap());
    }
}

#[wasm_bindgen_test]
fn a_sale_that_no_campaign_wants_becomes_nothing() {
    let campaigns = value(CAMPAIGNS);
    assert_eq!(order_event(&island("MUG-RED", "2"), "key", "shop_1", &campaigns), None);
    assert_eq!(order_event(&island("MUG-BLUE", "2"), "key", "shop_1", &value("[]")), None);
}

#[wasm_bindgen_test]
async fn an_answer_is_handed_over_whatever_it_is() {
    let answer = JsFuture::from(send("data:text/plain,seven", "{}")).await.unwrap();
    let text = answer.unchecked_into::<Response>().text().unwrap();
    assert_eq!(JsFuture::from(text).await.unwrap(), "seven");
}

#[wasm_bindgen_test]
async fn nobody_who_answers_is_an_error_and_no_panic() {
    let refused = send("http://127.0.0.1:9/", "{}");
    assert!(JsFuture::from(refused).await.unwrap_err().is_instance_of::<js_sys::TypeError>());
}
