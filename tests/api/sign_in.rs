//! Signing in: a link works once, used and invalid links get the same response, and floods are
//! rejected.

pub(crate) mod by_mail;
mod command;
mod limits;

use play_it_green_tests::browser::Browser;
use play_it_green_tests::local_worker::{fire_cron, sql};
use play_it_green_tests::merchant::{Merchant, hash};

use crate::{merchant_without_campaigns, number, worker};

const SETTINGS: &str = "/settings/api-payments";

fn browser() -> Browser {
    Browser::new(&worker()).unwrap()
}

fn merchant() -> Merchant {
    merchant_without_campaigns("UTC")
}

fn sessions(merchant: &Merchant) -> i64 {
    number("SELECT count(*) FROM sessions WHERE merchant_id = ?1", &[&merchant.id])
}

#[test]
fn looking_at_a_link_does_not_use_it_up_and_it_signs_in_once() {
    let merchant = merchant();
    let link = merchant.sign_in_link().unwrap();
    let mut first = browser();
    for _ in 0..2 {
        let page = first.open(&link).unwrap();
        assert_eq!((page.status, page.header("set-cookie")), (200, None));
        assert_eq!(page.header("cache-control"), Some("no-store"));
    }
    assert_eq!(first.open(SETTINGS).unwrap().status, 401);
    let signed_in = first.send(&link, "").unwrap();
    assert_eq!((signed_in.status, signed_in.header("location")), (303, Some("/settings")));
    let page = first.open(SETTINGS).unwrap();
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Example Mugs"));

    let mut second = browser();
    let used = second.send(&link, "").unwrap();
    assert_eq!((used.status, used.header("set-cookie")), (404, None));
    assert_eq!(sessions(&merchant), 1);
}

#[test]
fn a_new_sign_in_ends_the_earlier_session_of_the_same_browser_only() {
    let merchant = merchant();
    let mut browser = merchant.signed_in().unwrap();
    let (earlier, elsewhere) = (browser.clone(), merchant.signed_in().unwrap());
    browser.send(&format!("{}/sign-in/{}", worker(), "0".repeat(64)), "").unwrap();
    assert_eq!(
        earlier.open(SETTINGS).unwrap().status,
        200,
        "a link that does not work ends nothing"
    );
    assert_eq!(browser.send(&merchant.sign_in_link().unwrap(), "").unwrap().status, 303);
    let statuses = [&browser, &earlier, &elsewhere].map(|one| one.open(SETTINGS).unwrap().status);
    assert_eq!(statuses, [200, 401, 200]);
}

#[test]
fn a_used_an_expired_and_an_unknown_link_look_the_same() {
    let merchant = merchant();
    let used = merchant.sign_in_link().unwrap();
    browser().send(&used, "").unwrap();
    let expired = merchant.sign_in_link().unwrap();
    let token = expired.rsplit('/').next().unwrap();
    let expire = "UPDATE sign_in_links SET expires_at = unixepoch() * 1000 WHERE hash = ?1";
    sql(&worker(), expire, &[&hash(token)]).unwrap();
    let unknown = format!("{}/sign-in/{}", worker(), "0".repeat(64));
    let answers = [used, expired, unknown].map(|link| browser().send(&link, "").unwrap());
    assert_eq!(answers[0].status, 404);
    assert!(answers[0].body.contains("href=\"/sign-in\""), "{}", answers[0].body);
    assert_eq!(answers[0].body, answers[1].body);
    assert_eq!(answers[0].body, answers[2].body);
    assert_eq!(answers[0].status, answers[1].status);
    assert_eq!(answers[0].status, answers[2].status);
}

#[test]
fn the_cookie_is_for_this_host_and_for_no_script_and_its_token_is_not_stored() {
    let merchant = merchant();
    let mut browser = browser();
    let answer = browser.send(&merchant.sign_in_link().unwrap(), "").unwrap();
    let cookie = answer.header("set-cookie").unwrap();
    let mut parts = cookie.split("; ");
    let token = parts.next().unwrap().strip_prefix("session=").unwrap();
    assert_eq!(token.len(), 64);
    let mut attributes: Vec<&str> = parts.collect();
    attributes.sort_unstable();
    let expected = ["HttpOnly", "Max-Age=2592000", "Path=/", "SameSite=Lax", "Secure"];
    assert_eq!(attributes, expected);
    let stored = "SELECT count(*) FROM sessions WHERE hash = ?1";
    assert_eq!((number(stored, &[token]), number(stored, &[&hash(token)])), (0, 1));
}

#[test]
fn two_browsers_that_press_the_button_at_once_begin_one_session() {
    let merchant = merchant();
    let link = merchant.sign_in_link().unwrap();
    let press = || {
        let (mut browser, link) = (browser(), link.clone());
        std::thread::spawn(move || browser.send(&link, "").unwrap().status)
    };
    let threads: Vec<_> = (0..8).map(|_| press()).collect();
    let answers: Vec<u16> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1, "{answers:?}");
    assert_eq!(sessions(&merchant), 1);
}

#[test]
fn after_ten_failures_even_a_good_link_waits_and_is_not_used_up() {
    let merchant = merchant();
    let link = merchant.sign_in_link().unwrap();
    let bad = format!("{}/sign-in/{}", worker(), "1".repeat(64));
    let mut flooding = browser();
    // A window may end between two failures; the counter then restarts.
    let failures: Vec<u16> = (0..22).map(|_| flooding.send(&bad, "").unwrap().status).collect();
    assert_eq!(failures[..10], [404; 10]);
    assert_eq!(failures.last(), Some(&429), "{failures:?}");
    let refused = flooding.send(&link, "").unwrap();
    assert_eq!(refused.status, 429);
    let seconds: u32 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=600).contains(&seconds), "{seconds}");
    assert_eq!(browser().send(&link, "").unwrap().status, 303, "another address is not refused");
    let in_clear = "SELECT count(*) FROM sign_in_attempts WHERE address_hash LIKE '%' || ?1 || '%'";
    assert_eq!(number(in_clear, &[&flooding.address]), 0);
}

#[test]
fn another_site_cannot_sign_anybody_in() {
    let merchant = merchant();
    let link = merchant.sign_in_link().unwrap();
    for from in [vec![], vec![("origin", "https://example.com")], vec![("origin", "null")]] {
        let answer = browser().send_from(&from, &link, "").unwrap();
        assert_eq!((answer.status, answer.header("set-cookie")), (403, None));
    }
    assert_eq!(browser().send(&link, "").unwrap().status, 303);
}

#[test]
fn whoever_signs_out_is_out_also_with_a_copy_of_the_cookie() {
    let merchant = merchant();
    let mut browser = browser();
    browser.send(&merchant.sign_in_link().unwrap(), "").unwrap();
    let copy = browser.clone();
    assert_eq!(copy.open(SETTINGS).unwrap().status, 200);
    let out = browser.send("/settings/sign-out", "").unwrap();
    assert_eq!(out.status, 200);
    assert!(out.header("set-cookie").unwrap().starts_with("session=; Path=/; Max-Age=0;"));
    assert_eq!(out.header("clear-site-data"), Some("\"cache\", \"storage\""));
    assert_eq!(copy.open(SETTINGS).unwrap().status, 401);
}

#[test]
fn a_session_ends_and_is_forgotten_by_the_cron_event() {
    let merchant = merchant();
    let mut browser = browser();
    browser.send(&merchant.sign_in_link().unwrap(), "").unwrap();
    let mut other = Browser::new(&worker()).unwrap();
    other.send(&merchant.sign_in_link().unwrap(), "").unwrap();
    let token = browser.cookie.as_deref().unwrap().strip_prefix("session=").unwrap();
    let end = "UPDATE sessions SET expires_at = unixepoch() * 1000 WHERE hash = ?1";
    sql(&worker(), end, &[&hash(token)]).unwrap();
    assert_eq!(browser.open(SETTINGS).unwrap().status, 401);
    assert_eq!(sessions(&merchant), 2);
    // The current time decides, not the scheduled time of the event.
    fire_cron(&worker(), 0).unwrap();
    assert_eq!(sessions(&merchant), 1);
    assert_eq!(other.open(SETTINGS).unwrap().status, 200);
}
