//! Mail by Cloudflare's binding, by Resend, and without a provider.

use play_it_green_tests::http;
use play_it_green_tests::local_worker::{LocalWorker, fire_cron, repository};
use play_it_green_tests::resend::FakeResend;
use serde_json::Value;

use super::sent;
use crate::merchant_of;
use crate::pay::close_month;

const FROM: (&str, &str) = ("MAIL_FROM", "Play It Green <trees@example.com>");
const DEVELOPMENT: (&str, &str) = ("ENVIRONMENT", "development");

fn health(worker: &str) -> Value {
    crate::operators_health(worker).json()
}

#[test]
fn cloudflare_is_handed_the_mail_in_text_and_html() {
    let state = repository().join("target/tests/mailing");
    let worker = LocalWorker::start_mailing(&state, &[DEVELOPMENT, FROM]).unwrap();
    assert_eq!(health(&worker.url)["mail"], "cloudflare");
    let merchant = merchant_of(&worker.url);
    let address = merchant.with_email().unwrap();
    let due = close_month(&worker.url, merchant);
    assert_eq!(sent(&due.merchant), ["purchase order ready"]);
    let url = format!("{}/cdn-cgi/local/explorer/api/local/email/sending", worker.url);
    let taken = http::call("GET", &url, &[], b"").unwrap();
    let mails = taken.json();
    let mails = mails["result"].as_array().unwrap_or_else(|| panic!("{}", taken.body));
    assert_eq!(mails.len(), 1, "{}", taken.body);
    let mail = mails[0].to_string();
    for part in [&address, "trees@example.com", "Your trees of November 2026: 2.00 USD"] {
        assert!(mail.contains(part), "{part}: {mail}");
    }
    drop(worker);
    // Wrangler stores each mail in this folder as clear text.
    std::fs::remove_dir_all(&state).unwrap();
}

#[test]
fn resend_is_asked_again_under_the_same_key_until_it_takes_the_mail_or_never_will() {
    let resend = FakeResend::start().unwrap();
    let state = repository().join("target/tests/resend-state");
    let variables = [
        DEVELOPMENT,
        FROM,
        ("RESEND_API_KEY", "re_not_a_secret"),
        ("RESEND_API_BASE", resend.url.as_str()),
    ];
    let worker = LocalWorker::start_with(&state, 0, &variables).unwrap();
    assert_eq!(health(&worker.url)["mail"], "resend");
    let merchant = merchant_of(&worker.url);
    let address = merchant.with_email().unwrap();
    resend.next([500, 429]);
    let due = close_month(&worker.url, merchant);
    for minutes in [6, 17, 60] {
        fire_cron(&worker.url, due.closed_at + minutes * 60 * 1000).unwrap();
    }
    let posted = resend.posted_to(&address);
    assert_eq!(posted.len(), 3, "twice not taken, once taken, and never again");
    assert!(posted.iter().all(|one| one.key == posted[0].key && one.key.starts_with("mail_")));
    assert_eq!(posted[0].authorization, "Bearer re_not_a_secret");
    assert_eq!(posted[2].mail["from"], "\"Play It Green\" <trees@example.com>");
    assert!(posted[2].mail["html"].as_str().unwrap().contains(&due.link));
    assert_eq!(sent(&due.merchant), ["purchase order ready"]);

    let other = merchant_of(&worker.url);
    let address = other.with_email().unwrap();
    resend.next([422]);
    let due = close_month(&worker.url, other);
    fire_cron(&worker.url, due.closed_at + 24 * 60 * 60 * 1000).unwrap();
    assert_eq!(resend.posted_to(&address).len(), 1);
    assert_eq!(due.merchant.mails().unwrap()[0].1, "not sent");
}

#[test]
fn without_any_mail_everything_else_works_and_says_so() {
    let state = repository().join("target/tests/mailless-state");
    let worker = LocalWorker::start_with(&state, 0, &[DEVELOPMENT, ("MAIL", "none")]).unwrap();
    assert_eq!(health(&worker.url)["mail"], "none");
    let merchant = merchant_of(&worker.url);
    merchant.with_email().unwrap();
    let due = close_month(&worker.url, merchant);
    assert_eq!(due.merchant.mails().unwrap()[0].1, "not sent");
    let page = due.merchant.signed_in().unwrap().open("/settings/payments").unwrap().body;
    assert!(page.contains("No mail is set up on this server"), "{page}");
    due.post("", "card=4242424242424242");
    assert_eq!(due.state(), "paid");
}

#[test]
fn a_mailer_that_is_set_up_by_half_is_told_and_the_mail_waits() {
    let state = repository().join("target/tests/half-mail-state");
    let variables = [DEVELOPMENT, ("MAIL_FROM", "Trees"), ("RESEND_API_KEY", "re_not_a_secret")];
    let worker = LocalWorker::start_with(&state, 0, &variables).unwrap();
    let health = crate::operators_health(&worker.url);
    assert!(health.status == 500 && health.body.contains("Set MAIL_FROM"), "{}", health.body);
    let merchant = merchant_of(&worker.url);
    merchant.with_email().unwrap();
    let due = close_month(&worker.url, merchant);
    assert_eq!(due.state(), "payment due");
    assert_eq!(due.merchant.mails().unwrap()[0].1, "waiting");
}

#[test]
fn the_mailbox_is_not_there_in_production() {
    let state = repository().join("target/tests/no-mailbox-state");
    let worker = LocalWorker::start_with(&state, 0, &[("ENVIRONMENT", "production")]).unwrap();
    assert_eq!(health(&worker.url)["mail"], "none");
    for page in ["mailbox", "mailbox/mail_1"] {
        let answer = http::call("GET", &format!("{}/{page}", worker.url), &[], b"").unwrap();
        assert_eq!(answer.status, 404, "{}", answer.body);
    }
}
