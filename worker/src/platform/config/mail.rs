//! The mail provider of a deployment: `MAIL`, or the default that follows from the rest.

use play_it_green_accounts::email;

use crate::platform::address::{is_loopback, read_origin};
use crate::platform::config::Secret;

/// How mail is sent.
#[derive(Debug)]
pub(crate) struct MailConfig {
    pub(crate) provider: MailProvider,
    pub(crate) sender: SenderConfig,
}

/// The provider that delivers mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MailProvider {
    /// Not sent, but stored to be read. Development only.
    Mailbox,
    /// By Cloudflare, through the binding `EMAIL`.
    Cloudflare,
    /// By Resend, with this key.
    Resend {
        api_key: Secret,
        /// Without a slash at the end.
        base: String,
    },
}

/// The settings of every mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SenderConfig {
    /// The name that the mail comes from.
    pub(crate) name: String,
    /// The address that the mail comes from.
    pub(crate) address: String,
    pub(crate) reply_to: Option<String>,
    /// The address of this Worker, without a slash at the end.
    pub(crate) public_url: String,
}

/// The deployer's variables about mail, as they are written.
#[derive(Default)]
pub(super) struct MailVariables {
    /// `MAIL`
    pub(super) mail: Option<String>,
    /// `MAIL_FROM`
    pub(super) from: Option<String>,
    /// `MAIL_REPLY_TO`
    pub(super) reply_to: Option<String>,
    /// `PUBLIC_URL`
    pub(super) public_url: Option<String>,
    /// `RESEND_API_KEY`
    pub(super) resend_api_key: Option<String>,
    /// `RESEND_API_BASE`
    pub(super) resend_api_base: Option<String>,
    /// True if Cloudflare's binding exists.
    pub(super) has_binding: bool,
    /// `ENVIRONMENT` is `development`.
    pub(super) development: bool,
}

const RESEND: &str = "https://api.resend.com";

const FROM: &str = "Set MAIL_FROM to what mail comes from, such as \
    Play It Green <trees@example.com>, with a domain that may send mail.";

/// Reads the provider and the sender; `None` if the deployment sends no mail. The error says what
/// to set.
pub(super) fn read(variables: &MailVariables) -> Result<Option<MailConfig>, String> {
    let Some(provider) = MailProvider::of(variables)? else { return Ok(None) };
    Ok(Some(MailConfig { provider, sender: SenderConfig::of(variables)? }))
}

impl MailProvider {
    /// Its name on the health page.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Mailbox => "mailbox",
            Self::Cloudflare => "cloudflare",
            Self::Resend { .. } => "resend",
        }
    }

    fn of(variables: &MailVariables) -> Result<Option<Self>, String> {
        let wanted = match variables.mail.as_deref() {
            Some(wanted) => wanted,
            None if variables.resend_api_key.is_some() => "resend",
            None if variables.has_binding => "cloudflare",
            None if variables.development => "mailbox",
            None => "none",
        };
        match wanted {
            "none" => Ok(None),
            "mailbox" if variables.development => Ok(Some(Self::Mailbox)),
            "mailbox" => {
                Err("MAIL=mailbox sends nothing, so it is for development only. Set MAIL \
                to cloudflare, resend or none, or leave it out."
                    .to_owned())
            }
            "cloudflare" if variables.has_binding => Ok(Some(Self::Cloudflare)),
            "cloudflare" => Err("MAIL=cloudflare needs a binding: put [[send_email]] with name = \
                \"EMAIL\" into wrangler.toml."
                .to_owned()),
            "resend" => resend(variables).map(Some),
            _ => Err("MAIL must be cloudflare, resend or none, or left out.".to_owned()),
        }
    }
}

fn resend(variables: &MailVariables) -> Result<MailProvider, String> {
    let Some(api_key) = variables.resend_api_key.clone() else {
        return Err("MAIL=resend needs the secret RESEND_API_KEY.".to_owned());
    };
    let base = variables.resend_api_base.clone().unwrap_or_else(|| RESEND.to_owned());
    if base != RESEND && !(variables.development && is_loopback(&base)) {
        return Err(format!(
            "RESEND_API_BASE must be {RESEND}, or left out; in development, an address of this \
             machine such as http://127.0.0.1:8420 will do."
        ));
    }
    Ok(MailProvider::Resend { api_key: Secret(api_key), base })
}

impl SenderConfig {
    /// Reads what the deployer has set. In development, everything may be left out.
    fn of(variables: &MailVariables) -> Result<Self, String> {
        let example = |text: &str| variables.development.then(|| text.to_owned());
        let from = variables.from.clone().or(example("Play It Green <trees@example.com>"));
        let (name, address) = read_from(&from.ok_or(FROM)?).ok_or(FROM)?;
        let reply_to = variables.reply_to.clone();
        if reply_to.as_ref().is_some_and(|text| email::check(text).is_err()) {
            return Err("MAIL_REPLY_TO must be an address such as help@example.com.".to_owned());
        }
        let url = variables.public_url.clone().or(example("http://localhost:8787"));
        let wanted = "Set PUBLIC_URL to where this Worker answers, such as \
            https://trees.example.com: mail has links to it.";
        let public_url = read_origin(&url.ok_or(wanted)?).ok_or(wanted)?;
        Ok(Self { name, address, reply_to, public_url })
    }
}

/// Reads `Name <name@example.com>`, or an address alone.
fn read_from(text: &str) -> Option<(String, String)> {
    let (name, address) = match text.trim().strip_suffix('>').and_then(|rest| rest.split_once('<'))
    {
        Some((name, address)) => (name.trim().trim_matches('"'), address.trim()),
        None => ("Play It Green", text.trim()),
    };
    let is_name = !name.is_empty() && !name.chars().any(|c| c.is_control() || c == '"');
    (is_name && email::check(address).is_ok()).then(|| (name.to_owned(), address.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(change: impl FnOnce(&mut MailVariables)) -> Result<&'static str, String> {
        let mut config = MailVariables::default();
        change(&mut config);
        MailProvider::of(&config).map(|provider| provider.map_or("none", |it| it.name()))
    }

    #[test]
    fn what_is_left_out_follows_from_the_rest() {
        assert_eq!(provider(|_| {}), Ok("none"));
        assert_eq!(provider(|w| w.development = true), Ok("mailbox"));
        assert_eq!(provider(|w| w.has_binding = true), Ok("cloudflare"));
        let key = || Some("re_1".to_owned());
        assert_eq!(provider(|w| w.resend_api_key = key()), Ok("resend"));
        let none = provider(|w| (w.resend_api_key, w.mail) = (key(), Some("none".to_owned())));
        assert_eq!(none, Ok("none"));
    }

    #[test]
    fn what_cannot_work_is_refused_with_what_to_set() {
        for (wanted, told) in [
            ("mailbox", "development only"),
            ("cloudflare", "[[send_email]]"),
            ("resend", "RESEND_API_KEY"),
            ("Postmark", "left out"),
        ] {
            let refused = provider(|w| w.mail = Some(wanted.to_owned())).unwrap_err();
            assert!(refused.contains(told), "{refused}");
        }
        let elsewhere = provider(|w| {
            w.resend_api_key = Some("re_1".to_owned());
            w.resend_api_base = Some("http://127.0.0.1:1".to_owned());
        });
        assert!(elsewhere.unwrap_err().contains("RESEND_API_BASE"));
    }

    #[test]
    fn mail_needs_somebody_that_it_comes_from_and_links_that_lead_somewhere() {
        let config = |from: &str, url: &str| MailVariables {
            from: Some(from.to_owned()),
            public_url: Some(url.to_owned()),
            ..MailVariables::default()
        };
        let url = "https://trees.example.com";
        let sender = SenderConfig::of(&config("\"Trees\" <trees@example.com>", url)).unwrap();
        assert_eq!((sender.name.as_str(), sender.address.as_str()), ("Trees", "trees@example.com"));
        assert_eq!(
            SenderConfig::of(&config("trees@example.com", url)).unwrap().name,
            "Play It Green"
        );
        for from in ["", "Trees", "Trees <trees>", "<trees@example.com>", "A\nB <a@example.com>"] {
            assert!(
                SenderConfig::of(&config(from, url)).unwrap_err().contains("MAIL_FROM"),
                "{from}"
            );
        }
        for url in ["trees.example.com", "https://trees.example.com/pay"] {
            let refused = SenderConfig::of(&config("trees@example.com", url)).unwrap_err();
            assert!(refused.contains("PUBLIC_URL"), "{refused}");
        }
        assert!(SenderConfig::of(&MailVariables::default()).is_err());
        assert!(
            SenderConfig::of(&MailVariables { development: true, ..MailVariables::default() })
                .is_ok()
        );
    }
}
