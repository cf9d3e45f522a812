//! `play-it-green merchant unpaid` and `record-payment`.

use play_it_green_accounts::{Token, new_id};
use serde::Deserialize;
use serde_json::json;

use crate::Failure;
use crate::database::Database;
use crate::link::no_random_bytes;
use crate::node::http::{self, Request};
use crate::prices::money;
use crate::store::payments::{self, UnpaidRow};

/// Milliseconds that the Worker's response may take. The Worker may first have to call Stripe.
const TIMEOUT: u32 = 60_000;

/// The advice if the outcome is unknown.
const UNKNOWN: &str = "'unpaid' shows whether it is recorded. It is safe to record it again.";

/// The part of the Worker's response that is read.
#[derive(Default, Deserialize)]
struct Recorded {
    amount: Option<i64>,
    currency: Option<String>,
    /// The message of an error.
    message: Option<String>,
}

/// Lists the unpaid purchase orders, one per line, the oldest first.
pub(crate) async fn list_unpaid(database: &Database) -> Result<String, Failure> {
    let rows: Vec<UnpaidRow> = database.execute(&[payments::UNPAID.to_owned()]).await?;
    if rows.is_empty() {
        return Ok("Every purchase order is paid.".to_owned());
    }
    let lines = rows.iter().map(|row| {
        let (number, UnpaidRow { id, merchant, since, .. }) = (row.number(), row);
        format!("{id}  {number}  {merchant}  {}  since {since}", money(row.total, &row.currency))
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// Calls the Worker at `url` to record that a purchase order was paid. The Worker records it,
/// because only the Worker can cancel a card payment that the payer has begun.
pub(crate) async fn record(
    database: &Database,
    purchase_order: &str,
    reference: &str,
    url: &str,
) -> Result<String, Failure> {
    let id = new_id("key").map_err(|_| no_random_bytes())?;
    let key = Token::generate().map_err(|_| no_random_bytes())?;
    let last_four = key.text.get(key.text.len().saturating_sub(4)..).unwrap_or_default();
    let statements = payments::add_key(&id, purchase_order, &key.hash, last_four);
    if !database.creates_one(&statements).await? {
        return Err(Failure(format!(
            "There is no purchase order with the id {purchase_order:?}. To list the unpaid ones: \
             play-it-green merchant unpaid"
        )));
    }
    let authorization = format!("Bearer {}", key.text);
    let response = http::send(Request {
        method: "POST",
        url: &format!("{url}/api/purchase_orders/{purchase_order}/payments"),
        headers: &[("authorization", &authorization), ("content-type", "application/json")],
        body: Some(&json!({"reference": reference}).to_string()),
        timeout: TIMEOUT,
    })
    .await
    .map_err(|Failure(why)| Failure(format!("{why} {UNKNOWN}")))?;
    let recorded: Recorded = serde_json::from_str(&response.body).unwrap_or_default();
    match (recorded.amount, recorded.currency) {
        (Some(amount), Some(currency)) => {
            let money = money(amount, &currency);
            Ok(format!("Recorded a payment of {money} with the reference {reference:?}."))
        }
        _ => Err(Failure(recorded.message.unwrap_or_else(|| {
            format!("{url} returned {}. Is it your Worker? {UNKNOWN}", response.status)
        }))),
    }
}
