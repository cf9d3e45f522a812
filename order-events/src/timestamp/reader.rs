//! Reads RFC 3339 text.

use super::MILLISECONDS_PER_DAY;
use super::calendar::days_from_date;

/// The numbers of an instant: the maximum of each, its number of digits, and the character after
/// it. The calendar checks months and days more precisely. A leap second becomes the last second of
/// its minute, because nothing here needs more precision.
const PARTS: [(i32, usize, &[u8]); 6] =
    [(9999, 4, b"-"), (99, 2, b"-"), (99, 2, b"Tt "), (23, 2, b":"), (59, 2, b":"), (60, 2, b"")];

/// Reads one text from left to right.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl Reader<'_> {
    /// Returns a number of this many digits, at most nine.
    fn number(&mut self, digits: usize) -> Option<i32> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        let mut value = 0_i32;
        for byte in number {
            if !byte.is_ascii_digit() {
                return None;
            }
            value = value.wrapping_mul(10).wrapping_add(i32::from(byte.wrapping_sub(b'0')));
        }
        Some(value)
    }

    fn one_of(&mut self, accepted: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        accepted.iter().any(|byte| byte == first).then_some(*first)
    }

    /// Returns the milliseconds of a fraction such as `.123456`; finer digits are truncated.
    fn fraction(&mut self) -> Option<i32> {
        if self.0.first() != Some(&b'.') {
            return Some(0);
        }
        self.one_of(b".")?;
        let length = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if length == 0 || length > 9 {
            return None;
        }
        let kept = length.min(3);
        let mut milliseconds = self.number(kept)?;
        for _ in kept..3 {
            milliseconds = milliseconds.wrapping_mul(10);
        }
        self.number(length.wrapping_sub(kept))?;
        Some(milliseconds)
    }

    /// Returns the minutes east of UTC.
    fn offset(&mut self) -> Option<i32> {
        let sign = match self.one_of(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let hours = self.number(2).filter(|hours| *hours < 24)?;
        self.one_of(b":")?;
        let minutes = self.number(2).filter(|minutes| *minutes < 60)?;
        Some(hours.wrapping_mul(60).wrapping_add(minutes).wrapping_mul(sign))
    }

    /// Returns the milliseconds since 1970-01-01T00:00:00Z; `None` if the text is no instant.
    pub(super) fn timestamp(&mut self) -> Option<i64> {
        let mut parts = [0; PARTS.len()];
        for (part, (most, digits, separators)) in parts.iter_mut().zip(PARTS) {
            *part = self.number(digits).filter(|number| *number <= most)?;
            if !separators.is_empty() {
                self.one_of(separators)?;
            }
        }
        let [year, month, day, hours, minutes, seconds] = parts;
        let milliseconds = self.fraction()?;
        let minutes = hours.wrapping_mul(60).wrapping_add(minutes).wrapping_sub(self.offset()?);
        if !self.0.is_empty() {
            return None;
        }
        // Each is small: at most two days, and ten thousand years of them.
        let of_day = minutes.wrapping_mul(60_000).wrapping_add(seconds.min(59).wrapping_mul(1000));
        let days = i64::from(days_from_date(year, month, day)?).wrapping_mul(MILLISECONDS_PER_DAY);
        Some(days.wrapping_add(i64::from(of_day.wrapping_add(milliseconds))))
    }
}
