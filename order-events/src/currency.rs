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

/// Codes whose minor unit has two digits; the others are in [`EXCEPTIONS`].
/// Source: ISO 4217 list one, without metals, bond units, units of account and testing codes.
const TWO_DIGITS: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD \
    BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD \
    FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK \
    LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR \
    NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC \
    SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";

/// Codes whose minor unit has another number of digits, with that number. Source: ISO 4217.
const EXCEPTIONS: [(&str, u8); 3] = [
    ("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", 0),
    ("BHD IQD JOD KWD LYD OMR TND", 3),
    ("CLF UYW", 4),
];

fn lists(codes: &str, code: &str) -> bool {
    codes.split(' ').any(|listed| listed == code)
}

/// Every code.
#[cfg(feature = "schema")]
pub(crate) fn codes() -> impl Iterator<Item = &'static str> {
    let all = EXCEPTIONS.iter().map(|(codes, _)| *codes).chain([TWO_DIGITS]);
    all.flat_map(|codes| codes.split(' '))
}

impl Currency {
    /// The code: three capital letters.
    #[must_use]
    pub fn code(&self) -> &str {
        // Only ASCII letters get in, so this always is text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Digits of the minor unit: 0 for JPY, 2 for EUR, 3 for KWD, 4 for CLF.
    #[must_use]
    pub fn exponent(&self) -> u8 {
        EXCEPTIONS
            .iter()
            .find(|(codes, _)| lists(codes, self.code()))
            .map_or(2, |(_, exponent)| *exponent)
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        let known = text.len() == 3
            && (lists(TWO_DIGITS, text) || EXCEPTIONS.iter().any(|(codes, _)| lists(codes, text)));
        if !known {
            return Err(UnknownCurrency);
        }
        text.as_bytes().try_into().map(Currency).map_err(|_| UnknownCurrency)
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
