//! One call to Stripe: a form out, JSON or an error of Stripe's back, asked again where that may
//! help.

use std::pin::pin;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::{
    AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response,
};

use super::reply::{self, Failed, Reply};
use crate::platform::config::Secret;
use crate::platform::timeout::within;

/// The version of Stripe's API that every call requests, independent of the account's default.
const VERSION: &str = "2026-10-28.endive";

/// A person with a loading page, or a cron event, waits for the response.
const TIMEOUT: Duration = Duration::from_secs(8);

/// How long to wait before asking again, and how often to ask at most.
const WAITS: [Duration; 2] = [Duration::from_millis(300), Duration::from_secs(1)];

/// Speaks to one account.
pub(super) struct Client {
    pub(super) secret_key: Secret,
    /// Without a slash at the end.
    pub(super) base: String,
}

impl Client {
    /// Sends a form. The same key stands for the same movement of money, however often it is sent.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        form: &impl Serialize,
        idempotency_key: &str,
    ) -> Result<T, Failed> {
        let form = serde_qs::to_string(form).map_err(|_| Failed::Lost("no form".to_owned()))?;
        self.call(Method::Post, path, Some((form, idempotency_key))).await
    }

    /// Reads an object.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failed> {
        self.call(Method::Get, path, None).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        sent: Option<(String, &str)>,
    ) -> Result<T, Failed> {
        let mut waits = WAITS.into_iter();
        loop {
            let reply = self.ask(method.clone(), path, sent.as_ref()).await;
            let again = match &reply {
                Ok(reply) => reply.is_to_be_asked_again(),
                Err(_) => true,
            };
            match waits.next().filter(|_| again) {
                Some(wait) => Delay::from(wait).await,
                None => return reply.and_then(|reply| reply::read(&reply)),
            }
        }
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        sent: Option<&(String, &str)>,
    ) -> Result<Reply, Failed> {
        let lost = |error: worker::Error| {
            // The text of some errors holds the address, which holds nothing secret: ids only.
            Failed::Lost(format!("Stripe did not answer: {error}"))
        };
        let headers = Headers::new();
        let put = |name: &str, value: &str| headers.set(name, value);
        put("authorization", &format!("Bearer {}", self.secret_key.0)).map_err(lost)?;
        put("stripe-version", VERSION).map_err(lost)?;
        let mut init = RequestInit::new();
        if let Some((form, idempotency_key)) = sent {
            put("content-type", "application/x-www-form-urlencoded").map_err(lost)?;
            put("idempotency-key", idempotency_key).map_err(lost)?;
            init.with_body(Some(form.as_str().into()));
        }
        // A redirect would carry the secret key to another host.
        init.with_method(method).with_headers(headers).with_redirect(RequestRedirect::Manual);
        let url = format!("{}{path}", self.base);
        let request = Request::new_with_init(&url, &init).map_err(lost)?;
        let controller = AbortController::default();
        let signal = controller.signal();
        let fetch = Fetch::Request(request);
        let answered = pin!(async {
            let mut response = fetch.send_with_signal(&signal).await?;
            read(&mut response).await
        });
        let reply = within(answered, pin!(Delay::from(TIMEOUT))).await;
        let in_time = reply.ok_or_else(|| {
            controller.abort();
            Failed::Lost("Stripe did not answer in time".to_owned())
        });
        in_time?.map_err(lost)
    }
}

async fn read(response: &mut Response) -> worker::Result<Reply> {
    let should_retry = response.headers().get("stripe-should-retry")?;
    Ok(Reply {
        status: response.status_code(),
        should_retry: should_retry.and_then(|word| word.parse().ok()),
        body: response.text().await?,
    })
}
