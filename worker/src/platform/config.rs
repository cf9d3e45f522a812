//! The configuration of a deployment: every variable, secret and binding, read once and validated.

mod bindings;
#[cfg(test)]
mod documentation;
mod mail;
mod payments;

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use wasm_bindgen::JsValue;
use worker::Env;

pub(crate) use self::bindings::Bindings;
use self::mail::MailVariables;
pub(crate) use self::mail::{MailConfig, MailProvider, SenderConfig};
pub(crate) use self::payments::{PaymentConfig, StripeAccount};
use crate::crypto::encryption_keys::{self, EncryptionKeys, KeysError};

/// Statements that D1 allows in an invocation on the smallest plan.
pub(crate) const QUERIES_MAX: usize = 50;

/// The configuration of a deployment. An error in one part stops only the requests that need it; its
/// text says what to set.
#[derive(Debug)]
pub(crate) struct Config {
    /// `ENVIRONMENT` is `development`; anything else counts as production.
    pub(crate) development: bool,
    /// `ENCRYPTION_KEYS`, or the reason why they cannot be used.
    pub(crate) keys: Result<Arc<EncryptionKeys>, KeysError>,
    pub(crate) payments: Result<PaymentConfig, String>,
    /// How to pay without a card.
    pub(crate) payment_instructions: Option<String>,
    /// `None` if the deployment sends no mail.
    pub(crate) mail: Result<Option<MailConfig>, String>,
    /// True if anyone may create an account.
    pub(crate) is_sign_up_open: bool,
    /// Statements that D1 allows in an invocation on the deployer's plan.
    pub(crate) queries_max: Result<usize, String>,
    pub(crate) bindings: Bindings,
}

/// A value that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(pub(crate) String);

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

thread_local! {
    /// The latest environment, and its configuration. The runtime passes the same object to every
    /// invocation of an isolate, and reading it costs a call into JavaScript for each name.
    static LATEST: RefCell<Option<(Env, Arc<Config>)>> = const { RefCell::new(None) };
}

impl Config {
    /// Returns the configuration of this environment, which is read once.
    pub(crate) fn of(env: &Env) -> Arc<Self> {
        LATEST.with_borrow_mut(|latest| match latest {
            Some((known, config)) if is_same(known, env) => Arc::clone(config),
            _ => {
                // A variable and a secret are both texts of the environment.
                let text = |name: &str| env.var(name).ok().map(|text| text.to_string());
                let config = Arc::new(Self::read(text, Bindings::of(env)));
                *latest = Some((env.clone(), Arc::clone(&config)));
                config
            }
        })
    }

    /// Reads and validates every variable. An empty variable counts as missing.
    fn read(text: impl Fn(&'static str) -> Option<String>, bindings: Bindings) -> Self {
        let text = |name| text(name).filter(|text| !text.is_empty());
        let development = text("ENVIRONMENT").as_deref() == Some("development");
        let account = StripeAccount::read(
            text("STRIPE_SECRET_KEY"),
            text("STRIPE_API_BASE"),
            text("STRIPE_WEBHOOK_SECRET"),
            development,
        );
        let wanted = text("PAYMENTS");
        let mail = MailVariables {
            mail: text("MAIL"),
            from: text("MAIL_FROM"),
            reply_to: text("MAIL_REPLY_TO"),
            public_url: text("PUBLIC_URL"),
            resend_api_key: text("RESEND_API_KEY"),
            resend_api_base: text("RESEND_API_BASE"),
            has_binding: bindings.email.is_some(),
            development,
        };
        Self {
            development,
            keys: EncryptionKeys::read(&text(encryption_keys::NAME).unwrap_or_default()),
            payments: account
                .and_then(|account| payments::of(wanted.as_deref(), development, account)),
            payment_instructions: text("PAYMENT_INSTRUCTIONS"),
            mail: mail::read(&mail),
            is_sign_up_open: text("SIGN_UP").as_deref() == Some("open"),
            queries_max: queries_max(text("D1_QUERIES_MAX").as_deref(), development),
            bindings,
        }
    }
}

/// Returns true if both are the same object of JavaScript.
fn is_same(one: &Env, other: &Env) -> bool {
    let (one, other): (&JsValue, &JsValue) = (one.as_ref(), other.as_ref());
    one == other
}

/// In development the number may be smaller, to see what an event that runs out of statements
/// leaves to the next.
fn queries_max(text: Option<&str>, development: bool) -> Result<usize, String> {
    let Some(text) = text else { return Ok(QUERIES_MAX) };
    let least = if development { 1 } else { QUERIES_MAX };
    text.parse().ok().filter(|most| *most >= least).ok_or_else(|| {
        format!(
            "D1_QUERIES_MAX must be a number from {QUERIES_MAX}, or left out: the statements that \
             your plan allows in an invocation."
        )
    })
}
