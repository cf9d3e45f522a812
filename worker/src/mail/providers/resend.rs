//! Mail by Resend: one call of its JSON API. Source:
//! resend.com/docs/api-reference/emails/send-email.

use std::pin::{Pin, pin};
use std::time::Duration;

use serde::Serialize;
use worker::{
    AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect,
};

use crate::mail::{Delivery, ID_HEADER, Mailer, Message};
use crate::platform::config::Secret;
use crate::platform::timeout::within;

/// An account.
pub(crate) struct Resend {
    pub(crate) api_key: Secret,
    /// Without a slash at the end.
    pub(crate) base: String,
}

/// `POST /emails`
#[derive(Serialize)]
struct NewEmail<'a> {
    from: String,
    to: [&'a str; 1],
    subject: &'a str,
    text: &'a str,
    html: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<&'a str>,
    headers: serde_json::Value,
}

const TIMEOUT: Duration = Duration::from_secs(8);

const REFUSED: &str = "Resend does not take it: the address may be wrong.";

impl Resend {
    async fn deliver(&self, message: &Message) -> Delivery {
        match self.ask(message).await {
            Ok(status) => delivery(status),
            // The text of the error may hold the address of the call, and nothing of the mail.
            Err(error) => Delivery::Later(format!("Resend did not answer: {error}")),
        }
    }

    async fn ask(&self, message: &Message) -> worker::Result<u16> {
        let headers = Headers::new();
        headers.set("authorization", &format!("Bearer {}", self.api_key.0))?;
        headers.set("content-type", "application/json")?;
        // The same mail is sent once, however often it is asked for within a day.
        headers.set("idempotency-key", &message.id)?;
        let mut init = RequestInit::new();
        let body = serde_json::to_string(&NewEmail::of(message))?;
        init.with_method(Method::Post).with_headers(headers).with_body(Some(body.into()));
        // A redirect would carry the API key and the mail to another host.
        init.with_redirect(RequestRedirect::Manual);
        let request = Request::new_with_init(&format!("{}/emails", self.base), &init)?;
        let controller = AbortController::default();
        let signal = controller.signal();
        let fetch = Fetch::Request(request);
        let answered = pin!(fetch.send_with_signal(&signal));
        let in_time = within(answered, pin!(Delay::from(TIMEOUT))).await.ok_or_else(|| {
            controller.abort();
            worker::Error::from("it took too long")
        });
        Ok(in_time??.status_code())
    }
}

impl<'a> NewEmail<'a> {
    fn of(message: &'a Message) -> Self {
        Self {
            from: format!("\"{}\" <{}>", message.from_name, message.from),
            to: [&message.to],
            subject: &message.subject,
            text: &message.text,
            html: &message.html,
            reply_to: message.reply_to.as_deref(),
            headers: serde_json::json!({ID_HEADER: message.id}),
        }
    }
}

/// The meaning of a status. The deployer may correct a key or a domain that Resend does not know,
/// and 409 is the same mail that is just being sent.
fn delivery(status: u16) -> Delivery {
    match status {
        200..300 => Delivery::Taken,
        400 | 422 => Delivery::Refused(REFUSED),
        401 | 403 => Delivery::Later(
            "Resend refuses RESEND_API_KEY, or the domain of MAIL_FROM is not verified".to_owned(),
        ),
        status => Delivery::Later(format!("Resend answered HTTP {status}")),
    }
}

impl Mailer for Resend {
    fn send<'a>(&'a self, message: &'a Message) -> Pin<Box<dyn Future<Output = Delivery> + 'a>> {
        Box::pin(self.deliver(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_never_be_taken_is_given_up() {
        assert_eq!(delivery(200), Delivery::Taken);
        assert!(
            [400, 422].into_iter().all(|status| delivery(status) == Delivery::Refused(REFUSED))
        );
        for status in [401, 403, 409, 429, 500, 503] {
            assert!(matches!(delivery(status), Delivery::Later(_)), "{status}");
        }
    }

    #[test]
    fn a_mail_is_written_as_resend_reads_it() {
        let text = |text: &str| text.to_owned();
        let message = Message {
            id: text("mail_1"),
            from_name: text("Trees"),
            from: text("trees@example.com"),
            to: text("owner@example.com"),
            reply_to: None,
            subject: text("Paid"),
            text: text("Thank you."),
            html: text("<p>Thank you.</p>"),
        };
        let expected = serde_json::json!({"from": "\"Trees\" <trees@example.com>",
            "to": ["owner@example.com"], "subject": "Paid", "text": "Thank you.",
            "html": "<p>Thank you.</p>", "headers": {"X-Mail-Id": "mail_1"}});
        assert_eq!(serde_json::to_value(NewEmail::of(&message)).unwrap(), expected);
    }
}
