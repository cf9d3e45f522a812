//! Requests per second of posting an order event, beside a handler that does nothing, alternating
//! in one workerd.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use ureq::Agent;
use ureq::http::Request;

use crate::local_worker::LocalWorker;
use crate::merchant::Merchant;
use crate::sales::two_mugs;
use crate::{Failure, While};

const ROUNDS: usize = 5;
const CONNECTIONS: [usize; 3] = [1, 4, 16];
const SECONDS_PER_ROUND: u64 = 3;

/// What one round of one kind of request measured.
struct Round {
    requests_per_second: u64,
    latencies: Vec<Duration>,
}

/// Measures and prints.
///
/// # Errors
/// When a request is not answered as it must be.
pub fn print(worker: &LocalWorker) -> Result<(), Failure> {
    let merchant = Merchant::add(&worker.url, "Example Mugs", "UTC", "USD")?.add_shop(
        "Mugs online",
        "woocommerce",
        "https://mugs.example.com",
    )?;
    let every_mug = json!({"trees": [{"per_item": {"items": {"sku": ["MUG-BLUE"]}, "trees": 1}}]});
    merchant.add_campaign("A tree for every mug", &every_mug)?;
    let key = merchant.shops.first().map_or("", |shop| shop.publishable_key.as_str());
    println!(
        "Requests per second, medians of {ROUNDS} rounds of {SECONDS_PER_ROUND} s, alternating"
    );
    println!(
        "| connections | request | per second | p50 ms | p99 ms | share of the empty handler |"
    );
    println!("|--:|---|--:|--:|--:|--:|");
    for (step, connections) in CONNECTIONS.into_iter().enumerate() {
        let mut empty = Vec::new();
        let mut post = Vec::new();
        for round in 0..ROUNDS {
            empty.push(measure(connections, |_, _| empty_request(&worker.url))?);
            post.push(measure(connections, |thread, count| {
                let id = format!("{step}-{round}-{thread}-{count}");
                order_event(&worker.url, key, &id)
            })?);
        }
        let base = row(connections, "empty handler", &mut empty, None);
        row(connections, "POST /api/orders/", &mut post, Some(base));
    }
    Ok(())
}

/// Prints one line of the table, and answers its requests per second.
fn row(connections: usize, name: &str, rounds: &mut [Round], base: Option<u64>) -> u64 {
    rounds.sort_by_key(|round| round.requests_per_second);
    let middle = rounds.len() / 2;
    let Some(median) = rounds.get_mut(middle) else { return 0 };
    median.latencies.sort_unstable();
    let percentile = |hundredths: usize| {
        let index = median.latencies.len().saturating_mul(hundredths) / 100;
        let latency = median.latencies.get(index).copied().unwrap_or_default();
        let tenths = latency.as_micros() / 100;
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    let per_second = median.requests_per_second;
    let share = base.map_or("100 %".to_owned(), |base| {
        format!("{} %", per_second.saturating_mul(100).checked_div(base).unwrap_or_default())
    });
    println!(
        "| {connections} | {name} | {per_second} | {} | {} | {share} |",
        percentile(50),
        percentile(99)
    );
    per_second
}

/// The emptiest answer that the Worker has: a preflight, which reads nothing and asks no database.
fn empty_request(worker: &str) -> Result<(Request<Vec<u8>>, u16), Failure> {
    let request = Request::builder().method("OPTIONS").uri(format!("{worker}/api/orders/"));
    Ok((request.body(Vec::new()).when("The request")?, 204))
}

fn order_event(worker: &str, key: &str, id: &str) -> Result<(Request<Vec<u8>>, u16), Failure> {
    let body = json!({"key": key, "sale": two_mugs(id)}).to_string().into_bytes();
    let request = Request::builder().method("POST").uri(format!("{worker}/api/orders/"));
    Ok((request.body(body).when("The request")?, 201))
}

/// Sends requests over so many connections for one round.
fn measure(
    connections: usize,
    request: impl Fn(usize, usize) -> Result<(Request<Vec<u8>>, u16), Failure> + Sync,
) -> Result<Round, Failure> {
    let started = Instant::now();
    let until = Duration::from_secs(SECONDS_PER_ROUND);
    let latencies = thread::scope(|scope| {
        let request = &request;
        let clients: Vec<_> = (0..connections)
            .map(|client| scope.spawn(move || one_connection(started, until, client, request)))
            .collect();
        let joined = clients.into_iter().map(|client| {
            client.join().unwrap_or_else(|_| Err(Failure("A client stopped".to_owned())))
        });
        joined.collect::<Result<Vec<_>, _>>()
    })?
    .concat();
    let count = u64::try_from(latencies.len()).unwrap_or(u64::MAX);
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
    let per_second = count.saturating_mul(1000).checked_div(milliseconds).unwrap_or_default();
    Ok(Round { requests_per_second: per_second, latencies })
}

fn one_connection(
    started: Instant,
    until: Duration,
    client: usize,
    request: impl Fn(usize, usize) -> Result<(Request<Vec<u8>>, u16), Failure>,
) -> Result<Vec<Duration>, Failure> {
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .build()
        .into();
    let mut latencies = Vec::new();
    while started.elapsed() < until {
        let (request, expected) = request(client, latencies.len())?;
        let sent = Instant::now();
        let mut response = agent.run(request).when("A request")?;
        let status = response.status().as_u16();
        let body = response.body_mut().read_to_string().when("An answer")?;
        latencies.push(sent.elapsed());
        if status != expected {
            return Err(Failure(format!("{status} instead of {expected}: {body}")));
        }
    }
    Ok(latencies)
}
