//! Ids as text, exact up to the largest integer that a platform uses.

use std::fmt;

use serde::{Deserialize, Deserializer, de};

use crate::field::known;
use crate::number::text_of_number;

/// An id that a shop gives: a string, or an integer from 0 to `u64::MAX`, kept as its digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id(String);

impl Id {
    /// The id as text, without the space around it; `None` for an empty one and for 0, which
    /// platforms write for "none".
    #[must_use]
    pub fn into_known(self) -> Option<String> {
        known(Some(self.0)).filter(|text| text != "0")
    }

    /// The digits at the end: `"5396439498987"` of `gid://shopify/OrderIdentity/5396439498987`;
    /// `None` where there are none.
    #[must_use]
    pub fn trailing_digits(&self) -> Option<String> {
        let start = self.0.trim_end_matches(|character: char| character.is_ascii_digit()).len();
        self.0.get(start..).filter(|digits| !digits.is_empty()).map(str::to_owned)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IdVisitor)
    }
}

struct IdVisitor;

impl<'de> de::Visitor<'de> for IdVisitor {
    type Value = Id;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an id: a string, or an integer of at most 64 bits")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Id, E> {
        Ok(Id(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Id, E> {
        Ok(Id(text))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Id, E> {
        Ok(Id(number.to_string()))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Id, A::Error> {
        let Some(text) = text_of_number(map)? else {
            return Err(de::Error::invalid_type(de::Unexpected::Map, &self));
        };
        match text.parse() {
            Ok(number) => self.visit_u64(number),
            Err(_) => Err(de::Error::invalid_value(de::Unexpected::Other("number"), &self)),
        }
    }
}
