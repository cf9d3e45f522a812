//! Yes or no as shops write it: a tick box, an order attribute, a note.

use std::fmt;

use serde::{Deserialize, Deserializer, de};

use crate::number::text_of_number;

/// The order attribute (Shopify) or order meta field (`WooCommerce`) that says whether the
/// customer opted in to planting.
pub(crate) const ATTRIBUTE: &str = "plant_trees";

/// An answer: `true`, `yes`, `1`, `on` and `false`, `no`, `0`, `off` in any case, as text, boolean
/// or number. Anything else, also a list or an object, is no answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer(pub Option<bool>);

impl Answer {
    fn of(text: &str) -> Self {
        Self(match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" | "on" => Some(true),
            "false" | "no" | "0" | "off" => Some(false),
            _ => None,
        })
    }
}

/// The answer among an order's attributes, given as their names and values.
pub(crate) fn opted_in(
    mut attributes: impl Iterator<Item = (Option<String>, Answer)>,
) -> Option<bool> {
    attributes.find(|(name, _)| name.as_deref() == Some(ATTRIBUTE)).and_then(|(_, answer)| answer.0)
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnswerVisitor)
    }
}

struct AnswerVisitor;

impl<'de> de::Visitor<'de> for AnswerVisitor {
    type Value = Answer;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an attribute of any type")
    }

    fn visit_bool<E: de::Error>(self, answer: bool) -> Result<Answer, E> {
        Ok(Answer(Some(answer)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Answer, E> {
        Ok(Answer::of(text))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Answer, E> {
        Ok(Answer(match number {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Answer, E> {
        Ok(Answer(None))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Answer, E> {
        Ok(Answer(None))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Answer, E> {
        Ok(Answer(None))
    }

    fn visit_none<E: de::Error>(self) -> Result<Answer, E> {
        Ok(Answer(None))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Answer, A::Error> {
        while list.next_element::<de::IgnoredAny>()?.is_some() {}
        Ok(Answer(None))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Answer, A::Error> {
        match text_of_number(map)?.and_then(|text| text.parse().ok()) {
            Some(number) => self.visit_u64(number),
            None => Ok(Answer(None)),
        }
    }
}
