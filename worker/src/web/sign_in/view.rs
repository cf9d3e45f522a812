//! The pages around signing in: the address, the digits, the button that uses a link up, and the end.

use askama::Template;

use crate::auth::sign_in::LinkNeeds;
use crate::web::form::Form;

/// The page of a sign-in link. It looks the same for an invalid link and for one that wants no
/// digits.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignInPage<'a> {
    /// Why the link did not sign in.
    pub(crate) notice: Option<&'a str>,
    pub(crate) needs: LinkNeeds,
    /// The error of the digits.
    pub(crate) flaw: Option<&'a str>,
}

/// The page that asks for the address.
#[derive(Template)]
#[template(path = "sign_in/ask.html")]
pub(crate) struct AskPage<'a> {
    pub(crate) form: &'a Form,
    /// Why no link was asked for, if it is no error of the address.
    pub(crate) notice: Option<&'a str>,
    /// False if this deployment sends no mail.
    pub(crate) sends_mail: bool,
    /// True if anyone may sign up.
    pub(crate) sign_up_is_open: bool,
}

/// The page of a sign-up.
#[derive(Template)]
#[template(path = "sign_in/sign_up.html")]
pub(crate) struct SignUpPage<'a> {
    pub(crate) form: &'a Form,
    /// Why no link was asked for, if it is no error of a field.
    pub(crate) notice: Option<&'a str>,
    /// False if this deployment sends no mail.
    pub(crate) sends_mail: bool,
    /// Regions with the names of their time zones.
    pub(crate) zones: Vec<(&'static str, Vec<&'static str>)>,
    /// The currencies in which a tree has a price.
    pub(crate) currencies: Vec<String>,
}

/// The page after either.
#[derive(Template)]
#[template(path = "sign_in/sent.html")]
pub(crate) struct LinkSentPage<'a> {
    /// The six digits of this browser.
    pub(crate) code: &'a str,
    pub(crate) is_sign_up: bool,
}

/// The page after signing out.
#[derive(Template)]
#[template(path = "signed_out.html")]
pub(crate) struct SignedOutPage;
