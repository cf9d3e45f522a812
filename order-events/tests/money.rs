//! Tests of amounts of money, from and to decimals.

use std::collections::BTreeMap;

use order_events::money::MoneyError;
use order_events::{Currency, Money, limits};
use proptest::prelude::*;

use crate::arbitrary::currency;

fn parse(text: &str, code: &str) -> Result<i64, MoneyError> {
    Money::parse(text, code.parse().unwrap()).map(|money| money.amount)
}

#[test]
fn a_decimal_is_read_by_the_digits_of_its_currency() {
    for (text, code, amount) in [
        ("1234.5", "USD", 123_450),
        ("1234.50", "USD", 123_450),
        ("1234.5000", "USD", 123_450),
        ("0042", "USD", 4_200),
        ("-10.00", "USD", -1_000),
        ("-0", "USD", 0),
        ("1000.00", "JPY", 1_000),
        ("1000", "JPY", 1_000),
        ("1.234", "KWD", 1_234),
        ("1.2", "CLF", 12_000),
        ("90071992547409.91", "USD", limits::AMOUNT),
        ("-90071992547409.91", "USD", -limits::AMOUNT),
    ] {
        assert_eq!(parse(text, code), Ok(amount), "{text} {code}");
    }
}

#[test]
fn what_is_no_decimal_is_refused() {
    let texts = [
        "", "-", ".", ".5", "5.", "+5", "--5", "1e3", "1,000", "1 000", " 1", "1 ", "0x1", "1.2.3",
        "-.5", "NaN", "٣", "12.3a", "a12",
    ];
    for text in texts {
        assert_eq!(parse(text, "USD"), Err(MoneyError::NotADecimal), "{text:?}");
    }
}

#[test]
fn nothing_is_rounded() {
    for (text, code) in
        [("0.001", "USD"), ("1000.50", "JPY"), ("-1.2345", "KWD"), ("1.00000001", "CLF")]
    {
        assert_eq!(parse(text, code), Err(MoneyError::TooPrecise), "{text} {code}");
    }
}

#[test]
fn an_amount_beyond_the_limit_is_refused() {
    let endless = "9".repeat(1_000);
    for text in ["90071992547409.92", "-90071992547409.92", "92233720368547758.08", &endless] {
        assert_eq!(parse(text, "USD"), Err(MoneyError::TooLarge), "{text}");
    }
}

#[test]
fn money_is_printed_with_all_digits_of_its_currency() {
    for (amount, code, printed) in [
        (123_450, "USD", "1234.50 USD"),
        (5, "USD", "0.05 USD"),
        (-5, "USD", "-0.05 USD"),
        (0, "USD", "0.00 USD"),
        (1_000, "JPY", "1000 JPY"),
        (0, "JPY", "0 JPY"),
        (1, "KWD", "0.001 KWD"),
        (1, "CLF", "0.0001 CLF"),
        (i64::MIN, "USD", "-92233720368547758.08 USD"),
    ] {
        let money = Money { amount, currency: code.parse().unwrap() };
        assert_eq!(money.to_string(), printed);
    }
}

#[test]
fn every_error_says_what_is_wrong() {
    let texts = [MoneyError::NotADecimal, MoneyError::TooPrecise, MoneyError::TooLarge]
        .map(|error| error.to_string());
    assert_eq!(
        texts,
        [
            "not a decimal number such as 1234.50",
            "more digits after the point than the currency has",
            "larger than 9007199254740991 minor units, the largest exact integer of JSON",
        ]
    );
}

proptest! {
    #[test]
    fn whole_and_fraction_are_put_together_as_integers(
        whole in 0..9_000_000_000_i64, fraction in 0..10_000_i64, currency in currency(),
        is_negative in any::<bool>(),
    ) {
        let scale = 10_i64.pow(u32::from(currency.exponent()));
        let fraction = fraction % scale;
        let digits = usize::from(currency.exponent());
        let point = if digits == 0 { String::new() } else { format!(".{fraction:0digits$}") };
        let sign = if is_negative { "-" } else { "" };
        let amount = (whole * scale + fraction) * if is_negative { -1 } else { 1 };
        let parsed = Money::parse(&format!("{sign}{whole}{point}"), currency);
        prop_assert_eq!(parsed, Ok(Money { amount, currency }));
    }

    #[test]
    fn any_text_gives_an_answer(text in "\\PC{0,30}", currency in currency()) {
        if let Ok(money) = Money::parse(&text, currency) {
            prop_assert_eq!(Money::parse(&money.to_decimal(), currency), Ok(money));
        }
    }
}

#[test]
fn currencies_have_the_minor_units_of_iso_4217() {
    for (codes, exponent) in [
        ("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", 0),
        ("USD EUR GBP CHF SEK PLN CAD AUD UYU HUF TWD ZWG XCG SLE VED", 2),
        ("BHD IQD JOD KWD LYD OMR TND", 3),
        ("CLF UYW", 4),
    ] {
        for code in codes.split(' ') {
            let currency: Currency = code.parse().unwrap();
            assert_eq!((currency.code(), currency.exponent()), (code, exponent));
            assert_eq!(format!("{currency} {currency:?}"), format!("{code} {code}"));
        }
    }
}

#[test]
fn what_is_no_currency_in_use_is_refused() {
    for text in ["", "usd", "US", "USDD", "USD ", "XXX", "XAU", "DEM", "D E", "€"] {
        let error = text.parse::<Currency>().unwrap_err();
        assert!(error.to_string().starts_with("unknown currency: use an ISO 4217 code"), "{text}");
    }
}

#[test]
fn currencies_that_platforms_offer_beyond_iso_4217_have_their_decimals() {
    for (codes, exponent) in
        [("BYR IRT TRL", 0), ("JEP GGP IMP HRK BGN ANG SLL VEF PRB", 2), ("BTC", 8)]
    {
        for code in codes.split(' ') {
            let currency: Currency = code.parse().unwrap();
            assert_eq!((currency.code(), currency.exponent()), (code, exponent));
        }
    }
}

#[test]
fn a_sale_may_be_in_any_currency() {
    for (text, code) in [
        ("USD", "USD"),
        (" eur ", "EUR"),
        ("QQQ", "QQQ"),
        ("USDC", "XXX"),
        ("€", "XXX"),
        ("1$", "XXX"),
    ] {
        let currency = Currency::of_sale(text).unwrap();
        assert_eq!((currency.code(), currency.exponent()), (code, 2), "{text}");
        assert_eq!(currency.is_known(), text.trim().len() == 3 && code != "QQQ" && code != "XXX");
        let json = serde_json::to_string(&currency).unwrap();
        assert_eq!(serde_json::from_str::<Currency>(&json).unwrap(), currency);
    }
    assert_eq!(Currency::of_sale(" "), None);
}

#[test]
fn a_basket_in_the_browser_has_the_minor_units_of_each_currency() {
    let basket = include_str!("../../plugin/loader/basket.ts");
    let entries =
        basket.lines().filter_map(|line| line.trim().strip_prefix("[\"")?.split_once("\", "));
    let mut in_browser = BTreeMap::new();
    for (codes, digits) in entries {
        let digits: u8 = digits.trim_end_matches("],").parse().unwrap();
        in_browser.extend(codes.split(' ').map(|code| (code.to_owned(), digits)));
    }
    let letters = || (b'A'..=b'Z').map(char::from);
    let pairs = letters().flat_map(|first| letters().map(move |second| [first, second]));
    let codes =
        pairs.flat_map(|pair| letters().map(move |third| pair.iter().chain([&third]).collect()));
    let known = codes.filter_map(|code: String| code.parse::<Currency>().ok());
    let unusual = known.filter(|currency| currency.exponent() != 2);
    let here = unusual.map(|currency| (currency.to_string(), currency.exponent()));
    assert_eq!(in_browser, here.collect());
}
