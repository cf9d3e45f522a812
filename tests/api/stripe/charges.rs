//! Charges of the saved card by the cron event.

use play_it_green_tests::stripe::{FakeStripe, Next};
use serde_json::{Value, json};

use super::{CHARGE, Deployment, failing, saved_card};

scenarios! {
    a_saved_card_pays_the_next_month_automatically => paid,
    a_card_without_funds_is_charged_again_on_the_third_day_under_another_key => again,
    a_card_that_must_not_be_retried_is_not_retried => never_again,
    a_charge_that_needs_a_confirmation_waits_for_the_payer => wants_payer,
    a_card_that_stripe_deleted_is_removed => card_gone,
    a_busy_stripe_is_retried_immediately => busy,
    a_lost_response_is_requested_again_under_the_same_key => lost,
    a_lost_response_is_looked_up_if_its_key_has_expired => lost_for_long,
    a_charge_that_never_arrived_is_made_under_another_key => never_arrived,
    a_rejected_api_key_leaves_the_charge_pending => refused_key,
    an_open_page_is_expired_before_the_card_is_charged => open_page,
    a_page_that_was_just_paid_is_found_before_the_card_is_charged => paid_page,
}

fn paid(deployment: &Deployment) {
    let due = deployment.charged([]);
    assert_eq!((due.state(), due.payments("paid"), deployment.taken(&due)), (json!("paid"), 1, 1));
    let calls = deployment.calls(CHARGE, &due);
    let field = |name| calls[0].field(name).unwrap_or_default();
    assert_eq!((calls.len(), field("amount"), field("currency")), (1, "200", "usd"));
    assert_eq!((field("off_session"), field("confirm")), ("true", "true"));
    assert_eq!(
        (field("payment_method"), field("description")),
        ("pm_visa", "Trees, December 2026")
    );
    deployment.cron_after(&due, 1);
    assert_eq!(deployment.taken(&due), 1);
}

fn again(deployment: &Deployment) {
    let due = deployment.charged([FakeStripe::declined("insufficient_funds")]);
    let order = due.order();
    assert_eq!(
        order["last_message"],
        "There is not enough money on the card. Please try another card."
    );
    assert_eq!(due.payments("declined"), 1);
    deployment.cron_after(&due, 72);
    assert_eq!(due.payments("declined"), 1, "before nine o'clock");
    deployment.cron_after(&due, 81);
    assert_eq!((due.state(), deployment.taken(&due)), (json!("paid"), 1));
    let calls = deployment.calls(CHARGE, &due);
    assert_ne!(calls[0].key, calls[1].key);
}

fn never_again(deployment: &Deployment) {
    let codes = json!({"code": "card_declined", "decline_code": "generic_decline",
        "advice_code": "do_not_try_again"});
    let due = deployment.charged([Next::Decline(codes)]);
    assert_eq!((&due.order()["next_attempt_at"], due.payments("declined")), (&Value::Null, 1));
    deployment.cron_after(&due, 480);
    assert_eq!(deployment.calls(CHARGE, &due).len(), 1);
    assert!(due.page().contains("The card was declined."), "{}", due.page());
}

fn wants_payer(deployment: &Deployment) {
    let due = deployment.charged([Next::Decline(json!({"code": "authentication_required"}))]);
    assert_eq!((&due.order()["next_attempt_at"], due.payments("declined")), (&Value::Null, 1));
    assert!(due.page().contains("Your bank wants you to confirm"), "{}", due.page());
}

fn card_gone(deployment: &Deployment) {
    let gone = json!({"type": "invalid_request_error", "code": "resource_missing",
        "param": "payment_method"});
    let due = deployment.charged([Next::Refuse(400, gone)]);
    assert!(due.page().contains("can no longer be charged"), "{}", due.page());
    assert_eq!(saved_card(deployment, &due), Value::Null);
    assert_eq!(due.state(), "payment due");
}

fn busy(deployment: &Deployment) {
    let busy = |status| Next::Refuse(status, json!({"type": "rate_limit", "code": "lock_timeout"}));
    let due = deployment.charged([busy(429), busy(409)]);
    assert_eq!((due.state(), deployment.taken(&due)), (json!("paid"), 1));
    let calls = deployment.calls(CHARGE, &due);
    assert!(calls.len() == 3 && calls.iter().all(|call| call.key == calls[0].key));
}

/// Executes the first of three attempts, and loses or rejects every response.
fn losing() -> impl Iterator<Item = Next> {
    [Next::LoseAnswer].into_iter().chain(failing().into_iter().skip(1))
}

fn lost(deployment: &Deployment) {
    let due = deployment.charged(losing());
    assert_eq!((due.state(), deployment.taken(&due)), (json!("payment due"), 1));
    assert!(due.page().contains("Your saved card is being charged."), "{}", due.page());
    deployment.cron_after(&due, 1);
    assert_eq!((due.state(), due.payments("paid")), (json!("paid"), 1));
    assert_eq!(deployment.taken(&due), 1);
}

fn lost_for_long(deployment: &Deployment) {
    let due = deployment.charged(losing());
    deployment.stripe.forget_keys();
    deployment.cron_after(&due, 25);
    assert_eq!((due.state(), due.payments("paid")), (json!("paid"), 1));
    assert_eq!((deployment.taken(&due), deployment.calls(CHARGE, &due).len()), (1, 3));
}

fn never_arrived(deployment: &Deployment) {
    let due = deployment.charged(failing());
    deployment.stripe.forget_keys();
    // The first event learns that the charge never arrived; the next one charges again.
    deployment.cron_after(&due, 25);
    deployment.cron_after(&due, 26);
    assert_eq!((due.state(), due.payments("abandoned")), (json!("paid"), 1));
    assert_eq!(deployment.taken(&due), 1);
    let calls = deployment.calls(CHARGE, &due);
    assert_ne!(calls[0].key, calls[3].key);
}

fn refused_key(deployment: &Deployment) {
    let refused = Next::Refuse(401, json!({"type": "invalid_request_error"}));
    let due = deployment.charged([refused]);
    assert_eq!((due.state(), due.payments("pending")), (json!("payment due"), 1));
    deployment.cron_after(&due, 1);
    assert_eq!((due.state(), deployment.taken(&due)), (json!("paid"), 1));
}

fn open_page(deployment: &Deployment) {
    let due = deployment.charged([FakeStripe::declined("insufficient_funds")]);
    let page = deployment.page_of(&due, "");
    deployment.cron_after(&due, 96);
    assert_eq!(deployment.stripe.object(&page)["status"], "expired");
    assert_eq!((due.state(), deployment.taken(&due)), (json!("paid"), 1));
}

fn paid_page(deployment: &Deployment) {
    let due = deployment.charged([FakeStripe::declined("insufficient_funds")]);
    let page = deployment.page_of(&due, "");
    deployment.stripe.pay_on_page(&page);
    deployment.cron_after(&due, 96);
    assert_eq!((due.state(), deployment.taken(&due)), (json!("paid"), 1));
    assert_eq!(deployment.calls(CHARGE, &due).len(), 1);
}
