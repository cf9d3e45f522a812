//! Reads the current state of objects at Stripe: payments, refunds, cards and customers.

use order_events::Timestamp;

use crate::domain::payment_outcome::{Answer, Card};
use crate::payments::provider_event::{Now, Refunded};
use crate::payments::stripe::forms::NewRefund;
use crate::payments::stripe::objects::{List, Named, PaymentIntent, PaymentMethod, Refund};
use crate::payments::stripe::reply::Failed;
use crate::payments::stripe::{KEY_KNOWN_FOR, Stripe};
use crate::store::payments::PaymentRow;
use crate::store::refunds::RefundRow;

impl Stripe {
    /// Returns the outcome of the payment with this name at Stripe.
    pub(super) async fn what_became_of(&self, payment: &PaymentRow, object: &str) -> Answer {
        if !payment.is_by_saved_card() {
            return match self.page_of(payment).await {
                // A card was declined there, and the payer can try another.
                Ok(_) => Answer::Open,
                Err(answer) => answer,
            };
        }
        let path = format!("/v1/payment_intents/{object}?expand[0]=payment_method");
        match self.client.get::<PaymentIntent>(&path).await {
            Ok(intent) if intent.is_of(&payment.id) => intent.answer(),
            Ok(_) => Answer::Unknown("Stripe told of another payment".to_owned()),
            Err(_) => Answer::Unknown("Stripe did not tell what it told of".to_owned()),
        }
    }

    pub(super) async fn pay_back(&self, refund: &RefundRow, now: Timestamp) -> Refunded {
        let Some(payment) = &refund.payment_reference else {
            return Refunded::Unknown("The payment has no name to pay back".to_owned());
        };
        if now.milliseconds().saturating_sub(refund.created_at) >= KEY_KNOWN_FOR {
            let path = format!("/v1/refunds?payment_intent={payment}&limit=100");
            match self.client.get::<List<Refund>>(&path).await {
                Ok(list) => {
                    let mut refunds = list.data.into_iter();
                    let is_ours = |made: &Refund| made.metadata.get("refund") == Some(&refund.id);
                    if let Some(made) = refunds.find(is_ours) {
                        return made.answer();
                    }
                }
                Err(failed) => return unknown(&failed),
            }
        }
        let Some(form) = NewRefund::of(refund, payment) else {
            return Refunded::Failed(String::new());
        };
        let made = self.client.post::<Refund>("/v1/refunds", &form, &refund.idempotency_key).await;
        match made {
            Ok(made) => made.answer(),
            Err(Failed::Refused(_)) => Refunded::Failed(String::new()),
            Err(failed) => unknown(&failed),
        }
    }

    pub(super) async fn read_refund(&self, object: &str) -> Refunded {
        match self.client.get::<Refund>(&format!("/v1/refunds/{object}")).await {
            Ok(refund) => refund.answer(),
            Err(failed) => unknown(&failed),
        }
    }

    pub(super) async fn read_card(&self, card: &str) -> Now<Card> {
        match self.client.get::<PaymentMethod>(&format!("/v1/payment_methods/{card}")).await {
            Ok(method) if method.customer.is_none() => Now::Gone,
            Ok(method) => method.card().map_or(Now::Gone, Now::There),
            Err(failed) => gone_or_unknown(&failed),
        }
    }

    pub(super) async fn read_customer(&self, customer: &str) -> Now<()> {
        match self.client.get::<Named>(&format!("/v1/customers/{customer}")).await {
            Ok(named) if named.deleted => Now::Gone,
            Ok(_) => Now::There(()),
            Err(failed) => gone_or_unknown(&failed),
        }
    }
}

pub(super) fn gone_or_unknown<T>(failed: &Failed) -> Now<T> {
    match failed {
        Failed::Refused(refusal) if refusal.is_missing() => Now::Gone,
        _ => Now::Unknown,
    }
}

fn unknown(failed: &Failed) -> Refunded {
    match failed {
        Failed::Refused(_) => Refunded::Unknown("Stripe refuses to tell of it".to_owned()),
        Failed::Lost(why) => Refunded::Unknown(why.clone()),
    }
}
