//! `play-it-green merchant`: merchants, tree prices and payments.

use super::new_merchant::{Typed, check_email};
use super::place::{self, Place, check_url};
use super::words::Words;
use super::{NewMerchant, NewPrice};
use crate::Failure;

/// The help of `play-it-green merchant`.
pub(crate) const HELP: &str = "\
play-it-green merchant add NAME --time-zone ZONE --currency CODE [--email ADDRESS]
                           [--tree-price 1.00]
play-it-green merchant sign-in MERCHANT_ID [--email ADDRESS]
play-it-green merchant end-sessions MERCHANT_ID
play-it-green merchant list
play-it-green merchant price CODE PRICE [--from 2027-01-01]
play-it-green merchant prices
play-it-green merchant unpaid
play-it-green merchant set-aside
play-it-green merchant retry PURCHASE_ORDER_ID
play-it-green merchant record-payment PURCHASE_ORDER_ID REFERENCE

add      adds a merchant and prints a link that signs its owner in
sign-in  prints another sign-in link; it works once, for 24 hours
end-sessions
         ends every session of a merchant and voids its unused sign-in links
list     lists the merchants
price    sets the price of a tree in a currency, from a day on or from now on; earlier sales keep
         their price
prices   lists the prices of a tree and the time from which each is valid
unpaid   lists the unpaid purchase orders
set-aside
         lists the purchase orders that could not be closed or charged, each with the reason
retry    has the next month end work on such a purchase order again
record-payment
         records that a purchase order was paid by other means than a card; the reference names
         the payment, such as \"Transfer 2026-12-04/7\", without names and account numbers

  --email ADDRESS     the owner's address for mail about purchase orders and payments; it is stored
                      when the link is used, and the owner can change it in Settings > Payments
  --time-zone ZONE    the time zone of the merchant's calendar months, such as Europe/Berlin
  --currency CODE     the currency that the merchant pays in, such as EUR
  --tree-price PRICE  the price of a tree from now on, for every merchant of that currency
  --from DAY          the day, at midnight in UTC, from which a price is valid

  --remote            uses the deployed database of the wrangler.toml in this folder
  --config FILE       uses this wrangler.toml
  --persist-to DIR    uses the local database in this folder instead of that of play-it-green dev
  --url URL           the address of the Worker";

/// The merchant command and the database that it works on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct MerchantArguments {
    pub(crate) command: MerchantCommand,
    pub(crate) place: Place,
    /// The address of the Worker, without a slash at the end.
    pub(crate) url: Option<String>,
}

/// A command about merchants.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum MerchantCommand {
    /// Print the help.
    Help,
    /// Add a merchant.
    Add(NewMerchant),
    /// Print a sign-in link.
    SignIn {
        /// The merchant's id.
        id: String,
        /// The owner's address, stored only if none is stored yet.
        email: Option<String>,
    },
    /// End every session of a merchant.
    EndSessions {
        /// The merchant's id.
        id: String,
    },
    /// List the merchants.
    List,
    /// Set the price of a tree.
    Price(NewPrice),
    /// List the prices.
    Prices,
    /// List the unpaid purchase orders.
    Unpaid,
    /// List the purchase orders that are set aside.
    SetAside,
    /// Work on such a purchase order again.
    Retry {
        /// The purchase order's id.
        purchase_order: String,
    },
    /// Record a payment by other means.
    RecordPayment {
        /// The purchase order's id.
        purchase_order: String,
        /// The reference that identifies the payment.
        reference: String,
    },
}

const VALUES: [&str; 6] = ["email", "time-zone", "currency", "tree-price", "from", "url"];

impl MerchantArguments {
    /// Reads the command line after the word `merchant`.
    pub(super) fn read(arguments: &[String]) -> Result<Self, Failure> {
        read(arguments).map_err(|Failure(message)| Failure(format!("{message}\n\n{HELP}")))
    }
}

fn read(arguments: &[String]) -> Result<MerchantArguments, Failure> {
    let values = [&VALUES[..], &place::VALUES[..]].concat();
    let mut words = Words::read(arguments, &place::FLAGS, &values)?;
    let place = Place::read(&mut words)?;
    let url = words.take("url").map(|url| check_url(&url)).transpose()?;
    if words.has("help") {
        return Ok(MerchantArguments { command: MerchantCommand::Help, place, url });
    }
    let typed = Typed {
        time_zone: words.take("time-zone"),
        currency: words.take("currency"),
        tree_price: words.take("tree-price"),
        email: words.take("email"),
    };
    let command = command(&words.names.clone(), typed, words.take("from"))?;
    Ok(MerchantArguments { command, place, url })
}

fn command(
    words: &[String],
    typed: Typed,
    from: Option<String>,
) -> Result<MerchantCommand, Failure> {
    let wrong = |message: &str| Failure(message.to_owned());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["help", ..] => Ok(MerchantCommand::Help),
        ["add", name] => typed.check(name).map(MerchantCommand::Add),
        ["add"] => Err(wrong("Name the merchant: add \"Example Mugs\"")),
        ["sign-in", id] => {
            let email = check_email(typed.email)?;
            Ok(MerchantCommand::SignIn { id: (*id).to_owned(), email })
        }
        ["sign-in" | "end-sessions"] => Err(wrong("Give the id of the merchant. 'list' shows it.")),
        ["end-sessions", id] => Ok(MerchantCommand::EndSessions { id: (*id).to_owned() }),
        ["list"] => Ok(MerchantCommand::List),
        ["price", currency, price] => {
            NewPrice::read(currency, price, from).map(MerchantCommand::Price)
        }
        ["price", ..] => Err(wrong("Give the currency and the price: price EUR 1.20")),
        ["prices"] => Ok(MerchantCommand::Prices),
        ["unpaid"] => Ok(MerchantCommand::Unpaid),
        ["set-aside"] => Ok(MerchantCommand::SetAside),
        ["retry", purchase_order] => {
            Ok(MerchantCommand::Retry { purchase_order: (*purchase_order).to_owned() })
        }
        ["retry"] => Err(wrong("Give the id of the purchase order, which 'set-aside' shows.")),
        ["record-payment", purchase_order, reference] => Ok(MerchantCommand::RecordPayment {
            purchase_order: (*purchase_order).to_owned(),
            reference: (*reference).to_owned(),
        }),
        ["record-payment"] | ["record-payment", _] => Err(wrong(
            "Give the id of the purchase order, which 'unpaid' shows, and a reference: \
             record-payment PURCHASE_ORDER_ID \"Transfer 2026-12-04/7\"",
        )),
        ["add" | "sign-in" | "end-sessions" | "retry", _, rest, ..]
        | ["record-payment", _, _, rest, ..] => Err(Failure(format!(
            "Unexpected {rest:?}. Put words that belong together in quotation marks."
        ))),
        [list @ ("list" | "prices" | "unpaid" | "set-aside"), rest, ..] => {
            Err(Failure(format!("Unexpected {rest:?}. '{list}' takes no name.")))
        }
        [other, ..] => Err(Failure(format!("There is no command {other:?}."))),
    }
}

#[cfg(test)]
#[path = "merchant_tests.rs"]
mod tests;
