//! Shopify's web pixel.

use order_events::{Sale, limits};
use shop_adapters::shopify::checkout_completed;

use crate::support::{convert, copies, patched, sample};

pub(crate) const EVENT: &str = include_str!("../payloads/shopify-checkout-completed.json");

const CHECKOUT: &str = "/data/checkout";

/// Returns the event with other values in its checkout.
fn event(patches: &[(&str, &str)]) -> Result<Sale, String> {
    let patches: Vec<(String, &str)> =
        patches.iter().map(|(path, value)| (format!("{CHECKOUT}{path}"), *value)).collect();
    let patches: Vec<(&str, &str)> =
        patches.iter().map(|(path, value)| (path.as_str(), *value)).collect();
    convert(&patched(EVENT, &patches), checkout_completed::sale)
}

#[test]
fn the_sample_becomes_a_sale() {
    let sale = convert(&sample("shopify-checkout-completed.json"), checkout_completed::sale);
    insta::assert_json_snapshot!(sale);
}

#[test]
fn an_event_becomes_a_sale_without_personal_data() {
    let sale = event(&[]);
    insta::assert_json_snapshot!(sale);
    assert!(!serde_json::to_string(&sale.unwrap()).unwrap().contains("ada"));
}

#[test]
fn the_order_id_is_the_digits_at_its_end() {
    for (written, id) in [
        (r#""gid://shopify/OrderIdentity/9007199254740993""#, "9007199254740993"),
        (r#""gid://shopify/Order/18446744073709551615""#, "18446744073709551615"),
        (r#""5396439498987""#, "5396439498987"),
        ("18446744073709551615", "18446744073709551615"),
        ("9007199254740993", "9007199254740993"),
    ] {
        assert_eq!(event(&[("/order/id", written)]).unwrap().id, id);
    }
}

#[test]
fn an_event_without_an_order_is_refused() {
    insta::assert_json_snapshot!([
        event(&[("/order", "null")]),
        event(&[("/order", "")]),
        event(&[("/order/id", "null")]),
        event(&[("/order/id", r#""gid://shopify/OrderIdentity/""#)]),
        event(&[("/order/id", "1.5")]),
        event(&[("/order/id", "-3")]),
        event(&[("/order/id", r#""gid://shopify/Order/184467440737095516160""#)]),
    ]);
}

#[test]
fn amounts_follow_the_currency_whatever_their_decimals() {
    let totals = [
        ("JPY", "16.00", 16),
        ("JPY", r#""16.00""#, 16),
        ("JPY", "1000", 1000),
        ("EUR", "42", 4200),
        ("EUR", r#""42""#, 4200),
        ("EUR", "42.5", 4250),
        ("KWD", "1.234", 1234),
        ("KWD", "1.2", 1200),
        ("CLF", "0.0001", 1),
        ("EUR", "30.000000000000004", 3000),
        ("EUR", "1e-7", 0),
        ("EUR", "4.299E1", 4299),
        ("EUR", "0", 0),
        ("EUR", "90071992547409.91", limits::AMOUNT),
    ];
    for (currency, amount, minor_units) in totals {
        let code = format!("\"{currency}\"");
        let sale = event(&[
            ("/currencyCode", &code),
            ("/totalPrice", &format!(r#"{{"amount": {amount}, "currencyCode": {code}}}"#)),
            ("/subtotalPrice", "null"),
            ("/lineItems", "[]"),
        ]);
        assert_eq!(sale.unwrap().total, minor_units, "{amount} {currency}");
    }
}

#[test]
fn a_total_that_is_none_is_filled_from_the_other_amounts() {
    let total = |amount: &str| event(&[("/totalPrice/amount", amount)]).unwrap().total;
    let known = event(&[("/totalPrice", "null")]).unwrap();
    for none in
        ["null", "-0.01", "1e21", "90071992547409.92", r#""NaN""#, r#""""#, r#""0x10""#, "[1]"]
    {
        assert_eq!(total(none), known.total, "{none}");
    }
    assert_eq!(event(&[("/totalPrice/currencyCode", r#""USD""#)]).unwrap().total, known.total);
    assert!(known.total >= known.items_total);
}

#[test]
fn a_line_in_another_currency_has_no_known_price() {
    let sale = event(&[("/lineItems/0/finalLinePrice/currencyCode", r#""USD""#)]).unwrap();
    assert_eq!(sale.items_total, event(&[]).unwrap().items_total);
}

#[test]
fn a_quantity_is_a_whole_number() {
    let quantity =
        |quantity: &str| event(&[("/lineItems/0/quantity", quantity)]).unwrap().lines[0].quantity;
    for (written, units) in [
        ("3", 3),
        (r#""3""#, 3),
        ("3.0", 3),
        ("1.5", 1),
        ("1000000", limits::QUANTITY),
        ("1000001", limits::QUANTITY),
        ("null", 1),
        (r#""two""#, 1),
        ("true", 1),
    ] {
        assert_eq!(quantity(written), units, "{written}");
    }
    assert_eq!(event(&[("/lineItems/0/quantity", "-1")]).unwrap().lines, []);
}

#[test]
fn an_older_event_tells_a_line_by_price_and_discounts() {
    let discounted = |discount: &str| {
        event(&[
            ("/lineItems/0/finalLinePrice", ""),
            (
                "/lineItems/0/discountAllocations",
                &format!(r#"[{{"amount": {{"amount": {discount}, "currencyCode": "EUR"}}}}]"#),
            ),
            ("/subtotalPrice", "null"),
        ])
    };
    let sale = discounted("10").unwrap();
    assert_eq!((sale.lines[0].total, sale.items_total), (3998, 3998));
    insta::assert_json_snapshot!([discounted("49.99"), discounted("null")]);
}

#[test]
fn a_coupon_of_one_hundred_percent_makes_a_free_sale() {
    let free = r#"{"amount": 0, "currencyCode": "EUR"}"#;
    let discounts = r#"[{"type": "DISCOUNT_CODE", "title": "FREEBIE"},
                        {"type": "AUTOMATIC", "title": "Black Friday"},
                        {"type": "DISCOUNT_CODE", "title": null}]"#;
    insta::assert_json_snapshot!(event(&[
        ("/totalPrice", free),
        ("/subtotalPrice", free),
        ("/lineItems/0/finalLinePrice", free),
        ("/discountApplications", discounts),
    ]));
}

#[test]
fn the_attribute_plant_trees_is_the_opt_in() {
    let opted_in = |value: &str| {
        let attributes = format!(
            r#"[{{"key": "gift", "value": "yes"}}, {{"key": "plant_trees", "value": {value}}}]"#
        );
        event(&[("/attributes", &attributes)]).unwrap().opted_in
    };
    for yes in [r#""true""#, r#""Yes""#, r#""1""#, r#""on""#, "1", "true"] {
        assert_eq!(opted_in(yes), Some(true), "{yes}");
    }
    for no in [r#""false""#, r#""no""#, r#""0""#, r#""off""#, "0", "false"] {
        assert_eq!(opted_in(no), Some(false), "{no}");
    }
    for neither in [r#""maybe""#, r#""""#, "null", "2", "1.5", "[1]", "{}", r#"{"a": 1, "b": 1}"#] {
        assert_eq!(opted_in(neither), None, "{neither}");
    }
    assert_eq!(event(&[]).unwrap().opted_in, None);
}

#[test]
fn what_is_absent_is_null_or_empty() {
    insta::assert_json_snapshot!([
        event(&[("/lineItems/0/variant", "null"), ("/lineItems/0/title", "null")]),
        event(&[("/lineItems/0/variant", r#"{"id": null, "sku": "", "product": {}}"#)]),
        event(&[("/lineItems", ""), ("/attributes", ""), ("/discountApplications", "null")]),
    ]);
}

#[test]
fn a_title_keeps_its_characters_and_is_cut_between_two_of_them() {
    let title =
        |title: &str| event(&[("/lineItems/0/title", title)]).unwrap().lines[0].title.clone();
    assert_eq!(title(r#""Caf\u00e9 \"Grün\" <b>&amp; \ud83c\udf33""#), "Café \"Grün\" <b>&amp; 🌳");
    let long = title(&format!("\"{}\"", "木".repeat(limits::TITLE_BYTES)));
    assert_eq!(long, "木".repeat(limits::TITLE_BYTES / 3));
}

#[test]
fn lines_beyond_the_limit_cost_those_lines() {
    let line = r#"{"title": "Mug", "quantity": 1,
                   "finalLinePrice": {"amount": 0.1, "currencyCode": "EUR"}}"#;
    let lines = |count| {
        event(&[("/lineItems", &copies(line, count)), ("/subtotalPrice", "null")])
            .map(|sale| (sale.lines.len(), sale.items_total))
    };
    assert_eq!(lines(500), Ok((500, 5000)));
    assert_eq!(lines(limits::LINES_PER_SALE), Ok((limits::LINES_PER_SALE, 10_000)));
    assert_eq!(lines(limits::LINES_PER_SALE + 1), Ok((limits::LINES_PER_SALE, 10_010)));
}

#[test]
fn what_is_no_event_is_refused() {
    let converted = |body: &str| convert(body.as_bytes(), checkout_completed::sale);
    insta::assert_json_snapshot!([
        converted("null"),
        converted("[]"),
        converted("{}"),
        converted(r#"{"data": null}"#),
        converted(r#"{"data": {"checkout": "gone"}}"#),
        converted(&String::from_utf8(patched(EVENT, &[("/timestamp", r#""today""#)])).unwrap()),
        converted(&String::from_utf8(patched(EVENT, &[("/timestamp", "")])).unwrap()),
        converted(&String::from_utf8(patched(EVENT, &[("/timestamp", "null")])).unwrap()),
    ]);
}
