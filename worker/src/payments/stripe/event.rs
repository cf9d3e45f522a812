//! Reads a webhook of Stripe's, as far as the Worker acts on it.

use std::collections::BTreeMap;
use std::str::from_utf8;

use serde::Deserialize;

use super::objects::or_default;
use crate::payments::provider_event::{EventSubject, ProviderEvent};

#[derive(Deserialize)]
struct Sent {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    livemode: bool,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    metadata: BTreeMap<String, String>,
}

/// Reads the body of a webhook whose signature is valid; the error says what is wrong with it.
pub(super) fn read(body: &[u8], live: bool) -> Result<ProviderEvent, &'static str> {
    let sent: Sent = from_utf8(body)
        .ok()
        .and_then(|body| serde_json::from_str(body).ok())
        .ok_or("This is no event of Stripe's.")?;
    if sent.livemode != live {
        return Err("This event is not of the mode, live or test, of STRIPE_SECRET_KEY.");
    }
    let Object { id: object, metadata } = sent.data.object;
    let ours = |name: &str| metadata.get(name).cloned();
    let subject = match sent.kind.as_str() {
        "checkout.session.completed"
        | "checkout.session.expired"
        | "checkout.session.async_payment_succeeded"
        | "checkout.session.async_payment_failed"
        | "payment_intent.succeeded"
        | "payment_intent.payment_failed" => {
            let payment = ours("payment").map(|id| EventSubject::Payment { id, object });
            payment.or_else(|| ours("card_setup").map(EventSubject::CardSetup))
        }
        "refund.created" | "refund.updated" | "refund.failed" => {
            ours("refund").map(|id| EventSubject::Refund { id, object })
        }
        "payment_method.detached"
        | "payment_method.updated"
        | "payment_method.automatically_updated" => Some(EventSubject::Card(object)),
        "customer.deleted" => Some(EventSubject::Customer(object)),
        _ => None,
    };
    Ok(ProviderEvent { id: sent.id, kind: sent.kind, subject })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &str, metadata: &str) -> ProviderEvent {
        let body = format!(
            r#"{{"id":"evt_1","object":"event","type":"{kind}","livemode":false,"created":1,
            "data":{{"object":{{"id":"obj_1","metadata":{metadata}}}}}}}"#
        );
        read(body.as_bytes(), false).unwrap()
    }

    #[test]
    fn an_event_names_what_to_ask_about() {
        let payment = event("payment_intent.succeeded", r#"{"payment":"pay_1"}"#);
        let subject = EventSubject::Payment { id: "pay_1".to_owned(), object: "obj_1".to_owned() };
        assert_eq!(payment.subject, Some(subject));
        let refund = event("refund.failed", r#"{"refund":"ref_1"}"#);
        let subject = EventSubject::Refund { id: "ref_1".to_owned(), object: "obj_1".to_owned() };
        assert_eq!(refund.subject, Some(subject));
        let setup = event("checkout.session.completed", r#"{"card_setup":"setup_1"}"#);
        assert_eq!(setup.subject, Some(EventSubject::CardSetup("setup_1".to_owned())));
        let card = event("payment_method.detached", "null");
        assert_eq!(card.subject, Some(EventSubject::Card("obj_1".to_owned())));
    }

    #[test]
    fn what_is_not_ours_or_not_known_is_about_nothing() {
        assert_eq!(event("payment_intent.succeeded", "{}").subject, None);
        assert_eq!(event("invoice.paid", r#"{"payment":"pay_1"}"#).subject, None);
    }

    #[test]
    fn an_event_of_the_other_mode_is_refused() {
        let body = br#"{"id":"evt_1","type":"a","livemode":true,"data":{"object":{"id":"b"}}}"#;
        assert!(read(body, false).unwrap_err().contains("mode"));
        assert!(read(body, true).is_ok());
        assert!(read(b"{}", true).is_err());
    }
}
