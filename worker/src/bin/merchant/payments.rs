//! The commands: list what is unpaid, and record that a purchase order was paid by other means.

use std::time::Duration;

use play_it_green_worker::auth::new_id;
use play_it_green_worker::auth::token::Token;
use serde::Deserialize;

use crate::Failure;
use crate::database::Database;
use crate::link::no_random_bytes;
use crate::prices::money;
use crate::statement::{bind, text};

/// A purchase order that is not paid.
#[derive(Deserialize)]
struct UnpaidRow {
    id: String,
    number: String,
    merchant: String,
    /// Minor units of `currency`.
    total: i64,
    currency: String,
    /// The day of its close, in UTC: `2026-12-01`.
    since: String,
}

const UNPAID: &str = "
SELECT p.id, printf('PO-%s-%04d', p.period, p.sequence) AS number, m.name AS merchant, p.total,
    p.currency, date(p.closed_at / 1000, 'unixepoch') AS since
FROM purchase_orders p JOIN merchants m ON m.id = p.merchant_id
WHERE p.state = 'payment due' ORDER BY p.closed_at, p.id;";

/// A key that may do this one thing, for five minutes by the database's clock.
const ADD_KEY: &str = "
INSERT INTO api_keys (id, merchant_id, kind, mode, name, hash, hint, scopes, created_at, expires_at)
SELECT ?1, merchant_id, 'secret', 'live', 'The operator records a payment', ?3, ?4,
    '[\"payments:write\"]', unixepoch() * 1000, unixepoch() * 1000 + 300000
FROM purchase_orders WHERE id = ?2;
SELECT count(*) AS made FROM api_keys WHERE id = ?1;";

/// How long the Worker may take, which may have to ask Stripe first.
const PATIENCE: Duration = Duration::from_mins(1);

/// What to do when nobody knows what became of it.
const LOOK: &str = "'unpaid' shows whether it is recorded; doing it again does no harm.";

/// The part of an answer that is read.
#[derive(Default, Deserialize)]
struct Answer {
    amount: Option<i64>,
    currency: Option<String>,
    /// What is wrong.
    message: Option<String>,
}

/// Answers with a line for each purchase order that is not paid, the oldest first.
pub(crate) fn list_unpaid(database: &Database) -> Result<String, Failure> {
    let rows: Vec<UnpaidRow> = database.execute(UNPAID)?;
    if rows.is_empty() {
        return Ok("Every purchase order is paid.".to_owned());
    }
    let lines = rows.iter().map(|row| {
        let UnpaidRow { id, number, merchant, since, .. } = row;
        format!("{id}  {number}  {merchant}  {}  since {since}", money(row.total, &row.currency))
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// Has the Worker at `url` record that a purchase order was paid. It is the one who knows whether the
/// payer is about to pay by card, so this is no statement of ours.
pub(crate) fn record(
    database: &Database,
    purchase_order: &str,
    reference: &str,
    url: &str,
) -> Result<String, Failure> {
    let (id, key) =
        new_id("key").and_then(|id| Ok((id, Token::generate()?))).map_err(|_| no_random_bytes())?;
    let hint = key.text.get(key.text.len().saturating_sub(4)..).unwrap_or_default();
    let values = [id.as_str(), purchase_order, &key.hash, hint].map(text);
    if !database.makes_one(&bind(ADD_KEY, &values))? {
        return Err(Failure(format!(
            "There is no purchase order with the id {purchase_order:?}. To see which are not paid: \
             npm run merchant -- unpaid"
        )));
    }
    let address = format!("{url}/api/purchase_orders/{purchase_order}/payments");
    let mut response = ureq::post(&address)
        .config()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(PATIENCE))
        .build()
        .header("Authorization", format!("Bearer {}", key.text))
        .send_json(serde_json::json!({"reference": reference}))
        .map_err(|error| Failure(format!("{url} gave no answer: {error}. {LOOK}")))?;
    let answer: Answer = response.body_mut().read_json().unwrap_or_default();
    match (answer.amount, answer.currency) {
        (Some(amount), Some(currency)) => {
            Ok(format!("Recorded: {} came in, under {reference:?}.", money(amount, &currency)))
        }
        _ => Err(Failure(answer.message.unwrap_or_else(|| {
            format!("{url} answered {}. Is it your Worker? {LOOK}", response.status())
        }))),
    }
}
