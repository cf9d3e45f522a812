//! States and kinds of rows, each an enum whose texts stand in the database and in JSON.

/// Defines an enum of texts: for each variant the text that stands in the database and in JSON.
macro_rules! texts {
    ($($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])* $variant:ident $text:literal)+ })+) => {
        $(
            $(#[$about])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub(crate) enum $name { $($(#[$meaning])* $variant),+ }

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
                    value.copied().ok_or_else(|| serde::de::Error::custom("an unknown state"))
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

    /// The state of a mail.
    MailState {
        Waiting "waiting"
        Sent "sent"
        NotSent "not sent"
    }
}

#[cfg(test)]
mod tests {
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
        ] {
            assert_eq!(allowed(table, column), states, "{table}.{column}");
        }
    }

    #[test]
    fn a_text_that_is_no_state_cannot_be_read() {
        let read = |text: &str| serde_json::from_str::<MailKind>(&format!("{text:?}"));
        assert_eq!(read("last notice").unwrap(), MailKind::LastNotice);
        assert!(read("birthday").is_err());
    }
}
