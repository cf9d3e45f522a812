//! Deserializes a payload from a JSON value of any shape.

use serde::Deserializer;
use serde::de::value::{Error, SeqDeserializer, StrDeserializer};
use serde::de::{
    DeserializeSeed, EnumAccess, Error as _, IntoDeserializer, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::Value;

/// The value of a missing field.
static NOTHING: Value = Value::Null;

/// A JSON value as a deserializer that converts each field to the requested type, whatever its
/// shape.
#[derive(Clone, Copy)]
pub struct Lenient<'a>(pub &'a Value);

impl<'a> Lenient<'a> {
    /// Returns a text, number or boolean as text, and an empty text for anything else.
    fn text(self) -> String {
        match self.0 {
            Value::String(text) => text.clone(),
            Value::Number(number) => plain(number.to_string()),
            Value::Bool(truth) => truth.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
        }
    }

    /// Returns the entries of a list. PHP writes a list with gaps as an object whose names are
    /// numbers, and a script may add `length`, which is no entry. An object of objects is a list of
    /// those objects, also if some of its values are none. Any other object is the only entry.
    fn entries(self) -> Vec<Self> {
        let entries: Vec<&'a Value> = match self.0 {
            Value::Array(list) => list.iter().collect(),
            Value::Object(fields) => {
                let is_number = |name: &str| name.starts_with(|c: char| c.is_ascii_digit());
                let is_list = fields.keys().next().is_some_and(|name| is_number(name));
                let entries: Vec<&'a Value> = fields
                    .iter()
                    .filter(|(name, value)| !is_list || is_number(name) || value.is_object())
                    .map(|(_, value)| value)
                    .collect();
                if is_list || entries.iter().all(|entry| entry.is_object() || is_nothing(entry)) {
                    entries
                } else {
                    vec![self.0]
                }
            }
            _ => Vec::new(),
        };
        let has_objects = entries.iter().any(|entry| entry.is_object());
        let is_entry = |entry: &&'a Value| {
            !is_nothing(entry) && !entry.is_array() && entry.is_object() == has_objects
        };
        entries.into_iter().filter(is_entry).map(Self).collect()
    }

    /// Returns a field of an object. An array is an object too: `gtag` pushes its arguments as
    /// either. A list of one stands for its entry.
    fn field(self, name: &str) -> Self {
        let value = match self.0 {
            Value::Array(list) => match (name.parse::<usize>(), list.as_slice()) {
                (Ok(index), list) => list.get(index),
                (Err(_), [only]) => only.get(name),
                (Err(_), _) => None,
            },
            object => object.get(name),
        };
        Self(value.unwrap_or(&NOTHING))
    }

    fn number<N: std::str::FromStr>(self) -> Result<N, Error> {
        self.text().parse().map_err(|_| Error::custom("not an integer in range"))
    }
}

/// Returns true for a value that scripts write for none.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.is_empty(),
        Value::String(text) => text.is_empty(),
        value => matches!(value, Value::Null | Value::Bool(false)),
    }
}

/// Removes zeros at the end of a number: PHP writes an id as `501.0`, which JavaScript reads as
/// 501.
fn plain(number: String) -> String {
    if !number.contains('.') || number.contains(['e', 'E']) {
        return number;
    }
    number.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl<'de> Deserializer<'de> for Lenient<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.text())
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(["true", "1"].contains(&self.text().as_str()))
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_i64(self.number()?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u32(self.number()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(SeqDeserializer::new(self.entries().into_iter()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        // Each field has a value, if only nothing, so that none has to be found by its name: the
        // code for each payload is half as large.
        visitor.visit_seq(SeqDeserializer::new(fields.iter().map(|name| self.field(name))))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let (name, content) = match self.0 {
            Value::Object(fields) if fields.len() == 1 => {
                fields.iter().next().map(|(name, content)| (name.clone(), content))
            }
            _ => None,
        }
        .unwrap_or_else(|| (self.text(), &NOTHING));
        visitor.visit_enum(Variant { name, content: Self(content) })
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        tuple tuple_struct map identifier ignored_any
    }
}

impl IntoDeserializer<'_, Error> for Lenient<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// A variant of an enum, by its name.
struct Variant<'a> {
    name: String,
    content: Lenient<'a>,
}

impl<'de, 'a> EnumAccess<'de> for Variant<'a> {
    type Error = Error;
    type Variant = Lenient<'a>;

    fn variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<(T::Value, Lenient<'a>), Error> {
        let name: StrDeserializer<'_, Error> = self.name.as_str().into_deserializer();
        Ok((seed.deserialize(name)?, self.content))
    }
}

impl<'de> VariantAccess<'de> for Lenient<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("no payload holds a tuple"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_struct("", fields, visitor)
    }
}
