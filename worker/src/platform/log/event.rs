//! The events of the log, with their levels.

/// The level of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// Counted by the operator.
    Info,
    /// The Worker retries, or a merchant has to act.
    Warning,
    /// The operator has to act.
    Error,
}

impl Level {
    /// Its name in the log.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Defines the events: the name in the log, the level, and the meaning for the operator.
macro_rules! events {
    ($($event:ident $name:literal $level:ident $meaning:literal)+) => {
        /// Something that the operator may ask for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum LogEvent {
            $(#[doc = $meaning] $event,)+
        }

        impl LogEvent {
            /// Its name in the log.
            pub(super) fn name(self) -> &'static str {
                match self { $(Self::$event => $name,)+ }
            }

            pub(super) fn level(self) -> Level {
                match self { $(Self::$event => Level::$level,)+ }
            }
        }

        /// Every event, with its meaning.
        #[cfg(test)]
        pub(super) const EVENTS: &[(LogEvent, &str)] = &[$((LogEvent::$event, $meaning),)+];
    };
}

events! {
    SaleClaimed "sale.claimed" Info
        "A claim of a browser was handled."
    SaleReported "sale.reported" Info
        "A signed delivery or a secret key reported a new sale."
    SaleConfirmed "sale.confirmed" Info
        "A signed delivery or a secret key reported a stored sale."
    MonthEndRan "month_end.ran" Info
        "A cron event did its work."
    PurchaseOrdersClosed "purchase_orders.closed" Info
        "Months ended; `count` says how many."
    PaymentPaid "payment.paid" Info
        "A purchase order was paid."
    CardSaved "card.saved" Info
        "A card was saved without a payment."
    RefundDone "refund.done" Info
        "A duplicate payment was refunded."
    MailSent "mail.sent" Info
        "The mail provider accepted a mail."
    PaymentDeclined "payment.declined" Warning
        "A bank declined a payment, or wants the payer to confirm it."
    PaymentUnsettled "payment.unsettled" Warning
        "The outcome of a payment is not known; the next event asks again."
    RefundUnsettled "refund.unsettled" Warning
        "The outcome of a refund is not known; the next event asks again."
    CardSetupUnsettled "card_setup.unsettled" Warning
        "The outcome of saving a card is not known; the next event asks again."
    CardSetupFailed "card_setup.failed" Warning
        "The provider made no page to save a card on."
    MailDeferred "mail.deferred" Warning
        "A mail was not sent yet, and is sent again later."
    MailFailed "mail.failed" Warning
        "A mail will not be sent; the owner sees why in Settings > Payments."
    SaleUnbilled "sale.unbilled" Warning
        "A sale could not be billed yet; the next event tries again."
    PullFailed "pull.failed" Warning
        "The orders of a shop could not be pulled; an event tries again in an hour."
    StatementsUsedUp "statements.used_up" Warning
        "The statements of an invocation were used up; the next event continues."
    QueueRejected "queue.rejected" Warning
        "The queue did not take the month end; the event did the work itself."
    MessageDropped "message.dropped" Warning
        "A message of the queue was too old or unreadable; the next event finds what is due."
    SignInFailed "sign_in.failed" Warning
        "A sign-in link was not mailed."
    TidyFailed "tidy.failed" Warning
        "Ended sessions could not be deleted; the next event tries again."
    PriceMissing "price.missing" Error
        "Trees were ordered in a currency without a tree price. Set one."
    PaymentMismatch "payment.mismatch" Error
        "A payment has another amount or currency than requested, and stays pending."
    RefundFailed "refund.failed" Error
        "A refund failed. Pay the payer back by other means."
    StripeRejected "stripe.rejected" Error
        "Stripe rejected a call that is not about a card. Look at the code in the message."
    SetAside "purchase_order.set_aside" Error
        "A purchase order or one of its rows failed and was set aside."
    WorkFailed "work.failed" Error
        "The work on a purchase order or payment failed; the next event tries again."
    MessageFailed "message.failed" Error
        "A message of the queue failed; it is delivered again."
    MonthEndFailed "month_end.failed" Error
        "A cron event failed; the next one tries again."
    SecretUnreadable "webhook_secret.unreadable" Error
        "The key that encrypted a webhook secret is missing from `ENCRYPTION_KEYS`."
    ConfigurationInvalid "configuration.invalid" Error
        "A variable or binding is missing or invalid. The message names it."
    Internal "internal" Error
        "A fault in the Worker or a failure of the database."
}
