//! Reads JavaScript values into the contract's types, without a detour over JSON text.
//!
//! Small on purpose: an error is one field name, fields are asked for by the names that the derive
//! knows, and what no type of the contract needs (floats, maps, bytes) is refused.

use std::fmt;

use js_sys::{Array, Object, Reflect};
use order_events::limits;
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

/// The value is not of the type asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The innermost field that could not be read; empty where the whole value could not.
    pub field: &'static str,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.field)
    }
}

impl std::error::Error for Unreadable {}

impl serde::de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        UNREADABLE
    }
}

const UNREADABLE: Unreadable = Unreadable { field: "" };

/// Reads a JavaScript value. A field that is missing reads like one that is `null`; a field that no
/// type asks for is left alone, and so never leaves the page.
pub fn read<T: for<'de> Deserialize<'de>>(value: JsValue) -> Result<T, Unreadable> {
    T::deserialize(Value(value))
}

struct Value(JsValue);

impl Value {
    /// The digits of an integer that a JavaScript number holds exactly.
    fn integer(&self) -> Result<i64, Unreadable> {
        if self.0.as_f64().is_none() {
            return Err(UNREADABLE);
        }
        let integer = text_of(&self.0).parse().map_err(|_| UNREADABLE)?;
        if (-limits::AMOUNT..=limits::AMOUNT).contains(&integer) {
            Ok(integer)
        } else {
            Err(UNREADABLE)
        }
    }

    fn visit_integer<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.integer()?)
    }
}

impl<'de> Deserializer<'de> for Value {
    type Error = Unreadable;

    /// Only for types that take what comes: a decimal arrives as text, so no money is ever a float.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if let Some(text) = self.0.as_string() {
            visitor.visit_string(text)
        } else if self.0.as_f64().is_some() {
            visitor.visit_string(text_of(&self.0))
        } else if self.0.is_null() || self.0.is_undefined() {
            visitor.visit_unit()
        } else {
            Err(UNREADABLE)
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.0.as_bool().ok_or(UNREADABLE)?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.visit_integer(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.visit_integer(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.visit_integer(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_string(self.0.as_string().ok_or(UNREADABLE)?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() || self.0.is_undefined() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if !Array::is_array(&self.0) {
            return Err(UNREADABLE);
        }
        visitor.visit_seq(Elements { array: self.0.unchecked_into(), next: 0 })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        if !self.0.is_object() {
            return Err(UNREADABLE);
        }
        visitor.visit_seq(Fields { object: self.0, fields: fields.iter() })
    }

    /// A text is a variant without content; an object with one field is a variant with content.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        if let Some(name) = self.0.as_string() {
            return visitor.visit_enum(Variant { name, content: JsValue::UNDEFINED });
        }
        let object = self.0.dyn_into::<Object>().map_err(|_| UNREADABLE)?;
        let names = Object::keys(&object);
        let name = names.get(0).as_string().filter(|_| names.length() == 1).ok_or(UNREADABLE)?;
        let content = field(&object, &name)?;
        visitor.visit_enum(Variant { name, content })
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct
        map identifier ignored_any
    }
}

fn field(object: &JsValue, name: &str) -> Result<JsValue, Unreadable> {
    Reflect::get(object, &JsValue::from_str(name)).map_err(|_| UNREADABLE)
}

struct Elements {
    array: Array,
    next: u32,
}

impl<'de> SeqAccess<'de> for Elements {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        if self.next >= self.array.length() {
            return Ok(None);
        }
        let element = self.array.get(self.next);
        self.next = self.next.saturating_add(1);
        seed.deserialize(Value(element)).map(Some)
    }
}

/// The fields of a struct, in the order of its declaration.
struct Fields {
    object: JsValue,
    fields: std::slice::Iter<'static, &'static str>,
}

impl<'de> SeqAccess<'de> for Fields {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        let Some(name) = self.fields.next() else { return Ok(None) };
        seed.deserialize(Value(field(&self.object, name)?))
            .map(Some)
            .map_err(|error| if error.field.is_empty() { Unreadable { field: name } } else { error })
    }
}

struct Variant {
    name: String,
    content: JsValue,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Unreadable;
    type Variant = Value;

    fn variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<(T::Value, Value), Unreadable> {
        let variant = seed.deserialize(StrDeserializer::<Unreadable>::new(&self.name))?;
        Ok((variant, Value(self.content)))
    }
}

impl<'de> VariantAccess<'de> for Value {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        if self.0.is_undefined() { Ok(()) } else { Err(UNREADABLE) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Unreadable> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Unreadable> {
        Err(UNREADABLE)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_struct("", fields, visitor)
    }
}
