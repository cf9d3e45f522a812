//! Paid sales count and placed sales wait: the effect of each status, event and body.

use order_events::{SaleStatus, Timestamp};
use serde_json::{Value, json};
use shop_adapters::webhook::{Delivery, NoSale, ReportedSale};
use shop_adapters::woocommerce::{signature, webhook};
use shop_adapters::{Problem, shopify};

use crate::details::{ga4_purchase, woocommerce_body, woocommerce_order};
use crate::shopify_checkout_completed::EVENT;
use crate::support::{convert, header, patched, received_at, request};

fn later(minutes: i64) -> Timestamp {
    let at = received_at().milliseconds() + minutes * 60_000;
    Timestamp::from_milliseconds(at).unwrap()
}

fn reported(delivery: Delivery) -> ReportedSale {
    match delivery {
        Delivery::Sale(reported) => reported,
        other => panic!("no sale: {other:?}"),
    }
}

fn woocommerce(patches: &[(&str, &str)], minutes: i64) -> ReportedSale {
    let body = patched(&woocommerce_body(), patches);
    reported(webhook::read(&body, Some("order.updated"), later(minutes)).unwrap())
}

#[test]
fn woocommerce_counts_what_was_paid_or_is_paid_on_delivery() {
    for (status, paid, method, expected) in [
        ("processing", "null", "cod", SaleStatus::Paid),
        ("completed", "null", "cod", SaleStatus::Paid),
        ("processing", "null", "bacs", SaleStatus::Paid),
        ("on-hold", "null", "bacs", SaleStatus::Placed),
        ("on-hold", "\"2026-11-20T09:00:00\"", "stripe", SaleStatus::Placed),
        ("pending", "\"2026-11-20T09:00:00\"", "stripe", SaleStatus::Placed),
        ("pending", "null", "stripe", SaleStatus::Placed),
        ("checkout-draft", "null", "", SaleStatus::Placed),
        ("auto-draft", "null", "", SaleStatus::Placed),
        ("shipped", "null", "cod", SaleStatus::Paid),
        ("shipped", "\"\"", "stripe", SaleStatus::Placed),
        ("shipped", "false", "stripe", SaleStatus::Placed),
        ("shipped", "\"0000-00-00T00:00:00\"", "stripe", SaleStatus::Placed),
        ("shipped", "\"2026-11-20T09:00:00\"", "stripe", SaleStatus::Paid),
        ("awaiting-transfer", "null", "bacs", SaleStatus::Placed),
        ("failed", "null", "stripe", SaleStatus::Cancelled),
        ("cancelled", "\"2026-11-20T09:00:00\"", "stripe", SaleStatus::Cancelled),
        ("wc-cancelled", "\"2026-11-20T09:00:00\"", "stripe", SaleStatus::Cancelled),
        ("trash", "\"2026-11-20T09:00:00\"", "stripe", SaleStatus::Cancelled),
        ("refunded", "\"2026-11-20T09:00:00\"", "stripe", SaleStatus::Refunded),
    ] {
        let sale = woocommerce_order(&[
            ("/status", &format!("\"{status}\"")),
            ("/date_paid_gmt", paid),
            ("/payment_method", &format!("\"{method}\"")),
        ]);
        assert_eq!(sale.unwrap().status, expected, "{status}, paid {paid}, {method}");
    }
}

#[test]
fn shopify_counts_what_was_paid() {
    for (status, expected) in [
        ("pending", SaleStatus::Placed),
        ("authorized", SaleStatus::Placed),
        ("expired", SaleStatus::Placed),
        ("partially_paid", SaleStatus::Placed),
        ("PARTIALLY_PAID", SaleStatus::Placed),
        ("unpaid", SaleStatus::Placed),
        ("paid", SaleStatus::Paid),
        (" Paid ", SaleStatus::Paid),
        ("partially_refunded", SaleStatus::Paid),
        ("refunded", SaleStatus::Refunded),
        ("voided", SaleStatus::Cancelled),
        ("", SaleStatus::Placed),
    ] {
        let status_field = [("/financial_status", &*format!("\"{status}\""))];
        let body = patched(crate::shopify_order::ORDER, &status_field);
        let sale = convert(&body, shopify::order::sale).unwrap();
        assert_eq!(
            (sale.status, sale.awaits_payment()),
            (expected, expected == SaleStatus::Placed)
        );
    }
}

#[test]
fn a_draft_or_checkout_waits_and_is_over_once_it_became_an_order() {
    let line = json!({"product_id": 11, "title": "Mug", "quantity": 2, "price": "20.00"});
    let draft = json!({"id": 7, "name": "#D7", "status": "open", "order_id": null,
        "invoice_url": "https://shop.example.com/invoices/7", "currency": "USD",
        "total_price": "45.00", "subtotal_price": "40.00", "created_at": "2026-11-20T09:00:00Z",
        "updated_at": "2026-11-20T09:00:00Z", "completed_at": null, "line_items": [line]});
    let checkout = json!({"id": 8, "token": "t", "completed_at": null, "currency": "USD",
        "abandoned_checkout_url": "https://shop.example.com/checkouts/8", "total_price": "45.00",
        "subtotal_price": "40.00", "created_at": "2026-11-20T09:00:00Z",
        "updated_at": "2026-11-20T09:00:00Z", "line_items": [line]});
    let status = |body: &Value, field: &str, value: Value| {
        let mut body = body.clone();
        body[field] = value;
        let delivery = shopify::webhook::read(body.to_string().as_bytes(), received_at()).unwrap();
        reported(delivery).facts.sale().unwrap().status
    };
    assert_eq!(status(&draft, "status", json!("open")), SaleStatus::Placed);
    assert_eq!(status(&draft, "status", json!("invoice_sent")), SaleStatus::Placed);
    assert_eq!(status(&draft, "status", json!("completed")), SaleStatus::Cancelled);
    assert_eq!(status(&checkout, "completed_at", json!(null)), SaleStatus::Placed);
    let over = status(&checkout, "completed_at", json!("2026-11-20T09:05:00Z"));
    assert_eq!(over, SaleStatus::Cancelled);
}

#[test]
fn a_browser_claims_a_paid_sale_unless_it_says_that_the_money_did_not_come() {
    let sale = ga4_purchase(&json!({"transaction_id": "T", "value": 1, "currency": "USD"}));
    assert_eq!(sale.unwrap().status, SaleStatus::Paid);
    for (kind, expected) in [
        ("creditCard", SaleStatus::Paid),
        ("wallet", SaleStatus::Paid),
        ("redeemable", SaleStatus::Paid),
        ("other", SaleStatus::Paid),
        ("", SaleStatus::Paid),
        ("manualPayment", SaleStatus::Placed),
        ("paymentOnDelivery", SaleStatus::Placed),
        ("deferred", SaleStatus::Placed),
    ] {
        let payments = json!([{"gateway": "x", "paymentMethod": {"name": "x", "type": kind}}]);
        let body = patched(EVENT, &[("/data/checkout/transactions", &payments.to_string())]);
        let sale = convert(&body, shopify::checkout_completed::sale).unwrap();
        assert_eq!(sale.status, expected, "{kind}");
    }
}

#[test]
fn drafts_subscriptions_and_other_topics_are_not_stored() {
    let read = |patches: &[(&str, &str)], topic: &str| {
        webhook::read(&patched(&woocommerce_body(), patches), Some(topic), received_at()).unwrap()
    };
    for draft in ["auto-draft", "checkout-draft", "wc-checkout-draft", "Auto-Draft"] {
        let delivery = read(&[("/status", &format!("\"{draft}\""))], "order.updated");
        assert_eq!(delivery, Delivery::Draft, "{draft}");
    }
    let subscription = [("/status", "\"active\""), ("/billing_period", "\"month\"")];
    for topic in ["order.updated", "subscription.created"] {
        assert_eq!(read(&subscription, topic), Delivery::NoSale(NoSale::Subscription));
    }
    for patch in [("/parent_id", "500"), ("/created_via", "\"wc_deposits\"")] {
        let delivery = read(&[patch], "order.created");
        assert_eq!(delivery, Delivery::NoSale(NoSale::PartOfAnotherOrder), "{patch:?}");
    }
    for topic in ["product.updated", "customer.created", "coupon.deleted", "action.x"] {
        for body in [r#"{"id": 11, "name": "Mug"}"#, r#"{"id": 11}"#] {
            let delivery = webhook::read(body.as_bytes(), Some(topic), received_at()).unwrap();
            assert_eq!(delivery, Delivery::NoSale(NoSale::OtherTopic), "{topic}");
        }
    }
    for body in [r#"{"id": 7, "title": "Mug", "variants": []}"#, r#"{"id": 7, "email": ""}"#, "[]"]
    {
        let delivery = shopify::webhook::read(body.as_bytes(), received_at()).unwrap();
        assert_eq!(delivery, Delivery::NoSale(NoSale::OtherTopic), "{body}");
    }
}

#[test]
fn what_cannot_be_a_sale_is_named_with_its_id_field_and_reason() {
    let unreadable = |patches: &[(&str, &str)]| {
        let body = patched(&woocommerce_body(), patches);
        webhook::read(&body, Some("order.updated"), received_at()).unwrap_err()
    };
    // The items do not show the total either.
    let total = [("/total", "\"free\""), ("/line_items/0/total", "null")];
    for (patches, field) in [(&total[..], "total"), (&[("/status", "\"\"")], "status")] {
        let error = unreadable(patches);
        assert_eq!(error.sale_id.as_deref(), Some("501"), "{error}");
        assert_eq!(error.field.map(|field| field.to_string()).as_deref(), Some(field));
        assert!(error.to_string().starts_with(&format!("{field} is ")), "{error}");
    }
    assert_eq!(unreadable(&[("/id", "\"undefined\"")]).sale_id, None);
    let body =
        patched(crate::shopify_order::ORDER, &[("/processed_at", ""), ("/created_at", "\"soon\"")]);
    let error = shopify::webhook::read(&body, received_at()).unwrap_err();
    assert_eq!(error.sale_id.as_deref(), Some("5396439498987"));
    for body in ["", "not JSON", "{\"id\": "] {
        let error = shopify::webhook::read(body.as_bytes(), received_at()).unwrap_err();
        assert_eq!((error.sale_id.clone(), error.field), (None, None));
        assert!(error.to_string().starts_with("the body is not JSON"), "{error}");
        assert_eq!(webhook::read(body.as_bytes(), None, received_at()).unwrap_err(), error);
    }
}

#[test]
fn an_error_of_the_shop_in_place_of_the_order_says_what_the_owner_can_do() {
    let error = |code: &str, status: u16| {
        json!({"code": code, "message": "Sorry.", "data": {"status": status}}).to_string()
    };
    let read = |body: &str, topic| webhook::read(body.as_bytes(), Some(topic), received_at());
    // The webhook goes on to deliver what changed of an order after the order was deleted for good.
    for code in ["woocommerce_rest_shop_order_invalid_id", "woocommerce_rest_invalid_id"] {
        let delivery = read(&error(code, 404), "order.updated");
        assert_eq!(delivery, Ok(Delivery::NoSale(NoSale::Gone)), "{code}");
    }
    // Sales are lost from now on, so the owner must learn of it.
    for (code, status) in
        [("woocommerce_rest_cannot_view", 403), ("rest_forbidden", 401), ("rest_no_route", 404)]
    {
        let unreadable = read(&error(code, status), "order.created").unwrap_err();
        assert_eq!(unreadable.problem, Problem::ShopError, "{code}");
        assert!(unreadable.to_string().contains("save the webhook again"), "{unreadable}");
        let other = read(&error(code, status), "product.updated");
        assert_eq!(other, Ok(Delivery::NoSale(NoSale::OtherTopic)), "{code}");
    }
    // An order with a field of this name is an order.
    let body = patched(&woocommerce_body(), &[("/code", "\"X\"")]);
    assert!(matches!(webhook::read(&body, None, received_at()), Ok(Delivery::Sale(_))));
}

#[test]
fn a_deleted_order_takes_its_trees_back_and_a_restored_one_brings_them_again() {
    let sold = woocommerce(&[], 0);
    assert_eq!((sold.sale_id.as_str(), sold.number.as_deref()), ("501", Some("A-501")));
    let deleted = webhook::read(br#"{"id":501}"#, Some("order.deleted"), later(5)).unwrap();
    let deleted = reported(deleted);
    assert_eq!((deleted.sale_id.as_str(), deleted.facts.sale()), ("501", None));
    let body = woocommerce_body();
    let restored = webhook::read(body.as_bytes(), Some("order.restored"), later(9)).unwrap();
    let restored = reported(restored).facts;
    let status = |facts: &order_events::SaleFacts| facts.sale().unwrap().status;
    let gone = sold.facts.clone().merge(deleted.facts.clone());
    assert_eq!((status(&gone), gone.is_deleted()), (SaleStatus::Cancelled, true));
    assert_eq!(status(&deleted.facts.clone().merge(sold.facts)), SaleStatus::Cancelled);
    // A late update from before the deletion does not restore the order.
    let late = woocommerce(&[], 6).facts;
    assert_eq!(status(&gone.clone().merge(late)), SaleStatus::Cancelled);
    assert_eq!(status(&gone.clone().merge(restored.clone())), SaleStatus::Paid);
    assert_eq!(status(&restored.merge(gone)), SaleStatus::Paid);
    let body = br#"{"id":5396439498987}"#;
    let shopify = reported(shopify::webhook::read(body, received_at()).unwrap());
    assert!(shopify.sale_id == "5396439498987" && shopify.facts.is_deleted());
}

#[test]
fn a_refund_that_the_shop_deleted_brings_trees_back_at_the_same_date() {
    let refunds = r#"[{"id": 8, "total": "-10.00"}]"#;
    let refunded = woocommerce(&[("/refunds", refunds)], 1).facts;
    let deleted = woocommerce(&[], 7).facts;
    for facts in [refunded.clone().merge(deleted.clone()), deleted.merge(refunded)] {
        assert_eq!(facts.sale().unwrap().refunded, 0);
    }
}

#[test]
fn a_payment_after_a_failure_counts_in_the_same_second() {
    let failed = woocommerce(&[("/status", "\"failed\"")], 3).facts;
    let paid = woocommerce(&[], 1).facts;
    for facts in [failed.clone().merge(paid.clone()), paid.merge(failed)] {
        assert_eq!(facts.sale().unwrap().status, SaleStatus::Paid);
    }
}

#[test]
fn a_paid_sale_stays_paid_under_a_status_of_the_shops_own() {
    let own = [
        ("/status", "\"packed\""),
        ("/date_paid_gmt", "null"),
        ("/date_modified_gmt", "\"2026-11-21T09:00:00\""),
    ];
    let packed = woocommerce(&own, 9).facts;
    assert_eq!(packed.sale().unwrap().status, SaleStatus::Placed);
    let paid = woocommerce(&[("/date_paid_gmt", "null")], 1).facts;
    assert_eq!(packed.clone().merge(paid).sale().unwrap().status, SaleStatus::Paid);
    for before in ["pending", "cancelled"] {
        let other = woocommerce(&[("/status", &format!("\"{before}\""))], 1).facts;
        let status = packed.clone().merge(other).sale().unwrap().status;
        assert_eq!(status, SaleStatus::Placed, "{before}");
    }
}

/// Returns the facts of a recorded delivery with a valid signature.
fn recorded(name: &str, minutes: i64) -> ReportedSale {
    let (head, body) = request(&format!("woocommerce-order-{name}.http"));
    let signed = header(&head, "X-WC-Webhook-Signature");
    assert!(signature::verify("pigwhheldoutsecret0123456789", &body, &signed), "{name}");
    let topic = header(&head, "X-WC-Webhook-Topic");
    // They were delivered some hours before, on 2026-11-27.
    let received_at = later(5 * 24 * 60 + minutes);
    reported(webhook::read(&body, Some(&topic), received_at).unwrap())
}

#[test]
fn a_real_bank_transfer_waits_until_it_is_paid() {
    let held = recorded("created-on-hold-bank-transfer", 0).facts;
    assert!(held.sale().unwrap().awaits_payment());
    let paid = recorded("updated-bank-transfer-paid", 1).facts;
    for facts in [held.clone().merge(paid.clone()), paid.merge(held)] {
        assert_eq!(facts.sale().unwrap().status, SaleStatus::Paid);
    }
}

#[test]
fn a_real_order_in_the_trash_has_no_trees_until_it_is_restored() {
    let deleted = recorded("deleted-trash", 0);
    let restored = recorded("restored", 1);
    assert_eq!(deleted.sale_id, restored.sale_id);
    let sold = order_events::SaleFacts::from(restored.facts.snapshot().unwrap().clone());
    let gone = sold.merge(deleted.facts);
    assert_eq!(gone.sale().unwrap().status, SaleStatus::Cancelled);
    assert_eq!(gone.merge(restored.facts).sale().unwrap().status, SaleStatus::Paid);
}

#[test]
fn a_real_refund_by_line_returns_its_money() {
    let sold = recorded("created-before-refund-by-line", 0).facts;
    let refunded = recorded("updated-refund-by-line-1-of-2", 1).facts;
    assert_eq!(sold.clone().merge(refunded).sale().unwrap().refunded, 1_999);
    let decimal = recorded("created-decimal-quantity", 0).facts.sale().unwrap();
    assert_eq!((decimal.lines[0].quantity, decimal.total), (1, 1_875));
}
