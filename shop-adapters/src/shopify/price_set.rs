//! Shopify's amounts in two currencies: the shop's and the buyer's.

use order_events::Currency;
use serde::Deserialize;

use crate::{decimal, text};

/// An amount in both currencies.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct PriceSet {
    shop_money: Price,
    presentment_money: Price,
}

#[derive(Clone, Debug, Deserialize)]
struct Price {
    amount: String,
    currency_code: String,
}

impl Price {
    fn minor_units(&self) -> Option<i64> {
        decimal::amount(&self.amount, text::currency(&self.currency_code)?)
    }
}

impl PriceSet {
    /// Returns the shop's currency, or the buyer's if that is unknown.
    pub(super) fn currency(&self) -> Option<Currency> {
        let codes = [&self.shop_money.currency_code, &self.presentment_money.currency_code];
        codes.into_iter().find_map(|code| text::currency(code))
    }

    /// Returns true if it names a currency, readable or not.
    pub(super) fn has_code(&self) -> bool {
        let codes = [&self.shop_money.currency_code, &self.presentment_money.currency_code];
        codes.into_iter().any(|code| text::id(code).is_some())
    }

    /// The amounts in the shop's currency and in the one that the buyer saw, in minor units.
    pub(super) fn both(&self) -> Option<(i64, i64)> {
        self.shop_money.minor_units().zip(self.presentment_money.minor_units())
    }

    /// Turns an amount of one currency into the other, at the rate of this set; `None` if the set
    /// does not hold the rate.
    fn convert(&self, amount: i64, from: Currency, to: Currency) -> Option<i64> {
        let minor_units = |currency: Currency| {
            let prices = [&self.shop_money, &self.presentment_money];
            let is_meant = |price: &&&Price| text::currency(&price.currency_code) == Some(currency);
            prices.iter().find(is_meant)?.minor_units()
        };
        let (from, to) = (minor_units(from)?, minor_units(to)?);
        // An adjustment that gives money back is negative in both currencies.
        if from == 0 || to == 0 || from.is_negative() != to.is_negative() {
            return None;
        }
        let divisor = i128::from(from.saturating_abs());
        // Half of the divisor is added, so that the nearest minor unit comes out.
        let rounded = i128::from(amount)
            .checked_mul(i128::from(to.saturating_abs()))?
            .checked_add(divisor.checked_div(2)?)?
            .checked_div(divisor)?;
        i64::try_from(rounded).ok()
    }
}

/// The currency of a sale, which is the shop's own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Money<'a> {
    pub(super) currency: Currency,
    /// An amount that shows the rate between the shop's currency and the buyer's.
    pub(super) rate: &'a PriceSet,
}

impl Money<'_> {
    /// Returns an amount in the shop's currency, from its set or from the plain amount beside it.
    pub(super) fn amount(&self, set: &PriceSet, plain: &str) -> Option<i64> {
        let price = &set.shop_money;
        decimal::amount_in(&price.amount, &price.currency_code, self.currency)
            .or_else(|| decimal::amount(plain, self.currency))
    }

    /// Returns an amount that names its own currency, which may be the buyer's; without one it is
    /// in the shop's. Returns `None` if it is no amount or the rate is unknown.
    pub(super) fn converted(&self, amount: &str, code: &str) -> Option<i64> {
        let currency = text::currency(code).unwrap_or(self.currency);
        let amount = decimal::amount(amount, currency)?;
        if currency == self.currency {
            return Some(amount);
        }
        self.rate.convert(amount, currency, self.currency)
    }
}
