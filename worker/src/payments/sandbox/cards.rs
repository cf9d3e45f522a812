//! Stripe's published test cards, and what each stands for.

/// The bank's response to a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Yes.
    Paid,
    /// No, with the code of Stripe's list of declines.
    Declined(&'static str),
    /// The payer has to confirm it.
    AuthenticationNeeded,
}

use Outcome::{AuthenticationNeeded, Declined, Paid};

/// A card of the sandbox. Its number is compared and never kept; the last four digits are.
#[derive(Debug)]
pub(crate) struct TestCard {
    number: &'static str,
    pub(crate) brand: &'static str,
    /// The response if the payer enters it on the pay page.
    pub(crate) on_page: Outcome,
    /// The response if it was saved and a month ends.
    pub(crate) when_charged: Outcome,
}

const fn visa(number: &'static str, on_page: Outcome, when_charged: Outcome) -> TestCard {
    TestCard { number, brand: "visa", on_page, when_charged }
}

const fn declined(number: &'static str, code: &'static str) -> TestCard {
    visa(number, Declined(code), Declined(code))
}

/// Test numbers and what they stand for. Source: docs.stripe.com/testing. The one that Stripe
/// attaches and then declines pays here on the page, so that it can be saved and then be declined.
const CARDS: [TestCard; 13] = [
    visa("4242424242424242", Paid, Paid),
    TestCard { brand: "mastercard", ..visa("5555555555554444", Paid, Paid) },
    TestCard { brand: "amex", ..visa("378282246310005", Paid, Paid) },
    visa("4000000000000341", Paid, Declined("generic_decline")),
    declined("4000000000000002", "generic_decline"),
    declined("4000000000009995", "insufficient_funds"),
    declined("4000000000009987", "lost_card"),
    declined("4000000000009979", "stolen_card"),
    declined("4000000000000069", "expired_card"),
    declined("4000000000000127", "incorrect_cvc"),
    declined("4000000000000119", "processing_error"),
    visa("4000002500003155", AuthenticationNeeded, Paid),
    visa("4000002760003184", AuthenticationNeeded, AuthenticationNeeded),
];

impl TestCard {
    /// Reads a number as a person types it, with spaces or dashes. `None` for anything but a
    /// published test number: a real card must never get further than this line.
    pub(crate) fn read(number: &str) -> Option<&'static Self> {
        let digits: String =
            number.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}')).collect();
        CARDS.iter().find(|card| card.number == digits)
    }

    /// The card with these last four digits, which no two test cards share.
    pub(crate) fn ending_in(last_four: &str) -> Option<&'static Self> {
        CARDS.iter().find(|card| card.last_four() == last_four)
    }

    /// All that is kept of the number.
    pub(crate) fn last_four(&self) -> &'static str {
        self.number.get(self.number.len().saturating_sub(4)..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn published_numbers_decide_the_outcome() {
        let outcome = |number| TestCard::read(number).map(|card| card.on_page);
        assert_eq!(outcome("4242 4242 4242 4242"), Some(Paid));
        assert_eq!(outcome("4000-0000-0000-0002"), Some(Declined("generic_decline")));
        assert_eq!(outcome("4000002500003155"), Some(AuthenticationNeeded));
    }

    #[test]
    fn a_card_is_known_by_its_last_four_digits() {
        let ends: BTreeSet<&str> = CARDS.iter().map(TestCard::last_four).collect();
        assert_eq!(ends.len(), CARDS.len());
        assert_eq!(TestCard::ending_in("9995").unwrap().number, "4000000000009995");
        assert!(TestCard::ending_in("1111").is_none());
    }

    #[test]
    fn a_number_that_is_not_published_is_refused() {
        for number in ["4111111111111111", "", "4242", "4242424242424242x"] {
            assert!(TestCard::read(number).is_none(), "{number}");
        }
    }
}
