//! Reads rows of D1 as values of Rust, field by field in the order of their type: the code to find
//! each field by its name would be written once more for each type of row.

use std::cell::OnceCell;
use std::slice;

use serde::de::{DeserializeOwned, DeserializeSeed, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, forward_to_deserialize_any};
use serde_wasm_bindgen::{Deserializer as Field, Error};
use wasm_bindgen::JsValue;
use worker::D1Result;
use worker::js_sys::Reflect;

use super::StoreError;

/// A row as D1 returned it: an object with a property for each column.
#[derive(Deserialize)]
struct Object(#[serde(with = "serde_wasm_bindgen::preserve")] JsValue);

/// A row, and the names of its type's fields, which all rows of a result share.
struct Row<'a> {
    object: JsValue,
    names: &'a OnceCell<Vec<JsValue>>,
}

/// The fields of a row that are still to be read.
struct Fields<'a> {
    object: JsValue,
    names: slice::Iter<'a, JsValue>,
}

/// The rows of one result of a batch. A loop, because a chain of iterators that stops at the first
/// error would be compiled for each type of row: it is half as large.
pub(crate) fn rows<T: DeserializeOwned>(result: &D1Result) -> Result<Vec<T>, StoreError> {
    let objects = objects(result)?;
    let names = OnceCell::new();
    let mut rows = Vec::with_capacity(objects.len());
    for Object(object) in objects {
        rows.push(T::deserialize(Row { object, names: &names }).map_err(unreadable)?);
    }
    Ok(rows)
}

fn objects(result: &D1Result) -> Result<Vec<Object>, StoreError> {
    Ok(result.results::<Object>()?)
}

#[cold]
fn unreadable(error: Error) -> StoreError {
    worker::Error::from(error).into()
}

impl<'a> Row<'a> {
    fn fields(self, names: &'static [&'static str]) -> Fields<'a> {
        let names =
            self.names.get_or_init(|| names.iter().copied().map(JsValue::from_str).collect());
        Fields { object: self.object, names: names.iter() }
    }
}

impl<'de> Deserializer<'de> for Row<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(self.fields(fields))
    }

    /// A type that holds another one with fields of the same row.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        Field::from(self.object).deserialize_map(visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct enum identifier ignored_any
    }
}

impl Fields<'_> {
    fn next(&mut self) -> Option<Result<Field, Error>> {
        let value = Reflect::get(&self.object, self.names.next()?);
        Some(value.map(Field::from).map_err(Error::from))
    }
}

impl<'de> SeqAccess<'de> for Fields<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        self.next().map(|field| seed.deserialize(field?)).transpose()
    }
}
