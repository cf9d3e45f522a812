//! The commands: set what a tree costs from a day on, and list it.

use jiff::Timestamp;
use order_events::{Currency, Money};
use serde::Deserialize;

use crate::Failure;
use crate::arguments::NewPrice;
use crate::database::Database;
use crate::statement::{bind, text};

/// A price as it is listed.
#[derive(Deserialize)]
struct PriceRow {
    currency: String,
    valid_from: i64,
    amount: i64,
    /// 1 when it was already so before the command; nobody may have been billed by it yet.
    is_past: i64,
}

/// Never the past: what was sold has its price. It is the database's clock that says what is past.
/// The first price of a currency also counts for the sales before it.
const SET: &str = "
INSERT INTO tree_prices (currency, valid_from, amount)
SELECT ?1, coalesce(?2, CASE WHEN EXISTS (SELECT 1 FROM tree_prices WHERE currency = ?1)
    THEN unixepoch() * 1000 ELSE 0 END), ?3
WHERE ?2 IS NULL OR ?2 >= unixepoch() * 1000
ON CONFLICT (currency, valid_from) DO UPDATE SET amount = excluded.amount
WHERE tree_prices.valid_from >= unixepoch() * 1000;";

const LIST: &str = "
SELECT currency, valid_from, amount, valid_from < unixepoch() * 1000 AS is_past
FROM tree_prices ORDER BY currency, valid_from;";

/// Sets a price, and answers with all prices of its currency.
pub(crate) fn set(database: &Database, price: &NewPrice) -> Result<String, Failure> {
    let code = price.currency.code();
    let from = price.from.map_or("NULL".to_owned(), |from| from.to_string());
    let set = bind(SET, &[text(code), from, price.amount.to_string()]);
    let rows: Vec<PriceRow> = database.execute(&format!("{set}{LIST}"))?;
    let of_currency: Vec<&PriceRow> = rows.iter().filter(|row| row.currency == code).collect();
    let is_set = match price.from {
        Some(from) => of_currency
            .iter()
            .any(|row| row.valid_from == from && row.amount == price.amount && row.is_past == 0),
        // From now on: it is the latest one that holds by now.
        None => of_currency.iter().any(|row| row.amount == price.amount),
    };
    if !is_set {
        return Err(Failure(
            "That day is over: what was sold keeps its price, and nothing was stored. Give a day to \
             come, or leave out --from."
                .to_owned(),
        ));
    }
    Ok(of_currency.into_iter().map(line).collect::<Vec<_>>().join("\n"))
}

/// Answers with a line for each price.
pub(crate) fn list(database: &Database) -> Result<String, Failure> {
    let rows: Vec<PriceRow> = database.execute(LIST)?;
    if rows.is_empty() {
        return Ok("No tree has a price yet: npm run merchant -- price EUR 1.00".to_owned());
    }
    Ok(rows.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn line(row: &PriceRow) -> String {
    let money = money(row.amount, &row.currency);
    let from = Timestamp::from_millisecond(row.valid_from).ok().filter(|_| row.valid_from > 0);
    match from {
        Some(from) => format!("{money} a tree, from {} on", from.strftime("%Y-%m-%d %H:%M:%S UTC")),
        None => format!("{money} a tree, from the beginning on"),
    }
}

/// An amount of minor units, as people write it.
pub(crate) fn money(amount: i64, currency: &str) -> String {
    match currency.parse::<Currency>() {
        Ok(currency) => Money { amount, currency }.to_string(),
        Err(_) => format!("{amount} {currency}"),
    }
}
