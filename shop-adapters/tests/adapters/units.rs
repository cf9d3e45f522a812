//! Counted units: bundles and their parts, tips, gift certificates, deposits, returned units.

use order_events::{Proof, Sale, SaleFacts, limits};
use serde_json::{Value, json};
use shop_adapters::webhook::Delivery;
use shop_adapters::woocommerce::webhook;
use shop_adapters::{bigcommerce, magento, shopify, woocommerce};

use crate::details::{woocommerce_body, woocommerce_order};
use crate::support::{convert, patched, received_at, trees, units};
use crate::woocommerce_island::ISLAND;

/// Returns the trees of a sale at one per unit of a product, variant or SKU.
fn units_of(sale: &Sale, items: &Value) -> u32 {
    trees(sale, &json!({"per_item": {"items": items, "trees": 1}}))
}

#[test]
fn bundles_count_once_and_their_parts_by_their_own_product_or_sku() {
    let marks = [
        json!({"bundled_by": 1}),
        json!({"bundled_by": "1"}),
        json!({"composite_parent": 1}),
        json!({"meta_data": [{"key": "_bundled_by", "value": "1"}]}),
        json!({"meta_data": [{"key": "_composite_parent", "value": "abc"}]}),
        json!({"meta_data": [{"key": "_mnm_container", "value": "abc"}]}),
        json!({"meta_data": {"1": {"key": "_woosb_parent_id", "value": 50}}}),
        json!({"meta_data": [{"key": "_wooco_parent_id", "value": "50"}]}),
        json!({"meta_data": [{"key": "_asnp_wepb_parent_id", "value": 50}]}),
        json!({"meta_data": [{"key": "_chained_product_of", "value": 50}]}),
    ];
    for mark in marks {
        let part = |product: u32, sku: &str| {
            let mut part = json!({"name": "Tea", "product_id": product, "variation_id": 7,
                "quantity": 1, "total": "0.00", "sku": sku, "collections": ["tea"]});
            part.as_object_mut().unwrap().extend(mark.as_object().unwrap().clone());
            part
        };
        let lines = json!([
            {"id": 1, "name": "Gift set", "product_id": 50, "quantity": 1, "total": "40.00",
             "sku": "SET", "bundled_by": "", "bundled_items": [2, 3], "composite_parent": ""},
            part(11, "MUG"), part(12, "TEA"),
        ]);
        let sale = woocommerce_order(&[("/line_items", &lines.to_string())]).unwrap();
        assert_eq!((units(&sale), sale.lines.len()), (1, 3), "{mark}");
        for (items, expected) in [
            (json!({"product": ["50"]}), 1),
            (json!({"sku": ["TEA"]}), 1),
            (json!({"product": ["11", "12"]}), 2),
            (json!({"variant": ["7"]}), 2),
            (json!({"collection": ["tea"]}), 0),
            (json!({"title_contains": ["tea"]}), 0),
        ] {
            assert_eq!(units_of(&sale, &items), expected, "{mark}: {items}");
        }
    }
    let printed = patched(ISLAND, &[("/lines/0/bundled", "true")]);
    assert_eq!(units(&convert(&printed, woocommerce::island::sale).unwrap()), 0);
}

#[test]
fn products_that_are_offered_beside_another_are_no_parts_of_it() {
    let lines = r#"[{"name": "Mug", "quantity": 1, "total": "20.00"},
        {"name": "Tea", "quantity": 1, "total": "5.00",
         "meta_data": [{"key": "_woobt_parent_id", "value": 11}]}]"#;
    assert_eq!(units(&woocommerce_order(&[("/line_items", lines)]).unwrap()), 2);
}

#[test]
fn of_too_many_lines_those_that_came_back_are_left_out_first_and_all_of_them_cost() {
    let line = |sku: usize, refunded: u32| {
        json!({"name": "Mug", "sku": format!("S{sku}"), "quantity": 1, "total": "1.00",
               "refunded": refunded})
    };
    let most = limits::LINES_PER_SALE;
    let order = |lines: Vec<Value>| {
        let lines = json!(lines).to_string();
        woocommerce_order(&[("/line_items", &lines), ("/total", r#""2000.00""#)]).unwrap()
    };
    let sold = order((0..most + 2).map(|sku| line(sku, 0)).collect());
    assert_eq!((sold.lines.len(), units(&sold)), (most, u32::try_from(most).unwrap()));
    assert_eq!((sold.total, sold.items_total), (200_000, 100_200));
    let returned = order((0..=most).map(|sku| line(sku, u32::from(sku < most))).collect());
    assert_eq!((returned.lines.len(), returned.items_total), (1, 100_100));
    assert_eq!(units_of(&returned, &json!({"sku": [format!("S{most}")]})), 1);
    let within = order((0..most).map(|sku| line(sku, 1)).collect());
    assert_eq!((within.lines.len(), units(&within)), (most, 0));
    let kept = SaleFacts::from_snapshot(Proof::Verified, sold);
    assert_eq!(kept.check(), Ok(()));
}

#[test]
fn a_configurable_product_of_magento_counts_once() {
    let product = |sku: &str, price: &str| json!({"item_id": sku, "item_name": "Shirt", "price": price, "quantity": 1});
    for (products, every, of_sku) in [
        (vec![product("A-M", "20.00"), product("A-M", "0.00")], 1, 1),
        (vec![product("A-M", "0.00"), product("A-M", "20.00")], 1, 1),
        (vec![product("A-M", "20.00"), product("A-M", "")], 1, 1),
        (vec![product("A-M", ""), product("A-M", "")], 2, 2),
        (vec![product("A-M", "20.00"), product("A-M", "20.00")], 2, 2),
        (vec![product("A-M", "0.00"), product("B", "0.00")], 2, 1),
        (vec![product("SET-A-M", "40.00"), product("A-M", "0.00")], 1, 1),
        (vec![product("A", "20.00"), product("A-M", "0.00")], 1, 1),
        (vec![product("A-M", "20.00"), product("GIFT", "0.00")], 2, 1),
        (vec![product("A-M", "0.00")], 1, 1),
    ] {
        let products = json!(products).to_string();
        let body = patched(crate::magento::TRACKING_DATA, &[("/products", &products)]);
        let sale = convert(&body, |data| magento::purchase::sale(data, received_at())).unwrap();
        let found = (units(&sale), units_of(&sale, &json!({"sku": ["A-M"]})));
        assert_eq!(found, (every, of_sku), "{products}");
    }
}

#[test]
fn a_pick_list_and_a_gift_certificate_of_bigcommerce_count_one_unit_each() {
    let item = |id: &str, parent: Value| {
        json!({"id": id, "parentId": parent, "productId": 77, "sku": id, "name": "Mug",
               "quantity": 1, "extendedSalePrice": 20})
    };
    let certificate = json!({"id": "g", "name": "Gift certificate", "amount": 15});
    for (items, certificates, expected) in [
        (json!([item("a", json!(null)), item("b", json!("a"))]), json!([]), 1),
        (json!([item("a", json!(null)), item("b", json!(null))]), json!([]), 2),
        (json!([item("a", json!(""))]), json!([certificate]), 2),
        (json!([]), json!([certificate, certificate]), 2),
    ] {
        let body = patched(
            crate::bigcommerce::ORDER,
            &[
                ("/lineItems/physicalItems", &items.to_string()),
                ("/lineItems/digitalItems", "[]"),
                ("/lineItems/customItems", "[]"),
                ("/lineItems/giftCertificates", &certificates.to_string()),
            ],
        );
        let sale = convert(&body, |order| bigcommerce::order::sale(order, received_at())).unwrap();
        assert_eq!(units(&sale), expected, "{items} {certificates}");
    }
}

#[test]
fn tips_and_fees_are_no_items() {
    let tip = |mark: &str| {
        json!([
            {"id": 1, "product_id": 7, "title": "Mug", "quantity": 2, "price": "20.00"},
            {"id": 2, "product_id": null, "title": "Tip", "quantity": 1, "price": "5.00",
             mark: "shopify_payments"},
        ])
        .to_string()
    };
    for (mark, expected) in [("tip_payment_gateway", 2), ("tip_payment_method", 2), ("vendor", 2)] {
        let body = patched(crate::shopify_order::ORDER, &[("/line_items", &tip(mark))]);
        let sale = convert(&body, shopify::order::sale).unwrap();
        assert_eq!(units(&sale), expected, "{mark}");
    }
    let named = tip("vendor").replace("\"Tip\"", "\"Tip jar\"");
    let body = patched(crate::shopify_order::ORDER, &[("/line_items", &named)]);
    assert_eq!(units(&convert(&body, shopify::order::sale).unwrap()), 3);
    let fees = r#"[{"name": "Gift wrap", "total": "3.00"}]"#;
    assert_eq!(units(&woocommerce_order(&[("/fee_lines", fees)]).unwrap()), 4);
}

#[test]
fn a_deposit_and_its_balance_are_one_sale() {
    let deposit = woocommerce_order(&[("/status", "\"partial-payment\"")]).unwrap();
    assert_eq!(units(&deposit), 4);
    let line = r#"[{"name": "Payment 2 for Mug", "quantity": 1, "total": "20.00",
                    "meta_data": [{"key": "_original_order_id", "value": "501"}]}]"#;
    for balance in
        [("/parent_id", "501"), ("/created_via", "\"wc_deposits\""), ("/line_items", line)]
    {
        let error = woocommerce_order(&[balance]).unwrap_err();
        assert!(error.starts_with("parent_id names the order"), "{balance:?}: {error}");
    }
}

fn delivered(patches: &[(&str, &str)], minutes: i64) -> SaleFacts {
    let at = received_at().milliseconds() + minutes * 60_000;
    let at = order_events::Timestamp::from_milliseconds(at).unwrap();
    let body = patched(&woocommerce_body(), patches);
    match webhook::read(&body, Some("order.updated"), at).unwrap() {
        Delivery::Sale(reported) => reported.facts,
        other => panic!("{other:?}"),
    }
}

#[test]
fn returned_units_are_known_by_line_where_our_plugin_adds_them() {
    for (written, expected) in
        [("0", 4), ("1", 3), ("\"1\"", 3), ("-1", 3), ("2", 2), ("9", 2), ("null", 4), ("\"\"", 4)]
    {
        let sale = woocommerce_order(&[("/line_items/0/refunded", written)]).unwrap();
        assert_eq!(units(&sale), expected, "{written}");
    }
    // Half of a quantity that counts as one unit came back, or all of it.
    for (bought, returned, kept) in [
        ("0.5", "0.25", 1),
        ("0.5", "0.5", 0),
        ("2.5", "0.5", 2),
        ("2.5", "1", 1),
        ("1.5", "1.5", 0),
    ] {
        let line = format!(
            r#"[{{"name": "Tea", "quantity": {bought}, "refunded": {returned}, "total": "9"}}]"#
        );
        let sale = woocommerce_order(&[("/line_items", &line)]).unwrap();
        assert_eq!(units(&sale), kept, "{returned} of {bought}");
    }
}

#[test]
fn units_categories_and_opt_in_once_known_are_not_forgotten() {
    let refunds = ("/refunds", r#"[{"id": 8, "total": "-10.00"}]"#);
    let told = delivered(
        &[
            refunds,
            ("/line_items/0/refunded", "1"),
            ("/line_items/0/collections", r#"["mugs"]"#),
            ("/meta_data", r#"[{"key": "plant_trees", "value": "yes"}]"#),
        ],
        1,
    );
    let date = ("/date_modified_gmt", "\"2026-11-21T09:00:00\"");
    let silent = delivered(&[refunds, date], 2);
    for facts in [told.clone().merge(silent.clone()), silent.merge(told.clone())] {
        let sale = facts.sale().unwrap();
        assert_eq!((sale.lines[0].refunded, sale.opted_in, units(&sale)), (1, Some(true), 3));
        assert_eq!(sale.lines[0].collections, ["mugs"]);
    }
    // A refund that the shop deleted brings the unit back.
    let deleted = delivered(&[date], 3);
    assert_eq!(units(&told.clone().merge(deleted).sale().unwrap()), 4);
    // A changed report replaces the earlier one.
    let told_anew = delivered(
        &[
            refunds,
            date,
            ("/line_items/0/refunded", "2"),
            ("/line_items/1/refunded", "0"),
            ("/line_items/0/collections", r#"["cups"]"#),
            ("/meta_data", r#"[{"key": "plant_trees", "value": "no"}]"#),
        ],
        2,
    );
    let sale = told.merge(told_anew).sale().unwrap();
    assert_eq!((units(&sale), sale.opted_in), (2, Some(false)));
    assert_eq!(sale.lines[0].collections, ["cups"]);
}

#[test]
fn a_sale_paid_by_gift_card_or_store_credit_counts_what_was_bought() {
    let refund = |amount: &str| format!(r#"[{{"id": 1, "total": "-{amount}"}}]"#);
    for (total, returned, per_order, tens) in [
        ("10.00", "0.00", 1, 4),
        ("10.00", "10.00", 1, 3),
        ("10.00", "35.00", 1, 0),
        ("10.00", "40.00", 0, 0),
        ("0.00", "0.00", 1, 4),
        ("0.00", "5.00", 0, 0),
        ("45.00", "10.00", 1, 3),
        ("45.00", "40.00", 1, 0),
        ("45.00", "45.00", 0, 0),
    ] {
        let total_field = format!("\"{total}\"");
        let sale = woocommerce_order(&[("/total", &total_field), ("/refunds", &refund(returned))])
            .unwrap();
        let found =
            (trees(&sale, &json!({"per_order": {"trees": 1}})), crate::support::tens(&sale));
        assert_eq!(found, (per_order, tens), "{returned} of {total}");
    }
}
