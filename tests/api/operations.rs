//! The Worker's log: one line of JSON for each event, without secrets and personal data.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use play_it_green_tests::local_worker::{LocalWorker, repository};
use play_it_green_tests::resend::FakeResend;
use serde_json::Value;

use crate::merchant_of;
use crate::pay::close_month;

/// Returns the lines of the Worker's log that are events.
fn events(worker: &LocalWorker) -> Vec<Value> {
    let log = fs::read_to_string(&worker.log).unwrap();
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.filter(|line| line["event"].is_string()).collect()
}

/// Waits for an event, and returns all lines that have it.
fn wait_for(worker: &LocalWorker, event: &str) -> Vec<Value> {
    let started = Instant::now();
    loop {
        let mut found = events(worker);
        found.retain(|line| line["event"] == event);
        if !found.is_empty() {
            return found;
        }
        let log = || fs::read_to_string(&worker.log).unwrap();
        assert!(started.elapsed() < Duration::from_secs(30), "no {event}: {}", log());
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_declined_payment_and_a_failed_mail_write_one_line_each_without_secrets() {
    let resend = FakeResend::start().unwrap();
    let state = repository().join("target/tests/operations-state");
    let variables = [
        ("ENVIRONMENT", "development"),
        ("MAIL_FROM", "Play It Green <trees@example.com>"),
        ("RESEND_API_KEY", "re_not_a_secret"),
        ("RESEND_API_BASE", resend.url.as_str()),
    ];
    let worker = LocalWorker::start_with(&state, 0, &variables).unwrap();
    let merchant = merchant_of(&worker.url);
    let address = merchant.with_email().unwrap();
    resend.next([422]);
    let due = close_month(&worker.url, merchant);
    due.post("", "card=4000000000000002");

    let declined = wait_for(&worker, "payment.declined");
    assert_eq!(declined.len(), 1, "{declined:?}");
    assert_eq!(declined[0]["level"], "warning");
    assert_eq!(declined[0]["merchant"], due.merchant.id.as_str());
    assert!(declined[0]["payment"].as_str().unwrap().starts_with("pay_"), "{declined:?}");
    assert!(declined[0]["request"].is_string(), "{declined:?}");

    let failed = wait_for(&worker, "mail.failed");
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!(failed[0]["merchant"], due.merchant.id.as_str());
    assert!(failed[0]["run"].is_string(), "{failed:?}");

    for counted in ["sale.claimed", "purchase_orders.closed", "month_end.ran"] {
        let lines = wait_for(&worker, counted);
        assert!(lines.iter().all(|line| line["level"] == "info"), "{lines:?}");
    }
    let log = fs::read_to_string(&worker.log).unwrap();
    let token = due.link.rsplit('/').next().unwrap();
    for hidden in [token, &address, "4000000000000002", "re_not_a_secret"] {
        assert!(!log.contains(hidden), "{log}");
    }
}

#[test]
fn a_wrong_configuration_is_logged_as_an_error_that_names_the_variable() {
    let state = repository().join("target/tests/misconfigured-state");
    let variables = [("ENVIRONMENT", "development"), ("PAYMENTS", "cash")];
    let worker = LocalWorker::start_with(&state, 0, &variables).unwrap();
    let health = crate::operators_health(&worker.url);
    assert!(health.body.contains("PAYMENTS must be"), "{}", health.body);
    let lines = wait_for(&worker, "configuration.invalid");
    assert_eq!(lines[0]["level"], "error");
    assert!(lines[0]["message"].as_str().unwrap().contains("PAYMENTS must be"), "{lines:?}");
}
