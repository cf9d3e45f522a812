//! Monthly budgets: the share of it that was reported, and the pause at all of it.

use super::{Store, StoreError};
use crate::domain::states::AtBudget;

/// Compares the running total of open purchase orders with the budget. Each share is reported once,
/// and only the largest one if several were passed at once.
const ALERT: &str = "
INSERT INTO budget_alerts (purchase_order_id, percent, alerted_at)
SELECT s.id, max(s.percent), ?1
FROM (SELECT p.id, value AS percent
    FROM merchants m JOIN purchase_orders p ON p.merchant_id = m.id
    JOIN json_each('[50, 80, 100]') ON p.running_total / (value * 1.0) >= m.monthly_budget / 100.0
    WHERE m.monthly_budget IS NOT NULL AND p.state = 'open' AND p.starts_at <= ?1) s
GROUP BY s.id
HAVING max(s.percent) >
    coalesce((SELECT max(percent) FROM budget_alerts WHERE purchase_order_id = s.id), 0)";

/// The pause begins or ends at once where the month is already beyond the budget, or no longer is.
const SET: &str = "
WITH reached AS (
    SELECT ends_at FROM purchase_orders WHERE merchant_id = ?1 AND state = 'open'
        AND starts_at <= ?4 AND ends_at > ?4 AND running_total >= ?2 AND ?3 = 'pause'
)
UPDATE merchants SET monthly_budget = ?2, at_budget = ?3,
    budget_paused_at = CASE WHEN EXISTS (SELECT 1 FROM reached)
        THEN iif(budget_paused_until > ?4, budget_paused_at, ?4) END,
    budget_paused_until = (SELECT ends_at FROM reached)
WHERE id = ?1";

impl Store {
    /// Notes which open purchase orders have reached 50 %, 80 % or all of the merchant's budget.
    pub(crate) async fn alert_budgets(&self, now: i64) -> Result<(), StoreError> {
        self.write(ALERT, &[now.into()]).await?;
        Ok(())
    }

    /// Sets what a month's orders shall cost at most, in minor units, and what follows at that
    /// amount; `None` for no limit.
    pub(crate) async fn set_budget(
        &self,
        merchant: &str,
        amount: Option<i64>,
        at_budget: AtBudget,
        now: i64,
    ) -> Result<(), StoreError> {
        let values = [merchant.into(), amount.into(), at_budget.as_str().into(), now.into()];
        self.write(SET, &values).await?;
        Ok(())
    }
}
