//! The shops and keys of the demo's merchant.

use play_it_green_accounts::hash;

use super::security_events::key_created;
use super::statement::{bind, optional_text, text};

const ADD_SHOP: &str = "
INSERT INTO shops (id, merchant_id, name, platform, origin, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, unixepoch() * 1000);";

const ADD_KEY: &str = "
INSERT INTO api_keys (id, merchant_id, shop_id, kind, mode, name, hash, hint, created_at)
VALUES (?1, ?2, ?3, ?4, 'live', ?5, ?6, ?7, unixepoch() * 1000);";

const UNFINISHED: &str = "
SELECT id FROM month_end_runs
WHERE scheduled_at = ?1 AND (ended_at IS NULL OR handled < queued);";

/// Lists the month ends of this instant that the queue has not handled yet.
pub(crate) fn unfinished_month_ends(scheduled_at: i64) -> String {
    bind(UNFINISHED, &[scheduled_at.to_string()])
}

/// Adds a shop at this origin.
pub(crate) fn add_shop(id: &str, merchant: &str, shop: (&str, &str), origin: &str) -> String {
    let (name, platform) = shop;
    bind(ADD_SHOP, &[id, merchant, name, platform, origin].map(text))
}

/// Adds and logs a key: `publishable` for the shop, or `secret` without one.
pub(crate) fn add_key(id: &str, merchant: &str, shop: Option<&str>, key: &str) -> [String; 2] {
    let (kind, name) =
        if shop.is_some() { ("publishable", "Storefront") } else { ("secret", "Server") };
    let last_four = key.get(key.len().saturating_sub(4)..).unwrap_or_default();
    let values = [
        text(id),
        text(merchant),
        optional_text(shop),
        text(kind),
        text(name),
        text(&hash(key)),
        text(last_four),
    ];
    [bind(ADD_KEY, &values), key_created(id)]
}
