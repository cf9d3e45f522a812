//! Amounts that are missing or negative, and lists without readable entries.

use order_events::Sale;
use serde_json::{Value, json};
use shop_adapters::{bigcommerce, magento, shopify, squarespace, wix};

use super::{ga4_purchase, island, woocommerce_order};
use crate::support::{convert, patched, received_at};

/// Returns a sale of Shopify's pixel for 45.00 USD: two mugs for 40.00, and the shipping.
fn pixel(checkout: &Value) -> Result<Sale, String> {
    let usd = |amount: &str| json!({"amount": amount, "currencyCode": "USD"});
    let mut event = json!({"timestamp": "2026-11-20T09:00:00Z", "data": {"checkout": {
        "order": {"id": "7001"}, "currencyCode": "USD", "totalPrice": usd("45.00"),
        "subtotalPrice": usd("40.00"), "shippingLine": {"price": usd("5.00")},
        "lineItems": [{"title": "Mug", "quantity": 2, "finalLinePrice": usd("40.00")}],
    }}});
    let fields = event["data"]["checkout"].as_object_mut().unwrap();
    fields.extend(checkout.as_object().unwrap().clone());
    convert(event.to_string().as_bytes(), shopify::checkout_completed::sale)
}

/// Returns a sale of a Shopify order for 45.00 USD: two mugs for 40.00, and the shipping.
fn shopify_order(fields: &Value) -> Result<Sale, String> {
    let mut order = json!({
        "id": 7001, "currency": "USD", "created_at": "2026-11-20T09:00:00Z",
        "financial_status": "paid", "total_price": "45.00", "subtotal_price": "40.00",
        "shipping_lines": [{"price": "5.00"}],
        "line_items": [{"id": 1, "title": "Mug", "quantity": 2, "price": "20.00"}],
    });
    order.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    convert(order.to_string().as_bytes(), shopify::order::sale)
}

/// Returns a sale of Magento for 45.00 USD: two mugs for 40.00, and the shipping.
fn magento_purchase(orders: &Value, products: &Value) -> Result<Sale, String> {
    let data = json!({"currency": "USD", "orders": orders, "products": products});
    convert(data.to_string().as_bytes(), |data| magento::purchase::sale(data, received_at()))
}

fn bigcommerce_order(patches: &[(&str, &str)]) -> Result<Sale, String> {
    convert(&patched(crate::bigcommerce::ORDER, patches), |order| {
        bigcommerce::order::sale(order, received_at())
    })
}

#[test]
fn a_list_without_usable_entries_leaves_what_the_items_cost_unknown() {
    for list in ["[]", "[false]", "[\"\"]", "[{}]", "[null]", r#"{"0": "x"}"#, "\"x\"", "null"] {
        let entries: Value = serde_json::from_str(list).unwrap();
        let woocommerce = [("/line_items", list), ("/shipping_total", "0")];
        let wix = [("/contents", list), ("/revenue", "45"), ("/currency", r#""USD""#)];
        let bigcommerce = [("/lineItems/physicalItems", list), ("/coupons", "[]")];
        let amounts = json!({"lineItems": entries, "subtotalPrice": null, "shippingLine": null});
        let order = json!({"line_items": entries, "subtotal_price": null, "shipping_lines": []});
        let orders = json!([{"transaction_id": "7", "value": "45.00"}]);
        for (name, sale, expected) in [
            ("WooCommerce", woocommerce_order(&woocommerce), 4500),
            ("island", island(&[("/lines", list), ("/total", "45")]), 4500),
            ("pixel", pixel(&amounts), 4500),
            ("Shopify", shopify_order(&order), 4500),
            (
                "GA4",
                ga4_purchase(&json!({"transaction_id": "T", "value": 45, "items": entries})),
                4500,
            ),
            ("Magento", magento_purchase(&orders, &entries), 4500),
            (
                "Wix",
                convert(&patched(crate::wix::PURCHASE, &wix), |purchase| {
                    wix::purchase::sale(purchase, received_at())
                }),
                4500,
            ),
            ("BigCommerce", bigcommerce_order(&bigcommerce), 25_500),
        ] {
            assert_eq!(sale.unwrap().items_total, expected, "{name}: {list}");
        }
    }
}

#[test]
fn a_missing_total_is_what_the_items_and_all_beside_them_cost() {
    let product = json!([{"item_id": "MUG", "price": "20.00", "quantity": 2}]);
    for none in ["null", "\"\"", "\"N/A\""] {
        let nothing: Value = serde_json::from_str(none).unwrap();
        let orders =
            json!([{"transaction_id": "7", "value": nothing, "tax": "3.00", "shipping": "5.00"}]);
        let squarespace = [("/orderGrandTotal", none), ("/orderSubtotal", "40")];
        let squarespace = convert(&patched(crate::squarespace::ORDER, &squarespace), |order| {
            squarespace::order::sale(order, received_at())
        });
        let bigcommerce = [("/orderAmount", none), ("/orderAmountAsInteger", none)];
        let included = [("/isTaxIncluded", "true"), bigcommerce[0], bigcommerce[1]];
        let unpriced = json!({"total_price": nothing, "total_tax": "3.00", "line_items": []});
        let by_lines = json!({"total_price": nothing, "subtotal_price": null});
        let with_tax = json!({"total_price": nothing, "taxes_included": true, "total_tax": "6.67"});
        for (name, sale, expected) in [
            ("Magento", magento_purchase(&orders, &product), (4800, 4000)),
            ("Shopify, subtotal", shopify_order(&unpriced), (4800, 4000)),
            ("Shopify, lines", shopify_order(&by_lines), (4500, 4000)),
            ("Shopify, included tax", shopify_order(&with_tax), (4500, 4000)),
            ("pixel", pixel(&json!({"totalPrice": nothing})), (4500, 4000)),
            ("island", island(&[("/total", none)]), (3598, 3598)),
            ("BigCommerce", bigcommerce_order(&bigcommerce), (29_250, 25_500)),
            ("BigCommerce, included tax", bigcommerce_order(&included), (27_250, 23_500)),
            ("Squarespace", squarespace, (4000, 4000)),
        ] {
            let sale = sale.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!((sale.total, sale.items_total), expected, "{name}: {none}");
        }
    }
}

#[test]
fn without_subtotals_and_prices_an_order_of_shopify_costs_its_total_less_shipping_and_tax() {
    let lines = json!([{"id": 1, "title": "Mug", "quantity": 2}]);
    for lines in [json!([]), lines] {
        let order = json!({"subtotal_price": null, "line_items": lines, "total_tax": "3.00"});
        assert_eq!(shopify_order(&order).unwrap().items_total, 3700, "{lines}");
    }
    let shipping = json!({"shop_money": {"amount": "7.00", "currency_code": "USD"}});
    let order =
        json!({"subtotal_price": null, "line_items": [], "total_shipping_price_set": shipping});
    assert_eq!(shopify_order(&order).unwrap().items_total, 3800, "all shipping at once");
    let draft = json!({"subtotal_price": null, "line_items": [], "shipping_lines": [],
                       "shipping_line": {"price": "5.00"}});
    assert_eq!(shopify_order(&draft).unwrap().items_total, 4000, "a draft");
}

#[test]
fn negative_or_unreadable_amounts_after_edits_are_left_out() {
    for odd in ["-1.00", "N/A", "", "-"] {
        for field in ["current_total_price", "current_subtotal_price"] {
            let sale = shopify_order(&json!({field: odd})).unwrap();
            assert_eq!((sale.total, sale.items_total), (4500, 4000), "{field} = {odd}");
        }
    }
}

#[test]
fn negative_lines_of_the_pixel_take_off_and_are_no_lines() {
    let usd = |amount: &str| json!({"amount": amount, "currencyCode": "USD"});
    let mug = json!({"title": "Mug", "quantity": 2, "finalLinePrice": usd("40.00")});
    let credit = |quantity: i32, cost: Option<&str>, price: Option<&str>| {
        json!({"title": "Credit", "quantity": quantity, "finalLinePrice": cost.map(usd),
               "variant": {"price": price.map(usd)}})
    };
    for (credit, has_totals) in [
        (credit(1, Some("-10.00"), None), true),
        (credit(1, Some("-10.00"), Some("10.00")), false),
        (credit(1, Some("-10.00"), None), false),
        (credit(-1, None, Some("10.00")), false),
        (credit(1, None, Some("-10.00")), false),
    ] {
        let mut checkout = json!({"lineItems": [mug, credit]});
        if !has_totals {
            checkout["totalPrice"] = json!(null);
            checkout["subtotalPrice"] = json!(null);
        }
        let sale = pixel(&checkout).unwrap();
        let expected = if has_totals { (4500, 4000) } else { (3500, 3000) };
        assert_eq!((sale.lines.len(), (sale.total, sale.items_total)), (1, expected), "{credit}");
    }
}

#[test]
fn an_empty_purchase_in_the_old_names_leaves_the_one_beside_it() {
    for empty in [
        json!([]),
        json!({}),
        json!(""),
        json!(false),
        json!(0),
        json!({"products": []}),
        json!({"actionField": {"id": "undefined"}, "products": []}),
    ] {
        let sale = ga4_purchase(&json!({
            "transaction_id": "T1", "currency": "USD", "value": 45, "purchase": empty,
        }));
        let sale = sale.unwrap_or_else(|error| panic!("{empty}: {error}"));
        assert_eq!((sale.id.as_str(), sale.total, sale.items_total), ("T1", 4500, 4500), "{empty}");
    }
}

#[test]
fn a_readable_code_of_an_amount_goes_before_one_of_the_sale_that_is_not() {
    for code in ["US Dollar", "€", "XYZ", "undefined", ""] {
        let set = json!({"shop_money": {"amount": "45.00", "currency_code": "USD"}});
        let order = json!({"currency": code, "total_price_set": set});
        let wix = [
            ("/currency", &*json!(code).to_string()),
            ("/contents/0/currency", r#""USD""#),
            ("/contents/0/price", "20"),
            ("/contents/0/quantity", "2"),
            ("/revenue", "45"),
        ];
        let wix = convert(&patched(crate::wix::PURCHASE, &wix), |purchase| {
            wix::purchase::sale(purchase, received_at())
        });
        for (name, sale) in [
            ("pixel", pixel(&json!({"currencyCode": code}))),
            ("Shopify", shopify_order(&order)),
            ("Wix", wix),
        ] {
            let sale = sale.unwrap_or_else(|error| panic!("{name}, {code}: {error}"));
            assert_eq!((sale.currency.code(), sale.items_total), ("USD", 4000), "{name}, {code}");
        }
        if code != "XYZ" {
            let items = json!([{"item_id": "A", "price": 40, "currency": "USD"}]);
            let sale = ga4_purchase(
                &json!({"transaction_id": "T", "currency": code, "value": 45, "items": items}),
            );
            assert_eq!(sale.unwrap().currency.code(), "USD", "GA4, {code}");
        }
    }
    let unknown = |amount: &str| json!({"amount": amount, "currencyCode": "€"});
    let checkout = json!({"currencyCode": "€", "totalPrice": unknown("45"),
        "subtotalPrice": unknown("40"), "lineItems": []});
    let sale = pixel(&checkout).unwrap();
    assert_eq!((sale.currency.code(), sale.total), ("XXX", 4500));
    let sale = pixel(&json!({"totalPrice": unknown("45")})).unwrap();
    assert_eq!((sale.currency.code(), sale.total), ("USD", 4500));
}

#[test]
fn empty_entries_of_magento_are_no_orders_and_one_id_is_one_order() {
    let order = json!({"transaction_id": "7", "value": "45.00", "shipping": "5.00"});
    for orders in [
        json!([order, {}]),
        json!([{}, order]),
        json!([order, {"transaction_id": "", "value": null}]),
        json!([order, order]),
        json!([order, {"transaction_id": " 7 "}]),
    ] {
        let sale = magento_purchase(&orders, &json!([])).unwrap();
        assert_eq!((sale.id.as_str(), sale.total, sale.items_total), ("7", 4500, 4000), "{orders}");
    }
    let several = json!([order, {"transaction_id": "8", "value": "1.00"}]);
    assert!(magento_purchase(&several, &json!([])).unwrap_err().contains("several orders"));
}
