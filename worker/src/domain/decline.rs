//! Why a bank said no: plain words for the payer, and whether to try the card again.

/// A no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decline {
    /// The reason and the remedy, for the payer.
    pub(crate) message: &'static str,
    pub(crate) advice: Advice,
    /// The provider's name of the payment.
    pub(crate) reference: Option<String>,
}

/// The consequence of a decline for a saved card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Advice {
    /// The same card may pay on another day.
    TryLater,
    /// Only the payer can do something about it.
    AskPayer,
    /// The provider has no such card any more.
    ForgetCard,
}

const DECLINED: &str = "The card was declined. Nothing was paid. Please try another card.";
const NO_MONEY: &str = "There is not enough money on the card. Please try another card.";
const LIMIT: &str = "The card's limit is reached. Nothing was paid. Please try another card.";
const EXPIRED: &str = "The card has expired. Please try another card.";
const SECURITY_CODE: &str = "The security code is wrong. Please try again.";
const WRONG_DATA: &str = "The card's number or date is wrong. Please type it again.";
const NOT_PROCESSED: &str = "The bank could not process the payment. Please try again.";
const NOT_ACCEPTED: &str =
    "This card cannot be used here. Nothing was paid. Please try another card.";

impl Decline {
    /// Returns the meaning of a code of Stripe's list of declines. The holder of a lost or stolen
    /// card reads only that it was declined.
    pub(crate) fn of_code(code: &str) -> Self {
        let (message, advice) = match code {
            "insufficient_funds" => (NO_MONEY, Advice::TryLater),
            "card_velocity_exceeded" | "withdrawal_count_limit_exceeded" => {
                (LIMIT, Advice::TryLater)
            }
            "processing_error"
            | "issuer_not_available"
            | "try_again_later"
            | "reenter_transaction" => (NOT_PROCESSED, Advice::TryLater),
            "expired_card" => (EXPIRED, Advice::AskPayer),
            "incorrect_cvc" | "invalid_cvc" => (SECURITY_CODE, Advice::AskPayer),
            "incorrect_number"
            | "invalid_number"
            | "invalid_expiry_month"
            | "invalid_expiry_year"
            | "invalid_account" => (WRONG_DATA, Advice::AskPayer),
            "card_not_supported"
            | "currency_not_supported"
            | "transaction_not_allowed"
            | "service_not_allowed" => (NOT_ACCEPTED, Advice::AskPayer),
            "lost_card"
            | "stolen_card"
            | "pickup_card"
            | "restricted_card"
            | "fraudulent"
            | "merchant_blacklist"
            | "security_violation"
            | "stop_payment_order"
            | "revocation_of_authorization"
            | "revocation_of_all_authorizations" => (DECLINED, Advice::AskPayer),
            _ => (DECLINED, Advice::TryLater),
        };
        Self { message, advice, reference: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_that_may_pay_on_another_day_is_tried_again_and_others_are_not() {
        for code in ["insufficient_funds", "generic_decline", "do_not_honor", "processing_error"] {
            assert_eq!(Decline::of_code(code).advice, Advice::TryLater, "{code}");
        }
        for code in ["expired_card", "lost_card", "stolen_card", "incorrect_cvc", "pickup_card"] {
            assert_eq!(Decline::of_code(code).advice, Advice::AskPayer, "{code}");
        }
    }

    #[test]
    fn whoever_holds_a_stolen_card_is_not_told_so() {
        let told = Decline::of_code("stolen_card").message;
        assert_eq!(told, Decline::of_code("generic_decline").message);
    }
}
