//! The least that a card can be charged; a smaller total is carried over to the next month.

/// By currency, in minor units. Source: docs.stripe.com/currencies, minimum charge amounts.
const MINIMUMS: [(&str, i64); 23] = [
    ("AED", 200),
    ("AUD", 50),
    ("BRL", 50),
    ("CAD", 50),
    ("CHF", 50),
    ("CZK", 1500),
    ("DKK", 250),
    ("EUR", 50),
    ("GBP", 30),
    ("HKD", 400),
    ("HUF", 17_500),
    ("INR", 50),
    ("JPY", 50),
    ("MXN", 1000),
    ("MYR", 200),
    ("NOK", 300),
    ("NZD", 50),
    ("PLN", 200),
    ("RON", 200),
    ("SEK", 300),
    ("SGD", 50),
    ("THB", 1000),
    ("USD", 50),
];

/// The least that can be charged in a currency, in its minor units: at least 1, because nothing and
/// less than nothing cannot be paid.
pub(crate) fn of(currency: &str) -> i64 {
    MINIMUMS.iter().find(|(known, _)| *known == currency).map_or(1, |(_, minimum)| *minimum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_be_charged_in_no_currency() {
        assert_eq!((of("EUR"), of("JPY"), of("KWD")), (50, 50, 1));
        assert!(MINIMUMS.iter().all(|(_, minimum)| *minimum >= 1));
    }

    #[test]
    fn every_minimum_is_of_a_currency_that_there_is() {
        for (code, _) in MINIMUMS {
            assert!(code.parse::<order_events::Currency>().is_ok(), "{code}");
        }
    }
}
