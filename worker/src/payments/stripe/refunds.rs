//! Refunds of duplicate payments at Stripe.

use order_events::Timestamp;

use crate::payments::provider::{BoxFuture, Refunds};
use crate::payments::provider_event::RefundOutcome;
use crate::payments::stripe::forms::NewRefund;
use crate::payments::stripe::objects::{List, Refund};
use crate::payments::stripe::reply::Failed;
use crate::payments::stripe::{KEY_KNOWN_FOR, Stripe};
use crate::store::refunds::RefundRow;

impl Refunds for Stripe {
    fn refund<'a>(&'a self, refund: &'a RefundRow, now: Timestamp) -> BoxFuture<'a, RefundOutcome> {
        Box::pin(self.pay_back(refund, now))
    }
}

impl Stripe {
    async fn pay_back(&self, refund: &RefundRow, now: Timestamp) -> RefundOutcome {
        let Some(payment) = &refund.payment_reference else {
            return RefundOutcome::Unknown("The payment has no id at Stripe".to_owned());
        };
        if now.milliseconds().saturating_sub(refund.created_at) >= KEY_KNOWN_FOR {
            let path = format!("/v1/refunds?payment_intent={payment}&limit=100");
            match self.client.get::<List<Refund>>(&path).await {
                Ok(list) => {
                    let mut refunds = list.data.into_iter();
                    let is_ours = |made: &Refund| made.metadata.get("refund") == Some(&refund.id);
                    if let Some(made) = refunds.find(is_ours) {
                        return made.outcome();
                    }
                }
                Err(failed) => return unknown(&failed),
            }
        }
        let Some(form) = NewRefund::of(refund, payment) else {
            return RefundOutcome::Failed(String::new());
        };
        let made = self.client.post::<Refund>("/v1/refunds", &form, &refund.idempotency_key).await;
        match made {
            Ok(made) => made.outcome(),
            Err(Failed::Refused(_)) => RefundOutcome::Failed(String::new()),
            Err(failed) => unknown(&failed),
        }
    }

    pub(super) async fn read_refund(&self, object: &str) -> RefundOutcome {
        match self.client.get::<Refund>(&format!("/v1/refunds/{object}")).await {
            Ok(refund) => refund.outcome(),
            Err(failed) => unknown(&failed),
        }
    }
}

fn unknown(failed: &Failed) -> RefundOutcome {
    match failed {
        Failed::Refused(_) => RefundOutcome::Unknown("Stripe refuses to return it".to_owned()),
        Failed::Lost(why) => RefundOutcome::Unknown(why.clone()),
    }
}
