//! The only place that knows D1: one file a table, the SQL as named constants.

pub(crate) mod account_mails;
pub(crate) mod api_keys;
pub(crate) mod bought_trees;
mod budgets;
pub(crate) mod campaigns;
pub(crate) mod card_setups;
pub(crate) mod claims;
pub(crate) mod closes;
pub(crate) mod connection_codes;
pub(crate) mod connections;
pub(crate) mod copies;
pub(crate) mod counters;
pub(crate) mod dunning;
pub(crate) mod email_hashes;
pub(crate) mod encrypted_values;
pub(crate) mod idempotency_records;
pub(crate) mod mailbox;
pub(crate) mod mails;
pub(crate) mod merchants;
pub(crate) mod migrations;
pub(crate) mod month_end_runs;
pub(crate) mod named_sales;
pub(crate) mod operator_keys;
pub(crate) mod order_writes;
pub(crate) mod ordering_terms;
pub(crate) mod orders;
pub(crate) mod overview;
pub(crate) mod payers;
pub(crate) mod payments;
pub(crate) mod provider_events;
pub(crate) mod pulls;
pub(crate) mod purchase_order_history;
pub(crate) mod purchase_order_items;
pub(crate) mod purchase_order_lines;
pub(crate) mod purchase_order_quarters;
pub(crate) mod purchase_orders;
pub(crate) mod quarantine;
pub(crate) mod recent_sales;
pub(crate) mod refunds;
pub(crate) mod resource;
pub(crate) mod reviews;
pub(crate) mod rows;
pub(crate) mod sale_list;
pub(crate) mod sale_overview;
pub(crate) mod sale_write;
pub(crate) mod sales;
pub(crate) mod security_events;
pub(crate) mod sessions;
pub(crate) mod set_aside;
pub(crate) mod shops;
pub(crate) mod sign_in_attempts;
pub(crate) mod sign_in_links;
pub(crate) mod sign_in_requests;
pub(crate) mod sign_ups;
pub(crate) mod totals;
pub(crate) mod tree_prices;
mod unconfirmed;
pub(crate) mod unpriced;
pub(crate) mod webhooks;
pub(crate) mod write_guard;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use worker::{D1Database, D1PreparedStatement, D1Result};

pub(crate) use self::rows::rows;
use crate::platform::problem::Problem;

/// The database of one deployment, as one invocation of the Worker uses it.
#[derive(Clone)]
pub(crate) struct Store {
    database: Arc<D1Database>,
    /// D1 allows each invocation only so many.
    queries: Arc<AtomicUsize>,
}

/// A value bound to a statement.
pub(crate) enum Value {
    Text(String),
    Integer(i64),
    Null,
}

/// A table whose rows belong to a merchant and have an id.
#[derive(Clone, Copy)]
pub(crate) enum Table {
    ApiKeys,
    Campaigns,
    Orders,
    PurchaseOrders,
    QuarantinedSales,
    Shops,
}

/// A statement with its values bound.
pub(crate) struct Statement(D1PreparedStatement);

/// A row of which only the id is asked.
#[derive(Deserialize)]
struct IdRow {
    id: String,
}

/// Why the database did not do what it was asked.
pub(crate) enum StoreError {
    /// A unique index or a check said no: what was to be written is there, or no longer fits.
    Conflict,
    /// The purchase order would come to more than D1 keeps exact.
    TooLarge,
    /// Anything else; the text names tables and columns, never values.
    Failed(String),
}

/// Errors of D1 after a concurrent write. A credit without a purchase order is one whose
/// purchase order was closed at that moment.
const CONFLICTS: [&str; 3] = [
    "UNIQUE constraint failed",
    "CHECK constraint failed",
    "NOT NULL constraint failed: credits.purchase_order_id",
];

/// The message of the triggers of `0001_initial.sql`.
const TOO_LARGE: &str = "purchase order too large";

/// Parts of what D1 says about itself, not about a row: the same statement may succeed later.
const PASSING: [&str; 8] = [
    "connection lost",
    "overloaded",
    "caused object to be reset",
    "code was updated",
    "timeout",
    "timed out",
    "transient",
    "internal error",
];

/// The largest integer that JavaScript's numbers keep exact.
const INTEGER_MAX: u64 = 9_007_199_254_740_991;

/// A sum in SQL, at the bounds of what D1 returns as an integer where it lies beyond them. Unlike
/// `sum`, `total` never fails.
pub(crate) fn bounded_sum(of: &str) -> String {
    bounded(&format!("total({of})"))
}

/// A number in SQL, at the bounds of what D1 returns as an integer where it lies beyond them.
pub(crate) fn bounded(number: &str) -> String {
    format!("CAST(max(-{INTEGER_MAX}, min({INTEGER_MAX}, {number})) AS INTEGER)")
}

/// The end of a query for the rows of the merchant `?1` that meet the condition, oldest first: at most
/// `?3`, from behind the row `?2` on. `row` names the table in the query, `time` is its column with
/// the time of a row.
fn oldest_first(table: Table, (row, time): (&str, &str), condition: &str) -> String {
    let name = table.name();
    format!(
        "WHERE {row}.merchant_id = ?1 AND {condition}
        AND (?2 IS NULL OR ({row}.{time}, {row}.id) >
            (SELECT {time}, id FROM {name} WHERE merchant_id = ?1 AND id = ?2))
        ORDER BY {row}.{time}, {row}.id LIMIT ?3"
    )
}

impl Table {
    fn name(self) -> &'static str {
        match self {
            Self::ApiKeys => "api_keys",
            Self::Campaigns => "campaigns",
            Self::Orders => "orders",
            Self::PurchaseOrders => "purchase_orders",
            Self::QuarantinedSales => "quarantined_sales",
            Self::Shops => "shops",
        }
    }
}

impl Store {
    pub(crate) fn new(database: Arc<D1Database>) -> Self {
        Self { database, queries: Arc::default() }
    }

    /// How many statements were run so far.
    pub(crate) fn queries(&self) -> usize {
        self.queries.load(Ordering::Relaxed)
    }

    async fn run(&self, sql: &str, values: &[Value]) -> Result<D1Result, StoreError> {
        self.queries.fetch_add(1, Ordering::Relaxed);
        // `run`, because the errors of `all` come without their cause.
        Ok(self.statement(sql, values)?.0.run().await?)
    }

    /// Binds values to `?1`, `?2`, …
    pub(crate) fn statement(&self, sql: &str, values: &[Value]) -> Result<Statement, StoreError> {
        let values = values.iter().map(Value::to_js).collect::<Result<Vec<_>, _>>()?;
        self.database.prepare(sql).bind(&values).map(Statement).map_err(StoreError::from)
    }

    /// Every row of one statement.
    pub(crate) async fn all<T: DeserializeOwned>(
        &self,
        sql: &str,
        values: &[Value],
    ) -> Result<Vec<T>, StoreError> {
        rows(&self.run(sql, values).await?)
    }

    /// The first row of one statement, if there is one.
    pub(crate) async fn first<T: DeserializeOwned>(
        &self,
        sql: &str,
        values: &[Value],
    ) -> Result<Option<T>, StoreError> {
        Ok(self.all(sql, values).await?.into_iter().next())
    }

    /// The ids that one statement finds.
    async fn ids(&self, sql: &str, values: &[Value]) -> Result<Vec<String>, StoreError> {
        let rows = self.all::<IdRow>(sql, values).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// Returns true if the merchant has a row with this id, deleted or not.
    pub(crate) async fn exists(
        &self,
        table: Table,
        merchant: &str,
        id: &str,
    ) -> Result<bool, StoreError> {
        let sql = format!("SELECT id FROM {} WHERE merchant_id = ?1 AND id = ?2", table.name());
        let found = self.first::<IgnoredAny>(&sql, &[merchant.into(), id.into()]).await?;
        Ok(found.is_some())
    }

    /// Runs one statement. Returns the number of rows that it wrote.
    pub(crate) async fn write(&self, sql: &str, values: &[Value]) -> Result<usize, StoreError> {
        let result = self.run(sql, values).await?;
        let meta = result.meta()?.ok_or_else(|| StoreError::Failed("D1 sent no meta".into()))?;
        Ok(meta.changes.unwrap_or_default())
    }

    /// Runs the statements that create the row `id`, as one transaction. Returns true if they
    /// created it, and [`StoreError::Conflict`] if it existed before.
    pub(crate) async fn create(
        &self,
        mut statements: Vec<Statement>,
        (table, id): (Table, &str),
    ) -> Result<bool, StoreError> {
        let sql = format!("SELECT id FROM {} WHERE id = ?1", table.name());
        statements.push(self.statement(&sql, &[id.into()])?);
        has_rows(self.batch(statements).await?.last())
    }

    /// Runs the statements as one transaction: all of them, or none.
    pub(crate) async fn batch(
        &self,
        statements: Vec<Statement>,
    ) -> Result<Vec<D1Result>, StoreError> {
        self.queries.fetch_add(statements.len(), Ordering::Relaxed);
        let statements = statements.into_iter().map(|statement| statement.0).collect();
        Ok(self.database.batch(statements).await?)
    }
}

/// Returns any number of ids as one value, because D1 binds a hundred values at most.
pub(crate) fn ids_as_json(ids: &[String]) -> Result<Value, StoreError> {
    Ok(to_json(ids, "ids")?.into())
}

/// Writes values as JSON; `what` names them in the error.
fn to_json<T: Serialize + ?Sized>(values: &T, what: &str) -> Result<String, StoreError> {
    serde_json::to_string(values)
        .map_err(|_| StoreError::Failed(format!("{what} could not be written as JSON")))
}

/// Returns true if a result of a batch has a row.
pub(crate) fn has_rows(result: Option<&D1Result>) -> Result<bool, StoreError> {
    let found = result.map(rows::<IgnoredAny>).transpose()?;
    Ok(found.is_some_and(|rows| !rows.is_empty()))
}

impl Value {
    fn to_js(&self) -> Result<JsValue, StoreError> {
        match self {
            Value::Text(text) => Ok(JsValue::from_str(text)),
            Value::Null => Ok(JsValue::NULL),
            Value::Integer(integer) if integer.unsigned_abs() <= INTEGER_MAX => {
                #[expect(
                    clippy::as_conversions,
                    clippy::cast_precision_loss,
                    reason = "D1 refuses BigInt, and the bound above keeps the number exact"
                )]
                let number = *integer as f64;
                Ok(JsValue::from_f64(number))
            }
            Value::Integer(_) => Err(StoreError::Failed("an integer beyond 2^53 was bound".into())),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<i64> for Value {
    fn from(integer: i64) -> Self {
        Value::Integer(integer)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl From<worker::Error> for StoreError {
    fn from(error: worker::Error) -> Self {
        // The Display of a D1 error carries a JavaScript stack; its cause is one line.
        let cause = match &error {
            worker::Error::D1(error) => error.cause(),
            other => other.to_string(),
        };
        if cause.contains(TOO_LARGE) {
            StoreError::TooLarge
        } else if CONFLICTS.iter().any(|conflict| cause.contains(conflict)) {
            StoreError::Conflict
        } else {
            StoreError::Failed(cause)
        }
    }
}

impl StoreError {
    /// Returns true if it is about the database at this moment, and not about what was asked.
    pub(crate) fn is_passing(&self) -> bool {
        let Self::Failed(cause) = self else { return false };
        let cause = cause.to_ascii_lowercase();
        PASSING.iter().any(|passing| cause.contains(passing))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Conflict => "what was to be written contradicts what is stored",
            Self::TooLarge => "it comes to more than 9,007,199,254,740,991 minor units",
            Self::Failed(cause) => cause,
        })
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let fault = (!error.is_passing()).then(|| error.to_string());
        let problem = match error {
            StoreError::Conflict => Problem::internal("D1: an unexpected conflict"),
            StoreError::TooLarge => Problem::unprocessable(
                "",
                "The month's purchase order would come to more than 9,007,199,254,740,991 minor units \
                 of its currency. Nothing was ordered. Check the trees that your campaigns order.",
            ),
            StoreError::Failed(cause) => Problem::internal(&format!("D1: {cause}")),
        };
        problem.with_fault_of_row(fault)
    }
}
