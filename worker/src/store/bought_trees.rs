//! Trees bought by name, with a reference of the merchant's own: orders without a sale.

use serde::Deserialize;

use super::purchase_orders::NewPurchaseOrder;
use super::{Statement, Store, StoreError, rows};
use crate::store::write_guard::{WriteGuard, is_current};

/// Trees to be ordered once for each reference.
pub(crate) struct NewBoughtTrees<'a> {
    pub(crate) id: &'a str,
    pub(crate) merchant_id: &'a str,
    /// The merchant's own reference of this order.
    pub(crate) reference: &'a str,
    pub(crate) product_code: &'a str,
    /// Packs.
    pub(crate) quantity: i64,
    /// In all packs.
    pub(crate) trees: i64,
    pub(crate) reason: &'a str,
    /// Ordered with a test key: never billed.
    pub(crate) test: bool,
    pub(crate) now: i64,
    /// Nothing new is ordered, because a purchase order is not paid.
    pub(crate) is_paused: bool,
    /// The purchase order to open when none is open.
    pub(crate) next_purchase_order: NewPurchaseOrder<'a>,
    /// The key that orders them.
    pub(crate) guard: WriteGuard<'a>,
}

/// The stored order of a reference.
#[derive(Deserialize)]
pub(crate) struct BoughtTreesRow {
    pub(crate) id: String,
    pub(crate) product_code: String,
    pub(crate) quantity: i64,
    pub(crate) received_at: i64,
    pub(crate) purchase_order_id: Option<String>,
}

const INSERT: &str = "
INSERT INTO orders (id, merchant_id, reference, product_code, quantity, test, trees, uncapped_trees,
    unit_price, reason, month, sold_at, received_at, purchase_order_id)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7,
    (SELECT amount FROM tree_prices WHERE currency = ?8 AND valid_from <= ?9
        ORDER BY valid_from DESC LIMIT 1),
    ?10, ?13, ?9, ?9,
    CASE ?6 WHEN 0 THEN (SELECT id FROM purchase_orders
        WHERE merchant_id = ?2 AND state = 'open' AND ends_at > ?9
        ORDER BY ends_at LIMIT 1) END
WHERE EXISTS ({is_current})
    AND (?6 = 1 OR EXISTS (SELECT 1 FROM tree_prices WHERE currency = ?8 AND valid_from <= ?9))
ON CONFLICT (merchant_id, test, reference) DO NOTHING";

const FIND: &str = "
SELECT id, product_code, quantity, received_at, purchase_order_id FROM orders
WHERE merchant_id = ?1 AND test = ?2 AND reference = ?3";

impl Store {
    /// Orders the trees, unless the reference is known, in one transaction and one round trip.
    /// Returns the row of the reference; `None` if ordering is paused, trees have no price, or the
    /// key has changed.
    pub(crate) async fn buy_trees(
        &self,
        trees: &NewBoughtTrees<'_>,
    ) -> Result<Option<BoughtTreesRow>, StoreError> {
        let test = i64::from(trees.test);
        let mut statements = Vec::new();
        if !trees.is_paused {
            self.order_trees(trees, &mut statements)?;
        }
        let key = [trees.merchant_id.into(), test.into(), trees.reference.into()];
        statements.push(self.statement(FIND, &key)?);
        match self.batch(statements).await?.last() {
            Some(found) => Ok(rows(found)?.into_iter().next()),
            None => Ok(None),
        }
    }

    fn order_trees(
        &self,
        trees: &NewBoughtTrees<'_>,
        statements: &mut Vec<Statement>,
    ) -> Result<(), StoreError> {
        let test = i64::from(trees.test);
        if !trees.test {
            statements.push(self.open_purchase_order(
                trees.merchant_id,
                &trees.next_purchase_order,
                trees.now,
                trees.guard,
            )?);
        }
        statements.push(self.statement(
            &INSERT.replace("{is_current}", &is_current("?11", "?12", "?9")),
            &[
                trees.id.into(),
                trees.merchant_id.into(),
                trees.reference.into(),
                trees.product_code.into(),
                trees.quantity.into(),
                test.into(),
                trees.trees.into(),
                trees.next_purchase_order.currency.into(),
                trees.now.into(),
                trees.reason.into(),
                trees.guard.id.into(),
                trees.guard.revision.into(),
                trees.next_purchase_order.month.into(),
            ],
        )?);
        Ok(())
    }
}
