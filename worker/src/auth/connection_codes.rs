//! Connects the plugin of a shop by a code that its owner pastes there once.

use axum::http::StatusCode;

use crate::auth::keys::{self, KEYS_MAX};
use crate::crypto::{hash, hexadecimal, new_id, random};
use crate::domain::origin;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::sales::webhook_secret::{self, OVERLAP, WOOCOMMERCE};
use crate::store::connection_codes::{CodeUse, ConnectionCodeRow};
use crate::store::resource::Resource;
use crate::store::shops::ShopRow;
use crate::store::{StoreError, Table};

/// Milliseconds for which a code works: 15 minutes.
pub(crate) const WORKS_FOR: i64 = 15 * 60 * 1000;

/// Milliseconds for which an unused code is stored after it expired, so that a refusal can say so.
pub(crate) const CODES_KEPT_FOR: i64 = 24 * 60 * 60 * 1000;

/// The beginning of each code.
const PREFIX: &str = "pig_code_";

/// Random bytes of a code: 160 bits.
const RANDOM_BYTES: usize = 20;

/// Bytes of the longest text that is read as a code: the token and an origin.
const CODE_BYTES_MAX: usize = 500;

const UNKNOWN: &str = "This code is not known. Make a code in the settings of Play It Green, copy all \
    of it, and paste it here. A new code replaces the one before it.";

const EXPIRED: &str = "This code has expired: it works for 15 minutes. Make another one in the \
    settings of Play It Green, and paste it here.";

const USED: &str = "This code was used before: each code connects one shop once. If the shop is not \
    connected, make another code in the settings of Play It Green, and paste it here.";

/// A shop that its plugin has just connected.
pub(crate) struct Connected {
    pub(crate) shop: ShopRow,
    /// The text of the publishable key, returned this once.
    pub(crate) api_key: String,
    /// The secret of the webhooks, returned this once.
    pub(crate) webhook_secret: String,
}

/// True if the plugin of this platform connects itself by a code.
pub(crate) fn is_taken_by(platform: &str) -> bool {
    platform == WOOCOMMERCE
}

/// Makes a code for a shop, in place of its unused one. The code holds the address of this Worker,
/// `origin`, so that one paste is enough.
pub(crate) async fn make(
    context: &RequestContext,
    shop: &ShopRow,
    origin: &str,
) -> Result<String, Problem> {
    if !is_taken_by(&shop.platform) {
        let message = "Shops on this platform have no plugin that takes a code.";
        return Err(Problem::new(StatusCode::CONFLICT, message));
    }
    let token = format!("{PREFIX}{}", hexadecimal(&random::<RANDOM_BYTES>()?));
    let now = context.now.milliseconds();
    let times = (now, now.saturating_add(WORKS_FOR));
    match context.store.replace_connection_code(&hash(&token), &shop.id, times).await {
        Ok(()) => Ok(format!("{token}@{origin}")),
        Err(StoreError::Conflict) => Err(changed_meanwhile()),
        Err(error) => Err(error.into()),
    }
}

/// Connects the shop of a code to the site at this address. `is_moved` confirms that a shop with
/// sales has another address now.
pub(crate) async fn connect(
    context: &RequestContext,
    code: &str,
    site: &str,
    is_moved: bool,
) -> Result<Connected, Problem> {
    let code_hash = hash_of(code)?;
    let row = context.store.connection_code(&code_hash).await?;
    let row = row.ok_or_else(|| Problem::unauthorized(UNKNOWN))?;
    let now = context.now.milliseconds();
    check(&row, now)?;
    let shop = ShopRow::load(&context.store, &row.merchant_id, &row.shop_id).await?;
    let shop = shop.filter(|shop| is_taken_by(&shop.platform));
    let shop = shop.ok_or_else(|| Problem::unauthorized(UNKNOWN))?;
    let origin = origin::read("site", site)?;
    if shop.origin != origin && row.has_sales != 0 && !is_moved {
        return Err(another_address(&shop.origin, &origin));
    }
    let shop = ShopRow { origin, ..shop };
    let place = (row.merchant_id.as_str(), shop.id.as_str());
    let secret = webhook_secret::make()?;
    let new = webhook_secret::prepare(context, place, &secret).await?;
    let id = new_id("key")?;
    let key = keys::prepare_for_code(context, place.0, id, &shop, &code_hash)?;
    let code_use = CodeUse {
        hash: &code_hash,
        shop_id: &shop.id,
        key_id: &key.id,
        secret_before: new.before.as_deref(),
        now,
        keys_max: KEYS_MAX,
    };
    let store = &context.store;
    let mut statements = vec![store.use_connection_code(&code_use)?];
    statements.extend(key.statements);
    statements.extend(store.set_webhook_secret(place, &new, Some(&key.id), now)?);
    let address = (shop.origin.as_str(), now.saturating_add(OVERLAP));
    statements.extend(store.replace_connection(&shop.id, &key.id, address, now)?);
    if !store.create(statements, (Table::ApiKeys, &key.id)).await? {
        return Err(not_connected(context, &code_hash).await?);
    }
    let api_key = key.answer.api_key;
    Ok(Connected { shop, api_key, webhook_secret: secret })
}

/// The stored form of a code. People may paste it with the address or without it.
fn hash_of(code: &str) -> Result<String, Problem> {
    let token = code.trim().split('@').next().unwrap_or_default();
    if code.len() > CODE_BYTES_MAX || !token.starts_with(PREFIX) {
        return Err(Problem::unauthorized(UNKNOWN));
    }
    Ok(hash(token))
}

fn check(row: &ConnectionCodeRow, now: i64) -> Result<(), Problem> {
    if row.used_at.is_some() {
        return Err(Problem::unauthorized(USED));
    }
    if row.expires_at <= now {
        return Err(Problem::unauthorized(EXPIRED));
    }
    Ok(())
}

/// 409: the code belongs to a shop with sales at another address.
fn another_address(known: &str, site: &str) -> Problem {
    let message = format!(
        "This code belongs to the shop at {known}, which has sales, and this site is {site}. If this \
         site is a copy, add a shop of its own in the settings of Play It Green. If the shop moved \
         here, confirm that, and send the code again."
    );
    Problem::new(StatusCode::CONFLICT, message).with("origin", known)
}

/// Why nothing was made: another request used the code or changed the shop, or there are too many
/// keys.
async fn not_connected(context: &RequestContext, code_hash: &str) -> Result<Problem, Problem> {
    let row = context.store.connection_code(code_hash).await?;
    let row = row.ok_or_else(|| Problem::unauthorized(UNKNOWN))?;
    check(&row, context.now.milliseconds())?;
    let message = format!(
        "Nothing was connected: another request changed this shop at the same moment, or there are \
         {KEYS_MAX} keys that work, the most allowed. Revoke a key that is not needed, and send the \
         code again."
    );
    Ok(Problem::new(StatusCode::CONFLICT, message))
}

/// 409: another request changed the shop at the same moment.
fn changed_meanwhile() -> Problem {
    let message = "Another request made a code at this very moment. Please try again.";
    Problem::new(StatusCode::CONFLICT, message)
}
