//! Shopify's amounts in two currencies: the shop's, and the one that the buyer saw.

use order_events::Currency;
use serde::Deserialize;

use crate::{AdapterError, Decimal, Field, Problem};

/// An amount in both currencies.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct PriceSet {
    shop_money: Option<Price>,
    presentment_money: Option<Price>,
}

#[derive(Clone, Debug, Deserialize)]
struct Price {
    amount: Option<Decimal>,
    currency_code: Option<String>,
}

impl PriceSet {
    /// The code of the currency that the buyer saw.
    pub(super) fn presentment_currency(&self) -> Option<&str> {
        self.presentment_money.as_ref()?.currency_code.as_deref()
    }

    fn in_currency(&self, currency: Currency) -> Option<&Price> {
        self.presentment_money
            .iter()
            .chain(&self.shop_money)
            .find(|price| price.currency_code.as_deref() == Some(currency.code()))
    }

    /// Turns an amount of one currency into the other, at the rate of this set; `None` where the
    /// set does not tell the rate.
    fn convert(&self, amount: i64, from: Currency, to: Currency) -> Option<i64> {
        let minor_units =
            |currency| self.in_currency(currency)?.amount.as_ref()?.minor_units(currency).ok();
        let divisor = i128::from(u64::try_from(minor_units(from)?).ok()?);
        // Half of the divisor is added, so that the nearest minor unit comes out; zero is no rate.
        let rounded = i128::from(amount)
            .checked_mul(i128::from(minor_units(to)?))?
            .checked_add(divisor.checked_div(2)?)?
            .checked_div(divisor)?;
        i64::try_from(rounded).ok()
    }
}

/// The currencies of an order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Currencies<'a> {
    /// The one that the sale is told in.
    pub(super) sale: Currency,
    /// The shop's, in which plain amounts stand; `None` where the payload does not tell it.
    pub(super) shop: Option<Currency>,
    /// An amount that tells the rate between them.
    pub(super) rate: Option<&'a PriceSet>,
}

impl Currencies<'_> {
    /// An amount of the sale: from its set, or the plain one where that is in the sale's currency.
    pub(super) fn amount(
        &self,
        field: Field,
        set: Option<&PriceSet>,
        plain: Option<&Decimal>,
    ) -> Result<i64, AdapterError> {
        match set.and_then(|set| set.in_currency(self.sale)) {
            Some(price) => field.amount(price.amount.as_ref(), self.sale),
            None if self.shop == Some(self.sale) => field.amount(plain, self.sale),
            None => Err(field.error(Problem::OtherCurrency)),
        }
    }

    /// An amount that names its own currency, which may be the shop's; without one it is in the
    /// currency of the sale.
    pub(super) fn converted(
        &self,
        field: Field,
        amount: Option<&Decimal>,
        code: Option<&str>,
    ) -> Result<i64, AdapterError> {
        let currency = match code {
            None => self.sale,
            code => field.currency(code)?,
        };
        let amount = field.amount(amount, currency)?;
        if currency == self.sale {
            return Ok(amount);
        }
        self.rate
            .and_then(|rate| rate.convert(amount, currency, self.sale))
            .ok_or(field.error(Problem::OtherCurrency))
    }
}
