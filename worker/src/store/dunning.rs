//! The columns of `purchase_orders` that say how far reminding has come.

use serde::{Deserialize, Serialize};

use super::{Store, StoreError, to_json};
use crate::domain::states::Dunning;

/// A purchase order that is not paid, and whose next step is due.
#[derive(Deserialize)]
pub(crate) struct DunnableRow {
    pub(crate) id: String,
    pub(crate) time_zone: String,
    pub(crate) closed_at: i64,
    /// How far it has come.
    pub(crate) dunning: Dunning,
    /// Since when.
    pub(crate) dunned_at: Option<i64>,
}

/// A step that is to be taken, once.
#[derive(Serialize)]
pub(crate) struct DunningStep {
    pub(crate) id: String,
    /// How far it had come: if it has moved meanwhile, nothing is done.
    pub(crate) from: Dunning,
    pub(crate) to: Dunning,
    /// When the next one is due.
    pub(crate) next: Option<i64>,
}

const DUE: &str = "
SELECT p.id, m.time_zone, p.closed_at, p.dunning, p.dunned_at
FROM purchase_orders p JOIN merchants m ON m.id = p.merchant_id
WHERE p.next_dunning_at <= ?1 AND p.state = 'payment due' AND p.set_aside_at IS NULL
ORDER BY p.next_dunning_at, p.id LIMIT ?2";

/// A trigger writes the mail of each step, once.
const ADVANCE: &str = "
UPDATE purchase_orders AS p SET dunning = s.value ->> 'to', next_dunning_at = s.value ->> 'next',
    dunned_at = iif(p.dunning = s.value ->> 'to', p.dunned_at, ?2)
FROM json_each(?1) s
WHERE p.id = s.value ->> 'id' AND p.dunning = s.value ->> 'from' AND p.state = 'payment due'
    AND p.next_dunning_at <= ?2";

/// The merchants of those that have just come to the pause.
const PAUSE: &str = "
UPDATE merchants SET paused_at = ?2
WHERE paused_at IS NULL AND id IN (SELECT p.merchant_id
    FROM json_each(?1) s JOIN purchase_orders p ON p.id = s.value ->> 'id'
    WHERE s.value ->> 'to' = 'paused' AND p.state = 'payment due' AND p.dunning = 'paused'
        AND p.dunned_at = ?2)";

impl Store {
    /// Purchase orders whose next step is due at `now`, those that wait longest first.
    pub(crate) async fn due_dunnings(
        &self,
        now: i64,
        limit: i64,
    ) -> Result<Vec<DunnableRow>, StoreError> {
        self.all(DUE, &[now.into(), limit.into()]).await
    }

    /// Takes these steps, each only if its purchase order is unpaid and the step was not taken yet, and
    /// pauses the merchants whose step is the pause.
    pub(crate) async fn advance_dunnings(
        &self,
        steps: &[DunningStep],
        now: i64,
    ) -> Result<(), StoreError> {
        let steps = to_json(steps, "steps")?;
        let values = [steps.into(), now.into()];
        let statements = vec![self.statement(ADVANCE, &values)?, self.statement(PAUSE, &values)?];
        self.batch(statements).await.map(|_| ())
    }
}
