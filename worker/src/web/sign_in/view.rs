//! The pages around signing in: the button that uses a link up, and what may come of it.

use askama::Template;

/// The page of a sign-in link. It looks the same for valid and invalid links.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignInPage<'a> {
    /// Why the link did not sign anybody in.
    pub(crate) notice: Option<&'a str>,
}

/// The page after signing out.
#[derive(Template)]
#[template(path = "signed_out.html")]
pub(crate) struct SignedOutPage;
