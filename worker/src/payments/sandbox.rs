//! A payment provider that moves no money: Stripe's published test numbers decide the outcome.

use super::Outcome;

/// A card of the sandbox: the digits are checked and only the last four are ever kept.
pub(crate) struct TestCard {
    pub(crate) last_four: String,
    pub(crate) outcome: Outcome,
}

const DECLINED: Outcome =
    Outcome::Declined("The card was declined. Nothing was paid. Please try another card.");

/// Test numbers and what they stand for. Source: docs.stripe.com/testing.
const CARDS: [(&str, Outcome); 12] = [
    ("4242424242424242", Outcome::Paid),
    ("5555555555554444", Outcome::Paid),
    ("378282246310005", Outcome::Paid),
    ("4000000000000002", DECLINED),
    (
        "4000000000009995",
        Outcome::Declined("There is not enough money on the card. Please try another card."),
    ),
    ("4000000000009987", DECLINED),
    ("4000000000009979", DECLINED),
    ("4000000000000069", Outcome::Declined("The card has expired. Please try another card.")),
    ("4000000000000127", Outcome::Declined("The security code is wrong. Please try again.")),
    (
        "4000000000000119",
        Outcome::Declined("The bank could not process the payment. Please try again."),
    ),
    ("4000002500003155", Outcome::AuthenticationNeeded),
    ("4000002760003184", Outcome::AuthenticationNeeded),
];

impl TestCard {
    /// Reads a number as a person types it, with spaces or dashes. `None` for anything but a
    /// published test number: a real card must never get further than this line.
    pub(crate) fn read(number: &str) -> Option<Self> {
        let digits: String =
            number.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}')).collect();
        let (known, outcome) = CARDS.iter().find(|(known, _)| *known == digits)?;
        let start = known.len().saturating_sub(4);
        Some(Self { last_four: known.get(start..)?.to_owned(), outcome: *outcome })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_decide_the_outcome() {
        let outcome = |number| TestCard::read(number).map(|card| card.outcome);
        assert_eq!(outcome("4242 4242 4242 4242"), Some(Outcome::Paid));
        assert_eq!(outcome("4000-0000-0000-0002"), Some(DECLINED));
        assert_eq!(outcome("4000002500003155"), Some(Outcome::AuthenticationNeeded));
    }

    #[test]
    fn only_the_last_four_digits_are_kept() {
        assert_eq!(TestCard::read("4000 0000 0000 9995").unwrap().last_four, "9995");
    }

    #[test]
    fn a_number_that_is_not_published_is_refused() {
        for number in ["4111111111111111", "", "4242", "4242424242424242x"] {
            assert!(TestCard::read(number).is_none(), "{number}");
        }
    }
}
