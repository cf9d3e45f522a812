//! Tests of the reader, most of them against `serde_json`.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{JsonError, LEVELS_MAX, Names, VALUES_MAX, read};

fn everything(text: &[u8]) -> Result<Value, JsonError> {
    read(text, None)
}

fn only_id() -> Names {
    let mut names = Names::default();
    names.extend(["id"]);
    names
}

fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[\\\\\"/a\u{1}-\u{1f}é😀]{0,9}".prop_map(Value::from),
    ];
    scalar.prop_recursive(6, 80, 6, |inner| {
        let fields = prop::collection::vec((any::<String>(), inner.clone()), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(Value::from),
            fields.prop_map(|all| all.into_iter().collect()),
        ]
    })
}

/// Pieces of which JSON and nearly JSON are made.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "{", "}", "[", "]", ":", ",", "\"", "\"a\"", "\\", "\\u00e9", "\\ud83d", "\\ude00",
        "\\u12", "\\x", "1", "-", "0", ".5", "e9", "true", "false", "null", "nul", " ", "\n",
        "\u{1}", "é", "\u{feff}",
    ]);
    let piece = prop_oneof![
        piece.prop_map(|text| text.as_bytes().to_vec()),
        any::<[u8; 1]>().prop_map(Vec::from)
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_json_text_is_read_as_serde_json_reads_it(value in value(), is_pretty: bool) {
        let written = if is_pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let text = written.unwrap();
        let expected: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(everything(text.as_bytes()), Ok(expected));
    }

    #[test]
    fn nearly_json_is_read_at_least_where_serde_json_reads_it(text in pieces()) {
        let read = everything(&text);
        if let Ok(expected) = serde_json::from_slice::<Value>(&text) {
            prop_assert_eq!(read, Ok(expected));
        } else if let Ok(value) = read {
            // Only a mark, a control character, half a pair or a byte that is no character may
            // be the difference.
            let repaired = repaired(&text);
            prop_assert_eq!(serde_json::from_str::<Value>(&repaired).ok(), Some(value), "{}", repaired);
        }
    }
}

/// Repairs a text in the slow and obvious way.
fn repaired(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text)
        .replace(|character| character < ' ', " ")
        .replace('\u{feff}', "");
    let mut rest = text.as_str();
    let mut repaired = String::new();
    while let Some(character) = rest.chars().next() {
        let unit = |at: usize| {
            let digits = rest.get(at..)?.strip_prefix("\\u")?.get(..4)?;
            digits.chars().all(|digit| digit.is_ascii_hexdigit()).then_some(())?;
            u32::from_str_radix(digits, 16).ok()
        };
        let is_surrogate =
            |unit: Option<u32>, from, to| unit.is_some_and(|unit| (from..to).contains(&unit));
        let (first, second) = (unit(0), unit(6));
        let length = if is_surrogate(first, 0xd800, 0xdc00) && is_surrogate(second, 0xdc00, 0xe000)
        {
            repaired.push_str(rest.split_at(12).0);
            12
        } else if is_surrogate(first, 0xd800, 0xe000) {
            repaired.push('\u{fffd}');
            6
        } else if character == '\\' {
            let length = rest.chars().take(2).map(char::len_utf8).sum();
            repaired.push_str(rest.split_at(length).0);
            length
        } else {
            repaired.push(character);
            character.len_utf8()
        };
        rest = rest.split_at(length).1;
    }
    repaired
}

#[test]
fn characters_that_parsers_reject_are_replaced() {
    for (text, expected) in [
        (&b"\"a\x01b\tc\""[..], "a b c"),
        (br#""\ud83d\ude00""#, "😀"),
        (br#""\ud83d""#, "\u{fffd}"),
        (br#""\ud83dx""#, "\u{fffd}x"),
        (br#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
        (br#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
        (br#""\ud83d\n""#, "\u{fffd}\n"),
        (b"\"\xff\"", "\u{fffd}"),
        (b"\"\xf0\x9f\x98\"", "\u{fffd}"),
        (br#""\u0041\/\"\\""#, "A/\"\\"),
    ] {
        assert_eq!(everything(text), Ok(json!(expected)), "{}", String::from_utf8_lossy(text));
    }
    for text in
        [r#""\x""#, r#""\u12""#, r#""\u+123""#, r#""\ud83d\u12""#, r#""a"#, r#""a\"#, r#""a\""#]
    {
        assert_eq!(everything(text.as_bytes()), Err(JsonError::NotJson), "{text}");
    }
}

#[test]
fn only_json_is_read() {
    for text in [
        "",
        " ",
        "\u{feff}",
        "nul",
        "truex",
        "01",
        "1.",
        ".5",
        "+1",
        "--1",
        "1e",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "[1}",
        "{\"a\":1]",
        "[",
        "{",
        "]",
        "1 1",
        "{} {}",
        "'a'",
        "NaN",
        "[[]",
        "{\"a\":[}",
    ] {
        assert_eq!(everything(text.as_bytes()), Err(JsonError::NotJson), "{text}");
    }
}

#[test]
fn the_last_of_two_fields_with_one_name_counts() {
    assert_eq!(everything(br#"{"a": 1, "a": {"b": 2}}"#), Ok(json!({"a": {"b": 2}})));
}

#[test]
fn a_number_keeps_its_digits() {
    let value = everything(b"[9007199254740993.10, 1e400, -0, 1E+2]").unwrap();
    assert_eq!(value.to_string(), "[9007199254740993.10,1e+400,-0,1e+2]");
}

#[test]
fn byte_order_marks_come_before_a_text() {
    for mark in ["", "\u{feff}", "\u{feff}\u{feff}"] {
        for space in ["", "\n "] {
            let text = format!("{space}{mark} {{\"id\": 5}}\n");
            assert_eq!(everything(text.as_bytes()), Ok(json!({"id": 5})), "{text:?}");
        }
    }
}

#[test]
fn fields_that_are_not_wanted_are_left_out_with_their_errors() {
    let names = only_id();
    for junk in [
        "[[], {\"a\": [1]}]",
        "[\"]\", \"\\\"]\"]",
        "[1 2, nul, '\\x', :, {]}",
        "\"a\\\"b\"",
        "\"\\x\"",
        "-1.5e9",
        "nul",
    ] {
        for text in [
            format!("{{\"junk\": {junk}, \"id\": [5]}}"),
            format!("{{\"id\": [5] ,\"junk\":{junk},\"more\":{junk}}}"),
        ] {
            let expected = Ok(json!({"junk": true, "id": [5]}));
            assert_eq!(read(text.as_bytes(), Some(&names)), expected, "{text}");
        }
    }
    for text in ["{\"junk\": [1, \"id\": 5}", "{\"junk\": , \"id\": 5}", "{\"junk\": \"id\": 5}"] {
        assert_eq!(read(text.as_bytes(), Some(&names)), Err(JsonError::NotJson), "{text}");
    }
}

#[test]
fn objects_that_are_not_wanted_stay_because_they_may_be_entries_of_a_list() {
    let text = br#"{"a": {"id": 1, "x": "y"}, "b": {"id": 2}, "c": 3, "a": 4, "d": 5, "d": {}}"#;
    let expected = json!({"a": true, "b": {"id": 2}, "c": true, "d": {}});
    assert_eq!(read(text, Some(&only_id())), Ok(expected));
}

#[test]
fn fields_that_say_nothing_stay_as_false() {
    for nothing in ["null", "false", "\"\"", "[]", "[ ]"] {
        let text = format!("{{\"a\": {{}}, \"x\": {nothing}, \"y\": {nothing}}}");
        let expected = Ok(json!({"a": {}, "y": false}));
        assert_eq!(read(text.as_bytes(), Some(&only_id())), expected, "{nothing}");
        let text = format!("{{\"x\": {nothing}, \"y\": 0, \"z\": {nothing}}}");
        let expected = Ok(json!({"y": true}));
        assert_eq!(read(text.as_bytes(), Some(&only_id())), expected, "{nothing}");
    }
}

#[test]
fn what_is_nested_deeper_than_the_limit_is_left_out() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = |levels: usize| open.repeat(levels) + "1" + &close.repeat(levels);
        let depth = |text: &str| text.matches(open).count();
        let kept = everything(nested(LEVELS_MAX).as_bytes()).unwrap().to_string();
        assert_eq!((depth(&kept), kept.contains('1')), (LEVELS_MAX, true));
        let cut = everything(nested(1_000_000).as_bytes()).unwrap().to_string();
        assert_eq!((depth(&cut), cut.contains("null")), (LEVELS_MAX, true));
    }
}

#[test]
fn a_text_with_more_values_than_the_bound_is_refused() {
    let list = |count: usize| serde_json::to_vec(&vec![0; count]).unwrap();
    assert!(everything(&list(VALUES_MAX - 1)).is_ok());
    assert_eq!(everything(&list(VALUES_MAX)), Err(JsonError::TooManyValues));
    let unwanted = [b"{\"junk\":", list(20 * VALUES_MAX).as_slice(), b"}"].concat();
    assert!(read(&unwanted, Some(&only_id())).is_ok());
}
