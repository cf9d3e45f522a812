//! Writes the order event as JSON text: what the contract holds, and no float, map or byte string.

use std::fmt::Display;

use serde::ser::{Error, Impossible, Serialize, SerializeSeq, SerializeStruct, Serializer};

/// The type is not one that an order event holds.
#[derive(Debug)]
pub(crate) struct Unwritable;

impl Display for Unwritable {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Unwritable {}

impl Error for Unwritable {
    fn custom<T: Display>(_: T) -> Self {
        Unwritable
    }
}

/// The JSON text of a value.
pub(crate) fn to_text<T: Serialize>(value: &T) -> Result<String, Unwritable> {
    let mut text = String::new();
    value.serialize(Writer(&mut text))?;
    Ok(text)
}

struct Writer<'a>(&'a mut String);

impl Writer<'_> {
    #[inline(never)]
    fn text(self, text: &str) {
        self.0.push_str(text);
    }

    #[inline(never)]
    fn quoted(self, text: &str) {
        self.0.push('"');
        for character in text.chars() {
            // A control character is told by its number, and every one of them is below 0x20.
            if character < ' ' {
                self.0.push_str(if character < '\x10' { "\\u000" } else { "\\u001" });
                self.0.push(char::from_digit(u32::from(character) & 0xf, 16).unwrap_or_default());
                continue;
            }
            if character == '"' || character == '\\' {
                self.0.push('\\');
            }
            self.0.push(character);
        }
        self.0.push('"');
    }
}

/// The largest power of ten that an `i64` reaches.
const LARGEST_PLACE: u64 = 1_000_000_000_000_000_000;

macro_rules! refuse {
    ($($name:ident: $type:ty),*) => {
        $(fn $name(self, _: $type) -> Result<(), Unwritable> {
            Err(Unwritable)
        })*
    };
}

impl<'a> Serializer for Writer<'a> {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = List<'a>;
    type SerializeTuple = Impossible<(), Unwritable>;
    type SerializeTupleStruct = Impossible<(), Unwritable>;
    type SerializeTupleVariant = Impossible<(), Unwritable>;
    type SerializeMap = Impossible<(), Unwritable>;
    type SerializeStruct = List<'a>;
    type SerializeStructVariant = Impossible<(), Unwritable>;

    fn serialize_bool(self, truth: bool) -> Result<(), Unwritable> {
        self.text(if truth { "true" } else { "false" });
        Ok(())
    }

    fn serialize_i64(self, number: i64) -> Result<(), Unwritable> {
        // By hand: nothing that the storefront downloads formats, so no formatting is downloaded.
        if number < 0 {
            self.0.push('-');
        }
        let mut place = LARGEST_PLACE;
        let mut rest = number.unsigned_abs();
        while place > 1 && rest < place {
            place /= 10;
        }
        while place > 0 {
            let digit = rest.checked_div(place).unwrap_or_default();
            rest = rest.wrapping_sub(digit.wrapping_mul(place));
            self.0.push(char::from(b'0'.wrapping_add(u8::try_from(digit).unwrap_or_default())));
            place /= 10;
        }
        Ok(())
    }

    fn serialize_u32(self, number: u32) -> Result<(), Unwritable> {
        self.serialize_i64(number.into())
    }

    fn serialize_str(self, text: &str) -> Result<(), Unwritable> {
        self.quoted(text);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Unwritable> {
        self.text("null");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Unwritable> {
        self.serialize_str(variant)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a>, Unwritable> {
        self.0.push('[');
        Ok(List(self.0))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<List<'a>, Unwritable> {
        self.0.push('{');
        Ok(List(self.0))
    }

    refuse! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_u8: u8,
        serialize_u16: u16, serialize_u64: u64, serialize_f32: f32, serialize_f64: f64,
        serialize_char: char, serialize_bytes: &[u8], serialize_unit_struct: &'static str
    }

    fn serialize_unit(self) -> Result<(), Unwritable> {
        Err(Unwritable)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Unwritable> {
        Err(Unwritable)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Unwritable> {
        Err(Unwritable)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Unwritable> {
        Err(Unwritable)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unwritable> {
        Err(Unwritable)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Unwritable> {
        Err(Unwritable)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unwritable> {
        Err(Unwritable)
    }
}

/// A list or an object that has been opened.
struct List<'a>(&'a mut String);

impl List<'_> {
    /// What parts this entry from the one before it.
    fn part(&mut self) {
        if !self.0.ends_with(['[', '{']) {
            self.0.push(',');
        }
    }

    #[inline(never)]
    fn name(&mut self, name: &str) {
        self.part();
        Writer(self.0).quoted(name);
        self.0.push(':');
    }
}

impl SerializeSeq for List<'_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.part();
        value.serialize(Writer(self.0))
    }

    fn end(self) -> Result<(), Unwritable> {
        self.0.push(']');
        Ok(())
    }
}

impl SerializeStruct for List<'_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        self.name(name);
        value.serialize(Writer(self.0))
    }

    fn end(self) -> Result<(), Unwritable> {
        self.0.push('}');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use order_events::{Line, Platform, Sale, SaleStatus};
    use proptest::prelude::*;

    use super::to_text;

    fn sale(text: String, amount: i64, opted_in: Option<bool>, quantity: u32) -> Sale {
        let line = Line {
            product: Some(text.clone()),
            variant: None,
            sku: Some(String::new()),
            title: text.clone(),
            quantity,
            refunded: 0,
            total: amount,
            collections: vec![text.clone(), "mugs".into()],
            bundled: quantity % 2 == 0,
        };
        Sale {
            platform: Platform::Woocommerce,
            id: text,
            sold_at: "2026-11-22T08:51:49.5Z".parse().unwrap(),
            updated_at: "2026-11-22T08:52:53Z".parse().unwrap(),
            status: SaleStatus::Paid,
            test: true,
            currency: "JPY".parse().unwrap(),
            total: amount,
            items_total: 0,
            refunded: 0,
            coupons: Vec::new(),
            opted_in,
            lines: vec![line.clone(), line],
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_as_the_same_sale(
            text in any::<String>(),
            amount in any::<i64>(),
            opted_in in any::<Option<bool>>(),
            quantity in any::<u32>(),
        ) {
            let sale = sale(text, amount, opted_in, quantity);
            let written = to_text(&sale).unwrap();
            prop_assert_eq!(serde_json::from_str::<Sale>(&written).unwrap(), sale);
        }
    }

    #[test]
    fn quotes_backslashes_and_control_characters_are_escaped() {
        let written = to_text(&"\" \\ \u{1} \u{1f} \n é").unwrap();
        assert_eq!(written, r#""\" \\ \u0001 \u001f \u000a é""#);
    }

    #[test]
    fn a_type_that_no_order_event_holds_is_refused() {
        assert!(to_text(&0.5_f64).is_err());
        assert!(to_text(&std::collections::BTreeMap::from([("a", "b")])).is_err());
    }
}
