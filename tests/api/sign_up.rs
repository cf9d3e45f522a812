//! Signing up: the merchant is created when the mailed link is opened and never before, once for each
//! address, and no response reveals whether an address is known.

use std::time::{Duration, Instant};

use play_it_green_tests::browser::Browser;
use play_it_green_tests::http::Answer;
use play_it_green_tests::local_worker::{LocalWorker, repository, sql};
use play_it_green_tests::merchant::hash;
use play_it_green_tests::secrets;

use crate::sign_in::by_mail::digits;
use crate::{merchant, number, worker};

fn browser() -> Browser {
    Browser::new(&worker()).unwrap()
}

/// An address that no other test uses.
fn address(name: &str) -> String {
    // A merchant of the tests has an address that is random.
    let address = format!("{name}-{}", merchant().with_email().unwrap());
    secrets::note_address(&address).unwrap();
    address
}

fn form(address: &str, name: &str) -> String {
    let address = address.replace('@', "%40");
    format!("email={address}&name={name}&time_zone=Europe%2FBerlin&currency=USD")
}

fn ask(browser: &mut Browser, address: &str, name: &str) -> Answer {
    browser.send("/sign-up", &form(address, name)).unwrap()
}

/// Waits for the newest mail to this address with these words, and returns the path of its link.
fn link(address: &str, words: &str) -> String {
    let started = Instant::now();
    loop {
        let mailbox = browser().open("/mailbox").unwrap().body;
        let mail = mailbox
            .split("<article>")
            .find(|mail| mail.contains(&format!("To {address} ")) && mail.contains(words));
        if let Some(token) = mail.and_then(|mail| mail.split("/sign-in/").nth(1)) {
            let token: String = token.chars().take_while(char::is_ascii_hexdigit).collect();
            return format!("/sign-in/{token}");
        }
        assert!(started.elapsed() < Duration::from_secs(10), "no mail was sent: {mailbox}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn merchants_named(name: &str) -> i64 {
    number("SELECT count(*) FROM merchants WHERE name = ?1", &[name])
}

#[test]
fn the_link_creates_the_merchant_once_and_signs_in() {
    let address = address("new");
    let mut browser = browser();
    let asked = ask(&mut browser, &address, "Mugs+of+one+who+signs+up");
    assert_eq!((asked.status, asked.header("location")), (303, Some("/sign-up/sent")));
    let link = link(&address, "Create your account");
    assert!(browser.open(&link).unwrap().body.contains("Create the account"));
    assert_eq!(merchants_named("Mugs of one who signs up"), 0, "a GET creates nothing");
    let copy = browser.clone();
    assert_eq!(browser.send(&link, "").unwrap().status, 303);
    let page = browser.open("/settings/start").unwrap();
    assert!(page.status == 200 && page.body.contains("Mugs of one who signs up"), "{}", page.body);
    assert_eq!(copy.clone().send(&link, "").unwrap().status, 404);
    assert_eq!(merchants_named("Mugs of one who signs up"), 1);
    let created = "SELECT count(*) FROM merchants WHERE name = ?1 AND time_zone = 'Europe/Berlin'
        AND currency = 'USD' AND created_at > 0 AND instr(email_encrypted, '@') = 0";
    assert_eq!(number(created, &["Mugs of one who signs up"]), 1);
    let payments = browser.open("/settings/payments").unwrap().body;
    assert!(payments.contains(&address), "the address is the merchant's");

    // The same address now signs in.
    let form = format!("email={}", address.replace('@', "%40"));
    let mut again = copy;
    assert_eq!(again.send("/sign-in", &form).unwrap().status, 303);
    let sign_in = self::link(&address, "Sign in");
    assert_eq!(again.send(&sign_in, "").unwrap().status, 303);
}

#[test]
fn another_browser_needs_the_digits_before_a_merchant_is_created() {
    let address = address("digits");
    let mut asking = browser();
    ask(&mut asking, &address, "Mugs+with+digits");
    let (link, code) = (link(&address, "Create your account"), digits(&asking));
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let refused = browser().send(&link, &format!("code={wrong}")).unwrap();
        assert_eq!(refused.status, 422, "{}", refused.body);
    }
    assert_eq!(browser().send(&link, &format!("code={code}")).unwrap().status, 422);
    assert_eq!(merchants_named("Mugs with digits"), 0);
    assert_eq!(asking.send(&link, "").unwrap().status, 303);
    assert_eq!(merchants_named("Mugs with digits"), 1);
}

#[test]
fn the_digits_create_the_merchant_in_another_browser() {
    let address = address("elsewhere");
    let mut asking = browser();
    ask(&mut asking, &address, "Mugs+elsewhere");
    let (link, code) = (link(&address, "Create your account"), digits(&asking));
    let mut other = browser();
    assert_eq!(other.send(&link, &format!("code={code}")).unwrap().status, 303);
    assert!(other.open("/settings/start").unwrap().body.contains("Mugs elsewhere"));
}

#[test]
fn two_links_of_one_address_and_two_presses_at_once_create_one_merchant() {
    let address = address("twice");
    let mut browser = browser();
    ask(&mut browser, &address, "Mugs+once");
    let first = link(&address, "Create your account");
    ask(&mut browser, &address, "Mugs+once");
    let started = Instant::now();
    let second = loop {
        let second = link(&address, "Create your account");
        if second != first {
            break second;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "one mail was sent");
    };
    let press = |link: &str| {
        let (mut browser, link) = (browser.clone(), link.to_owned());
        std::thread::spawn(move || browser.send(&link, "").unwrap().status)
    };
    let threads = [&first, &second, &first, &second].map(|link| press(link));
    let statuses = threads.map(|thread| thread.join().unwrap());
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert_eq!(merchants_named("Mugs once"), 1);
}

#[test]
fn a_sign_up_with_a_known_address_gets_the_same_response_and_a_link_that_signs_in() {
    let merchant = merchant();
    let known = merchant.with_verified_email().unwrap();
    let unknown = address("unknown");
    let answers = [&known, &unknown].map(|address| {
        let mut browser = browser();
        let asked = ask(&mut browser, address, "Mugs+of+a+stranger");
        let sent = browser.open("/sign-up/sent").unwrap();
        let (code, token) = (digits(&browser), browser.cookie.clone().unwrap());
        let headers = ["location", "cache-control", "content-type", "set-cookie"]
            .map(|name| asked.header(name).map(|value| value.replace(&token, "")));
        (browser, (asked.status, asked.body, headers, sent.status, sent.body.replace(&code, "")))
    });
    let [(mut browser, of_known), (_, of_unknown)] = answers;
    assert_eq!(of_known, of_unknown);
    let link = link(&known, "already have an account");
    assert_eq!(browser.send(&link, "").unwrap().status, 303);
    assert!(browser.open("/settings/start").unwrap().body.contains("Example Mugs"));
    assert_eq!(merchants_named("Mugs of a stranger"), 0);
    let mailbox = merchant.mailbox().unwrap();
    assert!(!mailbox.contains("Mugs of a stranger"), "no typed name is mailed: {mailbox}");
}

#[test]
fn an_address_that_another_merchant_typed_in_its_settings_signs_up() {
    let address = merchant().with_email().unwrap();
    let mut browser = browser();
    ask(&mut browser, &address, "Mugs+of+the+owner");
    let link = link(&address, "Create your account");
    assert_eq!(browser.send(&link, "").unwrap().status, 303);
    assert_eq!(merchants_named("Mugs of the owner"), 1);
}

#[test]
fn a_link_of_a_sign_up_expires_after_fifteen_minutes() {
    let address = address("late");
    let mut browser = browser();
    ask(&mut browser, &address, "Mugs+too+late");
    let link = link(&address, "Create your account");
    let age = "UPDATE sign_in_requests SET handled_at = handled_at - 15 * 60 * 1000
        WHERE link_hash = ?1";
    sql(&worker(), age, &[&hash(link.strip_prefix("/sign-in/").unwrap())]).unwrap();
    assert_eq!(browser.send(&link, "").unwrap().status, 404);
    assert_eq!(merchants_named("Mugs too late"), 0);
}

#[test]
fn a_sign_up_that_cannot_be_is_refused_and_what_was_typed_is_kept() {
    // The list of currencies has those of tree prices, which come with the first merchant.
    merchant();
    let good = form("owner@example.com", "Mugs");
    for (from, to, flaw) in [
        ("owner%40", "owner", "such as owner@example.com"),
        ("owner%40", "own%E2%80%8Ber%40", "such as owner@example.com"),
        ("owner%40", "owner%E2%80%AE%40", "such as owner@example.com"),
        ("name=Mugs", "name=+", "Is empty; give it a name"),
        ("name=Mugs", "name=Mugs%E2%80%AE", "Must not hold invisible characters"),
        ("name=Mugs", "name=Mugs%E2%80%A8more", "Must not hold invisible characters"),
        ("Europe%2FBerlin", "Europe%2FNowhere", "Choose one of the list"),
        ("Europe%2FBerlin", "Etc%2FUTC", "Choose one of the list"),
        ("currency=USD", "currency=XXX", "Choose one of the list"),
    ] {
        let refused = browser().send("/sign-up", &good.replace(from, to)).unwrap();
        assert_eq!((refused.status, refused.header("set-cookie")), (422, None), "{to}");
        assert!(refused.body.contains(flaw), "{to}: {}", refused.body);
        assert!(refused.body.contains("aria-invalid=\"true\""), "{to}");
    }
    let kept = browser().send("/sign-up", &good.replace("name=Mugs", "name=+")).unwrap().body;
    assert!(kept.contains("<option selected>Europe/Berlin</option>"), "{kept}");
    assert!(kept.contains("value=\"owner@example.com\""), "{kept}");
}

#[test]
fn another_site_signs_nobody_up_and_the_limits_of_sign_in_hold() {
    for from in [vec![], vec![("origin", "https://example.com")]] {
        let answer = browser().send_from(&from, "/sign-up", &form("a@example.com", "Mugs"));
        assert_eq!(answer.unwrap().status, 403);
    }
    let address = address("often");
    let network = browser();
    let statuses: Vec<u16> =
        (0..6).map(|_| ask(&mut network.clone(), &address, "Mugs+too+often").status).collect();
    assert_eq!(statuses, [303, 303, 303, 303, 303, 429]);
}

#[test]
fn sign_up_is_closed_unless_the_deployer_opens_it() {
    let state = repository().join("target/tests/closed-sign-up-state");
    let closed = LocalWorker::start(&state, 0).unwrap();
    let mut browser = Browser::new(&closed.url).unwrap();
    assert!(!browser.open("/").unwrap().body.contains("href=\"/sign-up\""));
    assert!(!browser.open("/sign-in").unwrap().body.contains("href=\"/sign-up\""));
    assert_eq!(browser.open("/sign-up").unwrap().status, 403);
    let refused = ask(&mut browser, "owner@example.com", "Mugs");
    assert_eq!((refused.status, refused.header("set-cookie")), (403, None));
    assert!(refused.body.contains("Ask the operator"), "{}", refused.body);
    let stored = sql(&closed.url, "SELECT count(*) FROM sign_in_requests", &[]).unwrap();
    assert_eq!(stored[0][0], 0);
}
