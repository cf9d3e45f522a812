//! Mail by Cloudflare: the binding `EMAIL`, `[[send_email]]` in `wrangler.toml`.

use std::pin::Pin;
use std::sync::Arc;

use wasm_bindgen::JsCast;
use worker::js_sys::{JsString, Object, Reflect};
use worker::{EmailAddress, Error, SendEmail, SendEmailBuilder};

use crate::mail::{Delivery, ID_HEADER, Mailer, Message};

/// The binding.
pub(crate) struct Cloudflare(pub(crate) Arc<SendEmail>);

const SUPPRESSED: &str = "Mail to this address came back before, so Cloudflare sends none there.";
const NOT_ALLOWED: &str = "The binding EMAIL lets no mail go to this address.";

impl Cloudflare {
    async fn deliver(&self, message: &Message) -> Delivery {
        let from = EmailAddress::new(&message.from_name, &message.from);
        let (to, subject) = (message.to.as_str(), message.subject.as_str());
        let mut builder = SendEmailBuilder::builder_with_email_address_and_str(&from, to, subject)
            .text(&message.text)
            .html(&message.html);
        if let Some(reply_to) = &message.reply_to {
            builder = builder.reply_to(reply_to);
        }
        let headers = Object::new();
        if Reflect::set(&headers, &ID_HEADER.into(), &message.id.as_str().into()).is_ok() {
            builder = builder.headers(headers.unchecked_ref::<Object<JsString>>());
        }
        match self.0.send_with_builder(&builder.build()).await {
            Ok(_) => Delivery::Taken,
            Err(error) => refusal(error.into()),
        }
    }
}

/// The text of an error may hold the address, so only its kind is reported.
fn refusal(error: Error) -> Delivery {
    match error {
        Error::EmailRecipientSuppressed(_) => Delivery::Refused(SUPPRESSED),
        Error::EmailRecipientNotAllowed(_) => Delivery::Refused(NOT_ALLOWED),
        Error::RateLimitExceeded(_) | Error::DailyLimitExceeded(_) => {
            Delivery::Later("Cloudflare's limit of mails is reached".to_owned())
        }
        Error::UnknownJsError { code: Some(code), .. } => {
            Delivery::Later(format!("Cloudflare did not take it: {code}"))
        }
        _ => Delivery::Later("Cloudflare did not take it".to_owned()),
    }
}

impl Mailer for Cloudflare {
    fn send<'a>(&'a self, message: &'a Message) -> Pin<Box<dyn Future<Output = Delivery> + 'a>> {
        Box::pin(self.deliver(message))
    }
}
