//! The prices of a tree.

use serde::Deserialize;

use super::statement::{bind, text};
use crate::arguments::NewPrice;

/// A price in the list.
#[derive(Deserialize)]
pub(crate) struct PriceRow {
    pub(crate) currency: String,
    pub(crate) valid_from: i64,
    pub(crate) amount: i64,
    /// 1 if it was valid before this statement ran.
    pub(crate) is_past: i64,
}

/// A currency.
#[derive(Deserialize)]
pub(crate) struct Currency {
    pub(crate) currency: String,
}

/// Sales keep their price, because a price never applies to the past, by the database's clock. The
/// first price of a currency is also valid for earlier sales.
const SET: &str = "
INSERT INTO tree_prices (currency, valid_from, amount)
SELECT ?1, coalesce(?2, CASE WHEN EXISTS (SELECT 1 FROM tree_prices WHERE currency = ?1)
    THEN unixepoch() * 1000 ELSE 0 END), ?3
WHERE ?2 IS NULL OR ?2 >= unixepoch() * 1000
ON CONFLICT (currency, valid_from) DO UPDATE SET amount = excluded.amount
WHERE tree_prices.valid_from >= unixepoch() * 1000;";

/// Lists the prices.
pub(crate) const LIST: &str = "
SELECT currency, valid_from, amount, valid_from < unixepoch() * 1000 AS is_past
FROM tree_prices ORDER BY currency, valid_from;";

/// The currencies of merchants without a price that is valid now.
pub(crate) const MISSING: &str = "
SELECT DISTINCT currency FROM merchants m WHERE NOT EXISTS (
    SELECT 1 FROM tree_prices p
    WHERE p.currency = m.currency AND p.valid_from <= unixepoch() * 1000)
ORDER BY currency;";

/// Sets a price; the rows are all prices.
pub(crate) fn set(price: &NewPrice) -> Vec<String> {
    let from = price.from.map_or("NULL".to_owned(), |from| from.to_string());
    let values = [text(price.currency.code()), from, price.amount.to_string()];
    vec![bind(SET, &values), LIST.to_owned()]
}
