//! Redirects of the services that the Worker calls: keys and mails are never sent to another
//! address.

use play_it_green_tests::local_worker::{LocalWorker, repository};
use play_it_green_tests::redirecting::Redirecting;

use crate::merchant_of;
use crate::pay::close_month;

#[test]
fn a_redirect_of_stripe_or_resend_is_not_followed() {
    let [stripe, resend] = [(); 2].map(|()| Redirecting::start().unwrap());
    let variables = [
        ("ENVIRONMENT", "development"),
        ("MAIL_FROM", "Play It Green <trees@example.com>"),
        ("RESEND_API_KEY", "re_not_a_secret"),
        ("RESEND_API_BASE", resend.url.as_str()),
        ("STRIPE_SECRET_KEY", "sk_test_not_a_secret"),
        ("STRIPE_API_BASE", stripe.url.as_str()),
    ];
    let state = repository().join("target/tests/redirects-state");
    let worker = LocalWorker::start_with(&state, 0, &variables).unwrap();
    let merchant = merchant_of(&worker.url);
    merchant.with_email().unwrap();
    let due = close_month(&worker.url, merchant);
    let response = due.post("", "");
    assert_eq!(response.header("location"), None, "{}", response.body);
    for (name, server) in [("Stripe", &stripe), ("Resend", &resend)] {
        assert!(server.redirected() > 0, "{name} was called");
        assert_eq!(server.followed(), 0, "{name}");
    }
    assert_ne!(due.merchant.mails().unwrap()[0].1, "sent", "a redirect is no delivery");
}
