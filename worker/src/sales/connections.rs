//! Watches the webhooks of shops: a shop goes on posting claims when its webhook is gone, and then
//! no tree is ordered.

use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::connections::Silence;

/// Claims without any delivery after them that show that a webhook is silent.
pub(crate) const CLAIMS: i64 = 5;

/// Milliseconds in which a shop delivers: `WooCommerce` does so with the next visitors of the shop.
pub(crate) const DELIVERED_WITHIN: i64 = 10 * 60 * 1000;

/// Milliseconds after which a single claim shows it.
pub(crate) const ONE_CLAIM_WITHIN: i64 = 24 * 60 * 60 * 1000;

/// Milliseconds for which a problem of a delivery is listed after its last time.
pub(crate) const PROBLEMS_KEPT_FOR: i64 = 90 * 24 * 60 * 60 * 1000;

/// Finds the webhooks that became silent, and writes to their owners.
pub(crate) async fn watch(context: &RequestContext) -> Result<(), Problem> {
    let now = context.now.milliseconds();
    let silence = Silence {
        claims: CLAIMS,
        confirmed_until: now.saturating_sub(DELIVERED_WITHIN),
        one_until: now.saturating_sub(ONE_CLAIM_WITHIN),
        // Twice as far, in case that events were missed.
        oldest: now.saturating_sub(2 * ONE_CLAIM_WITHIN),
        now,
    };
    context.store.begin_silences(&silence).await?;
    context.store.delete_webhook_problems(now.saturating_sub(PROBLEMS_KEPT_FOR)).await?;
    Ok(())
}
