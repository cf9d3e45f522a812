//! Reads JavaScript values into the contract's types, without a detour over JSON text.
//!
//! What is malformed is thrown as a JavaScript exception, so `Unreadable` has no value and the
//! compiler drops every path that would hand one on: a tenth of the module. The price is that what
//! was read so far is never freed (a page has one sale), and that nothing `async` may read: an
//! exception out of a future would leave its promise open for ever.

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
    /// The field that is being read, for the message when it cannot be.
    static FIELD: Cell<&'static str> = const { Cell::new("") };
}

/// The error of reading, which is thrown and so never exists.
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

/// Reads a value, or throws. A field that is missing reads like one that is `null`; a field that no
/// type asks for is left alone, and so never leaves the page.
pub(crate) fn read<T: for<'de> Deserialize<'de>>(value: &JsValue) -> T {
    let Ok(read) = T::deserialize(Value(value));
    read
}

#[derive(Clone, Copy)]
struct Value<'a>(&'a JsValue);

/// `Number.MAX_SAFE_INTEGER`, 2^53 - 1: beyond it two ids can be the same number.
const LARGEST_EXACT: f64 = 9_007_199_254_740_991.0;

/// What a type that takes what comes can use.
enum Plain {
    Nothing,
    Truth(bool),
    Text(String),
}

impl<'a> Value<'a> {
    /// The text of a number, unless it is so large that it may not be the one that was written.
    fn number(self) -> String {
        match self.0.as_f64() {
            Some(number) if number.abs() <= LARGEST_EXACT => text_of(self.0),
            _ => malformed(),
        }
    }

    fn integer(self) -> i64 {
        self.number().parse().unwrap_or_else(|_| malformed())
    }

    fn text(self) -> String {
        self.0.as_string().unwrap_or_else(|| malformed())
    }

    fn plain(self) -> Plain {
        if let Some(truth) = self.0.as_bool() {
            Plain::Truth(truth)
        } else if self.0.as_f64().is_some() {
            Plain::Text(self.number())
        } else {
            self.0.as_string().map_or(Plain::Nothing, Plain::Text)
        }
    }

    fn elements(self) -> Elements<'a> {
        match self.0.dyn_ref() {
            Some(array) => Elements { array, next: 0 },
            None => malformed(),
        }
    }

    fn fields(self, fields: &'static [&'static str]) -> Fields<'a> {
        if !self.0.is_object() {
            malformed();
        }
        Fields { object: self.0, fields: fields.iter() }
    }

    fn field(self, name: &str) -> JsValue {
        Reflect::get(self.0, &JsValue::from_str(name)).unwrap_or_else(|_| malformed())
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

    /// For types that take what comes, such as decimals and ids: a number arrives as its text, so
    /// that no money is ever a float. An object or a list is nothing that they could use.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.plain() {
            Plain::Nothing => visitor.visit_unit(),
            Plain::Truth(truth) => visitor.visit_bool(truth),
            Plain::Text(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.0.as_bool().unwrap_or_else(|| malformed()))
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
        visitor.visit_seq(self.elements())
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

struct Elements<'a> {
    array: &'a Array,
    next: u32,
}

impl Elements<'_> {
    fn next(&mut self) -> Option<JsValue> {
        let index = self.next;
        self.next = self.next.saturating_add(1);
        (index < self.array.length()).then(|| self.array.get(index))
    }
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        match self.next() {
            Some(element) => seed.deserialize(Value(&element)).map(Some),
            None => Ok(None),
        }
    }
}

/// The fields of a struct, asked for by the names that its derive knows, in their order.
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
