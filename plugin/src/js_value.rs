//! Reads JavaScript values into the contract's types, without an intermediate JSON text.
//!
//! A malformed value is thrown as a JavaScript exception, so `Unreadable` has no value and the
//! compiler drops every path that would return it: a tenth of the module. In return, the values
//! read so far are never freed (a page has one sale), and no `async` function may read: an
//! exception in a future would leave its promise pending forever.

use std::cell::Cell;
use std::fmt;

use js_sys::{Array, Object, Reflect};
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, SeqAccess, VariantAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// `String(value)`: the shortest text that reads back as the same number.
    #[wasm_bindgen(js_name = String)]
    fn text_of(value: &JsValue) -> String;
}

thread_local! {
    /// The field that is being read, for the error message.
    static FIELD: Cell<&'static str> = const { Cell::new("") };
}

/// The error of reading. It is thrown as an exception, so it never exists as a value.
#[derive(Debug)]
pub(crate) enum Unreadable {}

impl fmt::Display for Unreadable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Unreadable {}

impl serde::de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        malformed()
    }
}

#[inline(never)]
fn malformed() -> ! {
    let mut message = String::from("the field ");
    message.push_str(FIELD.get());
    message.push_str(" is missing or malformed");
    wasm_bindgen::throw_str(&message)
}

/// Reads a value, or throws. A field that is missing or has another shape than its type reads like
/// an empty one. A field that no type names is not read, and so never leaves the page.
pub(crate) fn read<T: for<'de> Deserialize<'de>>(value: &JsValue) -> T {
    let Ok(read) = T::deserialize(Value(value));
    read
}

#[derive(Clone, Copy)]
struct Value<'a>(&'a JsValue);

/// `Number.MAX_SAFE_INTEGER`, 2^53 - 1. Two different larger ids can be the same number.
const LARGEST_EXACT: f64 = 9_007_199_254_740_991.0;

impl<'a> Value<'a> {
    fn integer(self) -> i64 {
        self.text().parse().unwrap_or_else(|_| malformed())
    }

    /// Returns a text, number or boolean as text, and an empty text for anything else. A number
    /// that may have been rounded is an empty text too.
    #[inline(never)]
    fn text(self) -> String {
        if let Some(text) = self.0.as_string() {
            return text;
        }
        let is_exact = self.0.as_f64().is_some_and(|number| number.abs() <= LARGEST_EXACT);
        if is_exact || self.0.as_bool().is_some() { text_of(self.0) } else { String::new() }
    }

    /// Returns the entries of a list. Themes also write a list as an object whose names are
    /// numbers, or as an object of objects; any other object is the only entry. If any entry is an
    /// object, all others are dropped.
    #[inline(never)]
    fn entries(self) -> Vec<JsValue> {
        let mut entries = Vec::new();
        if !self.0.is_object() {
            return entries;
        }
        let names = Object::keys(self.0.unchecked_ref::<Object>());
        let mut is_list = Array::is_array(self.0);
        let mut objects = 0;
        for index in 0..names.length() {
            let name = names.get(index).as_string().unwrap_or_default();
            let is_number = name.as_bytes().first().is_some_and(u8::is_ascii_digit);
            is_list |= index == 0 && is_number;
            let entry = self.field(&name);
            // Beside numbers, a list that is written as an object has fields such as `length`.
            if !is_nothing(&entry) && (!is_list || is_number || entry.is_object()) {
                objects = usize::from(is_entry(&entry, true)).wrapping_add(objects);
                entries.push(entry);
            }
        }
        if is_list || objects == entries.len() {
            entries.retain(|entry| is_entry(entry, objects > 0));
            return entries;
        }
        vec![self.0.clone()]
    }

    fn fields(self, fields: &'static [&'static str]) -> Fields<'a> {
        Fields { object: self.0, fields: fields.iter() }
    }

    #[inline(never)]
    fn field(self, name: &str) -> JsValue {
        Reflect::get(self.0, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
    }

    /// A text is a variant without content; an object with one field is a variant with content.
    fn variant(self) -> Variant {
        if let Some(name) = self.0.as_string() {
            return Variant { name, content: JsValue::UNDEFINED };
        }
        let names = match self.0.dyn_ref::<Object>() {
            Some(object) => Object::keys(object),
            None => malformed(),
        };
        match names.get(0).as_string() {
            Some(name) if names.length() == 1 => Variant { content: self.field(&name), name },
            _ => malformed(),
        }
    }
}

impl<'de> Deserializer<'de> for Value<'_> {
    type Error = Unreadable;

    /// Passes a number as its text, so that no amount of money becomes a float.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_string(self.text())
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(matches!(self.text().as_str(), "true" | "1"))
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.integer())
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.integer())
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_string(self.text())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null_or_undefined() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(Elements(self.entries().into_iter()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(self.fields(fields))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(self.variant())
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u64 u128 f32 f64 char str bytes byte_buf unit unit_struct tuple
        tuple_struct map identifier ignored_any
    }
}

/// Returns true if a value is an entry of a list of objects, or else of a list of texts.
fn is_entry(value: &JsValue, of_objects: bool) -> bool {
    value.is_object() == of_objects && !Array::is_array(value)
}

/// Returns true for a value that scripts write for none: no text, no list, no truth.
fn is_nothing(value: &JsValue) -> bool {
    let is_empty_list = value.dyn_ref::<Array>().is_some_and(|list| list.length() == 0);
    is_empty_list || value.is_falsy() && value.as_f64().is_none()
}

struct Elements(std::vec::IntoIter<JsValue>);

impl<'de> SeqAccess<'de> for Elements {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        match self.0.next() {
            Some(element) => seed.deserialize(Value(&element)).map(Some),
            None => Ok(None),
        }
    }
}

/// The fields of a struct, in the order of the names that its derived implementation requests.
struct Fields<'a> {
    object: &'a JsValue,
    fields: std::slice::Iter<'static, &'static str>,
}

impl Fields<'_> {
    fn next(&mut self) -> JsValue {
        let Some(name) = self.fields.next() else { malformed() };
        FIELD.set(name);
        Value(self.object).field(name)
    }
}

impl<'de> SeqAccess<'de> for Fields<'_> {
    type Error = Unreadable;

    #[inline(never)]
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        seed.deserialize(Value(&self.next())).map(Some)
    }
}

struct Variant {
    name: String,
    content: JsValue,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<(T::Value, Self), Unreadable> {
        let variant = seed.deserialize(StrDeserializer::<Unreadable>::new(&self.name))?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Variant {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        if self.content.is_undefined() { Ok(()) } else { malformed() }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, Unreadable> {
        seed.deserialize(Value(&self.content))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Unreadable> {
        malformed()
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(Value(&self.content).fields(fields))
    }
}
