//! Delivers nothing: in development, what was sent is kept to be looked at, whoever delivers it.

use std::pin::Pin;

use crate::mail::{Delivery, Mailer, Message};

/// Nobody delivers mail.
pub(crate) struct Mailbox;

impl Mailer for Mailbox {
    fn send<'a>(&'a self, _: &'a Message) -> Pin<Box<dyn Future<Output = Delivery> + 'a>> {
        Box::pin(async { Delivery::Taken })
    }
}
