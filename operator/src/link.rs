//! Sign-in links: printed once, and stored as a hash.

use play_it_green_accounts::{Token, encryption};

use crate::Failure;

/// Milliseconds for which a link is valid.
pub(crate) const VALID_FOR: i64 = 24 * 60 * 60 * 1000;

/// A new link.
pub(crate) struct Link {
    /// The address that the owner opens.
    pub(crate) address: String,
    /// Its stored form.
    pub(crate) hash: String,
    /// The owner's mail address, encrypted so that only the link decrypts it.
    pub(crate) email_encrypted: Option<String>,
}

impl Link {
    /// Creates a link to the Worker at `url`. The Worker stores the mail address when the link is
    /// used.
    pub(crate) fn create(url: &str, email: Option<&str>) -> Result<Self, Failure> {
        let token = Token::generate().map_err(|_| no_random_bytes())?;
        let encrypted = email.map(|email| encryption::encrypt(&token.text, email)).transpose();
        let email_encrypted = encrypted.map_err(|_| no_random_bytes())?;
        let address = format!("{url}/sign-in/{}", token.text);
        Ok(Self { address, hash: token.hash, email_encrypted })
    }

    /// Returns the message to the operator.
    pub(crate) fn message(&self) -> String {
        format!(
            "Send this link to the owner. It signs in once, within 24 hours:\n\n  {}\n",
            self.address
        )
    }
}

/// Returns the error of a machine that has no random bytes.
pub(crate) fn no_random_bytes() -> Failure {
    Failure("This machine has no random bytes to create a secret from.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_link_itself_decrypts_the_address() {
        let link = Link::create("https://a.example", Some("owner@example.com")).unwrap();
        let token = link.address.rsplit('/').next().unwrap();
        let encrypted = link.email_encrypted.unwrap();
        assert_eq!(link.hash, play_it_green_accounts::hash(token));
        assert_eq!(encryption::decrypt(token, &encrypted).unwrap(), "owner@example.com");
        assert_eq!(encryption::decrypt(&link.hash, &encrypted), None);
    }
}
