//! Reads instants as shops write them: almost RFC 3339, or the time since 1970.
//!
//! It works byte by byte and builds one text for the strict parser, which keeps the storefront's
//! download small.

use order_events::Timestamp;

use crate::text::trimmed;

const MILLISECONDS_PER_DAY: i64 = 86_400_000;

/// Characters of a date without a time.
const DATE: usize = 10;

/// Characters of a date and a time without seconds.
const MINUTES: usize = 16;

/// Returns an instant, in UTC if it names no zone. It may be a date alone or lack its seconds. Its
/// zone may be written as `+0100`, `+01` or `UTC`, also after a space. It may be the seconds or
/// milliseconds since 1970.
///
/// Scripts write the first day of 1970 if they know no date.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    let text = trimmed(text);
    let mut number: i64 = 0;
    let mut is_number = true;
    for byte in text.bytes() {
        is_number &= byte.is_ascii_digit();
        number = number.wrapping_mul(10).wrapping_add(i64::from(byte.wrapping_sub(b'0')));
    }
    let instant = match (is_number, text.len()) {
        (true, 10) => Timestamp::from_milliseconds(number.wrapping_mul(1000)),
        (true, 13) => Timestamp::from_milliseconds(number),
        _ => rfc3339(text)?.parse().ok(),
    };
    instant.filter(|instant| instant.milliseconds() >= MILLISECONDS_PER_DAY)
}

/// Completes a text to RFC 3339; `None` if it is no date.
fn rfc3339(text: &str) -> Option<String> {
    let is_zone = |byte: &u8| matches!(byte, b'+' | b'-' | b'Z' | b'z' | b'U' | b'G');
    let after_date = text.as_bytes().get(DATE..)?;
    let length = after_date.iter().take_while(|byte| !is_zone(byte)).count();
    let (time, zone) = text.split_at_checked(length.wrapping_add(DATE))?;
    let mut full = trimmed(time).to_owned();
    full.push_str(match full.len() {
        DATE => "T00:00:00",
        MINUTES => ":00",
        _ => "",
    });
    match zone {
        "" | "Z" | "z" | "UTC" | "GMT" => full.push('Z'),
        _ => {
            let (hours, minutes) = zone.split_at_checked(3)?;
            full.push_str(hours);
            full.push(':');
            full.push_str(match minutes.strip_prefix(':').unwrap_or(minutes) {
                "" => "00",
                minutes => minutes,
            });
        }
    }
    Some(full)
}
