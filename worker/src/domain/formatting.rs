//! How amounts are written for people.

use order_events::{Currency, Money};

/// An amount of minor units as people write it: `2.00 USD`.
pub(crate) fn money(amount: i64, currency: &str) -> String {
    match currency.parse::<Currency>() {
        Ok(currency) => Money { amount, currency }.to_string(),
        Err(_) => format!("{amount} {currency}"),
    }
}
