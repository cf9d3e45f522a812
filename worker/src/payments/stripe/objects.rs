//! The responses of Stripe, reduced to the fields that the Worker uses.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::amount::from_stripe;
use super::reply::Refusal;
use crate::domain::payment_outcome::{Card, CardSetupOutcome, PaymentOutcome, Receipt};
use crate::payments::provider_event::RefundOutcome;

/// An object of which only the id matters.
#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) id: String,
    #[serde(default)]
    pub(super) deleted: bool,
}

/// An attempt to take money.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PaymentIntent {
    pub(super) id: String,
    status: String,
    #[serde(deserialize_with = "or_default")]
    amount_received: i64,
    currency: String,
    #[serde(deserialize_with = "expanded")]
    payment_method: Option<PaymentMethod>,
    last_payment_error: Option<Box<Refusal>>,
    #[serde(deserialize_with = "or_default")]
    metadata: BTreeMap<String, String>,
}

/// A card, as far as it is one.
#[derive(Debug, Deserialize)]
pub(super) struct PaymentMethod {
    id: String,
    /// The id of the customer that owns the card; missing if the card is detached.
    #[serde(default)]
    pub(super) customer: Option<Value>,
    card: Option<CardDetails>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CardDetails {
    brand: String,
    last4: String,
    #[serde(deserialize_with = "or_default")]
    exp_month: i64,
    #[serde(deserialize_with = "or_default")]
    exp_year: i64,
}

/// A page of Stripe's on which a person types a card.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CheckoutSession {
    pub(super) id: String,
    status: String,
    #[serde(deserialize_with = "or_default")]
    payment_status: String,
    pub(super) url: Option<String>,
    #[serde(deserialize_with = "expanded")]
    payment_intent: Option<PaymentIntent>,
    /// Of a page on which a card is saved.
    #[serde(deserialize_with = "expanded")]
    setup_intent: Option<SetupIntent>,
}

/// An attempt to save a card.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SetupIntent {
    status: String,
    #[serde(deserialize_with = "expanded")]
    payment_method: Option<PaymentMethod>,
}

/// Money that goes back.
#[derive(Deserialize)]
pub(super) struct Refund {
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    status: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) metadata: BTreeMap<String, String>,
}

/// One page of a list.
#[derive(Deserialize)]
pub(super) struct List<T> {
    pub(super) data: Vec<T>,
    #[serde(default)]
    pub(super) has_more: bool,
}

/// The value, or an empty one in place of `null`.
pub(super) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// The object, where Stripe was asked to write it out; where it wrote only the id, none.
fn expanded<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    match Value::deserialize(deserializer)? {
        object @ Value::Object(_) => {
            // From text, because the reader of a `Value` brings the tables for floats: 20 KB.
            serde_json::from_str(&object.to_string()).map(Some).map_err(serde::de::Error::custom)
        }
        _ => Ok(None),
    }
}

impl PaymentIntent {
    /// Its outcome.
    pub(super) fn outcome(self) -> PaymentOutcome {
        match self.status.as_str() {
            "succeeded" => PaymentOutcome::Paid(Receipt {
                card: self.payment_method.and_then(PaymentMethod::card),
                reference: Some(self.id),
                // No purchase order comes to nothing, so nothing is never what was asked for.
                amount: from_stripe(self.amount_received, &self.currency).unwrap_or_default(),
                currency: self.currency,
            }),
            "requires_action" | "requires_confirmation" => {
                PaymentOutcome::NeedsCustomer { reference: Some(self.id) }
            }
            "requires_payment_method" => match self.last_payment_error {
                Some(refusal) => refusal.outcome(),
                None => PaymentOutcome::Abandoned,
            },
            "canceled" => PaymentOutcome::Abandoned,
            status => PaymentOutcome::Unknown(format!("Stripe says: {status}")),
        }
    }

    /// Returns true if it was asked for by this payment of ours.
    pub(super) fn is_of(&self, payment: &str) -> bool {
        self.metadata.get("payment").is_some_and(|id| id == payment)
    }

    /// Returns true if the money is there.
    pub(super) fn is_paid(&self) -> bool {
        self.status == "succeeded"
    }
}

impl PaymentMethod {
    /// The card that it is, if it is one.
    pub(super) fn card(self) -> Option<Card> {
        let details = self.card?;
        let expires = format!("{:04}-{:02}", details.exp_year, details.exp_month);
        Some(Card {
            reference: self.id,
            brand: details.brand,
            last_four: details.last4,
            expires: Some(expires).filter(|_| details.exp_year > 0),
        })
    }
}

impl Refund {
    /// Returns true if the money went back.
    pub(super) fn outcome(self) -> RefundOutcome {
        match self.status.as_str() {
            "succeeded" | "pending" => RefundOutcome::Done(self.id),
            "failed" | "canceled" => RefundOutcome::Failed(self.id),
            status => RefundOutcome::Unknown(format!("Stripe says: {status}")),
        }
    }
}

impl CheckoutSession {
    /// Returns true if a payer can still pay on it.
    pub(super) fn is_open(&self) -> bool {
        self.status == "open"
    }

    /// Its outcome, which is unknown while it is open.
    pub(super) fn outcome(self) -> PaymentOutcome {
        match (self.status.as_str(), self.payment_status.as_str(), self.payment_intent) {
            ("complete", "paid", Some(intent)) => intent.outcome(),
            ("expired", _, _) => PaymentOutcome::Abandoned,
            (status, payment, _) => {
                PaymentOutcome::Unknown(format!("Stripe says: {status}, {payment}"))
            }
        }
    }

    /// Which card was saved on it.
    pub(super) fn card(self) -> CardSetupOutcome {
        let card = self.setup_intent.filter(|intent| intent.status == "succeeded");
        let card = card.and_then(|intent| intent.payment_method).and_then(PaymentMethod::card);
        match (self.status.as_str(), card, self.url) {
            ("complete", Some(card), _) => CardSetupOutcome::Saved(card),
            ("open", _, Some(address)) => CardSetupOutcome::Open(address),
            ("expired", _, _) => CardSetupOutcome::Abandoned,
            (status, _, _) => CardSetupOutcome::Unknown(format!("Stripe says: {status}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_was_paid_tells_the_money_and_the_card() {
        let session: CheckoutSession = serde_json::from_str(
            r#"{"id":"cs_1","status":"complete","payment_status":"paid","url":null,"payment_intent":
            {"id":"pi_1","status":"succeeded","amount_received":400,"currency":"usd","metadata":{},
            "last_payment_error":null,"payment_method":{"id":"pm_1","type":"card","card":
            {"brand":"visa","last4":"4242","exp_month":8,"exp_year":2027}}}}"#,
        )
        .unwrap();
        let card = Card {
            reference: "pm_1".to_owned(),
            brand: "visa".to_owned(),
            last_four: "4242".to_owned(),
            expires: Some("2027-08".to_owned()),
        };
        let receipt = Receipt {
            reference: Some("pi_1".to_owned()),
            amount: 400,
            currency: "usd".to_owned(),
            card: Some(card),
        };
        assert_eq!(session.outcome(), PaymentOutcome::Paid(receipt));
    }

    #[test]
    fn what_is_not_written_out_or_not_known_is_no_reason_to_fail() {
        let intent: PaymentIntent = serde_json::from_str(
            r#"{"id":"pi_1","status":"new","payment_method":"pm_1","more":[]}"#,
        )
        .unwrap();
        assert!(intent.payment_method.is_none());
        assert!(matches!(intent.outcome(), PaymentOutcome::Unknown(_)));
        let open: CheckoutSession = serde_json::from_str(r#"{"status":"open"}"#).unwrap();
        assert!(open.is_open() && matches!(open.outcome(), PaymentOutcome::Unknown(_)));
    }

    #[test]
    fn an_intent_that_was_declined_tells_why() {
        let intent: PaymentIntent = serde_json::from_str(
            r#"{"id":"pi_1","status":"requires_payment_method","last_payment_error":
            {"type":"card_error","code":"card_declined","decline_code":"insufficient_funds"}}"#,
        )
        .unwrap();
        let PaymentOutcome::Declined(decline) = intent.outcome() else { panic!() };
        assert!(decline.message.contains("not enough money"));
    }
}
