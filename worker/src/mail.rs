//! Mail to merchants: waiting mails are written, handed to the provider, and
//! settled.

pub(crate) mod account;
mod message;
mod mode;
mod outbox;
pub(crate) mod providers;

use std::pin::Pin;

use serde::{Deserialize, Serialize};

pub(crate) use self::mode::SenderConfig;
use self::mode::{MailConfig, Mode};
pub(crate) use self::outbox::{send_some, send_within};
use crate::mail::providers::cloudflare::Cloudflare;
use crate::mail::providers::mailbox::Mailbox;
use crate::mail::providers::resend::Resend;
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

/// By whom mail is sent, in one word; an error says what the deployer has to set.
pub(crate) fn name(context: &RequestContext) -> Result<&'static str, Problem> {
    let config = context.mail_config();
    let mode = Mode::of(&config).map_err(|message| Problem::misconfigured(&message))?;
    if mode != Mode::None {
        SenderConfig::of(&config).map_err(|message| Problem::misconfigured(&message))?;
    }
    Ok(mode.name())
}

/// How this deployment sends mail; `None` where it sends none. An error says what the deployer has
/// to set.
pub(crate) fn mail(context: &RequestContext) -> Result<Option<Mail>, Problem> {
    let config = context.mail_config();
    let mode = Mode::of(&config).map_err(|message| Problem::misconfigured(&message))?;
    let mailer: Box<dyn Mailer> = match mode {
        Mode::None => return Ok(None),
        Mode::Mailbox => Box::new(Mailbox),
        Mode::Cloudflare => Box::new(Cloudflare(context.variables.email()?)),
        Mode::Resend { api_key, base } => Box::new(Resend { api_key, base }),
    };
    let sender = SenderConfig::of(&config).map_err(|message| Problem::misconfigured(&message))?;
    Ok(Some(Mail { sender, mailer }))
}

impl RequestContext {
    fn mail_config(&self) -> MailConfig {
        let text = |name| self.variables.text(name);
        MailConfig {
            mail: text("MAIL"),
            from: text("MAIL_FROM"),
            reply_to: text("MAIL_REPLY_TO"),
            public_url: text("PUBLIC_URL"),
            resend_api_key: text("RESEND_API_KEY"),
            resend_api_base: text("RESEND_API_BASE"),
            has_binding: self.variables.email().is_ok(),
            development: self.settings.development,
        }
    }
}
