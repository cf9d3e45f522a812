//! Reads the command line, and says what is wrong with it.

mod merchant;
mod price;

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt};

pub(crate) use self::merchant::NewMerchant;
use self::merchant::{Wishes, check_email};
pub(crate) use self::price::NewPrice;
use crate::Failure;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
npm run merchant -- add NAME --time-zone ZONE --currency CODE [--email ADDRESS]
                          [--tree-price 1.00]
npm run merchant -- sign-in MERCHANT_ID [--email ADDRESS]
npm run merchant -- list
npm run merchant -- price CODE PRICE [--from 2027-01-01]
npm run merchant -- prices
npm run merchant -- unpaid
npm run merchant -- record-payment PURCHASE_ORDER_ID REFERENCE

add      adds a merchant, and prints a link that signs its owner in
sign-in  prints another such link: it works once, for 24 hours
list     lists the merchants
price    sets what a tree costs in a currency, from a day on or from now on; what was sold before
         keeps its price
prices   lists what a tree costs, and from when on
unpaid   lists the purchase orders that are not paid
record-payment
         records that a purchase order was paid by other means than a card; the reference says how,
         such as \"Transfer 2026-12-04/7\": please no names and no account numbers

  --email ADDRESS     where the owner is told of purchase orders and payments; it is put in when
                      the link is used, and the owner can change it in Settings > Payments
  --time-zone ZONE    where the merchant's months begin and end, such as Europe/Berlin
  --currency CODE     what the merchant pays in, such as EUR
  --tree-price PRICE  what a tree costs from now on, for every merchant of that currency

  --from DAY          the day, at midnight in UTC, from which a price holds

  --remote            writes to the deployed database, and needs --url
  --persist-to DIR    writes to a local one in this folder; otherwise to that of npm start
  --url URL           where the Worker answers; locally http://localhost:8787";

/// What the operator wants, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) command: Command,
    pub(crate) place: Place,
    /// Where the Worker answers, without a slash at the end.
    pub(crate) url: String,
}

/// What the operator wants.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Add(NewMerchant),
    /// A sign-in link for the merchant.
    SignIn {
        id: String,
        /// Where mail goes, if nobody has said it yet.
        email: Option<String>,
    },
    List,
    /// What a tree costs from an instant on.
    Price(NewPrice),
    Prices,
    Unpaid,
    /// A purchase order was paid by other means.
    RecordPayment {
        purchase_order: String,
        /// What tells where the money came from.
        reference: String,
    },
}

/// Which database.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The one in the deployer's account.
    Remote,
    /// The one in this folder; the demo's, where none is named.
    Local(Option<PathBuf>),
}

const LOCAL_URL: &str = "http://localhost:8787";

impl Arguments {
    /// Reads the command line; the first argument is the program.
    pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, Failure> {
        let mut words = Vec::new();
        let mut wishes = Wishes::default();
        let (mut remote, mut folder, mut url, mut from) = (false, None, None, None);
        let mut parser = Parser::from_iter(arguments);
        while let Some(argument) = parser.next()? {
            let option = match argument {
                Arg::Long("help") | Arg::Short('h') => {
                    words.insert(0, "help".to_owned());
                    continue;
                }
                Arg::Long("remote") => {
                    remote = true;
                    continue;
                }
                Arg::Value(word) => {
                    words.push(word.string()?);
                    continue;
                }
                Arg::Long("persist-to") => {
                    folder = Some(PathBuf::from(parser.value()?));
                    continue;
                }
                Arg::Long("url") => &mut url,
                Arg::Long("email") => &mut wishes.email,
                Arg::Long("time-zone") => &mut wishes.time_zone,
                Arg::Long("currency") => &mut wishes.currency,
                Arg::Long("tree-price") => &mut wishes.tree_price,
                Arg::Long("from") => &mut from,
                other => return Err(other.unexpected().into()),
            };
            *option = Some(parser.value().and_then(ValueExt::string)?);
        }
        let command = command(&words, wishes, from)?;
        let place = match (remote, folder) {
            (true, Some(_)) => return Err(wrong("Give --remote or --persist-to, not both.")),
            (true, None) => Place::Remote,
            (false, folder) => Place::Local(folder),
        };
        let url = match (url, &place, &command) {
            (Some(url), _, _) => check_url(&url)?,
            (
                None,
                Place::Remote,
                Command::Add(_) | Command::SignIn { .. } | Command::RecordPayment { .. },
            ) => {
                return Err(wrong(
                    "Say where your Worker answers: --url https://play-it-green.example.com",
                ));
            }
            (None, _, _) => LOCAL_URL.to_owned(),
        };
        Ok(Self { command, place, url })
    }
}

fn command(words: &[String], wishes: Wishes, from: Option<String>) -> Result<Command, Failure> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["help", ..] => Ok(Command::Help),
        ["add", name] => wishes.check(name).map(Command::Add),
        ["add"] => Err(wrong("Say what the merchant is called: add \"Example Mugs\"")),
        ["sign-in", id] => {
            let email = check_email(wishes.email)?;
            Ok(Command::SignIn { id: (*id).to_owned(), email })
        }
        ["sign-in"] => Err(wrong("Say who is to sign in, by the id that 'list' shows.")),
        ["list"] => Ok(Command::List),
        ["price", currency, price] => NewPrice::read(currency, price, from).map(Command::Price),
        ["price", ..] => Err(wrong("Say the currency and the price: price EUR 1.20")),
        ["prices"] => Ok(Command::Prices),
        ["unpaid"] => Ok(Command::Unpaid),
        ["record-payment", purchase_order, reference] => Ok(Command::RecordPayment {
            purchase_order: (*purchase_order).to_owned(),
            reference: (*reference).to_owned(),
        }),
        ["record-payment"] | ["record-payment", _] => Err(wrong(
            "Say what was paid, by the id that 'unpaid' shows, and how: record-payment \
             PURCHASE_ORDER_ID \"Transfer 2026-12-04/7\"",
        )),
        ["add" | "sign-in", _, rest, ..] | ["record-payment", _, _, rest, ..] => {
            Err(wrong(&format!(
                "What is {rest:?}? Put several words that belong together in quotation marks."
            )))
        }
        [list @ ("list" | "prices" | "unpaid"), rest, ..] => {
            Err(wrong(&format!("What is {rest:?}? '{list}' takes no name.")))
        }
        [other, ..] => Err(wrong(&format!("There is no command {other:?}."))),
    }
}

/// The address as links are made from it.
fn check_url(url: &str) -> Result<String, Failure> {
    let address = url.trim_end_matches('/');
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let is_bare = |host: &str| {
        !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c))
    };
    if host.is_some_and(is_bare) {
        return Ok(address.to_owned());
    }
    Err(wrong(&format!("{url:?} is no address without a path, such as https://mugs.example.com.")))
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        wrong(&format!("{error}."))
    }
}

fn wrong(what: &str) -> Failure {
    Failure(format!("{what}\n\n{HELP}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &[&str]) -> Result<Arguments, Failure> {
        let program = std::iter::once("merchant");
        Arguments::read(program.chain(line.iter().copied()).map(OsString::from))
    }

    fn refusal(line: &[&str]) -> String {
        read(line).unwrap_err().to_string()
    }

    #[test]
    fn a_merchant_is_added_locally_where_nothing_else_is_said() {
        let line = ["add", "Example Mugs", "--time-zone", "europe/berlin", "--currency", "EUR"];
        let arguments = read(&line).unwrap();
        let Command::Add(merchant) = arguments.command else { panic!("{arguments:?}") };
        assert_eq!((merchant.name.as_str(), merchant.price), ("Example Mugs", None));
        assert_eq!(merchant.time_zone, "Europe/Berlin");
        assert_eq!((arguments.place, arguments.url.as_str()), (Place::Local(None), LOCAL_URL));
    }

    #[test]
    fn what_is_wrong_is_told_with_what_to_do() {
        let zone = ["--time-zone", "UTC"];
        let euro = ["--currency", "EUR"];
        let add = |more: &[&str]| refusal(&[&["add", "Mugs"], more].concat());
        assert!(add(&euro).starts_with("Say where the merchant is: --time-zone"));
        assert!(add(&zone).starts_with("Say what the merchant pays in: --currency"));
        assert!(add(&[&zone[..], &["--currency", "EURO"]].concat()).contains("\"EURO\""));
        assert!(add(&[&euro[..], &["--time-zone", "Berlin"]].concat()).contains("\"Berlin\""));
        for price in ["1,00", "1.001", "0", "-1", "free"] {
            let told = add(&[&zone[..], &euro[..], &["--tree-price", price]].concat());
            assert!(told.contains("--tree-price") && told.contains("1.00"), "{told}");
        }
        let email = add(&[&zone[..], &euro[..], &["--email", "owner"]].concat());
        assert!(email.starts_with("--email: write an address"), "{email}");
        assert!(refusal(&["sign-in", "mer_1", "--email", "owner"]).starts_with("--email: "));
        assert!(refusal(&["add", "Example", "Mugs"]).contains("quotation marks"));
        assert!(refusal(&["record-payment", "po_1", "Transfer", "7"]).contains("quotation marks"));
        assert!(refusal(&["record-payment", "po_1"]).starts_with("Say what was paid"));
        assert!(refusal(&["remove"]).contains("no command \"remove\""));
        assert!(refusal(&["list", "--verbose"]).contains("--verbose"));
    }

    #[test]
    fn a_link_to_a_deployed_worker_needs_its_address() {
        for line in [&["sign-in", "mer_1"][..], &["record-payment", "po_1", "Transfer 7"]] {
            assert!(refusal(&[line, &["--remote"]].concat()).contains("--url https://"));
        }
        let line = ["sign-in", "mer_1", "--remote", "--url", "https://worker.example.com/"];
        let arguments = read(&line).unwrap();
        assert_eq!(arguments.url, "https://worker.example.com");
        assert_eq!(arguments.place, Place::Remote);
        assert!(refusal(&["list", "--url", "worker.example.com"]).contains("no address"));
        assert!(refusal(&["list", "--remote", "--persist-to", "a"]).contains("not both"));
        assert_eq!(read(&["list", "--remote"]).unwrap().command, Command::List);
    }

    #[test]
    fn a_price_holds_from_a_day_on_or_from_now_on() {
        let Command::Price(price) = read(&["price", "eur", "1.20"]).unwrap().command else {
            panic!()
        };
        assert_eq!((price.currency.code(), price.amount, price.from), ("EUR", 120, None));
        let line = ["price", "JPY", "150", "--from", "2027-01-01"];
        let Command::Price(price) = read(&line).unwrap().command else { panic!() };
        assert_eq!((price.amount, price.from), (150, Some(1_798_761_600_000)));
        for from in ["tomorrow", "2027-02-30", "2027-1-1", "2027-01-01T00:00:00Z"] {
            let told = refusal(&["price", "EUR", "1.20", "--from", from]);
            assert!(told.contains("--from") && told.contains("2027-01-01"), "{told}");
        }
        assert!(refusal(&["price", "EUR"]).contains("price EUR 1.20"));
        assert!(refusal(&["price", "EURO", "1"]).contains("\"EURO\""));
        assert!(refusal(&["price", "EUR", "1,20"]).contains("1.00"));
    }

    #[test]
    fn a_price_is_read_by_the_currency_without_a_float() {
        let line = ["add", "A", "--time-zone", "UTC", "--currency", "kwd", "--tree-price", "0.305"];
        let Command::Add(merchant) = read(&line).unwrap().command else { panic!() };
        assert_eq!((merchant.currency.code(), merchant.price), ("KWD", Some(305)));
    }
}
