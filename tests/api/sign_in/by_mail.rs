//! Signing in by a mailed link: it works once, in the browser that asked for it or with its digits,
//! and no response reveals whether an address is known.

use std::time::{Duration, Instant};

use play_it_green_tests::browser::Browser;
use play_it_green_tests::http::Answer;
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::{Merchant, hash};
use play_it_green_tests::secrets;

use super::{SETTINGS, browser, merchant};
use crate::{number, worker};

/// Sends the form of `/sign-in`.
pub(super) fn ask(browser: &mut Browser, address: &str) -> Answer {
    let form = format!("email={}", address.replace('@', "%40").replace('+', "%2B"));
    browser.send("/sign-in", &form).unwrap()
}

/// Waits for the mail after `seen` earlier ones, and returns the path of its link.
fn next_link(merchant: &Merchant, seen: usize) -> String {
    let started = Instant::now();
    loop {
        let links = merchant.mailed_links().unwrap();
        if links.len() > seen {
            return format!("/sign-in/{}", links[0]);
        }
        assert!(started.elapsed() < Duration::from_secs(10), "no mail was sent");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Returns the six digits that the browser shows.
pub(crate) fn digits(browser: &Browser) -> String {
    let page = browser.open("/sign-in/sent").unwrap();
    assert_eq!(page.status, 200, "{}", page.body);
    let digits = page.body.split("class=\"digits\">").nth(1).unwrap();
    digits.split('<').next().unwrap().to_owned()
}

#[test]
fn a_mailed_link_signs_in_once_the_browser_that_asked_for_it() {
    let merchant = merchant();
    let address = merchant.with_verified_email().unwrap();
    let mut browser = browser();
    let asked = ask(&mut browser, &address.to_uppercase());
    assert_eq!((asked.status, asked.header("location")), (303, Some("/sign-in/sent")));
    let link = next_link(&merchant, 1);
    let page = browser.open(&link).unwrap();
    assert!(page.status == 200 && !page.body.contains("Six digits"), "{}", page.body);
    let copy = browser.clone();
    let signed_in = browser.send(&link, "").unwrap();
    assert_eq!((signed_in.status, signed_in.header("location")), (303, Some("/settings")));
    assert!(browser.open(SETTINGS).unwrap().body.contains("Example Mugs"));
    let again = copy.clone().send(&link, "").unwrap();
    assert_eq!(again.status, 404, "{}", again.body);
    let logged =
        "SELECT count(*) FROM security_events WHERE merchant_id = ?1 AND kind = 'signed in'";
    assert_eq!(number(logged, &[&merchant.id]), 4, "the address was set and verified in others");
}

#[test]
fn a_mailed_link_expires_after_fifteen_minutes() {
    let merchant = merchant();
    let address = merchant.with_verified_email().unwrap();
    let mut browser = browser();
    ask(&mut browser, &address);
    let link = next_link(&merchant, 1);
    let token = hash(link.strip_prefix("/sign-in/").unwrap());
    let lasts = "SELECT expires_at - created_at FROM sign_in_links WHERE hash = ?1";
    assert_eq!(number(lasts, &[&token]), 15 * 60 * 1000);
    let expire = "UPDATE sign_in_links SET expires_at = unixepoch() * 1000 WHERE hash = ?1";
    sql(&worker(), expire, &[&token]).unwrap();
    assert_eq!(browser.send(&link, "").unwrap().status, 404);
}

#[test]
fn another_browser_needs_the_digits_of_the_one_that_asked() {
    let merchant = merchant();
    let address = merchant.with_verified_email().unwrap();
    let mut asking = browser();
    ask(&mut asking, &address);
    let (link, code) = (next_link(&merchant, 1), digits(&asking));
    let mut other = browser();
    assert!(other.open(&link).unwrap().body.contains("Six digits"));
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for form in [String::new(), "code=".to_owned(), format!("code={wrong}")] {
        let refused = other.send(&link, &form).unwrap();
        assert_eq!((refused.status, refused.header("set-cookie")), (422, None), "{form}");
        assert!(refused.body.contains("aria-invalid=\"true\""), "{}", refused.body);
    }
    let (first, rest) = code.split_at(3);
    let spaced = format!("code={first}+{rest}");
    assert_eq!(other.send(&link, &spaced).unwrap().status, 303);
    assert_eq!(other.open(SETTINGS).unwrap().status, 200);
    let stored = "SELECT count(*) FROM sign_in_links WHERE code_hash LIKE '%' || ?1 || '%'
        AND length(code_hash) <> 64";
    assert_eq!(number(stored, &[&code]), 0);
}

#[test]
fn a_browser_that_asked_for_another_link_needs_the_digits_too() {
    let merchant = merchant();
    let address = merchant.with_verified_email().unwrap();
    let (mut asking, mut other) = (browser(), browser());
    ask(&mut asking, &address);
    let link = next_link(&merchant, 1);
    ask(&mut other, "no-account-has-this-address@example.com");
    assert!(other.open(&link).unwrap().body.contains("Six digits"));
    assert_eq!(other.clone().send(&link, "").unwrap().status, 422);
    assert_eq!(other.send(&link, &format!("code={}", digits(&asking))).unwrap().status, 303);
}

#[test]
fn after_five_wrong_digits_a_link_works_only_in_the_browser_that_asked() {
    let merchant = merchant();
    let address = merchant.with_verified_email().unwrap();
    let mut asking = browser();
    ask(&mut asking, &address);
    let (link, code) = (next_link(&merchant, 1), digits(&asking));
    for number in 0..5 {
        let wrong = if code == format!("00000{number}") { 9 } else { number };
        // Each with an address of its own, so that the limit of failures is not what refuses.
        let refused = browser().send(&link, &format!("code=00000{wrong}")).unwrap();
        assert_eq!(refused.status, 422);
    }
    assert_eq!(browser().send(&link, &format!("code={code}")).unwrap().status, 422);
    assert_eq!(asking.send(&link, "").unwrap().status, 303);
}

#[test]
fn no_response_reveals_whether_an_address_is_known() {
    let merchant = merchant();
    let known = merchant.with_verified_email().unwrap();
    let unknown = format!("stranger-{known}");
    secrets::note_address(&unknown).unwrap();
    let answers = [&known, &unknown].map(|address| {
        let mut browser = browser();
        let asked = ask(&mut browser, address);
        let sent = browser.open("/sign-in/sent").unwrap();
        let code = digits(&browser);
        let token = browser.cookie.clone().unwrap();
        let headers = ["location", "cache-control", "content-type", "set-cookie"]
            .map(|name| asked.header(name).map(|value| value.replace(&token, "")));
        (asked.status, asked.body, headers, sent.status, sent.body.replace(&code, ""))
    });
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0, 303);
    assert!(answers[0].4.contains("If an account has this address"), "{}", answers[0].4);
    next_link(&merchant, 1);
    let in_clear = "SELECT count(*) FROM sign_in_requests
        WHERE instr(email_encrypted || email_hash || caller_hash, '@') > 0";
    assert_eq!(number(in_clear, &[]), 0);
    let waiting = "SELECT count(*) FROM sign_in_requests WHERE handled_at IS NULL";
    let started = Instant::now();
    while number(waiting, &[]) > 0 {
        assert!(started.elapsed() < Duration::from_secs(10), "each request is handled");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_address_that_is_none_is_refused_where_it_was_typed() {
    let mut browser = browser();
    for address in ["", "owner", "owner%40", "a%40b%40example.com"] {
        let refused = browser.send("/sign-in", &format!("email={address}")).unwrap();
        assert_eq!((refused.status, refused.header("set-cookie")), (422, None), "{address}");
        assert!(refused.body.contains("such as owner@example.com"), "{}", refused.body);
    }
}

#[test]
fn each_merchant_of_an_address_gets_a_link_of_its_own() {
    let [one, other] = [merchant(), merchant()];
    let address = one.with_verified_email().unwrap();
    let form = format!("email={}", address.replace('@', "%40"));
    other.signed_in().unwrap().send("/settings/payments/email", &form).unwrap();
    other.verify_email().unwrap();
    let mut browser = browser();
    ask(&mut browser, &address);
    for merchant in [&one, &other] {
        let mut copy = browser.clone();
        assert_eq!(copy.send(&next_link(merchant, 1), "").unwrap().status, 303);
        let session = "SELECT count(*) FROM sessions WHERE merchant_id = ?1 AND hash = ?2";
        let token = copy.cookie.unwrap().replace("session=", "");
        assert_eq!(number(session, &[&merchant.id, &hash(&token)]), 1);
    }
}

#[test]
fn an_address_that_was_typed_in_the_settings_signs_in_once_a_link_mailed_to_it_was_opened() {
    let (owners, strangers) = (merchant(), merchant());
    let address = owners.with_verified_email().unwrap();
    let form = format!("email={}", address.replace('@', "%40"));
    let mut stranger = strangers.signed_in().unwrap();
    assert_eq!(stranger.send("/settings/payments/email", &form).unwrap().status, 303);
    let payments = stranger.open("/settings/payments").unwrap().body;
    assert!(payments.contains("does not sign you in yet"), "{payments}");
    ask(&mut browser(), &address);
    next_link(&owners, 1);
    let mails = "SELECT count(*) FROM account_mails WHERE merchant_id = ?1 AND kind = 'sign-in'";
    assert_eq!(number(mails, &[&strangers.id]), 0);

    strangers.verify_email().unwrap();
    let payments = stranger.open("/settings/payments").unwrap().body;
    assert!(payments.contains("also signs you in"), "{payments}");
    ask(&mut browser(), &address);
    next_link(&strangers, 1);
    // The same address, saved again, stays verified; another one is not.
    let verified = "SELECT email_hash IS NOT NULL FROM merchants WHERE id = ?1";
    assert_eq!(stranger.send("/settings/payments/email", &form).unwrap().status, 303);
    assert_eq!(number(verified, &[&strangers.id]), 1);
    stranger.send("/settings/payments/email", "email=other%40example.com").unwrap();
    assert_eq!(number(verified, &[&strangers.id]), 0);
}

#[test]
fn later_merchants_of_an_address_displace_none_of_its_earlier_ones() {
    let first = merchant();
    let address = first.with_verified_email().unwrap();
    for _ in 0..5 {
        let later = merchant();
        later.with_email().unwrap();
        let same = "UPDATE merchants SET (email_hash, created_at) =
            (SELECT email_hash, created_at + 1 FROM merchants WHERE id = ?2) WHERE id = ?1";
        sql(&worker(), same, &[&later.id, &first.id]).unwrap();
    }
    ask(&mut browser(), &address);
    next_link(&first, 1);
}

#[test]
fn the_mail_goes_to_the_stored_address_and_not_to_the_typed_one() {
    let merchant = merchant();
    let address = merchant.with_verified_email().unwrap();
    let typed = address.to_uppercase();
    secrets::note_address(&typed).unwrap();
    ask(&mut browser(), &typed);
    next_link(&merchant, 1);
    let mailbox = merchant.mailbox().unwrap();
    assert!(mailbox.contains(&address) && !mailbox.contains(&typed), "{mailbox}");
}

#[test]
fn an_address_that_was_replaced_gets_no_link() {
    let merchant = merchant();
    let old = merchant.with_verified_email().unwrap();
    let new = merchant.with_verified_email().unwrap();
    ask(&mut browser(), &old);
    ask(&mut browser(), &new);
    next_link(&merchant, 2);
    let mails = "SELECT count(*) FROM account_mails WHERE merchant_id = ?1 AND kind = 'sign-in'";
    assert_eq!(number(mails, &[&merchant.id]), 1);
}

#[test]
fn ending_all_other_sessions_and_a_change_of_the_address_void_earlier_links_and_requests() {
    for (path, form) in [
        ("/settings/security/end-others", ""),
        ("/settings/payments/email", "email=another%40example.com"),
    ] {
        let merchant = merchant();
        let address = merchant.with_verified_email().unwrap();
        let mut owner = merchant.signed_in().unwrap();
        let mut asking = browser();
        ask(&mut asking, &address);
        let asked_for = next_link(&merchant, 1);
        owner.send("/settings/security/sign-in-link", "").unwrap();
        let of_settings = next_link(&merchant, 2);
        let of_operator = merchant.sign_in_link().unwrap();
        // It is handled a second after the response, so it still waits.
        ask(&mut browser(), &address);
        assert_eq!(owner.send(path, form).unwrap().status, 303, "{path}");
        for link in [&asked_for, &of_settings, &of_operator] {
            assert_eq!(asking.clone().send(link, "").unwrap().status, 404, "{path}: {link}");
        }
        let waiting = "SELECT count(*) FROM sign_in_requests r JOIN merchants m ON m.id = ?1
            WHERE r.email_hash = m.email_hash AND r.handled_at IS NULL AND r.voided_at IS NULL";
        assert_eq!(number(waiting, &[&merchant.id]), 0, "{path}");
        // Once a later request is handled, this one was too.
        let other = self::merchant();
        ask(&mut browser(), &other.with_verified_email().unwrap());
        next_link(&other, 1);
        let alive = "SELECT count(*) FROM sign_in_links WHERE merchant_id = ?1 AND used_at IS NULL";
        assert_eq!(number(alive, &[&merchant.id]), 0, "{path}");
        assert_eq!(owner.open(SETTINGS).unwrap().status, 200, "{path}");
    }
}
