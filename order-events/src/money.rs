//! Amounts of money: integers in minor units, parsed as text without floats.

use std::fmt;

use crate::{Currency, limits};

/// An amount in minor units of its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// Minor units: cents of USD, yen of JPY, mills of KWD.
    pub amount: i64,
    /// The currency.
    pub currency: Currency,
}

/// The reason why a text is not an amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyError {
    /// Not a decimal number such as `-1234.50`.
    NotADecimal,
    /// More digits after the point than the currency has, and not all of them zero.
    TooPrecise,
    /// Beyond [`limits::AMOUNT`].
    TooLarge,
}

impl Money {
    /// Reads a decimal in major units, such as `"1234.5"` or `"-10.00"`. Digits beyond the minor
    /// unit are accepted only if they are zeros, because shops print `"1000.00"` for JPY.
    ///
    /// # Errors
    /// See [`MoneyError`]: the function neither rounds nor guesses.
    ///
    /// ```
    /// use order_events::Money;
    /// let yen = "JPY".parse()?;
    /// assert_eq!(Money::parse("1000.00", yen), Ok(Money { amount: 1000, currency: yen }));
    /// assert!(Money::parse("1000.50", yen).is_err());
    /// # Ok::<(), order_events::currency::UnknownCurrency>(())
    /// ```
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let has_point_without_digits = digits.len() > whole.len() && fraction.is_empty();
        if whole.is_empty()
            || has_point_without_digits
            || !all_digits(whole)
            || !all_digits(fraction)
        {
            return Err(MoneyError::NotADecimal);
        }
        let kept = usize::from(currency.exponent());
        if fraction.bytes().skip(kept).any(|byte| byte != b'0') {
            return Err(MoneyError::TooPrecise);
        }
        let minor = fraction.bytes().chain(std::iter::repeat(b'0')).take(kept);
        let mut amount: i64 = 0;
        for byte in whole.bytes().chain(minor) {
            amount = amount
                .checked_mul(10)
                .and_then(|shifted| shifted.checked_add(i64::from(byte.wrapping_sub(b'0'))))
                .filter(|amount| *amount <= limits::AMOUNT)
                .ok_or(MoneyError::TooLarge)?;
        }
        Ok(Money { amount: if negative { amount.saturating_neg() } else { amount }, currency })
    }

    /// Returns the amount without its currency, as a decimal in major units: `1234.50`.
    #[must_use]
    pub fn to_decimal(&self) -> String {
        let exponent = usize::from(self.currency.exponent());
        let digits =
            format!("{:0>width$}", self.amount.unsigned_abs(), width = exponent.saturating_add(1));
        let sign = if self.amount < 0 { "-" } else { "" };
        match digits.split_at_checked(digits.len().saturating_sub(exponent)) {
            Some((whole, fraction)) if !fraction.is_empty() => format!("{sign}{whole}.{fraction}"),
            _ => format!("{sign}{digits}"),
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.to_decimal(), self.currency)
    }
}

impl fmt::Display for MoneyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotADecimal => "not a decimal number such as 1234.50",
            Self::TooPrecise => "more digits after the point than the currency has",
            Self::TooLarge => {
                "larger than 9007199254740991 minor units, the largest exact integer of JSON"
            }
        })
    }
}

impl std::error::Error for MoneyError {}
