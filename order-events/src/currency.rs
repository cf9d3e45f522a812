//! ISO 4217 currencies and the number of digits their minor unit has.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An ISO 4217 currency that is in use, such as `EUR`. Its minor unit has 0, 2, 3 or 4 digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

/// The text is not the code of a currency in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownCurrency;

/// Codes whose minor unit has two digits; the others are in [`LISTS`].
/// Source: ISO 4217 list one, without metals, bond units, units of account and testing codes.
const TWO_DIGITS: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD \
    BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD \
    FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK \
    LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR \
    NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC \
    SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";

/// All codes, with the number of digits that their minor unit has. Source: ISO 4217.
const LISTS: [(&str, u8); 4] = [
    ("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", 0),
    ("BHD IQD JOD KWD LYD OMR TND", 3),
    ("CLF UYW", 4),
    (TWO_DIGITS, 2),
];

/// The code as it stands in a list, where each takes three letters and a space.
fn listed(codes: &'static str, code: &[u8]) -> Option<&'static str> {
    let index = codes.as_bytes().chunks(4).position(|listed| listed.starts_with(code))?;
    let start = index.wrapping_mul(4);
    codes.get(start..start.wrapping_add(3))
}

/// Every code.
#[cfg(feature = "schema")]
pub(crate) fn codes() -> impl Iterator<Item = &'static str> {
    LISTS.into_iter().flat_map(|(codes, _)| codes.split(' '))
}

impl Currency {
    /// The code: three capital letters.
    #[must_use]
    pub fn code(&self) -> &str {
        // Only what is listed gets in.
        self.listed().map_or("", |(code, _)| code)
    }

    /// Digits of the minor unit: 0 for JPY, 2 for EUR, 3 for KWD, 4 for CLF.
    #[must_use]
    pub fn exponent(&self) -> u8 {
        self.listed().map_or(2, |(_, exponent)| exponent)
    }

    /// The code, and the digits of the minor unit.
    fn listed(self) -> Option<(&'static str, u8)> {
        LISTS.into_iter().find_map(|(codes, exponent)| Some((listed(codes, &self.0)?, exponent)))
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        match text.as_bytes().try_into().map(Currency) {
            Ok(currency) if currency.listed().is_some() => Ok(currency),
            _ => Err(UnknownCurrency),
        }
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
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
