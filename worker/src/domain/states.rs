//! States and kinds of rows, each an enum whose texts stand in the database and in JSON.

/// Defines an enum of texts: for each variant the text that stands in the database and in JSON.
macro_rules! texts {
    ($($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])* $variant:ident $text:literal)+ })+) => {
        $(
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            #[cfg_attr(test, derive(utoipa::ToSchema))]
            $(#[$about])*
            pub(crate) enum $name {
                $($(#[$meaning])* #[cfg_attr(test, schema(rename = $text))] $variant),+
            }

            impl $name {
                /// Every value.
                pub(crate) const ALL: &[Self] = &[$(Self::$variant),+];

                /// The text in the database and in JSON.
                pub(crate) const fn as_str(self) -> &'static str {
                    match self { $(Self::$variant => $text),+ }
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    let text = <String as serde::Deserialize>::deserialize(from)?;
                    let value = Self::ALL.iter().find(|value| value.as_str() == text);
                    value.copied().ok_or_else(|| {
                        serde::de::Error::unknown_variant(&text, &[$($text),+])
                    })
                }
            }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    to.serialize_str(self.as_str())
                }
            }
        )+
    };
}

texts! {
    /// The event that a mail about a purchase order reports.
    MailKind {
        PurchaseOrderReady "purchase order ready"
        PurchaseOrderPaid "purchase order paid"
        PaymentDeclined "payment declined"
        ConfirmationNeeded "confirmation needed"
        FirstReminder "first reminder"
        SecondReminder "second reminder"
        ThirdReminder "third reminder"
        LastNotice "last notice"
        Paused "paused"
        Resumed "resumed"
        BudgetAlert "budget alert"
    }

    /// The event that a mail about an account reports.
    AccountMail {
        /// A link that the owner requested in the settings.
        SignInLink "sign-in link"
        /// A link that was requested with the address.
        SignIn "sign-in"
        /// A link that creates a merchant.
        SignUp "sign-up"
        /// The same link as [`Self::SignIn`], for a sign-up with the address of a merchant.
        AccountExists "account exists"
        AddressChanged "address changed"
        CardSaved "card saved"
        CardRemoved "card removed"
        ClaimsHeld "claims held"
        WebhookSilent "webhook silent"
    }

    /// How far a purchase order has come.
    PurchaseOrderState {
        Open "open"
        Closed "closed"
        PaymentDue "payment due"
        Paid "paid"
        /// Nothing to pay: what was ordered and what was taken back add up to nothing.
        Settled "settled"
        /// Too small to be paid: the total is a line of the next one.
        CarriedOver "carried over"
    }

    /// The state of the purchase order that an order is on, or why it is on none.
    OrderState {
        Open "open"
        Closed "closed"
        PaymentDue "payment due"
        Paid "paid"
        Settled "settled"
        CarriedOver "carried over"
        /// On none so far: the buyer has not paid.
        AwaitingPayment "awaiting payment"
        /// On none: a test order is never billed.
        Test "test"
        /// On none so far: the shop has a webhook, which has not reported the sale.
        Unconfirmed "unconfirmed"
        /// On none so far: it is a claim that exceeds a bound, and you have not reviewed it.
        HeldForReview "held for review"
        /// On none so far: no tree price is set for the merchant's currency.
        AwaitingPrice "awaiting price"
        /// On none: no tree is left of it, or the webhook that could have confirmed it was removed.
        Void "void"
    }

    /// The kind of a line.
    LineKind {
        Orders "orders"
        /// Trees that refunds and cancellations took back after the month of the order was closed.
        Credits "credits"
        /// A total of an earlier month, too small to be paid then, or below zero.
        CarriedOver "carried over"
    }

    /// The steps that followed because a purchase order is unpaid.
    Dunning {
        /// Nothing so far.
        None "none"
        FirstReminder "first reminder"
        SecondReminder "second reminder"
        ThirdReminder "third reminder"
        /// The merchant got the date of the pause.
        LastNotice "last notice"
        /// No trees are ordered until it is paid.
        Paused "paused"
    }

    /// The provider of a payment. Customers and cards of one provider do not exist at another.
    PaymentProvider {
        /// No provider: paid by other means, and recorded.
        Manual "manual"
        Sandbox "sandbox"
        StripeTest "stripe test"
        Stripe "stripe"
    }

    /// The way in which a payment is made.
    PaymentMethod {
        PayPage "pay page"
        /// Charged without the payer.
        SavedCard "saved card"
        /// Paid by other means.
        Recorded "recorded"
    }

    /// The state of a payment.
    PaymentState {
        Pending "pending"
        AuthenticationNeeded "authentication needed"
        Paid "paid"
        Declined "declined"
        Abandoned "abandoned"
        /// It succeeded after another payment of its purchase order, and is refunded.
        Duplicate "duplicate"
    }

    /// The state of a card that is saved without a payment.
    CardSetupState {
        Pending "pending"
        Saved "saved"
        Abandoned "abandoned"
    }

    /// The kind of a key.
    KeyKind {
        /// In a storefront, where everybody can read it: it may only post order events and read
        /// campaigns, from the origins of its shop.
        Publishable "publishable"
        /// On a server, and nowhere else.
        Secret "secret"
    }

    /// The environment of a key.
    #[cfg_attr(test, schema(as = KeyMode))]
    Environment {
        /// Orders are billed.
        Live "live"
        /// Everything works, and nothing is ever billed.
        Test "test"
    }

    /// The source of a report that could not be read as a sale.
    QuarantineSource {
        /// The shop itself.
        Webhook "webhook"
        /// A browser, or anyone who knows the publishable key.
        Storefront "storefront"
        /// A copy of the shop, with the shop's secret.
        Copy "copy"
    }

    /// Something that happened to a merchant's account.
    SecurityEvent {
        SignedIn "signed in"
        SignInRefused "sign-in refused"
        SignedOut "signed out"
        AddressChanged "address changed"
        CardSaved "card saved"
        CardRemoved "card removed"
        WebhookSecretSet "webhook secret set"
        WebhookSecretReplaced "webhook secret replaced"
        WebhookSecretRemoved "webhook secret removed"
        KeyCreated "key created"
        KeyChanged "key changed"
        KeyRotated "key rotated"
        KeyRevoked "key revoked"
        RequestRefused "request refused"
    }

    /// The state of a refund.
    RefundState {
        Pending "pending"
        Done "done"
        Failed "failed"
    }

    /// The part of a purchase order that its digest covers.
    DigestCover {
        /// It was closed when digests covered the lines only.
        Lines "lines"
        Orders "orders"
    }

    /// The owner's choice for a month whose orders reach the budget.
    AtBudget {
        /// Ordering goes on, and the owner is warned.
        Warn "warn"
        /// Ordering pauses until the month is over.
        Pause "pause"
    }

    /// The state of a mail.
    MailState {
        Waiting "waiting"
        Sent "sent"
        NotSent "not sent"
    }
}

#[cfg(test)]
mod tests {
    use order_events::{Proof, SaleStatus};

    use super::*;

    const SCHEMA: &str = include_str!("../store/schema.sql");

    /// The texts that the database allows in a column.
    fn allowed(table: &str, column: &str) -> Vec<&'static str> {
        let place = format!("{table}.{column}");
        let names = [format!("CREATE TABLE {table} ("), format!("CREATE TABLE \"{table}\" (")];
        let found = names.iter().find_map(|name| SCHEMA.split_once(name.as_str()));
        let (table, _) = found.expect(&place).1.split_once("STRICT").expect(&place);
        let (_, list) = table.split_once(&format!("CHECK ({column} IN")).expect(&place);
        let (list, _) = list.split_once("))").expect(&place);
        list.split('\'').skip(1).step_by(2).collect()
    }

    fn texts<T: Copy>(all: &[T], text: fn(T) -> &'static str) -> Vec<&'static str> {
        all.iter().map(|value| text(*value)).collect()
    }

    #[test]
    fn the_database_allows_the_texts_of_each_state_and_no_others() {
        let mail_states = texts(MailState::ALL, MailState::as_str);
        for (table, column, states) in [
            ("mails", "kind", texts(MailKind::ALL, MailKind::as_str)),
            ("mails", "state", mail_states.clone()),
            ("account_mails", "kind", texts(AccountMail::ALL, AccountMail::as_str)),
            ("account_mails", "state", mail_states),
            (
                "purchase_orders",
                "state",
                texts(PurchaseOrderState::ALL, PurchaseOrderState::as_str),
            ),
            ("purchase_orders", "dunning", texts(Dunning::ALL, Dunning::as_str)),
            ("api_keys", "kind", texts(KeyKind::ALL, KeyKind::as_str)),
            ("api_keys", "mode", texts(Environment::ALL, Environment::as_str)),
            ("sales", "mode", texts(Environment::ALL, Environment::as_str)),
            ("quarantined_sales", "mode", texts(Environment::ALL, Environment::as_str)),
            ("quarantined_sales", "source", texts(QuarantineSource::ALL, QuarantineSource::as_str)),
            ("security_events", "kind", texts(SecurityEvent::ALL, SecurityEvent::as_str)),
            ("payments", "method", texts(PaymentMethod::ALL, PaymentMethod::as_str)),
            ("payments", "state", texts(PaymentState::ALL, PaymentState::as_str)),
            ("refunds", "state", texts(RefundState::ALL, RefundState::as_str)),
            ("purchase_orders", "digest_covers", texts(DigestCover::ALL, DigestCover::as_str)),
            ("merchants", "at_budget", texts(AtBudget::ALL, AtBudget::as_str)),
            ("card_setups", "state", texts(CardSetupState::ALL, CardSetupState::as_str)),
            ("purchase_order_lines", "kind", texts(LineKind::ALL, LineKind::as_str)),
        ] {
            assert_eq!(allowed(table, column), states, "{table}.{column}");
        }
    }

    #[test]
    fn the_database_allows_the_proofs_and_statuses_of_the_contract() {
        let proofs = [Proof::Claimed, Proof::Verified].map(Proof::as_str);
        assert_eq!(allowed("sales", "proof"), proofs);
        let statuses =
            [SaleStatus::Placed, SaleStatus::Paid, SaleStatus::Cancelled, SaleStatus::Refunded];
        assert_eq!(allowed("sales", "status"), statuses.map(SaleStatus::as_str));
    }

    #[test]
    fn an_order_on_a_purchase_order_has_its_state() {
        let states = texts(OrderState::ALL, OrderState::as_str);
        assert!(PurchaseOrderState::ALL.iter().all(|state| states.contains(&state.as_str())));
    }

    #[test]
    fn a_text_that_is_no_state_cannot_be_read() {
        let read = |text: &str| serde_json::from_str::<MailKind>(&format!("{text:?}"));
        assert_eq!(read("last notice").unwrap(), MailKind::LastNotice);
        assert!(read("birthday").is_err());
    }
}
