//! Measures the end of a month for many merchants at once, with the real cron event, the queue and
//! D1.

use std::time::{Duration, Instant};

use crate::Failure;
use crate::local_worker::{LocalWorker, fire_cron, repository, sql};

/// Merchants whose month ends in the same instant.
const MERCHANTS: [u32; 3] = [100, 1_000, 10_000];

/// Orders of each merchant in the month.
const ORDERS_EACH: u32 = 100;

/// Merchants whose rows one statement creates.
const PER_STATEMENT: u32 = 1_000;

/// The end of November 2026 in UTC, in milliseconds since 1970.
const MONTH_END: i64 = 1_796_083_200_000;

/// Inserts the data before the month end, for the merchants from `?1` up to, not including, `?2`:
/// everything that a close reads, with names made of numbers.
const ROWS: [&str; 6] = [
    "INSERT INTO merchants (id, name, time_zone, currency, created_at)
    SELECT 'mer_' || m, 'Example ' || m, 'UTC', 'USD', 0 FROM n",
    "INSERT INTO shops (id, merchant_id, name, platform, origin, created_at)
    SELECT 'shop_' || m, 'mer_' || m, 'Mugs', 'custom', 'https://mugs.example.com', 0 FROM n",
    "INSERT INTO campaigns (id, merchant_id, version, name, starts_at, conditions, created_at)
    SELECT 'camp_' || m, 'mer_' || m, 1, 'A tree for every order', 0,
        '{\"trees\": [{\"per_order\": {\"trees\": 1}}]}', 0 FROM n",
    "INSERT INTO purchase_orders
        (id, merchant_id, period, starts_at, ends_at, state, currency, link_hash, created_at)
    SELECT 'po_' || m, 'mer_' || m, '2026-11', ?4 - 2592000000, CAST(?4 AS INTEGER), 'open', 'USD',
        'link_' || m, 0 FROM n",
    "INSERT INTO sales (id, shop_id, mode, sale_id, proof, test, facts, evaluated_under, written_by,
        sold_at, received_at)
    SELECT 'sale_' || m || '_' || o, 'shop_' || m, 'live', o, 'verified', 0, '{}', '[]', '', 0, 0
    FROM n, each_order",
    "INSERT INTO orders (id, sale, merchant_id, campaign_id, campaign_version, test, trees,
        uncapped_trees, unit_price, reason, month, sold_at, received_at, purchase_order_id)
    SELECT 'ord_' || m || '_' || o, 'sale_' || m || '_' || o, 'mer_' || m, 'camp_' || m, 1, 0, 1,
        1, 100, 'each order: 1 tree', '2026-11', 0, 0, 'po_' || m
    FROM n, each_order",
];

/// Ends the month of more and more merchants, and prints each duration.
///
/// # Errors
/// If the Worker does not start, or a month is not closed correctly.
pub fn print() -> Result<(), Failure> {
    println!("The end of a month: from the cron event until every purchase order can be paid");
    println!("| orders | merchants | milliseconds | µs a merchant | times the first |");
    println!("|--:|--:|--:|--:|--:|");
    let mut first: Option<u128> = None;
    for merchants in MERCHANTS {
        let took = close(merchants)?.as_micros();
        let first = *first.get_or_insert(took);
        println!(
            "| {} | {merchants} | {} | {} | {} |",
            merchants.saturating_mul(ORDERS_EACH),
            took.div_euclid(1000),
            took.div_euclid(merchants.into()),
            took.checked_div(first).unwrap_or_default(),
        );
    }
    Ok(())
}

fn close(merchants: u32) -> Result<Duration, Failure> {
    let worker = LocalWorker::start(&repository().join("target/bench/closing-state"), 0)?;
    let mut from = 0;
    while from < merchants {
        let to = merchants.min(from.saturating_add(PER_STATEMENT));
        fill(&worker.url, from, to)?;
        from = to;
    }
    let started = Instant::now();
    fire_cron(&worker.url, MONTH_END)?;
    let took = started.elapsed();
    let right = "SELECT count(*) FROM purchase_orders WHERE state = 'payment due'
        AND trees = ?1 AND total = 100 * ?1 AND digest IS NOT NULL AND sequence IS NOT NULL";
    let closed = sql(&worker.url, right, &[&ORDERS_EACH.to_string()])?;
    let closed = closed.first().and_then(|row| row.first()).and_then(serde_json::Value::as_u64);
    if closed == Some(merchants.into()) {
        return Ok(took);
    }
    Err(Failure(format!("Of {merchants} purchase orders, {closed:?} were closed as they must be")))
}

fn fill(worker: &str, from: u32, to: u32) -> Result<(), Failure> {
    let values = [from.to_string(), to.to_string(), ORDERS_EACH.to_string(), MONTH_END.to_string()];
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    for insert in ROWS {
        let statement = format!(
            "WITH RECURSIVE n(m) AS (SELECT CAST(?1 AS INTEGER) UNION ALL
                SELECT m + 1 FROM n WHERE m + 1 < CAST(?2 AS INTEGER)),
            each_order(o) AS (SELECT 1 UNION ALL
                SELECT o + 1 FROM each_order WHERE o < CAST(?3 AS INTEGER)),
            closes(at) AS (SELECT ?4)
            {insert}"
        );
        sql(worker, &statement, &values)?;
    }
    Ok(())
}
