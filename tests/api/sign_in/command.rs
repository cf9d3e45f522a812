//! The operator's command line, run against the database of the running Worker.

use play_it_green_tests::browser::Browser;
use play_it_green_tests::database::dump;
use play_it_green_tests::demo::operator;
use play_it_green_tests::local_worker::{repository, sql};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use play_it_green_tests::secrets;
use serde_json::{Value, json};

use super::{SETTINGS, browser};
use crate::pay::due;
use crate::{merchant, number, worker};

/// Returns the output of a successful command, otherwise its error.
fn run(state: &str, arguments: &[&str]) -> Result<String, String> {
    let output =
        operator().arg("merchant").args(arguments).args(["--persist-to", state]).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let printed = text(output.stdout);
    secrets::note(&printed).unwrap();
    if output.status.success() { Ok(printed) } else { Err(text(output.stderr)) }
}

fn state() -> String {
    std::env::var("PLAY_IT_GREEN_STATE").expect("run `npm test`, which names the database's folder")
}

fn link_in(printed: &str) -> &str {
    printed.split_whitespace().find(|word| word.contains("/sign-in/")).unwrap()
}

fn sign_in_with(link: &str) -> Browser {
    let mut browser = browser();
    assert_eq!(browser.send(link, "").unwrap().status, 303);
    browser
}

#[test]
fn an_operator_adds_a_merchant_lists_it_and_signs_it_in_twice() {
    // Names are data: none of their characters has a meaning in SQL.
    let name = "O'Brien; BEGIN TRANSACTION; COMMIT; -- \"🌳\" $1 ?1";
    let zone = ["--time-zone", "america/new_york"];
    let add = [&["add", name, "--currency", "USD", "--tree-price", "1.00"], &zone[..]].concat();
    let added = run(&state(), &add).unwrap();
    let link = link_in(&added);
    let id = added.split_whitespace().find(|word| word.starts_with("mer_")).unwrap();
    let id = id.trim_end_matches('.');
    let stored = "SELECT name, time_zone, currency FROM merchants WHERE id = ?1";
    assert_eq!(sql(&worker(), stored, &[id]).unwrap(), [[name, "America/New_York", "USD"]]);
    let page = sign_in_with(link).open(SETTINGS).unwrap();
    assert!(page.body.contains("First, add your shop"));

    let listed = run(&state(), &["list"]).unwrap();
    assert!(listed.contains(&format!("{id}  {name}")), "{listed}");
    let again = run(&state(), &["sign-in", id]).unwrap();
    assert_ne!(link_in(&again), link);
    sign_in_with(link_in(&again));
    let token = link.rsplit('/').next().unwrap();
    assert_eq!(number("SELECT count(*) FROM sign_in_links WHERE hash = ?1", &[token]), 0);
}

#[test]
fn only_the_link_decrypts_the_address_that_the_operator_gives() {
    let address = "operators-owner@example.com";
    secrets::note_address(address).unwrap();
    let zone = ["--time-zone", "UTC", "--currency", "USD", "--tree-price", "1.00"];
    let add = [&["add", "With an address", "--email", address], &zone[..]].concat();
    let added = run(&state(), &add).unwrap();
    let link = link_in(&added);
    assert!(!added.contains(address));
    let id = added.split_whitespace().find(|word| word.starts_with("mer_")).unwrap();
    let id = id.trim_end_matches('.');
    let known = "SELECT count(*) FROM merchants WHERE id = ?1 AND email_encrypted IS NOT NULL";
    assert_eq!(number(known, &[id]), 0, "before the link is used");
    assert!(!dump(&worker()).unwrap().contains(address));
    let page = sign_in_with(link).open("/settings/payments").unwrap();
    assert!(page.body.contains(&format!("value=\"{address}\"")), "{}", page.body);
    assert!(!dump(&worker()).unwrap().contains(address));

    // Another link never replaces the owner's address.
    let other = ["sign-in", id, "--email", "another@example.com"];
    let again = run(&state(), &other).unwrap();
    let page = sign_in_with(link_in(&again)).open("/settings/payments").unwrap();
    assert!(page.body.contains(&format!("value=\"{address}\"")), "{}", page.body);
}

#[test]
fn an_operator_lists_unpaid_purchase_orders_and_records_a_payment() {
    let due = due();
    let read = due.merchant.call("GET", &format!("/api/purchase_orders/{}", due.id), &Value::Null);
    let name = read.unwrap().json()["number"].as_str().unwrap().to_owned();
    let is_listed = |listed: &str| {
        listed
            .lines()
            .any(|line| line.contains(&due.id) && line.contains(&name) && line.contains("2.00 USD"))
    };
    let listed = run(&state(), &["unpaid"]).unwrap();
    assert!(is_listed(&listed), "{listed}");
    let refused = run(&state(), &["record-payment", "po_of_nobody", "Transfer 7"]).unwrap_err();
    assert!(refused.contains("no purchase order") && refused.contains("unpaid"), "{refused}");
    let refused = run(&state(), &["record-payment", &due.id, " "]).unwrap_err();
    assert!(refused.contains("reference"), "{refused}");
    let record = ["record-payment", &due.id, "Transfer 7"];
    let recorded = run(&state(), &record).unwrap();
    assert!(recorded.starts_with("Recorded a payment of 2.00 USD"), "{recorded}");
    assert_eq!((due.state(), due.payments("paid")), (json!("paid"), 1));
    assert_eq!(run(&state(), &record).unwrap(), recorded, "once more changes nothing");
    assert!(!is_listed(&run(&state(), &["unpaid"]).unwrap()));
    let other = run(&state(), &["record-payment", &due.id, "Transfer 8"]).unwrap_err();
    assert!(other.contains("paid already"), "{other}");
    let lasting = "SELECT count(*) FROM api_keys WHERE scopes LIKE '%payments:write%'
        AND merchant_id = ?1 AND expires_at - created_at IS NOT 300000";
    assert_eq!(number(lasting, &[&due.merchant.id]), 0);
}

/// Stores a purchase order that was closed this number of months ago, and whose amount is carried
/// over.
fn carry_over(merchant: &str, (id, period): (&str, &str), months: u32, amount: i64) {
    let closed = format!("-{months} months");
    let order =
        "INSERT INTO purchase_orders (id, merchant_id, period, currency, starts_at, ends_at,
            state, closed_at, created_at, digest, link_hash, total, trees)
        VALUES (?1, ?2, ?3, 'USD', 0, 1, 'carried over', unixepoch('now', ?4) * 1000, 0, '', ?1,
            ?5, 0)";
    let amount = amount.to_string();
    sql(&worker(), order, &[id, merchant, period, &closed, &amount]).unwrap();
    let carried = "INSERT INTO carried_over (from_purchase_order_id, merchant_id, currency, amount)
        VALUES (?1, ?2, 'USD', ?3)";
    sql(&worker(), carried, &[id, merchant, &amount]).unwrap();
}

#[test]
fn an_operator_reads_of_credits_that_no_sale_uses_up_and_of_orders_without_a_price() {
    let notes = |merchant: &Merchant| {
        let listed = run(&state(), &["list"]).unwrap();
        let mut lines = listed.lines().skip_while(|line| !line.starts_with(&merchant.id)).skip(1);
        let notes: Vec<_> = lines.by_ref().take_while(|line| line.starts_with(' ')).collect();
        notes.join("\n")
    };
    let merchant = merchant();
    carry_over(&merchant.id, (&format!("{}_a", merchant.id), "2025-10"), 2, -700);
    assert_eq!(notes(&merchant), "", "it waits for sales for three months");
    carry_over(&merchant.id, (&format!("{}_b", merchant.id), "2025-07"), 5, -500);
    carry_over(&merchant.id, (&format!("{}_c", merchant.id), "2025-08"), 4, 100);
    assert!(notes(&merchant).contains("Credit of 4.00 USD since 2025-07"), "{}", notes(&merchant));

    merchant.post_sale(&two_mugs("1")).unwrap();
    let unpriced = "UPDATE orders SET waits_for = 'price', purchase_order_id = NULL
        WHERE merchant_id = ?1";
    sql(&worker(), unpriced, &[&merchant.id]).unwrap();
    let notes = notes(&merchant);
    assert!(notes.contains("1 order waits for a tree price"), "{notes}");
}

#[test]
fn a_merchant_whose_trees_have_no_price_is_not_added() {
    let add = ["add", "Without a price", "--time-zone", "UTC", "--currency", "ISK"];
    let refused = run(&state(), &add).unwrap_err();
    assert!(refused.contains("--tree-price"), "{refused}");
    let stored = "SELECT count(*) FROM merchants WHERE currency = 'ISK'";
    assert_eq!(number(stored, &[]), 0);
    run(&state(), &[&add[..], &["--tree-price", "140"]].concat()).unwrap();
    let price = "SELECT amount FROM tree_prices WHERE currency = 'ISK' AND valid_from = 0";
    assert_eq!((number(stored, &[]), number(price, &[])), (1, 140));
}

#[test]
fn an_operator_sets_a_price_from_a_day_on_and_none_for_the_past() {
    let day = "2099-01-01";
    let set =
        |price: &str, more: &[&str]| run(&state(), &[&["price", "NZD", price], more].concat());
    assert!(set("1.50", &["--from", day]).unwrap().contains("1.50 NZD per tree from 2099-01-01"));
    // A price may be changed until it takes effect.
    let listed = set("1.60", &["--from", day]).unwrap();
    assert!(listed.contains("1.60 NZD") && !listed.contains("1.50 NZD"), "{listed}");
    let refused = set("0.10", &["--from", "2026-01-01"]).unwrap_err();
    assert!(refused.contains("That day is over"), "{refused}");
    assert!(set("1.10", &[]).unwrap().contains("1.10 NZD per tree from 2"));
    let stored = "SELECT amount FROM tree_prices WHERE currency = 'NZD' ORDER BY valid_from";
    assert_eq!(sql(&worker(), stored, &[]).unwrap(), [[110], [160]]);
    assert!(run(&state(), &["prices"]).unwrap().contains("1.60 NZD per tree from 2099-01-01"));
}

#[test]
fn a_link_needs_a_merchant_and_a_command_needs_a_database() {
    let error = run(&state(), &["sign-in", "mer_nobody"]).unwrap_err();
    assert!(error.contains("no merchant with the id \"mer_nobody\""), "{error}");
    let missing = repository().join("target/tests/no-database");
    let error = run(&missing.display().to_string(), &["list"]).unwrap_err();
    assert!(error.contains("no local database") && error.contains("play-it-green dev"), "{error}");
}
