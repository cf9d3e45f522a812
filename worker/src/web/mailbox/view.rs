//! The mailbox of a development machine: what was sent.

use askama::Template;

use crate::mail::Message;

/// The list of what was sent.
#[derive(Template)]
#[template(path = "mailbox.html")]
pub(crate) struct MailboxPage {
    /// The newest first.
    pub(crate) messages: Vec<Message>,
}
