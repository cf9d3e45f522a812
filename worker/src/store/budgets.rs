//! Monthly budgets: open purchase orders that have come near one.

use super::{Store, StoreError};

/// Compares the running total of open purchase orders with the budget. Each share is reported once,
/// and only the larger one if both were passed at once.
const ALERT: &str = "
UPDATE purchase_orders AS p SET budget_alert = iif(s.total >= s.budget, 100, 80), budget_alerted_at = ?1
FROM (SELECT p.id, m.monthly_budget AS budget, p.running_total AS total
    FROM merchants m JOIN purchase_orders p ON p.merchant_id = m.id
    WHERE m.monthly_budget IS NOT NULL AND p.state = 'open' AND p.budget_alert < 100
        AND p.starts_at <= ?1) s
WHERE p.id = s.id AND p.state = 'open' AND s.total / 80.0 >= s.budget / 100.0
    AND p.budget_alert < iif(s.total >= s.budget, 100, 80)";

impl Store {
    /// Notes which open purchase orders have reached 80 % or all of the merchant's budget.
    pub(crate) async fn alert_budgets(&self, now: i64) -> Result<(), StoreError> {
        self.write(ALERT, &[now.into()]).await?;
        Ok(())
    }
}
