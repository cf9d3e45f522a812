//! The table `refunds`: money that was taken twice, and goes back.

use serde::Deserialize;

use super::{Store, StoreError};
use crate::domain::states::{PaymentProvider, RefundState};

/// A refund as it is stored.
#[derive(Deserialize)]
pub(crate) struct RefundRow {
    pub(crate) id: String,
    pub(crate) purchase_order_id: String,
    pub(crate) idempotency_key: String,
    /// Minor units.
    pub(crate) amount: i64,
    pub(crate) currency: String,
    /// The provider's name of the payment that goes back.
    pub(crate) payment_reference: Option<String>,
    pub(crate) created_at: i64,
}

/// Runs in the same batch as the payment that turned out to be a duplicate.
pub(super) const BEGIN: &str = "
INSERT INTO refunds (id, payment_id, idempotency_key, amount, state, created_at)
SELECT replace(id, 'pay_', 'ref_'), id, idempotency_key || '/refund', amount, 'pending', ?2
FROM payments WHERE id = ?1 AND state = 'duplicate'
ON CONFLICT DO NOTHING";

const PENDING: &str = "
SELECT r.id FROM refunds r JOIN payments x ON x.id = r.payment_id
WHERE r.state = 'pending' AND x.provider = ?1 ORDER BY r.created_at, r.id LIMIT ?2";

const READ: &str = "
SELECT r.id, x.purchase_order_id, r.idempotency_key, r.amount, x.currency,
    x.reference AS payment_reference, r.created_at
FROM refunds r JOIN payments x ON x.id = r.payment_id WHERE r.id = ?1";

/// A refund that was on its way may still fail, and one that failed stays so.
const SETTLE: &str = "
UPDATE refunds SET state = ?2, reference = ?3, settled_at = ?4 WHERE id = ?1 AND state <> 'failed'";

impl Store {
    /// Returns the ids of refunds without a known outcome, oldest first.
    pub(crate) async fn pending_refunds(
        &self,
        provider: PaymentProvider,
        limit: i64,
    ) -> Result<Vec<String>, StoreError> {
        self.ids(PENDING, &[provider.as_str().into(), limit.into()]).await
    }

    /// One refund.
    pub(crate) async fn refund(&self, id: &str) -> Result<Option<RefundRow>, StoreError> {
        self.first(READ, &[id.into()]).await
    }

    /// Stores that the money went back, or that it could not.
    pub(crate) async fn settle_refund(
        &self,
        id: &str,
        state: RefundState,
        reference: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        self.write(SETTLE, &[id.into(), state.as_str().into(), reference.into(), now.into()])
            .await?;
        Ok(())
    }
}
