//! Amounts as Stripe counts them, which is not in every currency as ISO 4217 does.
//!
//! Source: docs.stripe.com/currencies, "Zero-decimal currencies", "Three-decimal currencies" and
//! "Special cases".

/// Stripe counts a hundred of it in one, though there is no smaller unit.
const OF_HUNDREDS: [&str; 2] = ["ISK", "UGX"];

/// Stripe counts no smaller unit, though there is one.
const WHOLE: [&str; 1] = ["MGA"];

/// Stripe takes no amount whose last digit is not zero.
const OF_TENS: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

/// An amount of minor units as Stripe counts it; `None` where Stripe cannot be asked for exactly
/// this.
pub(super) fn to_stripe(amount: i64, currency: &str) -> Option<i64> {
    let whole = |by: i64| (amount.rem_euclid(by) == 0).then_some(amount);
    match currency {
        code if OF_HUNDREDS.contains(&code) => amount.checked_mul(100),
        code if WHOLE.contains(&code) => whole(100).map(|amount| amount.div_euclid(100)),
        code if OF_TENS.contains(&code) => whole(10),
        _ => Some(amount),
    }
}

/// The amount that Stripe took, in minor units; `None` if it is no whole number of them. Stripe
/// writes the currency in small letters.
pub(super) fn from_stripe(amount: i64, currency: &str) -> Option<i64> {
    match currency.to_uppercase().as_str() {
        code if OF_HUNDREDS.contains(&code) => {
            (amount.rem_euclid(100) == 0).then_some(amount.div_euclid(100))
        }
        code if WHOLE.contains(&code) => amount.checked_mul(100),
        _ => Some(amount),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_of_any_currency_are_asked_for_as_stripe_counts_them() {
        for (currency, minor_units, asked) in [
            ("USD", 500, 500),
            ("JPY", 5, 5),
            ("ISK", 5, 500),
            ("UGX", 5, 500),
            ("MGA", 500, 5),
            ("KWD", 5000, 5000),
        ] {
            assert_eq!(to_stripe(minor_units, currency), Some(asked), "{currency}");
            let told = currency.to_lowercase();
            assert_eq!(from_stripe(asked, &told), Some(minor_units), "{currency}");
        }
    }

    #[test]
    fn what_stripe_cannot_take_exactly_is_not_asked_for() {
        assert_eq!(to_stripe(550, "MGA"), None);
        assert_eq!(to_stripe(5001, "KWD"), None);
        assert_eq!(to_stripe(i64::MAX, "ISK"), None);
        assert_eq!(from_stripe(550, "isk"), None);
        assert_eq!(from_stripe(i64::MAX, "mga"), None);
    }

    #[test]
    fn every_currency_that_is_counted_otherwise_is_one() {
        for code in OF_HUNDREDS.iter().chain(&WHOLE).chain(&OF_TENS) {
            assert!(code.parse::<order_events::Currency>().is_ok(), "{code}");
        }
    }
}
