//! Reads one field into a canonical value, or says which field is wrong.

use std::fmt;

use order_events::{Currency, Timestamp, limits};

use crate::{AdapterError, Decimal, Problem};

/// A field by its path in the payload: `line_items[2].quantity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    #[cfg(feature = "reasons")]
    path: &'static str,
    #[cfg(feature = "reasons")]
    index: Option<usize>,
}

impl Field {
    #[cfg(feature = "reasons")]
    pub(crate) fn at(path: &'static str) -> Self {
        Self { path, index: None }
    }

    /// A field of one entry of a list; `index` counts from 0 and stands in the first `[]`.
    #[cfg(feature = "reasons")]
    pub(crate) fn within(path: &'static str, index: usize) -> Self {
        Self { path, index: Some(index) }
    }

    #[cfg(feature = "reasons")]
    pub(crate) fn error(self, problem: Problem) -> AdapterError {
        AdapterError { field: self, problem }
    }

    // In the storefront nobody reads which field it was. These are in no build of the tests, and so no
    // test could catch a mutant of them.
    #[cfg(not(feature = "reasons"))]
    #[cfg_attr(test, mutants::skip)]
    pub(crate) fn at(_: &'static str) -> Self {
        Self {}
    }

    #[cfg(not(feature = "reasons"))]
    #[cfg_attr(test, mutants::skip)]
    pub(crate) fn within(_: &'static str, _: usize) -> Self {
        Self {}
    }

    #[cfg(not(feature = "reasons"))]
    #[cfg_attr(test, mutants::skip)]
    pub(crate) fn error(self, _: Problem) -> AdapterError {
        AdapterError { field: self }
    }

    pub(crate) fn required<T>(self, value: Option<T>) -> Result<T, AdapterError> {
        value.ok_or(self.error(Problem::Missing))
    }

    /// A currency by its code, in capital or small letters.
    pub(crate) fn currency(self, code: Option<&str>) -> Result<Currency, AdapterError> {
        self.required(code)?
            .to_ascii_uppercase()
            .parse()
            .map_err(|_| self.error(Problem::UnknownCurrency))
    }

    /// An instant in RFC 3339.
    pub(crate) fn timestamp(self, text: Option<&str>) -> Result<Timestamp, AdapterError> {
        self.required(text)?.parse().map_err(|_| self.error(Problem::NotAnInstant))
    }

    /// Minor units of `currency`, zero or more.
    pub(crate) fn amount(
        self,
        decimal: Option<&Decimal>,
        currency: Currency,
    ) -> Result<i64, AdapterError> {
        let amount =
            self.required(decimal)?.minor_units(currency).map_err(|problem| self.error(problem))?;
        self.zero_or_more(amount)
    }

    /// The same, where an absent amount is none.
    pub(crate) fn amount_or_zero(
        self,
        decimal: Option<&Decimal>,
        currency: Currency,
    ) -> Result<i64, AdapterError> {
        match decimal {
            None => Ok(0),
            decimal => self.amount(decimal, currency),
        }
    }

    pub(crate) fn zero_or_more(self, amount: i64) -> Result<i64, AdapterError> {
        match amount {
            ..0 => Err(self.error(Problem::Negative)),
            0..=limits::AMOUNT => Ok(amount),
            _ => Err(self.error(Problem::TooLarge)),
        }
    }

    /// Units, 0 to [`limits::QUANTITY`].
    pub(crate) fn count(self, decimal: Option<&Decimal>) -> Result<u32, AdapterError> {
        self.required(decimal)?.count().map_err(|problem| self.error(problem))
    }

    /// One line for each of these items, no more than a sale may have.
    pub(crate) fn lines<I, L>(
        self,
        items: Option<Vec<I>>,
        line: impl Fn(I, usize) -> Result<L, AdapterError>,
    ) -> Result<Vec<L>, AdapterError> {
        let items = items.unwrap_or_default();
        if items.len() > limits::LINES_PER_SALE {
            return Err(self.error(Problem::TooMany));
        }
        // A loop, because what `collect` makes of it is twice the size in the storefront.
        let mut lines = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            lines.push(line(item, index)?);
        }
        Ok(lines)
    }

    /// The sum of amounts in minor units.
    pub(crate) fn sum(
        self,
        amounts: impl IntoIterator<Item = Result<i64, AdapterError>>,
    ) -> Result<i64, AdapterError> {
        let mut sum = 0_i64;
        for amount in amounts {
            sum = sum.checked_add(amount?).ok_or(self.error(Problem::TooLarge))?;
        }
        Ok(sum)
    }

    /// The price of so many units. One unit's may be within the limit, and that of all beyond it.
    pub(crate) fn times(self, price: i64, quantity: u32) -> Result<i64, AdapterError> {
        price
            .checked_mul(i64::from(quantity))
            .filter(|amount| amount.unsigned_abs() <= limits::AMOUNT.unsigned_abs())
            .ok_or(self.error(Problem::TooLarge))
    }
}

impl fmt::Display for Field {
    #[cfg(not(feature = "reasons"))]
    #[cfg_attr(test, mutants::skip)]
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a field")
    }

    #[cfg(feature = "reasons")]
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.index, self.path.split_once("[]")) {
            (Some(index), Some((list, rest))) => write!(formatter, "{list}[{index}]{rest}"),
            _ => formatter.write_str(self.path),
        }
    }
}

/// Text that is there, without the space around it: shop owners type SKUs with a space at the end,
/// and an empty string is how some platforms write "none".
pub(crate) fn known(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim_ascii().to_owned()).filter(|text| !text.is_empty())
}

/// The names that are there.
pub(crate) fn known_names(names: Option<Vec<String>>) -> Vec<String> {
    let mut all = Vec::new();
    for name in names.unwrap_or_default() {
        if let Some(name) = known(Some(name)) {
            all.push(name);
        }
    }
    all
}

/// The title of a line, cut to [`limits::TITLE_BYTES`]: a sale is not refused for a long title.
pub(crate) fn title(text: Option<String>) -> String {
    let title = text.unwrap_or_default();
    match title.split_at_checked(title.floor_char_boundary(limits::TITLE_BYTES)) {
        Some((kept, _)) => kept.to_owned(),
        None => title,
    }
}
