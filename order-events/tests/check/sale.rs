//! Tests of rejected sales.

use order_events::{Proof, Refund, RefundLine, Sale, SaleFacts, limits};
use serde_json::{Value, json};

use crate::support::{line_with_sku, sale};

/// Returns the error of the sale after a change, or an empty text.
fn refusal(change: impl FnOnce(&mut Sale)) -> String {
    let mut sale = sale();
    change(&mut sale);
    sale.check().map_or_else(|error| error.to_string(), |()| String::new())
}

/// The path of a field, and a change of it.
type Place<T> = (&'static str, fn(&mut Sale, T));

/// Returns the error of the sale for each value in turn in the same field.
fn refusals<T>(values: impl IntoIterator<Item = T>, change: fn(&mut Sale, T)) -> Vec<String> {
    values.into_iter().map(|value| refusal(|sale| change(sale, value))).collect()
}

#[test]
fn the_sale_that_the_tests_start_from_is_accepted() {
    assert_eq!(sale().check(), Ok(()));
}

#[test]
fn an_id_says_something_in_plain_characters_briefly() {
    let longest = "a".repeat(limits::ID_BYTES);
    let ids = ["", "a\nb", "a\0", &format!("{longest}b"), &longest, "Grün 1/2"];
    let empty = "is empty: name a value, or leave it out";
    let control = "must not hold control characters, such as tabs and line ends";
    let long = "must be at most 1020 bytes long";
    let expected = |path: &str| -> Vec<String> {
        let refused = [empty, control, control, long].map(|message| format!("{path}: {message}"));
        refused.into_iter().chain([String::new(), String::new()]).collect()
    };
    let places: [Place<&str>; 6] = [
        ("id", |sale, id| sale.id = id.to_owned()),
        ("coupons[1]", |sale, id| sale.coupons.push(id.to_owned())),
        ("lines[0].product", |sale, id| sale.lines[0].product = Some(id.to_owned())),
        ("lines[1].variant", |sale, id| sale.lines[1].variant = Some(id.to_owned())),
        ("lines[0].sku", |sale, id| sale.lines[0].sku = Some(id.to_owned())),
        ("lines[0].collections[1]", |sale, id| sale.lines[0].collections.push(id.to_owned())),
    ];
    for (path, change) in places {
        assert_eq!(refusals(ids, change), expected(path));
    }
}

#[test]
fn amounts_are_from_zero_to_the_limit() {
    let amounts = [i64::MIN, -1, 0, limits::AMOUNT, limits::AMOUNT + 1];
    let places: [Place<i64>; 4] = [
        ("total", |sale, amount| sale.total = amount),
        ("items_total", |sale, amount| sale.items_total = amount),
        ("refunded", |sale, amount| sale.refunded = amount),
        ("lines[1].total", |sale, amount| sale.lines[1].total = amount),
    ];
    for (path, change) in places {
        let negative = format!("{path}: must be at least 0");
        let large = format!("{path}: must be at most 9007199254740991");
        let expected = [negative.clone(), negative, String::new(), String::new(), large];
        assert_eq!(refusals(amounts, change), expected);
    }
}

#[test]
fn units_are_from_one_to_the_limit() {
    let units = [0, 1, limits::QUANTITY, limits::QUANTITY + 1];
    assert_eq!(
        refusals(units, |sale, units| sale.lines[1].quantity = units),
        [
            "lines[1].quantity: must be at least 1",
            "",
            "",
            "lines[1].quantity: must be at most 1000000",
        ]
    );
}

#[test]
fn no_more_units_are_returned_than_were_bought() {
    assert_eq!(
        refusals([0, 2, 3], |sale, units| sale.lines[0].refunded = units),
        ["", "", "lines[0].refunded: is 3, more than the 2 bought"]
    );
}

#[test]
fn lists_and_titles_have_a_limit() {
    let many = |more: usize| vec!["a".to_owned(); limits::NAMES_PER_LIST + more];
    let too_many = "has 1001 entries: at most 1000 are allowed";
    assert_eq!(
        refusals([many(0), many(1)], |sale, names| sale.coupons = names),
        [String::new(), format!("coupons: {too_many}")]
    );
    assert_eq!(
        refusals([many(0), many(1)], |sale, names| sale.lines[0].collections = names),
        [String::new(), format!("lines[0].collections: {too_many}")]
    );
    let lines = |more: usize| vec![line_with_sku("A", 1); limits::LINES_PER_SALE + more];
    assert_eq!(
        refusals([lines(0), lines(1)], |sale, lines| sale.lines = lines),
        [String::new(), format!("lines: {too_many}")]
    );
    let title = |more: usize| "a".repeat(limits::TITLE_BYTES + more);
    assert_eq!(
        refusals([title(0), title(1)], |sale, title| sale.lines[0].title = title),
        ["", "lines[0].title: must be at most 1020 bytes long"]
    );
}

#[test]
fn what_is_odd_and_can_be_true_is_accepted() {
    let changes: [fn(&mut Sale); 6] = [
        |sale| sale.sold_at = "2030-01-01T00:00:00Z".parse().unwrap(),
        |sale| sale.refunded = sale.total + 1,
        |sale| sale.items_total = sale.total + 1,
        |sale| sale.lines.push(sale.lines[0].clone()),
        |sale| sale.lines.clear(),
        |sale| sale.lines[0].title = "A\ttab".to_owned(),
    ];
    for change in changes {
        assert_eq!(refusal(change), "");
    }
}

fn refund() -> Refund {
    Refund {
        at: sale().updated_at,
        currency: sale().currency,
        amount: 100,
        lines: vec![RefundLine { product: None, variant: None, sku: None, quantity: 1 }],
    }
}

#[test]
fn facts_are_checked_with_their_snapshot_and_refunds() {
    let facts = |id: &str, change: fn(&mut Refund)| {
        let mut refund = refund();
        change(&mut refund);
        let check = SaleFacts::from_refund(id.to_owned(), refund).check();
        check.map_or_else(|error| error.to_string(), |()| String::new())
    };
    assert_eq!(facts("r1", |_| ()), "");
    assert_eq!(facts("", |_| ()), "refunds: is empty: name a value, or leave it out");
    assert_eq!(facts("r1", |refund| refund.amount = -1), "refunds.r1.amount: must be at least 0");
    assert_eq!(
        facts("r1", |refund| refund.lines[0].quantity = 0),
        "refunds.r1.lines[0].quantity: must be at least 1"
    );
    assert_eq!(
        facts("r1", |refund| refund.lines[0].sku = Some(String::new())),
        "refunds.r1.lines[0].sku: is empty: name a value, or leave it out"
    );
    assert_eq!(
        facts("r1", |refund| refund.lines = vec![refund.lines[0].clone(); 1_001]),
        "refunds.r1.lines: has 1001 entries: at most 1000 are allowed"
    );
    let mut sale = sale();
    sale.total = -1;
    let error = SaleFacts::from_snapshot(Proof::Claimed, sale).check().unwrap_err();
    assert_eq!(error.to_string(), "snapshot.sale.total: must be at least 0");
}

/// A sale of the wrong shape is rejected while it is read. With `serde_path_to_error`, the error
/// names the field by the same path as a check.
#[test]
fn a_sale_of_the_wrong_shape_is_refused_by_the_same_path() {
    for (pointer, value, expected) in [
        ("/lines/1/quantity", json!(-1), "lines[1].quantity: invalid value: integer `-1`"),
        ("/lines/1/quantity", json!(1.5), "lines[1].quantity: invalid type: floating point"),
        ("/total", json!("40.00"), "total: invalid type: string"),
        ("/total", json!(9_223_372_036_854_775_808_u64), "total: invalid value: integer"),
        ("/currency", json!("usd"), "currency: unknown currency: use an ISO 4217 code in capitals"),
        ("/sold_at", json!("yesterday"), "sold_at: not an instant: use RFC 3339 with a zone"),
        ("/status", json!("shipped"), "status: unknown variant `shipped`"),
        ("/lines/0/sku", json!(7), "lines[0].sku: invalid type: integer `7`"),
    ] {
        let mut json: Value = serde_json::to_value(sale()).unwrap();
        *json.pointer_mut(pointer).unwrap() = value;
        let text = json.to_string();
        let mut reader = serde_json::Deserializer::from_str(&text);
        let error = serde_path_to_error::deserialize::<_, Sale>(&mut reader).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error} is not {expected}");
    }
}

#[test]
fn a_field_that_the_sale_does_not_have_is_refused() {
    for field in ["email", "billing", "customer_name"] {
        let mut json: Value = serde_json::to_value(sale()).unwrap();
        json[field] = json!("anything");
        let error = serde_json::from_value::<Sale>(json).unwrap_err();
        assert!(error.to_string().starts_with(&format!("unknown field `{field}`")), "{error}");
    }
}
