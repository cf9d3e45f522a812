//! Tells a number from an object, where both arrive as a map.

use serde::de::{IgnoredAny, MapAccess};

/// The key under which `serde_json` hands over a number when `arbitrary_precision` is on: a map of
/// one entry, whose value is the number's text (its `number::TOKEN`; `serde_json::Value` knows a
/// number by it too).
const KEY: &str = "$serde_json::private::Number";

/// The text of the number that the map stands for; `None` for an object, which is read to its end.
pub(crate) fn text_of_number<'de, A: MapAccess<'de>>(
    mut map: A,
) -> Result<Option<String>, A::Error> {
    let mut key = map.next_key::<String>()?;
    if key.as_deref() == Some(KEY) {
        return map.next_value().map(Some);
    }
    while key.is_some() {
        map.next_value::<IgnoredAny>()?;
        key = map.next_key()?;
    }
    Ok(None)
}
