//! The columns of `purchase_orders` that set one aside: it waits for the operator, and the others
//! go on.

use super::{Store, StoreError, bounded};

/// Named by its own id or by that of a payment of it.
const SET_ASIDE: &str = "
UPDATE purchase_orders SET set_aside_at = ?2, set_aside_reason = ?3
WHERE set_aside_at IS NULL AND state IN ('open', 'closed', 'payment due')
    AND (id = ?1 OR id = (SELECT purchase_order_id FROM payments WHERE id = ?1))";

/// A total that D1 cannot return exactly is never billed.
const SET_ASIDE_TOO_LARGE: &str = "
UPDATE purchase_orders AS p SET set_aside_at = ?2,
    set_aside_reason = 'It comes to more than 9,007,199,254,740,991 minor units of its currency.'
WHERE p.id IN (SELECT value FROM json_each(?1)) AND p.set_aside_at IS NULL
    AND p.state IN ('open', 'closed')
    AND coalesce(p.total, p.running_total) <> {bounded}";

/// Sets aside those of the purchase orders `?1` that are too large; `?2` is now.
pub(super) fn set_aside_too_large() -> String {
    SET_ASIDE_TOO_LARGE.replace("{bounded}", &bounded("coalesce(p.total, p.running_total)"))
}

impl Store {
    /// Sets aside one purchase order, or that of one payment, until the operator retries it.
    pub(crate) async fn set_aside(
        &self,
        id: &str,
        reason: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        self.write(SET_ASIDE, &[id.into(), now.into(), reason.into()]).await?;
        Ok(())
    }
}
