//! Checks that the baseline does the Worker's work: the same responses, and the same stored rows.

use std::path::Path;

use serde_json::{Value, json};

use super::served::{Addresses, Served};
use super::throughput::add_merchant;
use crate::http;
use crate::local_worker::sql_in;
use crate::sales::{sold_now, two_mugs};
use crate::{Failure, While};

/// The databases of the Worker and of the baseline, as `serve.mjs` numbers them.
const DATABASES: [&str; 2] =
    ["00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000001"];

/// Starts both with empty databases in the folder `state`, and checks them.
///
/// # Errors
/// As [`check`], or if they do not start.
pub fn start_and_check(state: &Path) -> Result<(), Failure> {
    let mut served = Served::start(state)?;
    let key = add_merchant(&served.addresses.entry)?;
    served.copy_merchants()?;
    check(&served.addresses, &key)
}

/// Posts the same requests to both, valid and invalid, and compares the results.
///
/// # Errors
/// If their responses differ, or one does not store the sale exactly once.
pub fn check(at: &Addresses, key: &str) -> Result<(), Failure> {
    let sale = |pointer: &str, value: Value| {
        let mut sale = sold_now(two_mugs("same-work"));
        if let Some(field) = sale.pointer_mut(pointer) {
            *field = value;
        }
        json!({"key": key, "sale": sale}).to_string()
    };
    let good = json!({"key": key, "sale": sold_now(two_mugs("same-work"))}).to_string();
    let wrong_key = json!({"key": "wrong", "sale": two_mugs("same-work")}).to_string();
    let expected = [
        (good.clone(), 201),
        (good, 201),
        (sale("/lines/0/sku", json!("MUG-RED")), 200),
        (sale("/lines/0/quantity", json!(0)), 422),
        (sale("/currency", json!("dollars")), 422),
        (sale("/sold_at", json!("yesterday")), 422),
        (wrong_key, 401),
        ("{\"key\":".to_owned(), 400),
    ];
    for (body, status) in expected {
        let worker = answer(&at.worker, &body)?;
        let hono = answer(&at.hono, &body)?;
        let is_same = worker.1 == hono.1 || status >= 400;
        if worker.0 != status || hono.0 != status || !is_same {
            let text = format!("For {body}\nthe Worker answers {worker:?}\nthe rival {hono:?}");
            return Err(Failure(text));
        }
    }
    DATABASES.into_iter().try_for_each(|database| check_stored(at, database))
}

/// Returns the status, and the body without the parts that differ between the databases.
fn answer(worker: &str, body: &str) -> Result<(u16, Value), Failure> {
    let answer = http::call("POST", &format!("{worker}/api/orders/"), &[], body.as_bytes())?;
    let mut json: Value = serde_json::from_str(&answer.body).when(&answer.body)?;
    for order in json.pointer_mut("/orders").and_then(Value::as_array_mut).into_iter().flatten() {
        for own in ["id", "received_at", "purchase_order"] {
            if let Some(field) = order.get_mut(own) {
                *field = Value::Bool(field.is_string());
            }
        }
    }
    Ok((answer.status, json))
}

fn check_stored(at: &Addresses, database: &str) -> Result<(), Failure> {
    let counts = "SELECT (SELECT count(*) FROM sales), (SELECT count(*) FROM orders),
        (SELECT count(*) FROM purchase_orders)";
    let stored = sql_in(&at.entry, database, counts, &[])?;
    let once = vec![vec![json!(1), json!(1), json!(1)]];
    if stored == once {
        return Ok(());
    }
    Err(Failure(format!("Not stored exactly once in {database}: {stored:?}")))
}
