//! A buyer beside a flood: one address sends twenty times what it may, while another buys.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::throughput::add_merchant;
use crate::Failure;
use crate::http::{self, Answer};
use crate::local_worker::{LocalWorker, repository};
use crate::sales::{sold_now, two_mugs};

/// Requests that one address may make in a minute; with one publishable key, half of them.
const LIMIT: u32 = 600;

/// How many times its limit the flooding address sends.
const TIMES: u32 = 20;

/// Sales of the buyer in each part: fewer than the limit with one key.
const SALES: usize = 100;

const BUYER: &str = "192.0.2.1";
const FLOODER: &str = "198.51.100.7";

/// Measures and prints.
///
/// # Errors
/// When the buyer is not served.
pub fn print() -> Result<(), Failure> {
    let state = repository().join("target/bench/flood-state");
    let worker = LocalWorker::start_limited(&state, LIMIT)?;
    let key = add_merchant(&worker.url)?;

    buy(&worker.url, &key, "warm-up")?;
    let alone = buy(&worker.url, &key, "alone")?;
    let (is_over, sent) = (AtomicBool::new(false), AtomicUsize::new(0));
    let beside = thread::scope(|scope| {
        scope.spawn(|| flood(&worker.url, &key, &is_over, &sent));
        // The flood is beyond its own limit before the buyer is measured.
        while sent.load(Ordering::Relaxed) < LIMIT.try_into().unwrap_or(usize::MAX) {
            thread::sleep(Duration::from_millis(20));
        }
        let beside = buy(&worker.url, &key, "beside");
        is_over.store(true, Ordering::Relaxed);
        beside
    })?;
    let (alone, beside) = (alone.as_micros(), beside.as_micros());
    let percent = beside.saturating_mul(100).checked_div(alone).unwrap_or_default();
    println!(
        "A buyer's median for a sale: {alone} µs alone, {beside} µs beside a flood of {TIMES} times \
         the limit ({} requests sent), {percent} % of it; no sale was refused",
        sent.load(Ordering::Relaxed)
    );
    Ok(())
}

/// Buys one after the other; returns the median time of a sale.
fn buy(url: &str, key: &str, name: &str) -> Result<Duration, Failure> {
    let mut times = Vec::new();
    for number in 0..SALES {
        let started = Instant::now();
        let answer = post(url, key, BUYER, &format!("{name} {number}"))?;
        times.push(started.elapsed());
        if answer.status != 201 {
            return Err(Failure(format!("The buyer got {}: {}", answer.status, answer.body)));
        }
    }
    times.sort_unstable();
    times
        .get(SALES.div_euclid(2))
        .copied()
        .ok_or_else(|| Failure("No sale was measured".to_owned()))
}

/// Sends evenly until it is over.
fn flood(url: &str, key: &str, is_over: &AtomicBool, sent: &AtomicUsize) {
    let in_a_minute = LIMIT.saturating_mul(TIMES);
    let every = Duration::from_mins(1).checked_div(in_a_minute).unwrap_or_default();
    let mut next = Instant::now();
    while !is_over.load(Ordering::Relaxed) {
        let number = sent.fetch_add(1, Ordering::Relaxed);
        // Most responses are 429.
        let _ = post(url, key, FLOODER, &format!("flood {number}"));
        next = next.checked_add(every).unwrap_or(next);
        thread::sleep(next.saturating_duration_since(Instant::now()));
    }
}

fn post(url: &str, key: &str, from: &str, id: &str) -> Result<Answer, Failure> {
    let authorization = format!("Bearer {key}");
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", "application/json"),
        ("origin", "https://mugs.example.com"),
        ("cf-connecting-ip", from),
    ];
    let body = json!({"sale": sold_now(two_mugs(id))}).to_string();
    http::call("POST", &format!("{url}/api/orders/"), &headers, body.as_bytes())
}
