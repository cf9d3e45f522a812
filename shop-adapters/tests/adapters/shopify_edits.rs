//! Shopify's own money, after edits, exchanges, returns and refunds.

use order_events::Sale;
use serde_json::{Value, json};
use shop_adapters::shopify::{checkout_completed, order};

use crate::support::{convert, tens, units};

fn set(amount: &str) -> Value {
    json!({"shop_money": {"amount": amount, "currency_code": "USD"},
           "presentment_money": {"amount": amount, "currency_code": "USD"}})
}

fn line(id: u32, quantity: u32, current: u32) -> Value {
    json!({"id": id, "product_id": 11, "title": "Mug", "quantity": quantity,
           "current_quantity": current, "price": "20.00", "price_set": set("20.00"),
           "discount_allocations": [], "tax_lines": []})
}

/// Returns a refund of units of a line and of money.
fn refund(line: u32, units: u32, value: &str, money: &str) -> Value {
    let transactions = if money.is_empty() {
        json!([])
    } else {
        json!([{"kind": "refund", "status": "success", "amount": money, "currency": "USD"}])
    };
    let lines = if units > 0 {
        json!([{"line_item_id": line, "quantity": units, "subtotal_set": set(value),
                "line_item": {"id": line, "product_id": 11, "title": "Mug"}}])
    } else {
        json!([])
    };
    json!({"id": 88, "refund_line_items": lines, "transactions": transactions})
}

/// Returns the sale of an order with 5.00 of shipping.
fn sale(subtotal: &str, total: &str, current: [Option<&str>; 2], parts: &Value) -> Sale {
    let mut order = json!({
        "id": 7001, "currency": "USD", "presentment_currency": "USD", "financial_status": "paid",
        "processed_at": "2026-11-20T09:00:00-05:00", "updated_at": "2026-11-20T09:00:05-05:00",
        "subtotal_price": subtotal, "subtotal_price_set": set(subtotal), "total_price": total,
        "total_price_set": set(total), "current_subtotal_price": current[0],
        "current_total_price": current[1],
    });
    order.as_object_mut().unwrap().extend(parts.as_object().unwrap().clone());
    convert(order.to_string().as_bytes(), order::sale).unwrap()
}

#[test]
fn what_an_edit_or_exchange_took_off_does_not_count_with_or_without_money() {
    let now = [Some("40.00"), Some("45.00")];
    let removed = |money| {
        json!({"line_items": [line(1, 2, 2), line(2, 1, 0)],
                                 "refunds": [refund(2, 1, "20.00", money)]})
    };
    // Removed before payment: the buyer paid 45.00.
    let sale_now = sale("60.00", "65.00", now, &removed(""));
    assert_eq!(
        (sale_now.total, sale_now.refunded, units(&sale_now), tens(&sale_now)),
        (4500, 0, 2, 4)
    );
    // Removed after payment: 20.00 was repaid.
    let sale_now = sale("60.00", "65.00", now, &removed("20.00"));
    assert_eq!(
        (sale_now.total, sale_now.refunded, units(&sale_now), tens(&sale_now)),
        (6500, 2000, 2, 4)
    );
    // Removed after payment, and repaid in a separate entry.
    let mut apart = removed("");
    apart["refunds"].as_array_mut().unwrap().push(refund(2, 0, "", "20.00"));
    let sale_now = sale("60.00", "65.00", now, &apart);
    assert_eq!((sale_now.refunded, units(&sale_now), tens(&sale_now)), (2000, 2, 4));
    // Removed before payment, and 3.00 repaid as a courtesy.
    let mut kindness = removed("");
    kindness["refunds"].as_array_mut().unwrap().push(refund(2, 0, "", "3.00"));
    let sale_now = sale("60.00", "65.00", [Some("40.00"), Some("42.00")], &kindness);
    assert_eq!(
        (sale_now.total, sale_now.refunded, units(&sale_now), tens(&sale_now)),
        (4500, 300, 2, 3)
    );
    // Without the amounts after the edit.
    for (money, total) in [("", 4500), ("20.00", 6500)] {
        let sale_now = sale("60.00", "65.00", [None, None], &removed(money));
        assert_eq!((sale_now.total, units(&sale_now), tens(&sale_now)), (total, 2, 4));
    }
    // Two mugs exchanged for two others.
    let exchanged = json!({"line_items": [line(1, 2, 0), line(2, 2, 2)],
                           "refunds": [refund(1, 2, "40.00", "")]});
    let sale_now = sale("80.00", "85.00", now, &exchanged);
    assert_eq!((sale_now.total, units(&sale_now), tens(&sale_now)), (4500, 2, 4));
    // A mug added after the order.
    let added = json!({"line_items": [line(1, 2, 2), line(2, 1, 1)], "refunds": []});
    let sale_now = sale("40.00", "45.00", [Some("60.00"), Some("65.00")], &added);
    assert_eq!((sale_now.total, units(&sale_now), tens(&sale_now)), (6500, 3, 6));
    // A discount that was given after the order, with and without money.
    for (money, paid) in [("10.00", 4500), ("", 3500)] {
        let cheaper = json!({"line_items": [line(1, 2, 2)], "refunds": [refund(1, 0, "", money)]});
        let sale_now = sale("40.00", "45.00", [Some("30.00"), Some("35.00")], &cheaper);
        assert_eq!((sale_now.total, units(&sale_now), tens(&sale_now)), (paid, 2, 3), "{money}");
    }
    // A removal that only the current quantity shows.
    let removed = json!({"line_items": [line(1, 3, 2)], "refunds": []});
    let sale_now = sale("60.00", "65.00", now, &removed);
    assert_eq!((sale_now.total, units(&sale_now), tens(&sale_now)), (4500, 2, 4));
}

#[test]
fn money_returned_is_taken_off_once() {
    let lines = |current| json!([line(1, 2, current)]);
    for (current, refunds, expected) in [
        // One mug came back with its full price.
        ([Some("20.00"), Some("25.00")], json!([refund(1, 1, "20.00", "20.00")]), (2000, 1, 2)),
        // With less than its price.
        ([Some("20.00"), Some("25.00")], json!([refund(1, 1, "20.00", "15.00")]), (1500, 1, 2)),
        // Without money: store credit outside of the order.
        ([Some("20.00"), Some("25.00")], json!([refund(1, 1, "20.00", "")]), (0, 1, 2)),
        // Shipping alone, or a courtesy.
        ([Some("40.00"), Some("40.00")], json!([refund(1, 0, "", "5.00")]), (500, 2, 3)),
        ([Some("40.00"), Some("45.00")], json!([refund(1, 0, "", "5.00")]), (500, 2, 3)),
        // Everything.
        ([Some("0.00"), Some("0.00")], json!([refund(1, 2, "40.00", "45.00")]), (4500, 0, 0)),
    ] {
        let kept =
            2 - u32::try_from(refunds[0]["refund_line_items"][0]["quantity"].as_u64().unwrap_or(0))
                .unwrap();
        let parts = json!({"line_items": lines(kept), "refunds": refunds});
        let sale_now = sale("40.00", "45.00", current, &parts);
        let found = (sale_now.refunded, units(&sale_now), tens(&sale_now));
        assert_eq!(found, expected, "{parts}");
    }
}

#[test]
fn a_buyer_in_another_currency_counts_in_the_shops_own() {
    let in_euros = |shop: &str, buyer: &str| {
        json!({"shop_money": {"amount": shop, "currency_code": "USD"},
               "presentment_money": {"amount": buyer, "currency_code": "EUR"}})
    };
    let parts = json!({
        "presentment_currency": "EUR", "subtotal_price_set": in_euros("40.00", "36.00"),
        "total_price_set": in_euros("45.00", "40.50"),
        "current_subtotal_price_set": in_euros("40.00", "36.00"),
        "line_items": [line(1, 2, 2)],
        "refunds": [{"transactions": [{"kind": "refund", "status": "success", "amount": "9.00",
                                       "currency": "EUR"}]}],
    });
    let sale_now = sale("40.00", "45.00", [None, None], &parts);
    assert_eq!((sale_now.currency.code(), sale_now.total, sale_now.refunded), ("USD", 4500, 1000));
    assert_eq!(tens(&sale_now), 3);
}

#[test]
fn discounts_that_exceed_a_line_by_rounding_make_it_free() {
    for (quantity, discount) in [(3, "10.00"), (3, "60.01"), (1, "20.01"), (1, "20.00")] {
        let mut item = line(1, quantity, quantity);
        item["discount_allocations"] = json!([{"amount": discount, "amount_set": set(discount)}]);
        let parts = json!({"line_items": [item], "refunds": []});
        let sale_now = sale("0.00", "5.00", [None, None], &parts);
        assert_eq!((units(&sale_now), sale_now.items_total), (quantity, 0), "{discount}");
    }
}

/// Returns the sale of the pixel's event: two mugs for 40.00, with 5.00 of shipping and 3.00 of
/// tax.
fn seen(patches: &Value) -> Result<Sale, String> {
    let amount = |amount: f64| json!({"amount": amount, "currencyCode": "USD"});
    let mut checkout = json!({
        "order": {"id": "gid://shopify/OrderIdentity/7001"}, "currencyCode": "USD",
        "totalPrice": amount(48.0), "subtotalPrice": amount(40.0), "totalTax": amount(3.0),
        "shippingLine": {"price": amount(5.0)}, "attributes": [], "discountApplications": [],
        "transactions": [],
        "lineItems": [{"title": "Mug", "quantity": 2, "finalLinePrice": amount(40.0),
                       "variant": {"id": "111", "sku": "MUG", "price": amount(20.0),
                                   "product": {"id": "11", "title": "Mug"}}}],
    });
    checkout.as_object_mut().unwrap().extend(patches.as_object().unwrap().clone());
    let event = json!({"timestamp": "2026-11-20T14:00:00.000Z", "data": {"checkout": checkout}});
    convert(event.to_string().as_bytes(), checkout_completed::sale)
}

#[test]
fn what_the_pixel_leaves_out_is_filled_from_what_is_there() {
    let line = |patch: Value| {
        let mut line = json!({"title": "Mug", "quantity": 2, "variant": null});
        line.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
        json!([line])
    };
    let price = |amount: f64| json!({"amount": amount, "currencyCode": "USD"});
    for (patches, items_total, total) in [
        (json!({}), 4000, 4800),
        (json!({"totalPrice": null}), 4000, 4800),
        (json!({"subtotalPrice": null}), 4000, 4800),
        (json!({"currencyCode": null}), 4000, 4800),
        (json!({"totalPrice": {"amount": null}}), 4000, 4800),
        (json!({"totalPrice": null, "shippingLine": null}), 4000, 4300),
        (json!({"totalPrice": null, "totalTax": null, "shippingLine": null}), 4000, 4000),
        (json!({"subtotalPrice": null, "lineItems": null}), 4000, 4800),
        (json!({"subtotalPrice": null, "lineItems": []}), 4000, 4800),
        (json!({"subtotalPrice": null, "lineItems": line(json!({}))}), 4000, 4800),
        (json!({"lineItems": line(json!({}))}), 4000, 4800),
        (json!({"lineItems": line(json!({"finalLinePrice": null}))}), 4000, 4800),
        (json!({"totalPrice": null, "subtotalPrice": null}), 4000, 4800),
        (
            json!({"totalPrice": null, "subtotalPrice": null,
                "lineItems": line(json!({"finalLinePrice": price(40.0)}))}),
            4000,
            4800,
        ),
        (
            json!({"totalPrice": null, "subtotalPrice": null, "currencyCode": null,
                "lineItems": line(json!({"variant": {"price": price(20.0)}}))}),
            4000,
            4800,
        ),
        (
            json!({"attributes": null, "discountApplications": null, "transactions": null}),
            4000,
            4800,
        ),
        (json!({"transactions": "", "attributes": {}, "discountApplications": [[]]}), 4000, 4800),
    ] {
        let sale_seen = seen(&patches).unwrap_or_else(|error| panic!("{patches}: {error}"));
        assert_eq!((sale_seen.items_total, sale_seen.total), (items_total, total), "{patches}");
        assert_eq!((sale_seen.currency.code(), sale_seen.check()), ("USD", Ok(())));
    }
    let product = json!({"id": "gid://shopify/Product/11", "title": "Tea"});
    let item = json!({"title": null, "quantity": null,
                      "variant": {"sku": null, "product": product}});
    let untitled = seen(&json!({"lineItems": [item]})).unwrap();
    assert_eq!((untitled.lines[0].title.as_str(), untitled.lines[0].quantity), ("Tea", 1));
    assert_eq!(untitled.lines[0].product.as_deref(), Some("11"));
    let nothing = seen(&json!({"totalPrice": null, "subtotalPrice": null, "lineItems": null}));
    assert!(nothing.unwrap_err().starts_with("data.checkout.totalPrice"));
    assert!(
        seen(&json!({"order": null})).is_err() && seen(&json!({"order": {"id": null}})).is_err()
    );
}

#[test]
fn the_id_of_an_order_is_its_number_however_it_is_wrapped() {
    for id in [
        "7001",
        "gid://shopify/Order/7001",
        "gid://shopify/OrderIdentity/7001",
        "gid://shopify/Order/7001?key=abc123",
        "gid://shopify/Order/7001#x",
        " 7001 ",
        "gid://shopify/Order/7001?key=99",
    ] {
        assert_eq!(seen(&json!({"order": {"id": id}})).unwrap().id, "7001", "{id}");
    }
}
