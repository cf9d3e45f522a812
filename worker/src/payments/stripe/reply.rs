//! Reads what Stripe replied, and what an error of Stripe's means for a payment.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::objects::{PaymentIntent, or_default};
use crate::domain::decline::{Advice, Decline};
use crate::domain::payment_outcome::PaymentOutcome;
use crate::platform::log::{self, LogEvent};

/// A reply as it came.
pub(super) struct Reply {
    pub(super) status: u16,
    /// Stripe's own advice about a retry.
    pub(super) should_retry: Option<bool>,
    pub(super) body: String,
}

/// Why a call did not do what it was to do.
#[derive(Debug)]
pub(super) enum Failed {
    /// Stripe said no: nothing was done.
    Refused(Box<Refusal>),
    /// The outcome is unknown. The text is for the log.
    Lost(String),
}

/// A no of Stripe's.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Refusal {
    #[serde(rename = "type", deserialize_with = "or_default")]
    kind: String,
    #[serde(deserialize_with = "or_default")]
    code: String,
    #[serde(deserialize_with = "or_default")]
    decline_code: String,
    #[serde(deserialize_with = "or_default")]
    advice_code: String,
    #[serde(deserialize_with = "or_default")]
    param: String,
    payment_intent: Option<PaymentIntent>,
}

#[derive(Deserialize)]
struct ErrorBody {
    error: Refusal,
}

const CARD_GONE: &str =
    "The saved card can no longer be charged. Nothing was paid. Please pay on this page.";
const TOO_SMALL: &str = "This amount is too small to be paid by card. Nothing was paid. Please ask \
    whoever sent you this link how to pay.";

impl Reply {
    /// Returns true if a retry may succeed.
    pub(super) fn is_to_be_asked_again(&self) -> bool {
        self.should_retry.unwrap_or(matches!(self.status, 409 | 429 | 500..))
    }
}

/// The object of a reply.
pub(super) fn read<T: DeserializeOwned>(reply: &Reply) -> Result<T, Failed> {
    match reply.status {
        200..300 => serde_json::from_str(&reply.body)
            .map_err(|error| Failed::Lost(format!("Stripe answered what cannot be read: {error}"))),
        400 | 402 | 404 => match serde_json::from_str::<ErrorBody>(&reply.body) {
            // The same key with other contents: what the first of them did is not known here.
            Ok(body) if body.error.kind == "idempotency_error" => {
                Err(Failed::Lost("Stripe knows this idempotency key with other contents".into()))
            }
            Ok(body) => Err(Failed::Refused(Box::new(body.error))),
            Err(_) => Err(Failed::Lost(format!("Stripe answered HTTP {}", reply.status))),
        },
        401 | 403 => Err(Failed::Lost("Stripe refuses STRIPE_SECRET_KEY".to_owned())),
        status => Err(Failed::Lost(format!("Stripe answered HTTP {status}"))),
    }
}

impl Refusal {
    /// The outcome for the requested payment.
    pub(super) fn outcome(&self) -> PaymentOutcome {
        let reference = self.payment_intent.as_ref().map(|intent| intent.id.clone());
        let wants_payer = |code: &str| {
            code == "authentication_required" || code == "payment_intent_authentication_failure"
        };
        if wants_payer(&self.code) || wants_payer(&self.decline_code) {
            return PaymentOutcome::NeedsCustomer { reference };
        }
        let decline = match self.code.as_str() {
            "amount_too_small" => {
                Decline { message: TOO_SMALL, advice: Advice::AskPayer, reference }
            }
            "resource_missing" | "payment_method_unexpected_state" => {
                Decline { message: CARD_GONE, advice: Advice::ForgetCard, reference }
            }
            _ if self.is_about_the_card() => self.declined(reference),
            code => {
                // The card is not at fault, so the operator must look at it.
                let message = format!("{} {code} {}", self.kind, self.param);
                log::write(LogEvent::StripeRejected, &[("message", &message)]);
                Decline { message: CARD_GONE, advice: Advice::AskPayer, reference }
            }
        };
        PaymentOutcome::Declined(decline)
    }

    /// Returns true if Stripe does not have what was asked about, or not any more.
    pub(super) fn is_missing(&self) -> bool {
        self.code == "resource_missing"
    }

    /// Returns true if what it does not have is the thing in this field.
    pub(super) fn misses(&self, param: &str) -> bool {
        self.is_missing() && self.param == param
    }

    fn is_about_the_card(&self) -> bool {
        let card_codes = ["card_declined", "expired_card", "incorrect_cvc", "processing_error"];
        self.kind == "card_error" || card_codes.contains(&self.code.as_str())
    }

    fn declined(&self, reference: Option<String>) -> Decline {
        let code = if self.decline_code.is_empty() { &self.code } else { &self.decline_code };
        let decline = Decline::of_code(code);
        let advice = match self.advice_code.as_str() {
            "try_again_later" => Advice::TryLater,
            "do_not_try_again" | "confirm_card_data" => Advice::AskPayer,
            _ => decline.advice,
        };
        Decline { advice, reference, ..decline }
    }
}

impl From<Failed> for PaymentOutcome {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Refused(refusal) => refusal.outcome(),
            Failed::Lost(why) => PaymentOutcome::Unknown(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &str) -> Reply {
        Reply { status, should_retry: None, body: body.to_owned() }
    }

    fn outcome(status: u16, error: &str) -> PaymentOutcome {
        let body = format!("{{\"error\":{{{error}}}}}");
        PaymentOutcome::from(read::<PaymentIntent>(&reply(status, &body)).unwrap_err())
    }

    fn advice(error: &str) -> Advice {
        match outcome(402, error) {
            PaymentOutcome::Declined(decline) => decline.advice,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_banks_advice_decides_whether_a_card_is_tried_again() {
        let declined = r#""type":"card_error","code":"card_declined","decline_code""#;
        for (rest, expected) in [
            (r#":"generic_decline""#, Advice::TryLater),
            (r#":"insufficient_funds""#, Advice::TryLater),
            (r#":"lost_card""#, Advice::AskPayer),
            (r#":"generic_decline","advice_code":"do_not_try_again""#, Advice::AskPayer),
            (r#":"generic_decline","advice_code":"confirm_card_data""#, Advice::AskPayer),
            (r#":"lost_card","advice_code":"try_again_later""#, Advice::TryLater),
        ] {
            assert_eq!(advice(&format!("{declined}{rest}")), expected, "{rest}");
        }
        for (code, expected) in [
            ("expired_card", Advice::AskPayer),
            ("incorrect_cvc", Advice::AskPayer),
            ("processing_error", Advice::TryLater),
        ] {
            let error = format!(r#""type":"card_error","code":"{code}""#);
            assert_eq!(advice(&error), expected, "{code}");
        }
    }

    #[test]
    fn a_bank_that_wants_the_payer_says_so_in_either_place() {
        let needs = PaymentOutcome::NeedsCustomer { reference: Some("pi_1".to_owned()) };
        let intent = r#""payment_intent":{"id":"pi_1"}"#;
        for codes in [
            r#""code":"authentication_required""#,
            r#""code":"card_declined","decline_code":"authentication_required""#,
        ] {
            let error = format!(r#""type":"card_error",{codes},{intent}"#);
            assert_eq!(outcome(402, &error), needs, "{codes}");
        }
    }

    #[test]
    fn a_card_that_stripe_does_not_have_is_forgotten() {
        let invalid = r#""type":"invalid_request_error","code""#;
        for code in ["resource_missing", "payment_method_unexpected_state"] {
            let PaymentOutcome::Declined(decline) = outcome(400, &format!("{invalid}:\"{code}\""))
            else {
                panic!("{code}")
            };
            assert_eq!(decline.advice, Advice::ForgetCard);
        }
        let PaymentOutcome::Declined(decline) =
            outcome(400, &format!("{invalid}:\"amount_too_small\""))
        else {
            panic!()
        };
        assert_eq!((decline.advice, decline.message), (Advice::AskPayer, TOO_SMALL));
    }

    #[test]
    fn what_may_have_been_done_is_never_called_a_no() {
        let not_json =
            PaymentOutcome::from(read::<PaymentIntent>(&reply(200, "<html>")).unwrap_err());
        assert!(matches!(not_json, PaymentOutcome::Unknown(_)));
        for status in [401, 403, 409, 429, 500, 502, 503, 301] {
            let error = r#""type":"api_error","code":"lock_timeout""#;
            assert!(matches!(outcome(status, error), PaymentOutcome::Unknown(_)), "{status}");
        }
        let reused = r#""type":"idempotency_error""#;
        assert!(matches!(outcome(400, reused), PaymentOutcome::Unknown(_)));
    }

    #[test]
    fn stripe_is_asked_again_where_that_may_help_or_where_it_says_so() {
        let again = |status, should_retry| {
            Reply { status, should_retry, body: String::new() }.is_to_be_asked_again()
        };
        assert!([409, 429, 500, 503].into_iter().all(|status| again(status, None)));
        assert!([200, 400, 401, 402, 404].into_iter().all(|status| !again(status, None)));
        assert!(again(400, Some(true)) && !again(500, Some(false)));
    }
}
