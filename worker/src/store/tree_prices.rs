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

const CURRENCIES: &str = "
SELECT DISTINCT currency AS id FROM tree_prices WHERE valid_from <= ?1 ORDER BY currency";

impl Store {
    /// Returns the codes of the currencies in which a tree has a price at an instant.
    pub(crate) async fn priced_currencies(&self, at: i64) -> Result<Vec<String>, StoreError> {
        self.ids(CURRENCIES, &[at.into()]).await
    }

    /// Returns the price of a tree at an instant, in minor units; `None` if no price is set.
    pub(crate) async fn tree_price(
        &self,
        currency: &str,
        at: i64,
    ) -> Result<Option<i64>, StoreError> {
        let row: Option<PriceRow> = self.first(PRICE, &[currency.into(), at.into()]).await?;
        Ok(row.map(|row| row.amount))
    }
}
