//! Currencies and the number of digits their minor unit has.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text;

/// A currency by its code of three capital letters, such as `EUR`. Its minor unit has 0, 2, 3, 4 or
/// 8 digits.
///
/// [`FromStr`] accepts only known currencies. A sale may be in an unknown one: then its amounts are
/// read with two digits, and no rule that names an amount applies to it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

/// The text is not the code of a known currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownCurrency;

/// Codes whose minor unit has two digits. Source: ISO 4217 list one, without metals, bond units,
/// units of account and testing codes.
const TWO_DIGITS: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD \
    BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD \
    FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK \
    LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR \
    NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC \
    SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";

/// More codes of two digits that shop platforms offer: the pounds of Guernsey, Jersey and Man, the
/// ruble of Transnistria, and codes that ISO 4217 has withdrawn.
const TWO_DIGITS_BEYOND_ISO: &str = "ANG AZM BGN BUK CUC EEK GEK GGP GHC GQE HRK IMP JEP LSM LTL LVL \
    MRO MZM NIC PRB RHD ROL RUR SDD SKK SLL STD TMM VEB VEF YTL ZMK ZWD ZWL";

/// Codes whose minor unit has another number of digits. `BYR`, the old ruble of Belarus, and `IRT`,
/// the toman of Iran, have none; `BTC` has 8.
const OTHER_DIGITS: [(&str, u8); 4] = [
    ("BIF BYR CLP DJF GNF IRT ISK JPY KMF KRW PYG RWF TRL UGX UYI VND VUV XAF XOF XPF", 0),
    ("BHD IQD JOD KWD LYD OMR TND", 3),
    ("CLF UYW", 4),
    ("BTC", 8),
];

/// Returns true if a list contains the code. Each code takes three letters and a space.
fn is_listed(codes: &str, code: &[u8]) -> bool {
    codes.as_bytes().chunks(4).any(|listed| listed.starts_with(code))
}

/// Returns every known code.
pub(crate) fn codes() -> impl Iterator<Item = &'static str> {
    let other = OTHER_DIGITS.into_iter().map(|(codes, _)| codes);
    other.chain([TWO_DIGITS, TWO_DIGITS_BEYOND_ISO]).flat_map(|codes| codes.split(' '))
}

impl Currency {
    /// `XXX`, the ISO 4217 code for no currency: the currency of a sale whose currency is unknown.
    /// Every rule that names no amount applies to such a sale.
    pub const UNKNOWN: Self = Self(*b"XXX");

    /// Returns the currency of a sale from the code that a shop sends, in upper or lower case. The
    /// code need not be a known one. A text that is not three letters is [`Self::UNKNOWN`]. Returns
    /// `None` for an empty text.
    #[must_use]
    pub fn of_sale(code: &str) -> Option<Self> {
        let code = code.trim_ascii();
        if code.is_empty() {
            return None;
        }
        Some(Self::from_letters(&code.to_ascii_uppercase()).unwrap_or(Self::UNKNOWN))
    }

    fn from_letters(code: &str) -> Option<Self> {
        let letters: [u8; 3] = code.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters))
    }

    /// Returns the code: three capital letters.
    #[must_use]
    pub fn code(&self) -> &str {
        // A code consists of ASCII letters only.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Returns the letters of the code. The storefront uses them to avoid the UTF-8 check.
    #[must_use]
    pub fn letters(self) -> [char; 3] {
        self.0.map(char::from)
    }

    /// Returns the digits of the minor unit: 0 for JPY, 2 for EUR, 3 for KWD, 4 for CLF; 2 if the
    /// currency is unknown.
    #[must_use]
    pub fn exponent(&self) -> u8 {
        OTHER_DIGITS
            .into_iter()
            .find(|(codes, _)| is_listed(codes, &self.0))
            .map_or(2, |(_, exponent)| exponent)
    }

    /// Returns true if the currency is known, so that its amounts can be compared.
    #[must_use]
    pub fn is_known(&self) -> bool {
        codes().any(|known| known.as_bytes() == self.0)
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        Self::from_letters(text).filter(Self::is_known).ok_or(UnknownCurrency)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl fmt::Display for UnknownCurrency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("unknown currency: use an ISO 4217 code in capitals, such as EUR")
    }
}

impl std::error::Error for UnknownCurrency {}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Letter by letter, because the storefront needs no UTF-8 validation elsewhere.
        let mut code = String::with_capacity(self.0.len());
        for letter in self.0 {
            code.push(char::from(letter));
        }
        serializer.serialize_str(&code)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::deserialize(deserializer, |text| Self::from_letters(text).ok_or(UnknownCurrency))
    }
}
