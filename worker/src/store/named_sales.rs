//! The table `named_sales`: the orders that a shop itself named, and what is known of them.

use serde::{Deserialize, Serialize};

use super::{Store, StoreError, to_json};
use crate::domain::states::Environment;

/// An order that a shop named: its id, its month, and why it is no sale.
#[derive(Serialize)]
pub(crate) struct NamedSale(pub(crate) String, pub(crate) String, pub(crate) Option<String>);

/// A stored sale that an import names.
#[derive(Deserialize)]
pub(crate) struct StoredSale {
    pub(crate) sale_id: String,
    /// `SaleFacts` as JSON; `None` if they are too long.
    pub(crate) facts: Option<String>,
}

/// The id of the stored sale with this number.
#[derive(Deserialize)]
pub(crate) struct NumberedSale {
    pub(crate) number: String,
    pub(crate) sale_id: String,
}

/// The orders that a shop named of one month. The last four add up to the first.
#[derive(Deserialize)]
pub(crate) struct MonthOfShop {
    /// `2026-11`; empty for orders without a readable date.
    pub(crate) month: String,
    pub(crate) in_shop: i64,
    /// Stored as the shop reported them.
    pub(crate) counted: i64,
    /// Only a browser reported them.
    pub(crate) unconfirmed: i64,
    pub(crate) refused: i64,
    pub(crate) never_heard_of: i64,
}

/// Why orders of a month were refused.
#[derive(Deserialize)]
pub(crate) struct RefusedOfMonth {
    pub(crate) month: String,
    pub(crate) problem: String,
    pub(crate) sales: i64,
}

/// An order that was named before is changed only if something else is said of it.
const NAME: &str = "
INSERT INTO named_sales (shop_id, sale_id, month, problem)
SELECT ?1, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2) WHERE true
ON CONFLICT (shop_id, sale_id) DO UPDATE SET problem = excluded.problem,
    month = iif(excluded.month = '', month, excluded.month)
WHERE problem IS NOT excluded.problem
    OR (excluded.month <> '' AND month <> excluded.month)";

/// A sale of a trial is found only while the shop is tried, and the live one of the same id last.
const STORED: &str = "
SELECT sale_id, iif(length(facts) <= ?4, facts, NULL) AS facts FROM sales
WHERE shop_id = ?1 AND mode IN ('live', ?2) AND sale_id IN (SELECT value FROM json_each(?3))
ORDER BY mode DESC";

const NUMBERED: &str = "
SELECT number, sale_id FROM sales
WHERE shop_id = ?1 AND number IN (SELECT value FROM json_each(?2))";

/// The latest sales show if the shop numbers its orders otherwise than by their ids.
const NUMBERS_DIFFER: &str = "
SELECT number, sale_id FROM
    (SELECT number, sale_id FROM sales WHERE shop_id = ?1 ORDER BY received_at DESC LIMIT 100)
WHERE number <> sale_id LIMIT 1";

const NAMED: &str = "
WITH named AS (
    SELECT n.month, n.problem, (SELECT max(proof) FROM sales WHERE shop_id = n.shop_id
        AND mode IN ('live', 'test') AND sale_id = n.sale_id AND status IS NOT NULL) AS proof
    FROM named_sales n WHERE n.shop_id = ?1
)";

const MONTHS: &str = "
SELECT month, count(*) AS in_shop,
    count(*) FILTER (WHERE proof = 'verified') AS counted,
    count(*) FILTER (WHERE proof = 'claimed' AND problem IS NULL) AS unconfirmed,
    count(*) FILTER (WHERE proof IS NOT 'verified' AND problem IS NOT NULL) AS refused,
    count(*) FILTER (WHERE proof IS NULL AND problem IS NULL) AS never_heard_of
FROM named GROUP BY month ORDER BY month DESC LIMIT ?2";

const REFUSED: &str = "
SELECT month, problem, count(*) AS sales FROM named
WHERE proof IS NOT 'verified' AND problem IS NOT NULL
GROUP BY month, problem ORDER BY month DESC, sales DESC, problem LIMIT ?2";

impl Store {
    /// Notes the orders that a shop names.
    pub(crate) async fn name_sales(
        &self,
        shop: &str,
        named: &[NamedSale],
    ) -> Result<(), StoreError> {
        if named.is_empty() {
            return Ok(());
        }
        self.write(NAME, &[shop.into(), to_json(named, "named sales")?.into()]).await.map(|_| ())
    }

    /// The stored sales with these ids, without facts of more than so many bytes.
    pub(crate) async fn stored_sales(
        &self,
        (shop, mode): (&str, Environment),
        ids: &[String],
        bytes_max: i64,
    ) -> Result<Vec<StoredSale>, StoreError> {
        let values =
            [shop.into(), mode.as_str().into(), super::ids_as_json(ids)?, bytes_max.into()];
        self.all(STORED, &values).await
    }

    /// The stored sales with these numbers.
    pub(crate) async fn numbered_sales(
        &self,
        shop: &str,
        numbers: &[String],
    ) -> Result<Vec<NumberedSale>, StoreError> {
        self.all(NUMBERED, &[shop.into(), super::ids_as_json(numbers)?]).await
    }

    /// Returns true if the shop's orders have numbers that are not their ids.
    pub(crate) async fn numbers_differ(&self, shop: &str) -> Result<bool, StoreError> {
        let found: Option<NumberedSale> = self.first(NUMBERS_DIFFER, &[shop.into()]).await?;
        Ok(found.is_some())
    }

    /// The months of the orders that a shop named, the latest first.
    pub(crate) async fn months_of_shop(
        &self,
        shop: &str,
        limit: i64,
    ) -> Result<Vec<MonthOfShop>, StoreError> {
        self.all(&format!("{NAMED} {MONTHS}"), &[shop.into(), limit.into()]).await
    }

    /// Why orders that a shop named were refused, the latest months first.
    pub(crate) async fn refused_of_shop(
        &self,
        shop: &str,
        limit: i64,
    ) -> Result<Vec<RefusedOfMonth>, StoreError> {
        self.all(&format!("{NAMED} {REFUSED}"), &[shop.into(), limit.into()]).await
    }
}
