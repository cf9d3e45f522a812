//! `WooCommerce`'s webhooks, whose bodies are orders of its REST API.

use order_events::{Sale, SaleStatus, limits};
use shop_adapters::woocommerce::{self, is_ping, order, signature};

use crate::support::{convert, copies, header, patched, request};

const SAMPLES: [&str; 2] =
    ["woocommerce-order-created.http", "woocommerce-order-updated-partial-refund.http"];

/// The secret of the sample shop, as `WooCommerce` stored it.
const SECRET: &str = r#"whsec "q" & 1"#;

const ORDER: &str = r#"{
    "id": 19, "status": "processing", "currency": "USD", "total": "43.95",
    "date_created_gmt": "2026-11-22T08:51:49", "date_modified_gmt": "2026-11-22T08:52:53",
    "date_paid_gmt": null, "billing": {"first_name": "Ada", "email": "ada.buyer@example.com"},
    "line_items": [{"id": 7, "name": "Blue mug", "product_id": 11, "variation_id": 0,
                    "quantity": 2, "subtotal": "39.98", "total": "35.98", "sku": "MUG-BLUE",
                    "price": 17.99}],
    "coupon_lines": [{"code": "tenoff", "discount": "4"}], "refunds": [], "meta_data": []
}"#;

fn converted(patches: &[(&str, &str)]) -> Result<Sale, String> {
    convert(&patched(ORDER, patches), order::sale)
}

#[test]
fn the_samples_become_sales_without_personal_data() {
    for name in SAMPLES {
        let sale = convert(&request(name).1, order::sale);
        insta::assert_json_snapshot!(name, sale);
        let json = serde_json::to_string(&sale.unwrap()).unwrap();
        assert!(
            ["Ada", "example.com", "127.0.0.1", "wc_order"].iter().all(|who| !json.contains(who))
        );
    }
}

#[test]
fn the_ping_is_recognised_and_an_order_is_not_one() {
    assert!(is_ping(&request("woocommerce-ping.http").1));
    for body in [&b"webhook_id="[..], b"webhook_id=1&id=2", b"webhook_id=x", b"", b"{}"] {
        assert!(!is_ping(body));
    }
    assert!(!is_ping(&request(SAMPLES[0]).1));
}

#[test]
fn the_shops_signature_holds_for_its_body_and_secret_only() {
    for name in SAMPLES {
        let (head, body) = request(name);
        let signature = header(&head, "X-WC-Webhook-Signature");
        assert!(signature::verify(SECRET, &body, &signature));
        assert!(!signature::verify("another", &body, &signature));
        assert!(!signature::verify(SECRET, &body[1..], &signature));
        assert!(!signature::verify(SECRET, &body, signature.trim_end_matches('=')));
        assert!(!signature::verify(SECRET, &body, &signature.to_lowercase()));
        assert!(!signature::verify(SECRET, &body, ""));
    }
}

#[test]
fn the_status_is_woocommerces_own_count_of_sales() {
    let status = |slug: &str, paid: &str| {
        let slug = format!("\"{slug}\"");
        converted(&[("/status", &slug), ("/date_paid_gmt", paid)]).unwrap().status
    };
    for (slug, expected) in [
        ("processing", SaleStatus::Paid),
        ("completed", SaleStatus::Paid),
        ("on-hold", SaleStatus::Placed),
        ("pending", SaleStatus::Placed),
        ("checkout-draft", SaleStatus::Placed),
        ("cancelled", SaleStatus::Cancelled),
        ("failed", SaleStatus::Cancelled),
        ("trash", SaleStatus::Cancelled),
        ("refunded", SaleStatus::Refunded),
        ("awaiting-pickup", SaleStatus::Placed),
    ] {
        assert_eq!(status(slug, "null"), expected, "{slug}");
    }
    let paid = r#""2026-11-22T08:52:00""#;
    assert_eq!(status("awaiting-pickup", paid), SaleStatus::Paid);
    assert_eq!(status("cancelled", paid), SaleStatus::Cancelled);
    assert_eq!(status("on-hold", paid), SaleStatus::Placed);
}

#[test]
fn amounts_follow_the_currency_and_not_the_shops_number_of_decimals() {
    let total = |currency: &str, total: &str| {
        let lines = format!(r#"[{{"name": "Mug", "quantity": 1, "total": {total}}}]"#);
        let currency = format!("\"{currency}\"");
        converted(&[("/currency", &currency), ("/total", total), ("/line_items", &lines)])
            .map(|sale| (sale.total, sale.items_total))
    };
    assert_eq!(total("JPY", r#""16.00""#), Ok((16, 16)));
    assert_eq!(total("JPY", r#""909.09""#), Ok((909, 909)));
    assert_eq!(total("JPY", r#""909.50""#), Ok((910, 910)));
    assert_eq!(total("EUR", r#""42""#), Ok((4200, 4200)));
    assert_eq!(total("EUR", "42"), Ok((4200, 4200)));
    assert_eq!(total("EUR", r#""42.9990""#), Ok((4300, 4300)));
    assert_eq!(total("KWD", r#""1.234""#), Ok((1234, 1234)));
    assert_eq!(total("BHD", r#""1.2""#), Ok((1200, 1200)));
    assert_eq!(total("USD", r#""0.00""#), Ok((0, 0)));
}

#[test]
fn refunds_are_known_by_amount() {
    let refunded = |refunds: &str| converted(&[("/refunds", refunds)]).unwrap().refunded;
    for (refunds, cents) in [
        (r#"[{"total": "-10.00"}, {"total": "-0.5"}]"#, 1050),
        ("null", 0),
        (r#"[{"total": "-10.00"}, {"total": null}]"#, 1000),
        (r#"[{"total": "10.00"}]"#, 1000),
        (r#"[{"total": "--10.00"}]"#, 1000),
        (r#"[{"total": "-ten"}]"#, 0),
        (r#"{"4": {"total": "-10.00"}, "7": {"total": -2}}"#, 1200),
    ] {
        assert_eq!(refunded(refunds), cents, "{refunds}");
    }
}

#[test]
fn a_full_refund_of_a_bundle_with_deleted_and_variable_products() {
    let lines = r#"[
        {"name": "\"Caf\u00e9\" <cup> & saucer \/ set", "product_id": 0, "variation_id": 0,
         "quantity": 1, "total": "10.00", "sku": ""},
        {"name": null, "product_id": "12", "variation_id": 345, "quantity": "2", "total": 20,
         "sku": null}]"#;
    insta::assert_json_snapshot!(converted(&[
        ("/status", r#""refunded""#),
        ("/refunds", r#"[{"id": 20, "reason": "Ada changed her mind", "total": "-43.95"}]"#),
        ("/line_items", lines),
        ("/coupon_lines", r#"[{"code": ""}, {"code": "ten off"}, {"code": null}]"#),
    ]));
}

#[test]
fn the_meta_field_plant_trees_is_the_opt_in() {
    let opted_in = |value: &str| {
        let meta = format!(
            r#"[{{"key": "_items", "value": [{{"a": [1, {{}}]}}]}}, {{"key": "x", "value": 2.5}},
                {{"key": "plant_trees", "value": {value}}}]"#
        );
        converted(&[("/meta_data", &meta)]).unwrap().opted_in
    };
    assert_eq!(opted_in(r#""yes""#), Some(true));
    assert_eq!(opted_in("1"), Some(true));
    assert_eq!(opted_in("false"), Some(false));
    assert_eq!(opted_in(r#"{"a": {"b": "yes"}, "c": 1}"#), None);
    assert_eq!(opted_in(r#"["yes"]"#), None);
    assert_eq!(opted_in("-1"), None);
}

#[test]
fn dates_without_a_zone_are_utc() {
    let sale = converted(&[("/date_modified_gmt", "null")]).unwrap();
    assert_eq!(sale.sold_at, sale.updated_at);
    assert_eq!(sale.sold_at.to_string(), "2026-11-22T08:51:49Z");
}

#[test]
fn space_around_an_id_is_not_part_of_it_and_a_line_of_no_units_is_none() {
    let lines = r#"[{"name": "Mug", "product_id": 11, "quantity": 1, "total": "1", "sku": " A 1\t"},
                    {"name": "Cup", "product_id": 12, "quantity": 0, "total": "0", "sku": " "},
                    {"name": "Pot", "product_id": " 13 ", "quantity": 1, "total": "0", "sku": " "}]"#;
    let sale = converted(&[("/line_items", lines)]).unwrap();
    let ids: Vec<_> =
        sale.lines.iter().map(|line| (line.product.as_deref(), line.sku.as_deref())).collect();
    assert_eq!(ids, [(Some("11"), Some("A 1")), (Some("13"), None)]);
}

#[test]
fn an_order_of_no_lines_is_a_sale_of_no_items() {
    // Such an order costs only fees, shipping and tax.
    let fee = r#"[{"name": "Deposit for bottles", "total": "38.95"}]"#;
    let empty = [("/line_items", "[]"), ("/fee_lines", fee), ("/shipping_total", "\"5.00\"")];
    let sale = converted(&empty).unwrap();
    assert_eq!((sale.lines.len(), sale.items_total, sale.total), (0, 0, 4395));
}

#[test]
fn amounts_reach_the_limit_and_no_further() {
    let with = |total: &str| converted(&[("/total", total)]).map(|sale| sale.total);
    assert_eq!(with(r#""90071992547409.91""#), Ok(limits::AMOUNT));
    assert_eq!(with(r#""90071992547409.914""#), Ok(limits::AMOUNT));
    let line = r#"{"name": "Yacht", "quantity": 1, "total": "90071992547409.91"}"#;
    let two = converted(&[("/line_items", &copies(line, 2))]).unwrap();
    assert_eq!(two.items_total, limits::AMOUNT);
    let beyond = [r#""90071992547409.92""#, r#""90071992547409.915""#];
    assert_eq!(beyond.map(with), [Ok(3598), Ok(3598)], "the items show it");
    let alone =
        |total: &str| converted(&[("/total", total), ("/line_items", "[]")]).map(|sale| sale.total);
    insta::assert_json_snapshot!(beyond.map(alone));
}

#[test]
fn lists_and_ids_reach_their_limits() {
    let coupons = copies(r#"{"code": "a"}"#, limits::NAMES_PER_LIST);
    let sale = converted(&[("/coupon_lines", &coupons)]).unwrap();
    assert_eq!(sale.coupons.len(), limits::NAMES_PER_LIST);
    let id = "9".repeat(limits::ID_BYTES);
    let sale = converted(&[("/line_items/0/product_id", &format!("\"{id}\""))]).unwrap();
    assert_eq!(sale.lines[0].product, Some(id));
}

#[test]
fn what_cannot_be_a_sale_is_refused_by_its_field() {
    insta::assert_json_snapshot!([
        converted(&[("/id", "0")]),
        converted(&[("/id", "")]),
        converted(&[("/status", "null")]),
        converted(&[("/date_created_gmt", "null"), ("/date_modified_gmt", "null")]),
        converted(&[("/total", r#""-1.00""#)]),
        converted(&[("/total", "null"), ("/line_items", "[]")]),
        convert(br#"{"id": 19}"#, order::sale),
        convert(b"webhook_id=1", order::sale),
        convert(b"null", order::sale),
    ]);
}

#[test]
fn a_webhooks_body_names_its_site_however_the_shop_writes_its_links() {
    for (link, site) in [
        ("https://mugs.example.com/wp-json/wc/v3/orders/16", "https://mugs.example.com"),
        ("http://mugs.example.com/wc/wp-json/wc/v3/orders/16", "http://mugs.example.com/wc"),
        ("https://mugs.example.com/shop/api/wc/v2/orders/16", "https://mugs.example.com/shop"),
        ("https://mugs.example.com/wp-json/wc/v3/orders/16?lang=de", "https://mugs.example.com"),
        ("https://mugs.example.com/index.php/wp-json/wc/v3/orders/16", "https://mugs.example.com"),
        ("https://mugs.example.com/?rest_route=/wc/v3/orders/16", "https://mugs.example.com"),
        (
            "https://mugs.example.com/shop/index.php?rest_route=%2Fwc%2Fv3%2Forders%2F16",
            "https://mugs.example.com/shop",
        ),
    ] {
        let body = serde_json::json!({"id": 16, "_links": {"self": [{"href": link}]}}).to_string();
        assert_eq!(site_of(&body).as_deref(), Some(site), "{link}");
    }
    for body in [
        r#"{"id": 16}"#,
        r#"{"_links": {"self": []}}"#,
        r#"{"_links": {"self": [{"href": "/orders/16"}]}}"#,
        "webhook_id=1",
    ] {
        assert_eq!(site_of(body), None, "{body}");
    }
}

fn site_of(body: &str) -> Option<String> {
    woocommerce::webhook::order(body.as_bytes()).ok()?.site()
}
