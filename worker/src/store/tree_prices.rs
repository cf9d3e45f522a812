//! The table `tree_prices`: what a tree costs, from an instant on.

use serde::Deserialize;

use super::{Store, StoreError};

#[derive(Deserialize)]
struct PriceRow {
    amount: i64,
}

const PRICE: &str = "
SELECT amount FROM tree_prices WHERE currency = ?1 AND valid_from <= ?2
ORDER BY valid_from DESC LIMIT 1";

impl Store {
    /// What a tree costs at an instant, in minor units; `None` where nobody has set a price.
    pub(crate) async fn tree_price(
        &self,
        currency: &str,
        at: i64,
    ) -> Result<Option<i64>, StoreError> {
        let row: Option<PriceRow> = self.first(PRICE, &[currency.into(), at.into()]).await?;
        Ok(row.map(|row| row.amount))
    }
}
