//! Tests of the command line of `play-it-green merchant`.

use super::*;

fn read(line: &[&str]) -> Result<MerchantArguments, Failure> {
    let arguments: Vec<String> = line.iter().map(|&word| word.to_owned()).collect();
    MerchantArguments::read(&arguments)
}

fn error(line: &[&str]) -> String {
    read(line).unwrap_err().to_string()
}

#[test]
fn a_merchant_is_added_to_the_local_database_unless_another_is_named() {
    let line = ["add", "Example Mugs", "--time-zone", "europe/berlin", "--currency", "EUR"];
    let arguments = read(&line).unwrap();
    let MerchantCommand::Add(merchant) = arguments.command else { panic!("{arguments:?}") };
    assert_eq!((merchant.name.as_str(), merchant.price), ("Example Mugs", None));
    assert_eq!(merchant.time_zone, "Europe/Berlin");
    assert_eq!((arguments.place, arguments.url), (Place::Local { folder: None }, None));
}

#[test]
fn each_error_says_how_to_correct_the_line() {
    let zone = ["--time-zone", "UTC"];
    let euro = ["--currency", "EUR"];
    let add = |more: &[&str]| error(&[&["add", "Mugs"], more].concat());
    assert!(add(&euro).starts_with("Give the merchant's time zone: --time-zone"));
    assert!(add(&zone).starts_with("Give the merchant's currency: --currency"));
    assert!(add(&[&zone[..], &["--currency", "EURO"]].concat()).contains("\"EURO\""));
    assert!(add(&[&euro[..], &["--time-zone", "Berlin"]].concat()).contains("\"Berlin\""));
    for price in ["1,00", "1.001", "0", "-1", "free", "10000000.01"] {
        let message = add(&[&zone[..], &euro[..], &["--tree-price", price]].concat());
        assert!(message.contains("--tree-price") && message.contains("1.00"), "{message}");
    }
    let email = add(&[&zone[..], &euro[..], &["--email", "owner"]].concat());
    assert!(email.starts_with("--email: write an address"), "{email}");
    assert!(error(&["sign-in", "mer_1", "--email", "owner"]).starts_with("--email: "));
    assert!(error(&["add", "Example", "Mugs"]).contains("quotation marks"));
    assert!(error(&["record-payment", "po_1", "Transfer", "7"]).contains("quotation marks"));
    assert!(error(&["record-payment", "po_1"]).starts_with("Give the id of the purchase order"));
    assert!(error(&["retry"]).starts_with("Give the id of the purchase order"));
    assert!(error(&["set-aside", "all"]).contains("'set-aside' takes no name"));
    assert!(error(&["remove"]).contains("no command \"remove\""));
    assert!(error(&["list", "--verbose"]).contains("--verbose"));
    assert!(error(&["list", "all"]).contains("'list' takes no name"));
    for message in [add(&euro), error(&["remove"]), error(&["list", "--verbose"])] {
        assert!(message.ends_with(HELP), "{message}");
    }
}

#[test]
fn a_place_and_an_address_are_read() {
    let line = ["sign-in", "mer_1", "--remote", "--url", "https://worker.example.com/"];
    let arguments = read(&line).unwrap();
    assert_eq!(arguments.url.as_deref(), Some("https://worker.example.com"));
    assert_eq!(arguments.place, Place::Remote { config: None });
    assert!(error(&["list", "--url", "worker.example.com"]).contains("no address"));
    assert!(error(&["list", "--remote", "--persist-to", "a"]).contains("not both"));
    assert!(error(&["list", "--config", "a"]).contains("--remote"));
    let folder = read(&["list", "--persist-to", "a"]).unwrap().place;
    assert_eq!(folder, Place::Local { folder: Some("a".to_owned()) });
}

#[test]
fn a_price_is_valid_from_a_day_on_or_from_now_on() {
    let price = |line: &[&str]| match read(line).unwrap().command {
        MerchantCommand::Price(price) => price,
        other => panic!("{other:?}"),
    };
    let now = price(&["price", "eur", "1.20"]);
    assert_eq!((now.currency.code(), now.amount, now.from), ("EUR", 120, None));
    let later = price(&["price", "JPY", "150", "--from", "2027-01-01"]);
    assert_eq!((later.amount, later.from), (150, Some(1_798_761_600_000)));
    for from in ["tomorrow", "2027-02-30", "2027-1-1", "2027-01-01T00:00:00Z"] {
        let message = error(&["price", "EUR", "1.20", "--from", from]);
        assert!(message.contains("--from") && message.contains("2027-01-01"), "{message}");
    }
    assert!(error(&["price", "EUR"]).contains("price EUR 1.20"));
    assert!(error(&["price", "EURO", "1"]).contains("\"EURO\""));
    assert!(error(&["price", "EUR", "1,20"]).contains("1.00"));
}

#[test]
fn a_price_is_read_by_the_currency_without_a_float() {
    let line = ["add", "A", "--time-zone", "UTC", "--currency", "kwd", "--tree-price", "0.305"];
    let MerchantCommand::Add(merchant) = read(&line).unwrap().command else { panic!() };
    assert_eq!((merchant.currency.code(), merchant.price), ("KWD", Some(305)));
}
