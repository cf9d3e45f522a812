//! By whom a deployment sends its mail: what `MAIL` says, or what follows from the rest.

use play_it_green_accounts::email;

use crate::domain::origin;

/// By whom mail is sent.
#[derive(PartialEq, Eq)]
pub(crate) enum Mode {
    /// No provider.
    None,
    /// Not sent, but stored to be read. Development only.
    Mailbox,
    /// By Cloudflare, through the binding `EMAIL`.
    Cloudflare,
    /// By Resend, with this key.
    Resend {
        api_key: String,
        /// Without a slash at the end.
        base: String,
    },
}

/// The settings of every mail.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SenderConfig {
    /// The name that the mail comes from.
    pub(crate) name: String,
    /// The address that the mail comes from.
    pub(crate) address: String,
    pub(crate) reply_to: Option<String>,
    /// The address of this Worker, without a slash at the end.
    pub(crate) public_url: String,
}

/// The deployer's settings.
#[derive(Clone, Default)]
pub(crate) struct MailConfig {
    /// `MAIL`
    pub(crate) mail: Option<String>,
    /// `MAIL_FROM`
    pub(crate) from: Option<String>,
    /// `MAIL_REPLY_TO`
    pub(crate) reply_to: Option<String>,
    /// `PUBLIC_URL`
    pub(crate) public_url: Option<String>,
    /// `RESEND_API_KEY`
    pub(crate) resend_api_key: Option<String>,
    /// `RESEND_API_BASE`
    pub(crate) resend_api_base: Option<String>,
    /// True if Cloudflare's binding is there.
    pub(crate) has_binding: bool,
    /// `ENVIRONMENT` is `development`.
    pub(crate) development: bool,
}

const RESEND: &str = "https://api.resend.com";

const FROM: &str = "Set MAIL_FROM to what mail comes from, such as \
    Play It Green <trees@example.com>, with a domain that may send mail.";

impl Mode {
    /// Its name on the health page.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Mailbox => "mailbox",
            Self::Cloudflare => "cloudflare",
            Self::Resend { .. } => "resend",
        }
    }

    /// Reads what the deployer wants; the error says what to set.
    pub(crate) fn of(config: &MailConfig) -> Result<Self, String> {
        let wanted = match config.mail.as_deref() {
            Some(wanted) => wanted,
            None if config.resend_api_key.is_some() => "resend",
            None if config.has_binding => "cloudflare",
            None if config.development => "mailbox",
            None => "none",
        };
        match wanted {
            "none" => Ok(Self::None),
            "mailbox" if config.development => Ok(Self::Mailbox),
            "mailbox" => {
                Err("MAIL=mailbox sends nothing, so it is for development only. Set MAIL \
                to cloudflare, resend or none, or leave it out."
                    .to_owned())
            }
            "cloudflare" if config.has_binding => Ok(Self::Cloudflare),
            "cloudflare" => Err("MAIL=cloudflare needs a binding: put [[send_email]] with name = \
                \"EMAIL\" into wrangler.toml."
                .to_owned()),
            "resend" => resend(config),
            _ => Err("MAIL must be cloudflare, resend or none, or left out.".to_owned()),
        }
    }
}

fn resend(config: &MailConfig) -> Result<Mode, String> {
    let Some(api_key) = config.resend_api_key.clone() else {
        return Err("MAIL=resend needs the secret RESEND_API_KEY.".to_owned());
    };
    let base = config.resend_api_base.clone().unwrap_or_else(|| RESEND.to_owned());
    if base != RESEND && !(config.development && origin::is_loopback(&base)) {
        return Err(format!(
            "RESEND_API_BASE must be {RESEND}, or left out; in development, an address of this \
             machine such as http://127.0.0.1:8420 will do."
        ));
    }
    Ok(Mode::Resend { api_key, base })
}

impl SenderConfig {
    /// Reads what the deployer has set; the error says what to set. In development, everything may
    /// be left out.
    pub(crate) fn of(config: &MailConfig) -> Result<Self, String> {
        let example = |text: &str| config.development.then(|| text.to_owned());
        let from = config.from.clone().or(example("Play It Green <trees@example.com>"));
        let (name, address) = read_from(&from.ok_or(FROM)?).ok_or(FROM)?;
        let reply_to = config.reply_to.clone();
        if reply_to.as_ref().is_some_and(|text| email::check(text).is_err()) {
            return Err("MAIL_REPLY_TO must be an address such as help@example.com.".to_owned());
        }
        let url = config.public_url.clone().or(example("http://localhost:8787"));
        let wanted = "Set PUBLIC_URL to where this Worker answers, such as \
            https://trees.example.com: mail has links to it.";
        let public_url = origin::read("PUBLIC_URL", &url.ok_or(wanted)?).map_err(|_| wanted)?;
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

    fn mode(change: impl FnOnce(&mut MailConfig)) -> Result<&'static str, String> {
        let mut config = MailConfig::default();
        change(&mut config);
        Mode::of(&config).map(|mode| mode.name())
    }

    #[test]
    fn what_is_left_out_follows_from_the_rest() {
        assert_eq!(mode(|_| {}), Ok("none"));
        assert_eq!(mode(|w| w.development = true), Ok("mailbox"));
        assert_eq!(mode(|w| w.has_binding = true), Ok("cloudflare"));
        let key = || Some("re_1".to_owned());
        assert_eq!(mode(|w| w.resend_api_key = key()), Ok("resend"));
        let none = mode(|w| (w.resend_api_key, w.mail) = (key(), Some("none".to_owned())));
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
            let refused = mode(|w| w.mail = Some(wanted.to_owned())).unwrap_err();
            assert!(refused.contains(told), "{refused}");
        }
        let elsewhere = mode(|w| {
            w.resend_api_key = Some("re_1".to_owned());
            w.resend_api_base = Some("http://127.0.0.1:1".to_owned());
        });
        assert!(elsewhere.unwrap_err().contains("RESEND_API_BASE"));
    }

    #[test]
    fn mail_needs_somebody_that_it_comes_from_and_links_that_lead_somewhere() {
        let config = |from: &str, url: &str| MailConfig {
            from: Some(from.to_owned()),
            public_url: Some(url.to_owned()),
            ..MailConfig::default()
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
        assert!(SenderConfig::of(&MailConfig::default()).is_err());
        assert!(
            SenderConfig::of(&MailConfig { development: true, ..MailConfig::default() }).is_ok()
        );
    }
}
