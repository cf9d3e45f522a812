//! Builds the value of a JSON text, without lists that no payload asks for and up to a bound.
//!
//! Plugins of a shop store their own data in its orders, and a body of 8 MB holds millions of
//! values: as a tree they would take more memory than all requests of a Worker have together.

use std::cell::Cell;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::names::Names;

/// Values that are kept of one text, at most. An order of a thousand lines, with taxes, discounts
/// and custom fields, has about 60,000.
pub const VALUES_MAX: usize = 100_000;

/// The name under which `serde_json` hands out the text of a number.
const NUMBER: &str = "$serde_json::private::Number";

/// Values that may still be kept.
pub(super) struct Budget(Cell<usize>);

impl Budget {
    pub(super) fn new() -> Self {
        Self(Cell::new(VALUES_MAX))
    }

    /// Returns true if a text held more.
    pub(super) fn is_exceeded(&self) -> bool {
        self.0.get() == 0
    }

    fn take<E: Error>(&self) -> Result<(), E> {
        self.0.set(self.0.get().saturating_sub(1));
        if self.is_exceeded() { Err(E::custom("too many values")) } else { Ok(()) }
    }
}

/// A value to be built.
#[derive(Clone, Copy)]
pub(super) struct Kept<'a> {
    /// The fields that a payload asks for; `None` is any field.
    pub(super) names: Option<&'a Names>,
    pub(super) budget: &'a Budget,
    /// False for the value of a field that no payload asks for. A list is then left out; whatever
    /// else it is may be an entry, because an object can stand for a list.
    pub(super) is_wanted: bool,
}

impl<'de> DeserializeSeed<'de> for Kept<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.budget.take()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Kept<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(truth.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        if !self.is_wanted {
            return IgnoredAny.visit_seq(entries).map(|_| Value::Null);
        }
        let mut list = Vec::new();
        while let Some(entry) = entries.next_element_seed(self)? {
            list.push(entry);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            if name == NUMBER {
                let text: String = fields.next_value()?;
                return text.parse().map(Value::Number).map_err(Error::custom);
            }
            let is_wanted = self.names.is_none_or(|names| names.has(&name));
            object.insert(name, fields.next_value_seed(Self { is_wanted, ..self })?);
        }
        Ok(object.into())
    }
}
