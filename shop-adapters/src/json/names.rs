//! The names of all fields that a payload asks for, at any level.

use std::cell::RefCell;
use std::iter;

use lenient_json::Names;
use serde::Deserializer;
use serde::de::value::{Error, SeqDeserializer};
use serde::de::{DeserializeOwned, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// Returns the names that a payload asks for. It is asked to read a payload in which everything is
/// there, once. `None` if it cannot say, as an enum, which reads one variant of several.
pub(crate) fn names_of<P: DeserializeOwned>() -> Option<Names> {
    let names = RefCell::default();
    P::deserialize(Everything(&names)).ok()?;
    Some(names.into_inner())
}

/// A payload with every field, and one entry in each list.
#[derive(Clone, Copy)]
struct Everything<'a>(&'a RefCell<Names>);

impl<'de> Deserializer<'de> for Everything<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str("")
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(false)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_i64(0)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u32(0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(SeqDeserializer::new(iter::once(self)))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.borrow_mut().extend(fields.iter().copied());
        visitor.visit_seq(SeqDeserializer::new(fields.iter().map(|_| self)))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        Err(Error::custom("only one variant would be read"))
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        tuple tuple_struct map identifier ignored_any
    }
}

impl IntoDeserializer<'_, Error> for Everything<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
