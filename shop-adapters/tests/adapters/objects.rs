//! An object is no number, although `serde_json` hands over both as maps.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde::de::value::{BytesDeserializer, Error};
use serde_json::json;
use shop_adapters::{Answer, Decimal, Id};

/// Objects of one entry or several; only a number's own key, and only in the first place, counts.
const OBJECTS: [&str; 6] = [
    "{}",
    r#"{"a": 1}"#,
    r#"{"a": "1"}"#,
    r#"{"": "1", "b": {"c": ["1"]}}"#,
    r#"{"\u0061": "1"}"#,
    r#"{"": "1", "$serde_json::private::Number": "1"}"#,
];

/// What a value is read as, from JSON text and from a parsed value, with what stands behind it.
fn read<T: DeserializeOwned>(value: &str) -> [Option<T>; 2] {
    let text = format!("[{value}, 7]");
    let parsed = json!([serde_json::from_str::<serde_json::Value>(value).unwrap(), 7]);
    [serde_json::from_str::<(T, u8)>(&text), serde_json::from_value(parsed)]
        .map(|pair| pair.ok().map(|(value, _)| value))
}

#[test]
fn an_object_with_one_entry_is_no_answer() {
    for object in OBJECTS {
        assert_eq!(read(object), [Some(Answer(None)), Some(Answer(None))], "{object}");
    }
    assert_eq!(read("1"), [Some(Answer(Some(true))), Some(Answer(Some(true)))]);
}

#[test]
fn what_no_attribute_can_be_is_refused_with_what_it_can_be() {
    let bytes = BytesDeserializer::<Error>::new(b"yes");
    assert_eq!(
        Answer::deserialize(bytes).unwrap_err().to_string(),
        "invalid type: byte array, expected an attribute of any type"
    );
}

#[test]
fn an_object_with_one_entry_is_no_decimal() {
    for object in OBJECTS {
        assert_eq!(read::<Decimal>(object), [None, None], "{object}");
    }
    let ten_cents = Some(Decimal::from("0.10".to_owned()));
    assert_eq!(read("0.10"), [ten_cents.clone(), ten_cents]);
}

#[test]
fn an_object_with_one_entry_is_no_id() {
    for object in OBJECTS {
        assert_eq!(read::<Id>(object), [None, None], "{object}");
    }
    let id = |value| read::<Id>(value).map(|id| id.and_then(Id::into_known));
    assert_eq!(id("19"), [Some("19".to_owned()), Some("19".to_owned())]);
}
