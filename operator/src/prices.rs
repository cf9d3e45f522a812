//! `play-it-green merchant price` and `prices`.

use jiff::Timestamp;
use order_events::{Currency, Money};

use crate::Failure;
use crate::arguments::NewPrice;
use crate::database::Database;
use crate::store::prices::{self, PriceRow};

/// Sets a price, and lists all prices of its currency.
pub(crate) async fn set(database: &Database, price: &NewPrice) -> Result<String, Failure> {
    let code = price.currency.code();
    let rows: Vec<PriceRow> = database.execute(&prices::set(price)).await?;
    let of_currency: Vec<&PriceRow> = rows.iter().filter(|row| row.currency == code).collect();
    let is_set = match price.from {
        Some(from) => of_currency
            .iter()
            .any(|row| row.valid_from == from && row.amount == price.amount && row.is_past == 0),
        // A price from now on is stored as the latest one that is valid by now.
        None => of_currency.iter().any(|row| row.amount == price.amount),
    };
    if !is_set {
        return Err(Failure(
            "That day is over: earlier sales keep their price, and nothing was stored. Give a \
             future day, or leave out --from."
                .to_owned(),
        ));
    }
    Ok(of_currency.into_iter().map(line).collect::<Vec<_>>().join("\n"))
}

/// Lists the prices, one per line.
pub(crate) async fn list(database: &Database) -> Result<String, Failure> {
    let rows: Vec<PriceRow> = database.execute(&[prices::LIST.to_owned()]).await?;
    if rows.is_empty() {
        let command = "play-it-green merchant price EUR 1.00";
        return Ok(format!("No tree prices yet. Set one with: {command}"));
    }
    Ok(rows.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn line(row: &PriceRow) -> String {
    let money = money(row.amount, &row.currency);
    let from = Timestamp::from_millisecond(row.valid_from).ok().filter(|_| row.valid_from > 0);
    match from {
        Some(from) => format!("{money} per tree from {}", from.strftime("%Y-%m-%d %H:%M:%S UTC")),
        None => format!("{money} per tree from the beginning"),
    }
}

/// Writes an amount of minor units.
pub(crate) fn money(amount: i64, currency: &str) -> String {
    match currency.parse::<Currency>() {
        Ok(currency) => Money { amount, currency }.to_string(),
        Err(_) => format!("{amount} {currency}"),
    }
}
