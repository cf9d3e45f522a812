//! The tables `sales` and `orders`: one sale is one row, however often and from wherever it is told.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::{Statement, Store, StoreError, rows};
use crate::access::owned::Resource;

/// A sale that qualified, to be kept with its orders.
pub(crate) struct NewSale<'a> {
    /// Our id of the sale, for the case that it is new.
    pub(crate) id: &'a str,
    pub(crate) merchant_id: &'a str,
    pub(crate) shop_id: &'a str,
    /// The shop's own order id.
    pub(crate) sale_id: &'a str,
    /// `claimed` or `verified`.
    pub(crate) proof: &'a str,
    /// A test sale, or one told with a test key: never billed.
    pub(crate) test: bool,
    /// The canonical sale as JSON.
    pub(crate) facts: String,
    /// The instant that decides the month: when it was sold, and no later than it was received.
    pub(crate) billed_at: i64,
    pub(crate) sold_at: i64,
    pub(crate) received_at: i64,
    /// Its orders. A sale that orders nothing is not kept.
    pub(crate) orders: Vec<NewOrder<'a>>,
    /// The purchase order to open when none is open for `billed_at`.
    pub(crate) next_purchase_order: NewPurchaseOrder<'a>,
    /// The key that tells of it, as it was when the sale was judged.
    pub(crate) teller: Teller<'a>,
}

/// A key, and the revision of its merchant under which it was read.
#[derive(Clone, Copy)]
pub(crate) struct Teller<'a> {
    pub(crate) key_id: &'a str,
    pub(crate) revision: i64,
}

/// Whether a [`Teller`] still is what it was: nothing is written otherwise.
const STILL_TRUE: &str = "
SELECT m.revision FROM api_keys k JOIN merchants m ON m.id = k.merchant_id
WHERE k.id = ?1 AND m.revision = ?2 AND k.revoked_at IS NULL
    AND (k.expires_at IS NULL OR k.expires_at > ?3)";

/// One order of a new sale.
#[derive(Serialize)]
pub(crate) struct NewOrder<'a> {
    pub(crate) campaign: &'a str,
    pub(crate) version: u32,
    pub(crate) trees: u32,
    pub(crate) reason: String,
}

/// A purchase order that is opened with its first order; instants in milliseconds since 1970.
pub(crate) struct NewPurchaseOrder<'a> {
    pub(crate) id: &'a str,
    pub(crate) period: &'a str,
    pub(crate) starts_at: i64,
    pub(crate) ends_at: i64,
    pub(crate) currency: &'a str,
    pub(crate) link_hash: &'a str,
}

/// An order as it is stored.
#[derive(Deserialize)]
pub(crate) struct OrderRow {
    pub(crate) id: String,
    /// Our id of the sale; `None` for trees bought by name.
    pub(crate) sale: Option<String>,
    pub(crate) shop_id: Option<String>,
    /// The shop's own order id.
    pub(crate) sale_id: Option<String>,
    pub(crate) campaign_id: Option<String>,
    pub(crate) campaign_version: Option<u32>,
    pub(crate) campaign: Option<String>,
    /// What the merchant's own system calls trees bought by name.
    pub(crate) reference: Option<String>,
    pub(crate) trees: u32,
    pub(crate) reason: String,
    pub(crate) proof: String,
    pub(crate) test: i64,
    pub(crate) sold_at: i64,
    pub(crate) received_at: i64,
    pub(crate) purchase_order_id: Option<String>,
    /// The state of that purchase order.
    pub(crate) state: Option<String>,
}

/// Which orders are wanted; `None` is any.
pub(crate) struct OrderFilter<'a> {
    /// From this instant on, in milliseconds since 1970.
    pub(crate) sold_from: Option<i64>,
    /// Before this instant, in milliseconds since 1970.
    pub(crate) sold_until: Option<i64>,
    pub(crate) shop: Option<&'a str>,
    /// The state of the purchase order, or `test`.
    pub(crate) state: Option<&'a str>,
    pub(crate) proof: Option<&'a str>,
}

/// An open purchase order that this sale still falls into makes a new one needless.
const OPEN_PURCHASE_ORDER: &str = "
INSERT INTO purchase_orders
    (id, merchant_id, period, starts_at, ends_at, state, currency, link_hash, created_at)
SELECT ?1, ?2, ?3, ?4, ?5, 'open', ?6, ?7, ?8
WHERE NOT EXISTS (SELECT 1 FROM purchase_orders
        WHERE merchant_id = ?2 AND state = 'open' AND ends_at > ?9)
    AND EXISTS (SELECT 1 FROM api_keys k JOIN merchants m ON m.id = k.merchant_id
        WHERE k.id = ?10 AND m.revision = ?11 AND k.revoked_at IS NULL
            AND (k.expires_at IS NULL OR k.expires_at > ?8))
ON CONFLICT (merchant_id, period) DO NOTHING";

/// A claim that is told again by someone we can trust becomes verified; nothing else changes.
const INSERT_SALE: &str = "
INSERT INTO sales (id, shop_id, sale_id, proof, test, facts, sold_at, received_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
WHERE EXISTS (SELECT 1 FROM api_keys k JOIN merchants m ON m.id = k.merchant_id
    WHERE k.id = ?9 AND m.revision = ?10 AND k.revoked_at IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > ?8))
ON CONFLICT (shop_id, sale_id) DO UPDATE SET proof = 'verified'
    WHERE proof = 'claimed' AND excluded.proof = 'verified'";

/// Inserts orders only when the sale's row is the one that this very batch inserted, so that the
/// same sale told again orders nothing, whatever the campaigns say by then.
const INSERT_ORDERS: &str = "
INSERT INTO orders (id, sale, merchant_id, campaign_id, campaign_version, test, trees, unit_price,
    reason, sold_at, received_at, purchase_order_id)
SELECT 'ord_' || lower(hex(randomblob(16))), s.id, ?2,
    value ->> 'campaign', value ->> 'version', s.test, value ->> 'trees',
    (SELECT amount FROM tree_prices WHERE currency = ?3 AND valid_from <= ?4
        ORDER BY valid_from DESC LIMIT 1),
    value ->> 'reason', s.sold_at, s.received_at,
    CASE s.test WHEN 0 THEN (SELECT id FROM purchase_orders
        WHERE merchant_id = ?2 AND state = 'open' AND ends_at > ?4
        ORDER BY ends_at LIMIT 1) END
FROM json_each(?5) JOIN sales s ON s.id = ?1";

const ORDER_COLUMNS: &str = "
SELECT o.id, o.sale, s.shop_id, s.sale_id, o.campaign_id, o.campaign_version,
    c.name AS campaign, o.reference, o.trees, o.reason, coalesce(s.proof, 'verified') AS proof,
    o.test, o.sold_at, o.received_at, o.purchase_order_id, p.state
FROM orders o
LEFT JOIN sales s ON s.id = o.sale
LEFT JOIN campaigns c ON c.id = o.campaign_id
LEFT JOIN purchase_orders p ON p.id = o.purchase_order_id";

impl Resource for OrderRow {
    const NAME: &'static str = "order";

    async fn load(store: &Store, merchant: &str, id: &str) -> Result<Option<Self>, StoreError> {
        let sql = format!("{ORDER_COLUMNS} WHERE o.merchant_id = ?1 AND o.id = ?2");
        store.first(&sql, &[merchant.into(), id.into()]).await
    }
}

impl Store {
    /// Keeps a sale and its orders, if there are any, and answers the orders of that sale as they
    /// now stand, in one transaction and one round trip; `None`, and nothing is kept, when the key
    /// or what was remembered with it is no longer true.
    pub(crate) async fn keep_sale(
        &self,
        sale: &NewSale<'_>,
    ) -> Result<Option<Vec<OrderRow>>, StoreError> {
        let find = format!("{ORDER_COLUMNS} WHERE s.shop_id = ?1 AND s.sale_id = ?2 ORDER BY o.id");
        let teller = &sale.teller;
        let still_true = [teller.key_id.into(), teller.revision.into(), sale.received_at.into()];
        let mut statements = vec![self.statement(STILL_TRUE, &still_true)?];
        if !sale.orders.is_empty() {
            self.insert_orders(sale, &mut statements)?;
        }
        statements.push(self.statement(&find, &[sale.shop_id.into(), sale.sale_id.into()])?);
        let results = self.batch(statements).await?;
        match (results.first(), results.last()) {
            (Some(still_true), Some(found)) if !rows::<IgnoredAny>(still_true)?.is_empty() => {
                Ok(Some(rows(found)?))
            }
            _ => Ok(None),
        }
    }

    fn insert_orders(
        &self,
        sale: &NewSale<'_>,
        statements: &mut Vec<Statement>,
    ) -> Result<(), StoreError> {
        if !sale.test {
            statements.push(self.open_purchase_order(
                &sale.next_purchase_order,
                (sale.merchant_id, sale.billed_at, sale.received_at),
                &sale.teller,
            )?);
        }
        statements.push(self.insert_sale(sale)?);
        let orders = serde_json::to_string(&sale.orders)
            .map_err(|_| StoreError::Failed("orders could not be written as JSON".into()))?;
        statements.push(self.statement(
            INSERT_ORDERS,
            &[
                sale.id.into(),
                sale.merchant_id.into(),
                sale.next_purchase_order.currency.into(),
                sale.billed_at.into(),
                orders.into(),
            ],
        )?);
        Ok(())
    }

    /// Opens a purchase order for what is billed at an instant, unless one is open for it.
    pub(super) fn open_purchase_order(
        &self,
        next: &NewPurchaseOrder<'_>,
        (merchant, billed_at, now): (&str, i64, i64),
        teller: &Teller<'_>,
    ) -> Result<Statement, StoreError> {
        self.statement(
            OPEN_PURCHASE_ORDER,
            &[
                next.id.into(),
                merchant.into(),
                next.period.into(),
                next.starts_at.into(),
                next.ends_at.into(),
                next.currency.into(),
                next.link_hash.into(),
                now.into(),
                billed_at.into(),
                teller.key_id.into(),
                teller.revision.into(),
            ],
        )
    }

    fn insert_sale(&self, sale: &NewSale<'_>) -> Result<Statement, StoreError> {
        self.statement(
            INSERT_SALE,
            &[
                sale.id.into(),
                sale.shop_id.into(),
                sale.sale_id.into(),
                sale.proof.into(),
                i64::from(sale.test).into(),
                sale.facts.as_str().into(),
                sale.sold_at.into(),
                sale.received_at.into(),
                sale.teller.key_id.into(),
                sale.teller.revision.into(),
            ],
        )
    }

    /// The merchant's orders, newest first: at most `limit`, from behind the order `after` on.
    pub(crate) async fn orders(
        &self,
        merchant: &str,
        filter: &OrderFilter<'_>,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<OrderRow>, StoreError> {
        let sql = format!(
            "{ORDER_COLUMNS} WHERE o.merchant_id = ?1 AND (?2 IS NULL OR (o.received_at, o.id) <
                (SELECT received_at, id FROM orders WHERE merchant_id = ?1 AND id = ?2))
            AND (?4 IS NULL OR o.sold_at >= ?4) AND (?5 IS NULL OR o.sold_at < ?5)
            AND (?6 IS NULL OR s.shop_id = ?6)
            AND (?7 IS NULL OR iif(o.test, 'test', p.state) = ?7)
            AND (?8 IS NULL OR coalesce(s.proof, 'verified') = ?8)
            ORDER BY o.received_at DESC, o.id DESC LIMIT ?3"
        );
        let values = [
            merchant.into(),
            after.into(),
            limit.into(),
            filter.sold_from.into(),
            filter.sold_until.into(),
            filter.shop.into(),
            filter.state.into(),
            filter.proof.into(),
        ];
        self.all(&sql, &values).await
    }
}
