//! Reads RFC 3339 text.

use super::MILLISECONDS_PER_DAY;
use super::calendar::days_from_date;

/// Reads one text from left to right.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl Reader<'_> {
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        number.iter().try_fold(0_i64, |value, byte| {
            let digit = byte.is_ascii_digit().then(|| i64::from(byte.wrapping_sub(b'0')))?;
            value.checked_mul(10)?.checked_add(digit)
        })
    }

    fn one_of(&mut self, accepted: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        accepted.contains(first).then_some(*first)
    }

    /// Milliseconds of a fraction such as `.123456`; finer digits are cut off.
    fn fraction(&mut self) -> Option<i64> {
        if self.0.first() != Some(&b'.') {
            return Some(0);
        }
        self.one_of(b".")?;
        let length = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if length == 0 || length > 9 {
            return None;
        }
        let digits = self.number(length)?;
        let scale = 10_i64.checked_pow(u32::try_from(length).ok()?)?;
        digits.checked_mul(1000)?.checked_div(scale)
    }

    /// Minutes east of UTC.
    fn offset(&mut self) -> Option<i64> {
        let sign = match self.one_of(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let hours = self.number(2).filter(|hours| *hours < 24)?;
        self.one_of(b":")?;
        let minutes = self.number(2).filter(|minutes| *minutes < 60)?;
        hours.checked_mul(60)?.checked_add(minutes)?.checked_mul(sign)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z; `None` where the text is no instant.
    pub(super) fn timestamp(&mut self) -> Option<i64> {
        let year = self.number(4)?;
        self.one_of(b"-")?;
        let month = self.number(2)?;
        self.one_of(b"-")?;
        let days = days_from_date(year, month, self.number(2)?)?;
        self.one_of(b"Tt ")?;
        let hours = self.number(2).filter(|hours| *hours < 24)?;
        self.one_of(b":")?;
        let minutes = self.number(2).filter(|minutes| *minutes < 60)?;
        self.one_of(b":")?;
        // A leap second is the last second of its minute: nothing here is finer than that.
        let seconds = self.number(2).filter(|seconds| *seconds <= 60)?.min(59);
        let milliseconds = self.fraction()?;
        let minutes = hours.checked_mul(60)?.checked_add(minutes)?.checked_sub(self.offset()?)?;
        if !self.0.is_empty() {
            return None;
        }
        days.checked_mul(MILLISECONDS_PER_DAY)?
            .checked_add(minutes.checked_mul(60_000)?)?
            .checked_add(seconds.checked_mul(1000)?)?
            .checked_add(milliseconds)
    }
}
