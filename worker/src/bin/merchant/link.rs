//! A sign-in link: printed once, and stored as a hash.

use play_it_green_worker::auth::seal::seal;
use play_it_green_worker::auth::token::Token;

use crate::Failure;

/// Milliseconds for which a link works.
pub(crate) const WORKS_FOR: i64 = 24 * 60 * 60 * 1000;

/// A link that was just made.
pub(crate) struct Link {
    /// What the owner opens.
    pub(crate) address: String,
    /// What is stored of it.
    pub(crate) hash: String,
    /// Where mail goes, sealed so that only whoever has the link can read it.
    pub(crate) email_sealed: Option<String>,
}

impl Link {
    /// Makes a link to the Worker at `url`, which hands this address on when it is used.
    pub(crate) fn make(url: &str, email: Option<&str>) -> Result<Self, Failure> {
        let token = Token::generate().map_err(|_| no_random_bytes())?;
        let sealed = email.map(|email| seal(&token.text, email)).transpose();
        let email_sealed = sealed.map_err(|_| no_random_bytes())?;
        let address = format!("{url}/sign-in/{}", token.text);
        Ok(Self { address, hash: token.hash, email_sealed })
    }

    /// What to tell the operator.
    pub(crate) fn words(&self) -> String {
        format!(
            "Send this link to the owner. It signs in once, within 24 hours:\n\n  {}\n",
            self.address
        )
    }
}

/// What is told on a machine without chance.
pub(crate) fn no_random_bytes() -> Failure {
    Failure("This machine has no random bytes to make a link from.".to_owned())
}
