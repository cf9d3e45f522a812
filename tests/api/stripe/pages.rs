//! Payments on Stripe's page.

use play_it_green_tests::stripe::Next;
use serde_json::{Value, json};

use super::{Deployment, OPEN, come_back, failing, saved_card};

scenarios! {
    the_pay_button_opens_one_page_however_often_it_is_pressed => one_page,
    a_payer_who_returns_without_paying_can_continue => not_paid_yet,
    a_paid_page_is_found_if_the_payer_never_returns => nobody_came_back,
    an_expired_page_is_replaced => expired,
    a_changed_choice_to_save_the_card_opens_another_page => another_mind,
    a_page_that_failed_to_open_is_requested_again_under_the_same_key => not_opened,
    a_customer_that_stripe_deleted_is_created_again => customer_gone,
    a_recorded_transfer_expires_the_open_page => recorded,
    a_transfer_is_rejected_if_the_page_was_just_paid => recorded_too_late,
    an_amount_too_small_for_a_card_is_explained => too_small,
}

fn one_page(deployment: &Deployment) {
    let due = deployment.due();
    assert!(due.page().contains("Pay 2.00 USD"), "{}", due.page());
    let page = deployment.page_of(&due, "");
    assert_eq!(deployment.page_of(&due, ""), page);
    let calls = deployment.calls(OPEN, &due);
    assert_eq!(calls.len(), 1);
    let field = |name| calls[0].field(name);
    assert_eq!(field("mode"), Some("payment"));
    assert_eq!(field("line_items[0][price_data][unit_amount]"), Some("200"));
    assert_eq!(field("payment_intent_data[setup_future_usage]"), None);
    assert_eq!(field("cancel_url"), Some(due.link.as_str()));
    deployment.stripe.pay_on_page(&page);
    let back = come_back(&due, &page);
    assert!(back.body.contains("with the card ending in 4242"), "{}", back.body);
    assert_eq!((due.state(), due.payments("paid")), (json!("paid"), 1));
    assert_eq!(saved_card(deployment, &due), Value::Null);
    let again = due.post("", "");
    assert!(
        due.link.ends_with(again.header("location").unwrap()),
        "it leads nowhere else any more"
    );
}

fn not_paid_yet(deployment: &Deployment) {
    let due = deployment.due();
    let page = deployment.page_of(&due, "");
    let back = come_back(&due, &page);
    assert!(back.body.contains("the button leads you back"), "{}", back.body);
    let reads = deployment.stripe.calls(&format!("GET /v1/checkout/sessions/{page}")).len();
    come_back(&due, "cs_test_of_somebody_else");
    let after = deployment.stripe.calls(&format!("GET /v1/checkout/sessions/{page}")).len();
    assert_eq!(after, reads, "a made up page asks nobody");
    assert_eq!(deployment.page_of(&due, ""), page);
}

fn nobody_came_back(deployment: &Deployment) {
    let due = deployment.due();
    let page = deployment.page_of(&due, "");
    deployment.stripe.pay_on_page(&page);
    deployment.cron_after(&due, 2);
    assert_eq!((due.state(), due.payments("paid")), (json!("paid"), 1));
}

fn recorded(deployment: &Deployment) {
    let due = deployment.due();
    let page = deployment.page_of(&due, "");
    let body = json!({"reference": "Transfer 7"});
    let recorded = due.merchant.record_payment(&due.id, &body).unwrap();
    assert_eq!((recorded.status, due.state()), (201, json!("paid")), "{}", recorded.body);
    let expire = format!("POST /v1/checkout/sessions/{page}/expire");
    assert_eq!(deployment.stripe.calls(&expire).len(), 1);
    assert!(due.page().contains("<strong>Paid.</strong>"), "{}", due.page());
    assert_eq!(deployment.stripe.payments_that_succeeded(&due.id), 0);
}

fn recorded_too_late(deployment: &Deployment) {
    let due = deployment.due();
    let page = deployment.page_of(&due, "");
    deployment.stripe.pay_on_page(&page);
    let body = json!({"reference": "Transfer 7"});
    let refused = due.merchant.record_payment(&due.id, &body).unwrap();
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert_eq!(
        (due.state(), due.payments("paid"), due.payments("duplicate")),
        (json!("paid"), 1, 0)
    );
}

fn expired(deployment: &Deployment) {
    let due = deployment.due();
    let page = deployment.page_of(&due, "");
    deployment.stripe.expire_page(&page);
    let other = deployment.page_of(&due, "");
    assert_ne!(page, other);
    assert_eq!(due.payments("abandoned"), 1);
    let calls = deployment.calls(OPEN, &due);
    assert_ne!(calls[0].key, calls[1].key);
}

fn another_mind(deployment: &Deployment) {
    let due = deployment.due();
    let page = deployment.page_of(&due, "");
    let other = deployment.page_of(&due, "remember=yes");
    assert_eq!(deployment.stripe.object(&page)["status"], "expired");
    let calls = deployment.calls(OPEN, &due);
    let usage = calls[1].field("payment_intent_data[setup_future_usage]");
    assert_eq!(usage, Some("off_session"));
    deployment.stripe.pay_on_page(&other);
    come_back(&due, &other);
    assert_eq!((due.state(), saved_card(deployment, &due)), (json!("paid"), json!("pm_visa")));
}

fn not_opened(deployment: &Deployment) {
    let due = deployment.due();
    let page = deployment.page_of(&due, "");
    deployment.stripe.expire_page(&page);
    deployment.stripe.next([Next::LoseAnswer]);
    deployment.stripe.next(failing().into_iter().skip(1));
    let answer = due.post("", "");
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("does not open just now"), "{}", answer.body);
    let opened = deployment.page_of(&due, "");
    let calls = deployment.calls(OPEN, &due);
    let keys: Vec<&str> = calls.iter().skip(1).map(|call| call.key.as_str()).collect();
    assert!(keys.len() == 4 && keys.iter().all(|key| key == &keys[0]), "{keys:?}");
    deployment.stripe.pay_on_page(&opened);
    come_back(&due, &opened);
    assert_eq!((due.state(), deployment.taken(&due)), (json!("paid"), 1));
}

fn customer_gone(deployment: &Deployment) {
    let due = deployment.due();
    let page = deployment.page_of(&due, "");
    deployment.stripe.expire_page(&page);
    let gone = json!({"type": "invalid_request_error", "code": "resource_missing",
        "param": "customer"});
    deployment.stripe.next([Next::Refuse(400, gone)]);
    assert_eq!(due.post("", "").status, 422);
    let customers = deployment.stripe.calls("POST /v1/customers").len();
    deployment.page_of(&due, "");
    assert!(deployment.stripe.calls("POST /v1/customers").len() > customers);
    let calls = deployment.calls(OPEN, &due);
    assert_ne!(calls[0].field("customer"), calls.last().unwrap().field("customer"));
}

fn too_small(deployment: &Deployment) {
    let due = deployment.due();
    let page = deployment.page_of(&due, "");
    deployment.stripe.expire_page(&page);
    let small = json!({"type": "invalid_request_error", "code": "amount_too_small"});
    deployment.stripe.next([Next::Refuse(400, small)]);
    due.post("", "");
    assert!(due.page().contains("too small to be paid by card"), "{}", due.page());
    assert_eq!(due.state(), "payment due");
}
