//! The merchant that the command line describes.

use jiff::tz::TimeZone;
use order_events::{Currency, Money};
use play_it_green_accounts::{email, name};

use crate::Failure;

/// Minor units of the largest price of a tree: a sale may order a million trees, and its orders
/// must stay far below what the database keeps exact.
const PRICE_MAX: i64 = 1_000_000_000;

/// A merchant to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewMerchant {
    pub(crate) name: String,
    /// An IANA time zone, spelled as IANA does.
    pub(crate) time_zone: String,
    pub(crate) currency: Currency,
    /// The price of a tree from now on, in minor units.
    pub(crate) price: Option<i64>,
    /// The owner's address.
    pub(crate) email: Option<String>,
}

/// The options as they were typed.
#[derive(Default)]
pub(crate) struct Typed {
    pub(crate) time_zone: Option<String>,
    pub(crate) currency: Option<String>,
    pub(crate) tree_price: Option<String>,
    pub(crate) email: Option<String>,
}

impl Typed {
    /// Reads the options of a merchant of this name.
    pub(crate) fn check(self, name: &str) -> Result<NewMerchant, Failure> {
        name::check_merchant(name).map_err(|reason| wrong(&format!("The name {reason}")))?;
        let zone = self.time_zone.ok_or_else(|| {
            wrong("Give the merchant's time zone: --time-zone Europe/Berlin, or another one")
        })?;
        let currency = self
            .currency
            .ok_or_else(|| wrong("Give the merchant's currency: --currency EUR, or another one"))?;
        let currency = check_currency(&currency)?;
        let tree_price = self.tree_price;
        let price = tree_price.map(|text| price("--tree-price", &text, currency)).transpose()?;
        Ok(NewMerchant {
            name: name.trim().to_owned(),
            time_zone: check_zone(&zone)?,
            currency,
            price,
            email: check_email(self.email)?,
        })
    }
}

/// Reads a currency's code, in upper or lower case.
pub(super) fn check_currency(code: &str) -> Result<Currency, Failure> {
    code.to_uppercase()
        .parse()
        .map_err(|_| wrong(&format!("{code:?} is no ISO 4217 currency, such as EUR, USD or GBP.")))
}

/// Checks a typed mail address.
pub(super) fn check_email(address: Option<String>) -> Result<Option<String>, Failure> {
    if let Some(reason) = address.as_deref().and_then(|address| email::check(address).err()) {
        return Err(wrong(&format!("--email: {reason}")));
    }
    Ok(address)
}

fn check_zone(text: &str) -> Result<String, Failure> {
    let zone = TimeZone::get(text).ok().filter(|zone| !zone.is_unknown());
    let name = zone.as_ref().and_then(TimeZone::iana_name);
    name.map(str::to_owned).ok_or_else(|| {
        wrong(&format!(
            "{text:?} is no IANA time zone, such as Europe/Berlin, America/New_York or UTC."
        ))
    })
}

/// Reads a price in minor units; `name` is the option or command that contains it.
pub(super) fn price(name: &str, text: &str, currency: Currency) -> Result<i64, Failure> {
    let example = Money { amount: 10_i64.pow(currency.exponent().into()), currency };
    let refused = |why: &str| {
        let example = example.to_decimal();
        wrong(&format!("{name}: {text:?} is {why}; write it like {example} {currency}."))
    };
    let money = Money::parse(text, currency).map_err(|error| refused(&error.to_string()))?;
    match money.amount {
        ..=0 => Err(refused("not above zero")),
        amount if amount <= PRICE_MAX => Ok(amount),
        _ => Err(refused("too large")),
    }
}

fn wrong(message: &str) -> Failure {
    Failure(message.to_owned())
}
