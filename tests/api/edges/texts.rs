//! Texts: invalid UTF-8, invalid characters, and characters that databases cannot store.

use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use super::{assert_envelope, assert_nothing_stored, post};
use crate::merchant;

/// Returns an order event whose first line has this title, as raw bytes of JSON.
fn titled(title: &[u8]) -> Vec<u8> {
    let mut sale = two_mugs("19");
    sale["lines"][0]["title"] = json!("the title");
    let event = json!({"sale": sale}).to_string();
    let (before, after) = event.split_once("the title").unwrap();
    [before.as_bytes(), title, after.as_bytes()].concat()
}

#[test]
fn text_that_is_no_unicode_is_refused() {
    let merchant = merchant();
    let texts: [(&str, &[u8]); 10] = [
        ("an escaped lone leading surrogate", br"\ud83d"),
        ("an escaped lone trailing surrogate", br"\udf33"),
        ("escaped surrogates the wrong way round", br"\udf33\ud83d"),
        ("a raw surrogate", b"\xed\xa0\xbd"),
        ("a raw pair of surrogates, as CESU-8 has it", b"\xed\xa0\xbd\xed\xbc\xb3"),
        ("Latin 1", b"caf\xe9"),
        ("a character cut off", b"\xf0\x9f\x8c"),
        ("an overlong NUL", b"\xc0\x80"),
        ("beyond the last character", b"\xf4\x90\x80\x80"),
        ("a raw NUL", b"\0"),
    ];
    assert_nothing_stored(|| {
        for (name, text) in texts {
            let headers = [("content-type", "application/json; charset=iso-8859-1")];
            assert_envelope(&post(&merchant, &headers, &titled(text)), 400, name);
        }
        let event = json!({"sale": two_mugs("19")}).to_string();
        let utf_16: Vec<u8> = event.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let headers = [("content-type", "application/json; charset=utf-16le")];
        assert_envelope(&post(&merchant, &headers, &utf_16), 400, "UTF-16");
        let marked = [b"\xef\xbb\xbf", event.as_bytes()].concat();
        assert_envelope(&post(&merchant, &[], &marked), 400, "a byte order mark");
    });
}

#[test]
fn json_of_the_wrong_kind_is_refused_in_every_field() {
    let merchant = merchant();
    let event = json!({"sale": two_mugs("19")});
    let sale = event["sale"].as_object().unwrap();
    let line = sale["lines"][0].as_object().unwrap();
    let pointers = sale
        .keys()
        .map(|name| format!("/sale/{name}"))
        .chain(line.keys().map(|name| format!("/sale/lines/0/{name}")))
        .chain(["/sale".to_owned()]);
    assert_nothing_stored(|| {
        for pointer in pointers {
            for wrong in [json!({"a": 1}), json!([[1]]), json!(1.5)] {
                let mut body = event.clone();
                *body.pointer_mut(&pointer).unwrap() = wrong;
                let answer = post(&merchant, &[], body.to_string().as_bytes());
                assert_envelope(&answer, 422, &format!("{pointer} {body}"));
            }
        }
    });
}

#[test]
fn an_id_with_a_control_character_is_refused() {
    let merchant = merchant();
    let ids = ["/id", "/lines/0/product", "/lines/0/variant", "/lines/0/sku"];
    assert_nothing_stored(|| {
        for pointer in ids {
            for text in ["19\u{0}", "\u{0}", "19\n", "\u{7f}", "\u{9f}"] {
                let mut sale = two_mugs("19");
                *sale.pointer_mut(pointer).unwrap() = json!(text);
                let body = json!({"sale": sale}).to_string();
                assert_envelope(&post(&merchant, &[], body.as_bytes()), 422, pointer);
            }
        }
    });
}

#[test]
fn an_id_of_any_character_that_prints_comes_back_as_it_was() {
    let merchant = merchant();
    let ids = [
        "🌳",
        "a'; DROP TABLE sales; --",
        "\"",
        "\\",
        "%00",
        "\u{202e}19",
        "\u{e9}",
        "e\u{301}",
        "NULL",
    ];
    for id in ids {
        let body = json!({"sale": two_mugs(id)}).to_string();
        let answer = post(&merchant, &[], body.as_bytes());
        assert_eq!((answer.status, &answer.json()["sale"]), (201, &json!(id)), "{id}");
    }
    let orders = merchant.call("GET", "/api/orders/", &Value::Null).unwrap().json();
    let mut kept: Vec<&str> =
        orders.as_array().unwrap().iter().map(|order| order["sale"].as_str().unwrap()).collect();
    let mut ids = ids.to_vec();
    kept.sort_unstable();
    ids.sort_unstable();
    assert_eq!(kept, ids);
}
