//! Decimals and ids, the two things that every payload is made of.

use order_events::{Currency, Money, limits};
use proptest::prelude::*;
use shop_adapters::{Decimal, Id, Problem};

fn minor_units(text: &str, currency: &str) -> Result<i64, Problem> {
    let currency: Currency = currency.parse().expect("a currency");
    Decimal::from(text.to_owned()).minor_units(currency)
}

#[test]
fn what_is_finer_than_the_minor_unit_is_rounded_half_away_from_zero() {
    for (text, cents) in [
        ("0.004", 0),
        ("0.005", 1),
        ("-0.005", -1),
        ("0.0049999", 0),
        ("1.995", 200),
        ("5e-3", 1),
        ("4e-3", 0),
        ("9e-4", 0),
        ("0e400", 0),
        ("0000000000000000000000000.01", 1),
        ("-0", 0),
        ("1.5E+1", 1500),
        ("0.15e2", 1500),
        ("1e-32768", 0),
    ] {
        assert_eq!(minor_units(text, "EUR"), Ok(cents), "{text}");
    }
}

#[test]
fn what_is_no_decimal_is_refused() {
    for text in [
        "", "-", ".", ".5", "5.", "-.5", "1..2", "1.2.3", "1,5", "1 000", " 1", "+1", "--1", "1-",
        "0x10", "e5", "1e", "1e5.5", "1e40000", "1e5e5", "٣", "NaN", "Infinity",
    ] {
        assert_eq!(minor_units(text, "EUR"), Err(Problem::NotADecimal), "{text}");
    }
}

#[test]
fn an_amount_beyond_the_limit_is_too_large_however_it_is_written() {
    for text in ["1e16", "90071992547409.92", "90071992547409.915", "1e308", "9e32767"] {
        assert_eq!(minor_units(text, "EUR"), Err(Problem::TooLarge), "{text}");
    }
    assert_eq!(minor_units("-90071992547409.91", "EUR"), Ok(-limits::AMOUNT));
}

#[test]
fn ids_are_read_from_strings_and_integers_and_nothing_else() {
    let read = |json: &str| serde_json::from_str::<Id>(json).ok().and_then(Id::into_known);
    assert_eq!(read("9007199254740993").as_deref(), Some("9007199254740993"));
    assert_eq!(read("18446744073709551615").as_deref(), Some("18446744073709551615"));
    assert_eq!(read(r#""A-1 é""#).as_deref(), Some("A-1 é"));
    for none in ["0", r#""""#, "1.0", "-1", "1e3", "18446744073709551616", "true", "[]", "{}"] {
        assert_eq!(read(none), None, "{none}");
    }
}

#[test]
fn a_float_is_refused_rather_than_read() {
    // A parsed value hands its numbers over as floats, where the text is lost.
    let from_value = |json: &str| {
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        serde_json::from_value::<Decimal>(value).ok()
    };
    assert_eq!(from_value("42.99"), None);
    assert_eq!(from_value("1e-7"), None);
    assert_eq!(from_value("42"), Some(Decimal::from("42".to_owned())));
    assert_eq!(from_value("-42"), Some(Decimal::from("-42".to_owned())));
    assert_eq!(from_value(r#""42.99""#), Some(Decimal::from("42.99".to_owned())));
}

fn currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(vec!["JPY", "EUR", "KWD", "CLF"])
        .prop_map(|code| code.parse().expect("a currency"))
}

proptest! {
    #[test]
    fn what_the_exact_reader_accepts_is_read_the_same(
        text in r"-?[0-9]{1,16}(\.[0-9]{1,3}0{0,3})?",
        currency in currency(),
    ) {
        if let Ok(money) = Money::parse(&text, currency) {
            prop_assert_eq!(Decimal::from(text).minor_units(currency), Ok(money.amount));
        }
    }

    #[test]
    fn an_exponent_only_moves_the_point(
        digits in 0_i64..10_000_000_000,
        exponent in 0_u32..5,
        currency in currency(),
    ) {
        let moved = format!("{}", digits * 10_i64.pow(exponent));
        let written = format!("{digits}e{exponent}");
        prop_assert_eq!(
            Decimal::from(written).minor_units(currency),
            Decimal::from(moved).minor_units(currency)
        );
    }

    #[test]
    fn rounding_errs_by_at_most_half_a_minor_unit(
        thousandths in -1_000_000_000_i64..1_000_000_000,
    ) {
        let text = format!(
            "{}{}.{:03}",
            if thousandths < 0 { "-" } else { "" },
            thousandths.abs() / 1000,
            thousandths.abs() % 1000
        );
        let yen = minor_units(&text, "JPY").unwrap();
        let distance = (yen * 1000 - thousandths).abs();
        prop_assert!(distance <= 500);
        prop_assert!(distance < 500 || yen.abs() * 1000 > thousandths.abs());
    }

    #[test]
    fn commas_between_thousands_change_nothing(
        units in 0_u64..10_000_000_000,
        cents in 0_u64..100,
    ) {
        let digits = units.to_string();
        let mut grouped = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let grouped = Decimal::from(format!("{grouped}.{cents:02}")).without_thousands_commas();
        prop_assert_eq!(grouped, Decimal::from(format!("{digits}.{cents:02}")));
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), currency in currency()) {
        let decimal = Decimal::from(text).without_thousands_commas();
        if let Ok(amount) = decimal.minor_units(currency) {
            prop_assert!(amount.abs() <= limits::AMOUNT);
        }
        if let Ok(count) = decimal.count() {
            prop_assert!(count <= limits::QUANTITY);
        }
    }
}
