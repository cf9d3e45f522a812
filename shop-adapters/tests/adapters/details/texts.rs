//! Ids, names, currencies, dates, statuses and JSON itself in the formats of shops.

use order_events::{Currency, Sale};
use serde_json::{Value, json};
use shop_adapters::{bigcommerce, magento, shopify, squarespace, wix, woocommerce};

use super::{ga4_purchase, island, woocommerce_body, woocommerce_order};
use crate::support::{convert, copies, patched, received_at, units};

#[test]
fn ids_are_trimmed_and_words_for_nothing_are_no_ids() {
    let nothing = [
        "undefined",
        "null",
        "NULL",
        "(not set)",
        "false",
        "NaN",
        "[object Object]",
        "",
        " ",
        "0",
        "\u{200b}",
        "\u{feff}\u{2060} \u{200d}",
    ];
    for text in nothing {
        let id = Value::String(text.to_owned()).to_string();
        assert!(woocommerce_order(&[("/id", &id)]).is_err(), "{text}");
        assert!(island(&[("/id", &id)]).is_err(), "{text}");
        let entry = json!({"transaction_id": text, "value": 1, "currency": "USD"});
        assert!(ga4_purchase(&entry).unwrap_err().starts_with("transaction_id"), "{text}");
        let sale = woocommerce_order(&[("/line_items/0/product_id", &id)]).unwrap();
        assert_eq!(sale.lines[0].product, None, "{text}");
    }
    for (written, id) in [
        ("\" T-1 \"", "T-1"),
        ("\"\\tT-1\\n\"", "T-1"),
        ("\"\u{a0}T-1\"", "T-1"),
        ("\"\u{200b}T-1\u{200e}\u{feff}\"", "T-1"),
        ("9007199254740993", "9007199254740993"),
        ("501.0", "501"),
        ("500.00", "500"),
        ("\"#1001\"", "#1001"),
    ] {
        let id_field = serde_json::from_str::<Value>(written).unwrap();
        let sale =
            ga4_purchase(&json!({"transaction_id": id_field, "value": 1, "currency": "USD"}));
        assert_eq!(sale.unwrap().id, id, "{written}");
    }
}

#[test]
fn control_characters_and_long_names_cost_no_line() {
    for (sku, expected) in [
        (r#""MUG\tBLUE""#.to_owned(), Some("MUG BLUE")),
        (r#""\u0000MUG\u0007""#.to_owned(), Some("MUG")),
        ("12345".to_owned(), Some("12345")),
        ("true".to_owned(), Some("true")),
        (format!("\"{}\"", "S".repeat(2_000)), None),
        ("[\"MUG\"]".to_owned(), None),
    ] {
        let sale = woocommerce_order(&[("/line_items/0/sku", &sku)]).unwrap();
        assert_eq!((sale.lines[0].sku.as_deref(), sale.check()), (expected, Ok(())), "{sku}");
    }
    let many = copies(r#""mugs""#, 2_000);
    let sale = island(&[("/lines/0/collections", &many), ("/coupons", &many)]).unwrap();
    assert_eq!((sale.coupons.len(), sale.check()), (1_000, Ok(())));
}

#[test]
fn json_is_read_with_a_byte_order_mark_and_broken_characters() {
    let body = woocommerce_body();
    let named = |name: &[u8]| {
        let (before, after) = body.split_once("Blue mug").unwrap();
        [before.as_bytes(), name, after.as_bytes()].concat()
    };
    let half = "\u{fffd}";
    for (body, title) in [
        ([b"\xef\xbb\xbf", body.as_bytes()].concat(), "Blue mug".to_owned()),
        (named(br"\ud83d mug"), format!("{half} mug")),
        (named(br"\udf33 mug"), format!("{half} mug")),
        (named(br"\ud83d\ud83c\udf33"), format!("{half}🌳")),
        (named(br"\ud83c\udf33 \ud83d"), format!("🌳 {half}")),
        (named(br"\ud83d\n"), format!("{half}\n")),
        (named(b"Mug\twith\ntabs"), "Mug with tabs".to_owned()),
        (named(b"Caf\xe9"), format!("Caf{half}")),
        (named(b"\xf0\x9f\x8c"), half.to_owned()),
        (named(br#"\ud83d \"quoted\\\" \u00e9"#), format!("{half} \"quoted\\\" é")),
    ] {
        let sale = convert(&body, woocommerce::order::sale)
            .unwrap_or_else(|error| panic!("{title}: {error}"));
        assert_eq!(sale.lines[0].title, title);
    }
    // A plugin of the shop stored its own data, with quotes and brackets in its texts.
    for levels in [97, 127, 128, 5_000] {
        let data = format!("{}\"]}}\\\"\"{}", "[".repeat(levels), "]".repeat(levels));
        let body = body.replacen("\"fee_lines\":", &format!("\"data\": {data}, \"fee_lines\":"), 1);
        assert!(body.len() > levels);
        let sale = convert(body.as_bytes(), woocommerce::order::sale);
        assert_eq!(sale.map(|sale| sale.lines.len()), Ok(2), "{levels}");
    }
    for body in ["", "{", "{\"id\": 1", "webhook_id=1", "<html>", &"[".repeat(10_000)] {
        assert!(convert(body.as_bytes(), woocommerce::order::sale).is_err(), "{body:.20}");
    }
}

#[test]
fn a_sale_in_any_currency_counts_for_rules_that_need_no_amount() {
    for (written, code, total) in [
        ("usd", "USD", 4500),
        (" EUR ", "EUR", 4500),
        ("IRT", "IRT", 45),
        ("JEP", "JEP", 4500),
        ("GGP", "GGP", 4500),
        ("IMP", "IMP", 4500),
        ("BYR", "BYR", 45),
        ("VEF", "VEF", 4500),
        ("HRK", "HRK", 4500),
        ("BTC", "BTC", 4_500_000_000),
        ("PTS", "PTS", 4500),
        ("USDC", "XXX", 4500),
        ("$", "XXX", 4500),
        ("JPY", "JPY", 45),
        ("KWD", "KWD", 45_000),
    ] {
        let currency = Value::String(written.to_owned()).to_string();
        let sale = woocommerce_order(&[("/currency", &currency)]).unwrap();
        assert_eq!((sale.currency.code(), sale.total), (code, total), "{written}");
        assert_eq!((units(&sale), sale.check()), (4, Ok(())), "{written}");
        let json = serde_json::to_string(&sale).unwrap();
        assert_eq!(serde_json::from_str::<Sale>(&json).unwrap(), sale);
    }
}

#[test]
fn dates_are_read_with_a_zone_without_one_from_other_fields_and_from_version_1() {
    let sold_at =
        |patches: &[(&str, &str)]| woocommerce_order(patches).map(|sale| sale.sold_at.to_string());
    for (date, expected) in [
        (r#""2026-11-20T09:00:00""#, "2026-11-20T09:00:00Z"),
        (r#""2026-11-20T09:00:00Z""#, "2026-11-20T09:00:00Z"),
        (r#""2026-11-20T09:00:00+02:00""#, "2026-11-20T07:00:00Z"),
        (r#""2026-11-20 09:00:00""#, "2026-11-20T09:00:00Z"),
        (r#"" 2026-11-20T09:00:00.5 ""#, "2026-11-20T09:00:00.500Z"),
        ("1763629200", "2025-11-20T09:00:00Z"),
        (r#""2026-11-20""#, "2026-11-20T00:00:00Z"),
        // Otherwise the shop's own time is used.
        (r#""1970-01-01T00:00:00""#, "2026-11-20T10:00:00Z"),
        (r#""-0001-11-30T00:00:00""#, "2026-11-20T10:00:00Z"),
        (r#""0000-00-00T00:00:00""#, "2026-11-20T10:00:00Z"),
        (r#"{"date": "2026-11-20 09:00:00.000000", "timezone": "UTC"}"#, "2026-11-20T10:00:00Z"),
        ("null", "2026-11-20T10:00:00Z"),
        ("false", "2026-11-20T10:00:00Z"),
        ("\"\"", "2026-11-20T10:00:00Z"),
        ("\"20/11/2026\"", "2026-11-20T10:00:00Z"),
    ] {
        assert_eq!(sold_at(&[("/date_created_gmt", date)]).as_deref(), Ok(expected), "{date}");
    }
    let neither = [("/date_created_gmt", "null"), ("/date_created", "null")];
    assert_eq!(sold_at(&neither).as_deref(), Ok("2026-11-20T09:01:00Z"));
    let updated = woocommerce_order(&[("/date_modified_gmt", "\"0000-00-00\"")]).unwrap();
    assert_eq!(updated.updated_at, updated.sold_at);
    let none = [neither.as_slice(), &[("/date_modified_gmt", "null"), ("/date_paid_gmt", "null")]]
        .concat();
    assert!(sold_at(&none).unwrap_err().starts_with("date_created_gmt"));
}

#[test]
fn a_currency_on_the_items_is_that_of_the_purchase() {
    for (order, item, expected) in [
        (json!(null), json!("USD"), "USD"),
        (json!(""), json!("eur"), "EUR"),
        (json!("USD"), json!("EUR"), "USD"),
    ] {
        let items = json!([{"item_id": "A", "price": 1, "currency": item}]);
        let purchase = json!({"transaction_id": "T", "currency": order, "items": items});
        assert_eq!(ga4_purchase(&purchase).unwrap().currency.code(), expected);
    }
}

#[test]
fn the_opt_in_is_read_as_shops_write_it() {
    for (value, expected) in [
        ("\"Yes \"", Some(true)),
        ("\" TRUE\"", Some(true)),
        ("\"on\"", Some(true)),
        ("1", Some(true)),
        ("true", Some(true)),
        ("\"no\"", Some(false)),
        ("\"Off\"", Some(false)),
        ("0", Some(false)),
        ("false", Some(false)),
        ("\"\"", None),
        ("null", None),
        ("[]", None),
        ("\"maybe\"", None),
    ] {
        let meta =
            format!(r#"{{"1": {{"key": "a"}}, "3": {{"key": "plant_trees", "value": {value}}}}}"#);
        assert_eq!(woocommerce_order(&[("/meta_data", &meta)]).unwrap().opted_in, expected);
        assert_eq!(island(&[("/opted_in", value)]).unwrap().opted_in, expected, "{value}");
    }
}

#[test]
fn statuses_are_read_with_their_prefix_and_in_capitals() {
    let status =
        |status: &str| woocommerce_order(&[("/status", &format!("\"{status}\""))]).unwrap().status;
    for slug in ["processing", "completed", "on-hold", "pending", "cancelled", "refunded", "trash"]
    {
        let expected = status(slug);
        for written in [format!("wc-{slug}"), slug.to_uppercase(), format!(" {slug} ")] {
            assert_eq!(status(&written), expected, "{written}");
        }
    }
}

#[test]
fn a_currency_that_says_none_is_taken_from_where_it_is_told() {
    let item = json!([{"item_id": "A", "price": 20, "quantity": 2, "currency": "EUR"}]);
    for none in [
        json!("undefined"),
        json!("(not set)"),
        json!("null"),
        json!("None"),
        json!("  "),
        json!("0"),
        json!("{{currency}}"),
        json!(false),
        json!(0),
        json!(null),
    ] {
        let text = none.to_string();
        let purchase = json!({"transaction_id": "T", "currency": none, "items": item});
        let legacy = json!({"transaction_id": "T", "currency": none, "currencyCode": "EUR"});
        let wix = [("/currency", text.as_str()), ("/contents/0/currency", r#""EUR""#)];
        let body = patched(crate::wix::PURCHASE, &wix);
        let wix = convert(&body, |purchase| wix::purchase::sale(purchase, received_at()));
        for sale in [ga4_purchase(&purchase), ga4_purchase(&legacy), wix] {
            assert_eq!(sale.unwrap().currency.code(), "EUR", "{text}");
        }
        // An amount whose own currency means "none" is in that of the purchase.
        let body = patched(crate::wix::PURCHASE, &[("/contents/0/currency", &text)]);
        let told = convert(crate::wix::PURCHASE.as_bytes(), |purchase| {
            wix::purchase::sale(purchase, received_at())
        });
        let sale = convert(&body, |purchase| wix::purchase::sale(purchase, received_at()));
        assert_eq!(sale, told, "{text}");
        let alone = json!({"transaction_id": "T", "value": 1, "currency": none});
        assert_eq!(ga4_purchase(&alone).unwrap().currency, Currency::UNKNOWN, "{text}");

        let event = crate::shopify_checkout_completed::EVENT;
        let sold = convert(event.as_bytes(), shopify::checkout_completed::sale).unwrap();
        for field in ["/data/checkout/currencyCode", "/data/checkout/totalPrice/currencyCode"] {
            let body = patched(event, &[(field, &text)]);
            let sale = convert(&body, shopify::checkout_completed::sale);
            assert_eq!(sale.as_ref(), Ok(&sold), "{field} = {text}");
        }
        let order = crate::shopify_order::ORDER;
        let sold = convert(order.as_bytes(), shopify::order::sale).unwrap();
        for field in ["/currency", "/total_price_set/shop_money/currency_code"] {
            let body = patched(order, &[(field, &text)]);
            let sale = convert(&body, shopify::order::sale);
            assert_eq!(sale.as_ref(), Ok(&sold), "{field} = {text}");
        }
    }
}

#[test]
fn a_sale_without_any_currency_counts_for_rules_without_an_amount() {
    for none in ["", "null", "\"\"", "{}"] {
        let field = [("/currency", none)];
        let body = patched(crate::magento::TRACKING_DATA, &field);
        let magento = convert(&body, |data| magento::purchase::sale(data, received_at()));
        let body = patched(crate::squarespace::ORDER, &field);
        let squarespace = convert(&body, |order| squarespace::order::sale(order, received_at()));
        let body = patched(crate::bigcommerce::ORDER, &field);
        let bigcommerce = convert(&body, |order| bigcommerce::order::sale(order, received_at()));
        let order = woocommerce_order(&field);
        for sale in [order, island(&field), magento, squarespace, bigcommerce] {
            let sale = sale.unwrap();
            assert_eq!((sale.currency, sale.check()), (Currency::UNKNOWN, Ok(())), "{none}");
            assert!(sale.total > 0, "{sale:?}");
        }
    }
}

#[test]
fn a_placeholder_that_nobody_filled_in_is_no_id() {
    for text in [
        "none",
        "(not provided)",
        "{{transaction_id}}",
        "#{order.id}",
        "<?= $order_id ?>",
        "N/A",
        "(none)",
        "{% order.id %}",
        "${orderId}",
        "<%= order.id %>",
        "[[order_id]]",
        "%%order_id%%",
    ] {
        let id = Value::String(text.to_owned()).to_string();
        assert!(woocommerce_order(&[("/id", &id)]).unwrap_err().starts_with("id is "), "{text}");
        let entry = json!({"transaction_id": text, "value": 1, "currency": "USD"});
        assert!(ga4_purchase(&entry).unwrap_err().starts_with("transaction_id is "), "{text}");
        let item = json!([{"item_id": text, "id": "A", "item_name": text, "name": "Mug"}]);
        let entry = json!({"transaction_id": "T", "value": 1, "currency": "USD", "items": item});
        let line = &ga4_purchase(&entry).unwrap().lines[0];
        assert_eq!((line.sku.as_deref(), line.title.as_str()), (Some("A"), "Mug"), "{text}");
    }
    for id in ["{3F2504E0}", "$5", "[7]", "#1001", "%7"] {
        let entry = json!({"transaction_id": id, "value": 1, "currency": "USD"});
        assert_eq!(ga4_purchase(&entry).unwrap().id, id);
    }
}

#[test]
fn the_name_of_a_field_in_brackets_is_no_id_and_may_be_a_title() {
    for text in ["{orderId}", "[order_id]", "[object Undefined]", "<order-id>", "%order_id%", "{}"]
    {
        let id = Value::String(text.to_owned()).to_string();
        assert!(woocommerce_order(&[("/id", &id)]).unwrap_err().starts_with("id is "), "{text}");
        let entry = json!({"transaction_id": text, "value": 1, "currency": "USD"});
        assert!(ga4_purchase(&entry).unwrap_err().starts_with("transaction_id is "), "{text}");
        let names = [("/line_items/0/product_id", id.as_str()), ("/line_items/0/name", &id)];
        let line = woocommerce_order(&names).unwrap().lines.remove(0);
        assert_eq!((line.product, line.title.as_str()), (None, text));
    }
    for id in ["[EU] 501", "[EU-7]", "%231001", "{A", "A}", "<7>"] {
        let sale = woocommerce_order(&[("/id", &json!(id).to_string())]);
        assert_eq!(sale.map(|sale| sale.id), Ok(id.to_owned()));
    }
}

#[test]
fn a_mark_that_says_none_makes_no_subscription_and_no_tip() {
    for none in ["false", "0", "null", "\"\"", "\"none\"", "\"undefined\""] {
        let fields = [
            ("/billing_period", none),
            ("/billing_interval", none),
            ("/next_payment_date_gmt", none),
        ];
        assert!(woocommerce_order(&fields).is_ok(), "{none}");
        let tip = [
            ("/line_items/0/tip_payment_gateway", none),
            ("/line_items/0/tip_payment_method", none),
        ];
        let sale = convert(&patched(crate::shopify_order::ORDER, &tip), shopify::order::sale);
        assert_eq!(units(&sale.unwrap()), 2, "{none}");
    }
}
