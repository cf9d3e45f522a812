//! Measures posting an order event to the Worker, to the same endpoint in TypeScript on Hono, and
//! to the database alone: in one workerd, in turns.

use std::time::Duration;

use serde_json::json;
use ureq::http::Request;

use super::load::{Expected, Round};
use super::same_work;
use super::served::{Addresses, Served};
use crate::local_worker::{repository, sql};
use crate::merchant::{Merchant, hash};
use crate::sales::{sold_now, two_mugs};
use crate::{Failure, While};

const ROUNDS: usize = 5;
const CONNECTIONS: [usize; 3] = [1, 16, 64];
const ROUND: Duration = Duration::from_secs(2);
const WARM_UP: Duration = Duration::from_secs(1);

/// The measured requests, from the least work to the most.
#[derive(Clone, Copy)]
enum Kind {
    Empty,
    Insert,
    Calls,
    Hono,
    Worker,
}

const KINDS: [(Kind, &str); 5] = [
    (Kind::Empty, "the Worker, nothing asked (`OPTIONS`)"),
    (Kind::Insert, "one bare `INSERT`, plain JavaScript"),
    (Kind::Calls, "the same D1 calls alone, plain JavaScript"),
    (Kind::Hono, "`POST /api/orders/`, TypeScript on Hono"),
    (Kind::Worker, "`POST /api/orders/`, the Worker"),
];

/// Measures and prints.
///
/// # Errors
/// If a response has an unexpected status.
pub fn print() -> Result<(), Failure> {
    let mut served = Served::start(&repository().join("target/bench/state"))?;
    // Each connection has its own merchant, so that no connection waits for the limit of a key.
    let most = CONNECTIONS.into_iter().max().unwrap_or_default();
    let keys: Vec<String> =
        (0..most).map(|_| add_merchant(&served.addresses.entry)).collect::<Result<_, Failure>>()?;
    served.copy_merchants()?;
    same_work::check(&served.addresses, keys.first().map_or("", String::as_str))?;

    println!(
        "One workerd, medians of {ROUNDS} rounds of {} s, in turns; of its processor time for a \
         request, the least",
        ROUND.as_secs()
    );
    println!("| connections | request | per second | p50 ms | p99 ms | processor µs |");
    println!("|--:|---|--:|--:|--:|--:|");
    let mut busy = Vec::new();
    for connections in CONNECTIONS {
        busy.push((connections, print_block(&served, &keys, connections)?));
    }
    println!();
    for (connections, busy) in &busy {
        print_shares(*connections, busy);
    }
    Ok(())
}

/// Prints the rows for one number of connections; returns the processor time of each.
fn print_block(
    served: &Served,
    keys: &[String],
    connections: usize,
) -> Result<Vec<Option<u64>>, Failure> {
    let mut rounds: Vec<Vec<Round>> = KINDS.iter().map(|_| Vec::new()).collect();
    for turn in 0..=ROUNDS {
        for ((kind, _), rounds) in KINDS.iter().zip(&mut rounds) {
            let length = if turn == 0 { WARM_UP } else { ROUND };
            let round = Round::measure(served, connections, length, |client, count| {
                let key = keys.get(client).map_or("", String::as_str);
                let sale = format!("{connections}-{turn}-{client}-{count}");
                request(*kind, &served.addresses, key, &sale)
            })?;
            if turn > 0 {
                rounds.push(round);
            }
        }
    }
    let rows = KINDS.iter().zip(&mut rounds);
    Ok(rows.map(|((_, name), rounds)| print_row(connections, name, rounds)).collect())
}

/// Prints one line of the table, and returns its processor time.
fn print_row(connections: usize, name: &str, rounds: &mut [Round]) -> Option<u64> {
    // Other programs on the machine only add time, so the minimum is the most accurate.
    let busy = rounds.iter().filter_map(|round| round.busy_microseconds).min();
    rounds.sort_by_key(|round| round.requests_per_second);
    let median = rounds.get(rounds.len() / 2)?;
    println!(
        "| {connections} | {name} | {} | {} | {} | {} |",
        median.requests_per_second,
        median.percentile(50),
        median.percentile(99),
        busy.map_or("unknown".to_owned(), |busy| busy.to_string()),
    );
    busy
}

/// Prints the database's share of the time of both endpoints.
fn print_shares(connections: usize, busy: &[Option<u64>]) {
    let [Some(empty), _, Some(calls), Some(hono), Some(worker)] = busy else { return };
    let percent =
        |part: &u64, whole: &u64| part.saturating_mul(100).checked_div(*whole).unwrap_or_default();
    println!(
        "At {connections}, of the Worker's processor time the D1 calls alone are {} %, the \
         empty answer {} %; of the rival's, the D1 calls are {} %.",
        percent(calls, worker),
        percent(empty, worker),
        percent(calls, hono)
    );
}

/// Adds a merchant with one shop and one campaign; returns the publishable key.
pub(super) fn add_merchant(worker: &str) -> Result<String, Failure> {
    let merchant = Merchant::add(worker, "Example Mugs", "UTC", "USD")?.add_shop(
        "Mugs online",
        "woocommerce",
        "https://mugs.example.com",
    )?;
    let every_mug = json!({"trees": [{"per_item": {"items": {"sku": ["MUG-BLUE"]}, "trees": 1}}]});
    merchant.add_campaign("A tree for every mug", &every_mug)?;
    // A claim beyond a limit is less work.
    let limits = "UPDATE shops SET claim_trees_per_day = 1000000, claim_trees_per_month = 1000000
        WHERE merchant_id = ?1";
    sql(worker, limits, &[&merchant.id])?;
    let shop = merchant.shops.into_iter().next();
    Ok(shop.map(|shop| shop.publishable_key).unwrap_or_default())
}

fn request(kind: Kind, at: &Addresses, key: &str, sale: &str) -> Result<Expected, Failure> {
    let post = Request::builder().method("POST").header("origin", "https://mugs.example.com");
    let event = || json!({"key": key, "sale": sold_now(two_mugs(sale))}).to_string().into_bytes();
    let (request, body, status) = match kind {
        // The Worker's cheapest response: a preflight needs no database.
        Kind::Empty => {
            let request = Request::builder().method("OPTIONS");
            (request.uri(format!("{}/api/orders/", at.worker)), Vec::new(), 204)
        }
        Kind::Insert => (post.uri(format!("{}/insert?sale={sale}", at.floor)), Vec::new(), 201),
        Kind::Calls => {
            let uri = format!("{}/calls?sale={sale}&hash={}", at.floor, hash(key));
            (post.uri(uri), Vec::new(), 201)
        }
        Kind::Hono => (post.uri(format!("{}/api/orders/", at.hono)), event(), 201),
        Kind::Worker => (post.uri(format!("{}/api/orders/", at.worker)), event(), 201),
    };
    Ok((request.body(body).when("The request")?, status))
}
