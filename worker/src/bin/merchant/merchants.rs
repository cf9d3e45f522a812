//! The commands: add a merchant, sign one in, list them all.

use play_it_green_worker::auth::new_id;
use serde::Deserialize;

use crate::Failure;
use crate::arguments::NewMerchant;
use crate::database::Database;
use crate::link::{Link, WORKS_FOR, no_random_bytes};
use crate::statement::{bind, text};

/// A merchant as it is listed.
#[derive(Deserialize)]
struct MerchantRow {
    id: String,
    name: String,
    time_zone: String,
    currency: String,
    shops: i64,
    keys: i64,
}

/// The first price of a currency also counts for the sales before it.
const SET_PRICE: &str = "
INSERT INTO tree_prices (currency, valid_from, amount)
SELECT ?1, CASE WHEN EXISTS (SELECT 1 FROM tree_prices WHERE currency = ?1) THEN ?2 ELSE 0 END, ?3
WHERE ?3 IS NOT (SELECT amount FROM tree_prices WHERE currency = ?1 AND valid_from <= ?2
    ORDER BY valid_from DESC LIMIT 1);";

/// A merchant whose trees have no price could never be billed.
const ADD: &str = "
INSERT INTO merchants (id, name, time_zone, currency, created_at)
SELECT ?1, ?2, ?3, ?4, ?5
WHERE EXISTS (SELECT 1 FROM tree_prices WHERE currency = ?4 AND valid_from <= ?5);";

const ADD_LINK: &str = "
INSERT INTO sign_in_links (hash, merchant_id, created_at, expires_at, email_sealed)
SELECT ?1, id, ?3, ?4, ?5 FROM merchants WHERE id = ?2;";

const WAS_MADE: &str = "
SELECT count(*) AS made FROM sign_in_links WHERE hash = ?1;";

const LIST: &str = "
SELECT m.id, m.name, m.time_zone, m.currency,
    (SELECT count(*) FROM shops WHERE merchant_id = m.id AND deleted_at IS NULL) AS shops,
    (SELECT count(*) FROM api_keys WHERE merchant_id = m.id AND revoked_at IS NULL) AS keys
FROM merchants m ORDER BY m.created_at, m.id;";

/// Adds a merchant, and answers with its id and a sign-in link.
pub(crate) fn add(
    database: &Database,
    merchant: &NewMerchant,
    url: &str,
    now: i64,
) -> Result<String, Failure> {
    let id = new_id("mer").map_err(|_| no_random_bytes())?;
    let currency = merchant.currency.code();
    let mut sql = String::new();
    if let Some(price) = merchant.price {
        let values = [text(currency), now.to_string(), price.to_string()];
        sql.push_str(&bind(SET_PRICE, &values));
    }
    let values = [&id, &merchant.name, &merchant.time_zone, currency].map(text);
    sql.push_str(&bind(ADD, &[&values[..], &[now.to_string()]].concat()));
    let Some(link) = make_link(database, sql, (&id, merchant.email.as_deref()), url, now)? else {
        return Err(Failure(format!(
            "Nobody has said yet what a tree costs in {currency}. Say it: --tree-price 1.00"
        )));
    };
    Ok(format!("{} is added, with the id {id}.\n\n{}", merchant.name, link.words()))
}

/// Answers with another sign-in link of a merchant, whose mail goes to the address if nobody has said
/// another yet.
pub(crate) fn sign_in(
    database: &Database,
    (id, email): (&str, Option<&str>),
    url: &str,
    now: i64,
) -> Result<String, Failure> {
    match make_link(database, String::new(), (id, email), url, now)? {
        Some(link) => Ok(link.words()),
        None => Err(Failure(format!(
            "There is no merchant with the id {id:?}. To see them all: npm run merchant -- list"
        ))),
    }
}

/// Makes a link in the same transaction as `sql`; `None` when there is no such merchant after it.
fn make_link(
    database: &Database,
    mut sql: String,
    (merchant, email): (&str, Option<&str>),
    url: &str,
    now: i64,
) -> Result<Option<Link>, Failure> {
    let link = Link::make(url, email)?;
    let expires_at = now.saturating_add(WORKS_FOR);
    let sealed = link.email_sealed.as_deref().map_or_else(|| "NULL".to_owned(), text);
    let (now, until) = (now.to_string(), expires_at.to_string());
    let values = [text(&link.hash), text(merchant), now, until, sealed];
    sql.push_str(&bind(ADD_LINK, &values));
    sql.push_str(&bind(WAS_MADE, &values));
    Ok(database.makes_one(&sql)?.then_some(link))
}

/// Answers with a line for each merchant.
pub(crate) fn list(database: &Database) -> Result<String, Failure> {
    let rows: Vec<MerchantRow> = database.execute(LIST)?;
    if rows.is_empty() {
        return Ok("There is no merchant yet. Add one: npm run merchant -- add".to_owned());
    }
    let lines = rows.iter().map(|row| {
        let count =
            |number, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
        format!(
            "{}  {}  ({}, {}, {}, {})",
            row.id,
            row.name,
            row.time_zone,
            row.currency,
            count(row.shops, "shop"),
            count(row.keys, "key")
        )
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}
