//! A price that the command line describes.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use order_events::Currency;

use super::new_merchant::{check_currency, price};
use crate::Failure;

/// The price of a tree from an instant on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NewPrice {
    pub(crate) currency: Currency,
    /// Minor units.
    pub(crate) amount: i64,
    /// Milliseconds since 1970; `None` is from now on.
    pub(crate) from: Option<i64>,
}

impl NewPrice {
    /// Reads the words of the command line.
    pub(super) fn read(
        currency: &str,
        amount: &str,
        from: Option<String>,
    ) -> Result<Self, Failure> {
        let currency = check_currency(currency)?;
        let amount = price("price", amount, currency)?;
        let from = from.map(|day| midnight(&day)).transpose()?;
        Ok(Self { currency, amount, from })
    }
}

/// Returns the beginning of a day in UTC.
fn midnight(day: &str) -> Result<i64, Failure> {
    let refused = || Failure(format!("--from: {day:?} is no day; write it like 2027-01-01."));
    let date: Date = day.parse().map_err(|_| refused())?;
    // The parser accepts a time of day and ignores it.
    if date.to_string() != day {
        return Err(refused());
    }
    let begins = date.to_zoned_datetime(TimeZone::UTC).map_err(|_| refused())?;
    Ok(begins.timestamp().as_millisecond())
}
