//! Mail to merchants: waiting mails are written, handed to the provider, and
//! settled.

pub(crate) mod account;
mod message;
mod outbox;
pub(crate) mod providers;

use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub(crate) use self::outbox::{send_some, send_within};
use crate::mail::providers::cloudflare::Cloudflare;
use crate::mail::providers::mailbox::Mailbox;
use crate::mail::providers::resend::Resend;
use crate::platform::config::{MailConfig, MailProvider, SenderConfig};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;

/// A mail as it is handed over.
#[derive(Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(crate) struct Message {
    /// The same whenever it is sent again.
    pub(crate) id: String,
    pub(crate) from_name: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) reply_to: Option<String>,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// The response of a mail provider to a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// It will be delivered.
    Taken,
    /// It will not, and asking again would not help.
    Refused(&'static str),
    /// It may or may not have been taken, or may be taken later. The text is for the log, and holds
    /// no address.
    Later(String),
}

/// A provider that delivers mail. The same message may come more than once, under the same id.
pub(crate) trait Mailer {
    fn send<'a>(&'a self, message: &'a Message) -> Pin<Box<dyn Future<Output = Delivery> + 'a>>;
}

/// How a deployment sends mail.
pub(crate) struct Mail {
    pub(crate) sender: SenderConfig,
    pub(crate) mailer: Box<dyn Mailer>,
}

/// The header that names a mail, so that two deliveries of the same one can be recognised for what
/// they are.
const ID_HEADER: &str = "X-Mail-Id";

/// The name of the mail provider, `none` without one; an error says what the deployer has to set.
pub(crate) fn name(context: &RequestContext) -> Result<&'static str, Problem> {
    Ok(context.mail_config()?.map_or("none", |config| config.provider.name()))
}

/// How this deployment sends mail; `None` where it sends none. An error says what the deployer has
/// to set.
pub(crate) fn mail(context: &RequestContext) -> Result<Option<Mail>, Problem> {
    let Some(MailConfig { provider, sender }) = context.mail_config()? else { return Ok(None) };
    let mailer: Box<dyn Mailer> = match provider {
        MailProvider::Mailbox => Box::new(Mailbox),
        MailProvider::Cloudflare => {
            let email = context.config.bindings.email.as_deref();
            let email = email.ok_or_else(|| {
                Problem::misconfigured("Bind EMAIL in wrangler.toml, or leave MAIL out.")
            })?;
            Box::new(Cloudflare(Arc::clone(email)))
        }
        MailProvider::Resend { api_key, base } => {
            Box::new(Resend { api_key: api_key.clone(), base: base.clone() })
        }
    };
    Ok(Some(Mail { sender: sender.clone(), mailer }))
}
