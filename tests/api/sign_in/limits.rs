//! Requests for links are limited by mail address and by network address, for known and unknown
//! addresses alike, and other sites send none.

use play_it_green_tests::local_worker::{LocalWorker, repository};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::secrets;

use super::by_mail::ask;
use super::{browser, merchant};
use crate::number;

#[test]
fn a_network_address_asks_for_five_links_to_one_address_an_hour_whether_known_or_not() {
    let known = merchant().with_verified_email().unwrap();
    let unknown = format!("stranger-{known}");
    secrets::note_address(&unknown).unwrap();
    for address in [known, unknown] {
        let network = browser();
        let asked: Vec<u16> = (0..5).map(|_| ask(&mut network.clone(), &address).status).collect();
        assert_eq!(asked, [303; 5], "{address}");
        let refused = ask(&mut network.clone(), &address);
        assert_eq!((refused.status, refused.header("set-cookie")), (429, None));
        let seconds: u32 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((3000..=3601).contains(&seconds), "{seconds}");
        assert!(refused.body.contains("Use the newest mail"), "{}", refused.body);
    }
}

#[test]
fn another_network_gets_a_link_until_an_address_has_twenty_of_all() {
    let address = merchant().with_verified_email().unwrap();
    let flooding = browser();
    let statuses: Vec<u16> = (0..6).map(|_| ask(&mut flooding.clone(), &address).status).collect();
    assert_eq!(statuses, [303, 303, 303, 303, 303, 429]);
    let asked: Vec<u16> = (0..15).map(|_| ask(&mut browser(), &address).status).collect();
    assert_eq!(asked, [303; 15]);
    assert_eq!(ask(&mut browser(), &address).status, 429);
}

#[test]
fn a_network_address_asks_for_twenty_links_an_hour_at_most() {
    let flooding = browser();
    let ask_for = |number: usize| {
        let mut browser = flooding.clone();
        ask(&mut browser, &format!("guess-{number}@example.com")).status
    };
    // Other tests ask for these addresses too rarely to reach the limit of an address.
    let statuses: Vec<u16> = (0..22).map(ask_for).collect();
    assert_eq!(statuses[..20], [303; 20]);
    assert_eq!(statuses[20..], [429; 2]);
    assert_eq!(ask(&mut browser(), "guess-23@example.com").status, 303, "another address asks");
}

#[test]
fn another_site_asks_for_no_link() {
    for from in [vec![], vec![("origin", "https://example.com")], vec![("origin", "null")]] {
        let answer = browser().send_from(&from, "/sign-in", "email=a%40example.com").unwrap();
        assert_eq!((answer.status, answer.header("set-cookie")), (403, None));
    }
}

#[test]
fn a_server_without_mail_says_whom_to_ask() {
    let state = repository().join("target/tests/no-mail-state");
    let worker = LocalWorker::start_limited(&state, 6000).unwrap();
    let mut browser = play_it_green_tests::browser::Browser::new(&worker.url).unwrap();
    let page = browser.open("/sign-in").unwrap();
    assert!(page.body.contains("Ask its operator for a sign-in link"), "{}", page.body);
    assert!(!page.body.contains("<form"), "{}", page.body);
    assert_eq!(ask(&mut browser, "owner@example.com").status, 503);
}

#[test]
fn an_address_that_is_not_verified_gets_ten_mails_an_hour_of_all_merchants() {
    let merchants = [merchant(), merchant(), merchant()];
    let address = merchants[0].with_email().unwrap();
    let form = format!("email={}", address.replace('@', "%40"));
    for merchant in &merchants {
        let mut browser = merchant.signed_in().unwrap();
        browser.send("/settings/payments/email", &form).unwrap();
        for _ in 0..4 {
            browser.send("/settings/security/sign-in-link", "").unwrap();
        }
    }
    let mails = |merchant: &Merchant| {
        number("SELECT count(*) FROM account_mails WHERE merchant_id = ?1", &[&merchant.id])
    };
    assert_eq!(merchants.each_ref().map(mails), [4, 4, 2]);

    // The notice to a verified address cannot be kept back so.
    let victim = merchant();
    let verified = victim.with_verified_email().unwrap();
    let form = format!("email={}", verified.replace('@', "%40"));
    let mut thief = merchant().signed_in().unwrap();
    thief.send("/settings/payments/email", &form).unwrap();
    for _ in 0..10 {
        thief.send("/settings/security/sign-in-link", "").unwrap();
    }
    let mut session = victim.signed_in().unwrap();
    session.send("/settings/payments/email", "email=thief%40example.com").unwrap();
    let told = "SELECT count(*) FROM account_mails WHERE merchant_id = ?1
        AND kind = 'address changed'";
    assert_eq!(number(told, &[&victim.id]), 1);
}
