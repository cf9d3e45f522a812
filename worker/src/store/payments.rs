//! The table `payments`: stored before the provider is asked, settled once.

use serde::Deserialize;

use super::{Store, StoreError};

/// A payment as it is stored.
#[derive(Clone, Deserialize)]
pub(crate) struct PaymentRow {
    pub(crate) id: String,
    pub(crate) card_last_four: String,
    /// `pending`, `authentication needed`, `paid` or `declined`.
    pub(crate) state: String,
    /// What the payer is told.
    pub(crate) message: Option<String>,
}

/// How the provider's answer leaves a payment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settled {
    Paid,
    Declined,
    AuthenticationNeeded,
}

/// Takes amount and currency from the purchase order itself, and only while it is to be paid.
const BEGIN: &str = "
INSERT INTO payments (id, purchase_order_id, attempt, provider, idempotency_key, amount, currency,
    card_last_four, state, created_at)
SELECT ?2, p.id, n.attempt, ?3, p.id || '/pay/' || n.attempt, p.total, p.currency, ?4, 'pending', ?5
FROM purchase_orders p,
    (SELECT 1 + count(*) AS attempt FROM payments WHERE purchase_order_id = ?1) n
WHERE p.id = ?1 AND p.state = 'payment due'
RETURNING id, card_last_four, state, message";

const LATEST: &str = "
SELECT id, card_last_four, state, message FROM payments
WHERE purchase_order_id = ?1 ORDER BY attempt DESC LIMIT 1";

const SETTLE: &str = "
UPDATE payments SET state = ?2, message = ?3, settled_at = ?4
WHERE id = ?1 AND state IN ('pending', 'authentication needed')";

/// Follows the payment, never the caller: runs in the same batch as [`SETTLE`].
const FOLLOW: &str = "
UPDATE purchase_orders SET state = 'paid', paid_at = ?2
WHERE state = 'payment due' AND id =
    (SELECT purchase_order_id FROM payments WHERE id = ?1 AND state = 'paid')";

impl Store {
    /// Stores a pending payment of the whole purchase order; `None` when it is not to be paid.
    /// [`StoreError::Conflict`] when another payment of it is under way.
    pub(crate) async fn begin_payment(
        &self,
        purchase_order: &str,
        id: &str,
        provider: &str,
        card_last_four: &str,
        now: i64,
    ) -> Result<Option<PaymentRow>, StoreError> {
        let values =
            [purchase_order.into(), id.into(), provider.into(), card_last_four.into(), now.into()];
        self.first(BEGIN, &values).await
    }

    /// The last attempt to pay a purchase order.
    pub(crate) async fn latest_payment(
        &self,
        purchase_order: &str,
    ) -> Result<Option<PaymentRow>, StoreError> {
        self.first(LATEST, &[purchase_order.into()]).await
    }

    /// Stores the provider's answer, and what follows for the purchase order, in one transaction.
    pub(crate) async fn settle_payment(
        &self,
        id: &str,
        settled: Settled,
        message: Option<&str>,
        now: i64,
    ) -> Result<(), StoreError> {
        let state = match settled {
            Settled::Paid => "paid",
            Settled::Declined => "declined",
            Settled::AuthenticationNeeded => "authentication needed",
        };
        let message = message.map(str::to_owned);
        let settle =
            self.statement(SETTLE, &[id.into(), state.into(), message.into(), now.into()])?;
        let follow = self.statement(FOLLOW, &[id.into(), now.into()])?;
        self.batch(vec![settle, follow]).await?;
        Ok(())
    }
}
