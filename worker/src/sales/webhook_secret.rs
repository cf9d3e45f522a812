//! Secrets of shops' webhooks: a new one replaces the old one without a gap.

use axum::http::StatusCode;

use crate::crypto::encryption_keys::Purpose;
use crate::crypto::{hexadecimal, random};
use crate::domain::names;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::has_rows;
use crate::store::shops::ShopRow;
use crate::store::webhooks::{NewWebhookSecret, WebhookShop};

/// The platform that makes the secret itself, and shows it.
pub(crate) const SHOPIFY: &str = "shopify";

/// The platform that takes a secret of ours.
pub(crate) const WOOCOMMERCE: &str = "woocommerce";

pub(crate) const SECRET_LENGTH_MAX: usize = 255;

/// Characters of a secret, at least: a shorter one can be found by trying.
pub(crate) const SECRET_LENGTH_MIN: usize = 16;

/// Milliseconds for which the secret before a new one is accepted at the latest: 3 days.
pub(crate) const OVERLAP: i64 = 3 * 24 * 60 * 60 * 1000;

/// The secret that signed a delivery.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SignedWith {
    New,
    /// The one before it, which the shop still uses.
    Old,
    /// Neither of them.
    Neither,
    /// Perhaps one that cannot be decrypted, because the operator changed the encryption keys.
    Unknown,
}

/// Returns true if webhooks of shops on this platform are taken.
pub(crate) fn is_taken_of(platform: &str) -> bool {
    [SHOPIFY, WOOCOMMERCE].contains(&platform)
}

/// Sets the secret of a shop's webhook. Without one, makes it, and returns it.
pub(crate) async fn set(
    context: &RequestContext,
    merchant: &str,
    shop: &ShopRow,
    secret: Option<&str>,
) -> Result<Option<String>, Problem> {
    check_platform(shop)?;
    let made = match secret {
        Some(_) => None,
        None if shop.platform == SHOPIFY => {
            return Err(Problem::unprocessable(
                "secret",
                "secret: copy it from Shopify's Settings > Notifications > Webhooks.",
            ));
        }
        None => Some(make()?),
    };
    let text = secret.or(made.as_deref()).map(str::trim).unwrap_or_default();
    names::check("secret", text, SECRET_LENGTH_MAX)?;
    if text.chars().count() < SECRET_LENGTH_MIN {
        let message = format!("secret: use at least {SECRET_LENGTH_MIN} random characters.");
        return Err(Problem::unprocessable("secret", message));
    }
    replace(context, merchant, &shop.id, text).await?;
    Ok(made)
}

/// Finds the secret with which the shop signed; `verify` returns true for that secret.
pub(crate) async fn signed_with(
    context: &RequestContext,
    shop: &WebhookShop,
    mut verify: impl AsyncFnMut(&str) -> Result<bool, Problem>,
) -> Result<SignedWith, Problem> {
    let Some(keys) = context.usable_keys() else { return Ok(SignedWith::Unknown) };
    let new = keys.decrypt(Purpose::WebhookSecret, &shop.id, &shop.webhook_secret_encrypted);
    if let Some(new) = &new
        && verify(new).await?
    {
        return Ok(SignedWith::New);
    }
    let is_accepted = shop.webhook_old_secret_until > Some(context.now.milliseconds());
    let old = shop.webhook_old_secret_encrypted.as_deref().filter(|_| is_accepted);
    let old = old.map(|old| keys.decrypt(Purpose::OldWebhookSecret, &shop.id, old));
    if let Some(Some(old)) = &old
        && verify(old).await?
    {
        return Ok(SignedWith::Old);
    }
    let is_unknown = new.is_none() || old.is_some_and(|old| old.is_none());
    Ok(if is_unknown { SignedWith::Unknown } else { SignedWith::Neither })
}

/// Sets the secret of a shop's webhook.
async fn replace(
    context: &RequestContext,
    merchant: &str,
    shop: &str,
    secret: &str,
) -> Result<(), Problem> {
    let new = prepare(context, (merchant, shop), secret).await?;
    let now = context.now.milliseconds();
    let statements = context.store.set_webhook_secret((merchant, shop), &new, None, now)?;
    if has_rows(context.store.batch(statements.into()).await?.first())? {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::CONFLICT,
        "Another request set the secret at this very moment. Read the webhook, and set it again if \
         needed.",
    ))
}

/// Makes the secret of a `WooCommerce` webhook. `WooCommerce` changes what is not a letter or a
/// digit when it stores a secret.
pub(crate) fn make() -> Result<String, Problem> {
    Ok(format!("pigwh{}", hexadecimal(&random::<20>()?)))
}

/// Returns a secret as it is stored. The one that the shop uses now is accepted until a delivery
/// is signed with the new one, and for 3 days at most.
pub(crate) async fn prepare(
    context: &RequestContext,
    (merchant, shop): (&str, &str),
    secret: &str,
) -> Result<NewWebhookSecret, Problem> {
    let (keys, store) = (context.keys()?, &context.store);
    let read = store.webhook_secrets(merchant, shop).await?;
    let read = read.ok_or_else(|| Problem::not_found("shop"))?;
    let encrypted = keys.encrypt(Purpose::WebhookSecret, shop, secret)?;
    let now = context.now.milliseconds();
    let old = match (read.old_secret, read.old_until, &read.secret) {
        // The shop has not used the latest one yet, so it uses the one before that.
        (Some(old), Some(until), _) if until > now => Some((old, until)),
        (_, _, Some(current)) if read.is_seen != 0 => {
            let current = keys.decrypt(Purpose::WebhookSecret, shop, current);
            let current = current.filter(|current| current != secret);
            let again = |text: String| keys.encrypt(Purpose::OldWebhookSecret, shop, &text);
            let until = now.saturating_add(OVERLAP);
            current.map(again).transpose()?.map(|current| (current, until))
        }
        _ => None,
    };
    Ok(NewWebhookSecret { encrypted, old, before: read.secret })
}

fn check_platform(shop: &ShopRow) -> Result<(), Problem> {
    if is_taken_of(&shop.platform) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::CONFLICT,
        "This platform has no webhook that we can read: post order events with a secret key.",
    ))
}

/// The address for the deliveries of a shop to the Worker at this origin.
pub(crate) fn address(origin: &str, shop: &ShopRow) -> String {
    format!("{origin}/webhooks/{}/{}", shop.platform, shop.id)
}
