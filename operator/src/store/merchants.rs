//! Merchants and their sign-in links.

use serde::Deserialize;

use super::security_events::sessions_ended;
use super::statement::{bind, optional_text, text};
use crate::arguments::NewMerchant;
use crate::link::Link;

/// A merchant in the list.
#[derive(Deserialize)]
pub(crate) struct MerchantRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) time_zone: String,
    pub(crate) currency: String,
    pub(crate) shops: i64,
    pub(crate) keys: i64,
    /// Orders that wait for a price of a tree.
    pub(crate) unpriced_orders: i64,
}

/// A credit of a merchant who no longer sells.
#[derive(Deserialize)]
pub(crate) struct CreditRow {
    pub(crate) merchant_id: String,
    pub(crate) currency: String,
    /// Minor units.
    pub(crate) amount: i64,
    /// The first month that left a credit: `2026-08`.
    pub(crate) period: String,
}

/// The first price of a currency is also valid for earlier sales.
const SET_PRICE: &str = "
INSERT INTO tree_prices (currency, valid_from, amount)
SELECT ?1, CASE WHEN EXISTS (SELECT 1 FROM tree_prices WHERE currency = ?1) THEN ?2 ELSE 0 END, ?3
WHERE ?3 IS NOT (SELECT amount FROM tree_prices WHERE currency = ?1 AND valid_from <= ?2
    ORDER BY valid_from DESC LIMIT 1);";

/// A merchant could never be billed without a tree price.
const ADD: &str = "
INSERT INTO merchants (id, name, time_zone, currency, created_at)
SELECT ?1, ?2, ?3, ?4, ?5
WHERE EXISTS (SELECT 1 FROM tree_prices WHERE currency = ?4 AND valid_from <= ?5);";

const ADD_LINK: &str = "
INSERT INTO sign_in_links (hash, merchant_id, created_at, expires_at, email_encrypted)
SELECT ?1, id, ?3, ?4, ?5 FROM merchants WHERE id = ?2;";

const LINK_EXISTS: &str = "
SELECT count(*) AS made FROM sign_in_links WHERE hash = ?1;";

const END_SESSIONS: &str = "
DELETE FROM sessions WHERE merchant_id = ?1;";

const VOID_LINKS: &str = "
DELETE FROM sign_in_links WHERE merchant_id = ?1 AND used_at IS NULL;";

const VOID_REQUESTS: &str = "
UPDATE sign_in_requests SET voided_at = unixepoch() * 1000
WHERE voided_at IS NULL AND email_hash = (SELECT email_hash FROM merchants WHERE id = ?1);";

const MERCHANT_EXISTS: &str = "
SELECT count(*) AS made FROM merchants WHERE id = ?1;";

/// Lists the merchants.
pub(crate) const LIST: &str = "
SELECT m.id, m.name, m.time_zone, m.currency,
    (SELECT count(*) FROM shops WHERE merchant_id = m.id AND deleted_at IS NULL) AS shops,
    (SELECT count(*) FROM api_keys WHERE merchant_id = m.id AND revoked_at IS NULL) AS keys,
    (SELECT count(*) FROM orders WHERE merchant_id = m.id AND waits_for = 'price')
        AS unpriced_orders
FROM merchants m ORDER BY m.created_at, m.id;";

/// Lists the credits that no purchase order has used for three months: their merchants no longer
/// sell.
pub(crate) const LASTING_CREDITS: &str = "
SELECT v.merchant_id, v.currency, -sum(v.amount) AS amount, min(p.period) AS period
FROM carried_over v JOIN purchase_orders p ON p.id = v.from_purchase_order_id
WHERE v.to_purchase_order_id IS NULL AND p.closed_at <= unixepoch('now', '-3 months') * 1000
GROUP BY v.merchant_id, v.currency HAVING sum(v.amount) < 0
ORDER BY v.merchant_id, v.currency;";

/// Adds a merchant, and the tree price if there is one.
pub(crate) fn add(id: &str, merchant: &NewMerchant, now: i64) -> Vec<String> {
    let currency = text(merchant.currency.code());
    let now = now.to_string();
    let mut statements = Vec::new();
    if let Some(price) = merchant.price {
        statements.push(bind(SET_PRICE, &[currency.clone(), now.clone(), price.to_string()]));
    }
    let (id, name) = (text(id), text(&merchant.name));
    statements.push(bind(ADD, &[id, name, text(&merchant.time_zone), currency, now]));
    statements
}

/// Ends and logs the sessions of a merchant, and voids its links and the requests for some; the row
/// counts the merchant as `made`.
pub(crate) fn end_sessions(id: &str) -> Vec<String> {
    let values = [text(id)];
    let all = [END_SESSIONS, VOID_LINKS, VOID_REQUESTS, MERCHANT_EXISTS];
    let mut statements = vec![sessions_ended(id)];
    statements.extend(all.map(|sql| bind(sql, &values)));
    statements
}

/// Adds a sign-in link of a merchant; the row counts it as `made`.
pub(crate) fn add_link(merchant: &str, link: &Link, now: i64, expires_at: i64) -> Vec<String> {
    let email = optional_text(link.email_encrypted.as_deref());
    let hash = text(&link.hash);
    let values = [hash, text(merchant), now.to_string(), expires_at.to_string(), email];
    vec![bind(ADD_LINK, &values), bind(LINK_EXISTS, &values)]
}
