// The Worker's own SQL, so that both ask the same of their databases: one round trip for the key
// and all that belongs to it, one for the batch that keeps the sale once.

import type { Period } from "./month";

/** What is used of a D1 binding. */
export interface Database {
  prepare(sql: string): Statement;
  batch<Row>(statements: Statement[]): Promise<{ results: Row[] }[]>;
}

interface Statement {
  bind(...values: (string | number | null)[]): Statement;
  first<Row>(): Promise<Row | null>;
  run(): Promise<unknown>;
}

export interface KeyRow {
  key_id: string;
  merchant_id: string;
  kind: string;
  mode: string;
  scopes: string | null;
  origins: string | null;
  last_used_at: number | null;
  time_zone: string;
  currency: string;
  shop_id: string | null;
  shop_origin: string | null;
  shops: string;
  campaigns: string;
  latest_period_ends_at: number | null;
}

export interface OrderRow {
  id: string;
  sale: string;
  shop_id: string;
  sale_id: string;
  campaign_id: string;
  campaign_version: number;
  campaign: string;
  reference: string | null;
  trees: number;
  reason: string;
  proof: string;
  test: number;
  sold_at: number;
  received_at: number;
  purchase_order_id: string | null;
  state: string | null;
}

export interface NewSale {
  id: string;
  merchant: string;
  shop: string;
  saleId: string;
  proof: string;
  test: boolean;
  facts: string;
  billedAt: number;
  soldAt: number;
  receivedAt: number;
  /** A JSON array of orders. */
  orders: string;
  purchaseOrder: string;
  period: Period;
  currency: string;
  linkHash: string;
}

const FIND_KEY = `
SELECT k.id AS key_id, k.merchant_id, k.kind, k.mode, k.scopes, k.origins, k.last_used_at,
    m.time_zone, m.currency, k.shop_id, s.origin AS shop_origin,
    (SELECT json_group_array(id) FROM shops WHERE merchant_id = m.id AND deleted_at IS NULL)
        AS shops,
    (SELECT json_group_array(json_object(
            'id', c.id, 'version', c.version, 'name', c.name,
            'starts_at', strftime('%Y-%m-%dT%H:%M:%fZ', c.starts_at / 1000.0, 'unixepoch'),
            'ends_at', strftime('%Y-%m-%dT%H:%M:%fZ', c.ends_at / 1000.0, 'unixepoch'),
            'conditions', json(c.conditions)))
        FROM campaigns c WHERE c.merchant_id = m.id AND c.deleted_at IS NULL) AS campaigns,
    (SELECT max(ends_at) FROM purchase_orders WHERE merchant_id = m.id) AS latest_period_ends_at
FROM api_keys k
JOIN merchants m ON m.id = k.merchant_id
LEFT JOIN shops s ON s.id = k.shop_id
WHERE k.hash = ?1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?2)`;

const OPEN_PURCHASE_ORDER = `
INSERT INTO purchase_orders
    (id, merchant_id, period, starts_at, ends_at, state, currency, link_hash, created_at)
SELECT ?1, ?2, ?3, ?4, ?5, 'open', ?6, ?7, ?8
WHERE NOT EXISTS (SELECT 1 FROM purchase_orders
    WHERE merchant_id = ?2 AND state = 'open' AND ends_at > ?9)
ON CONFLICT (merchant_id, period) DO NOTHING`;

const INSERT_SALE = `
INSERT INTO sales (id, shop_id, sale_id, proof, test, facts, sold_at, received_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (shop_id, sale_id) DO UPDATE SET proof = 'verified'
    WHERE proof = 'claimed' AND excluded.proof = 'verified'`;

const INSERT_ORDERS = `
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
FROM json_each(?5) JOIN sales s ON s.id = ?1`;

const FIND_ORDERS = `
SELECT o.id, o.sale, s.shop_id, s.sale_id, o.campaign_id, o.campaign_version,
    c.name AS campaign, o.reference, o.trees, o.reason, coalesce(s.proof, 'verified') AS proof,
    o.test, o.sold_at, o.received_at, o.purchase_order_id, p.state
FROM orders o
LEFT JOIN sales s ON s.id = o.sale
LEFT JOIN campaigns c ON c.id = o.campaign_id
LEFT JOIN purchase_orders p ON p.id = o.purchase_order_id
WHERE s.shop_id = ?1 AND s.sale_id = ?2 ORDER BY o.id`;

const TOUCH_KEY = "UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1";

/** Milliseconds after which the time of a key's last use is written anew. */
const LAST_USE_PRECISION = 60 * 60 * 1000;

export async function findKey(
  database: Database,
  hash: string,
  now: number,
): Promise<KeyRow | null> {
  const key = await database.prepare(FIND_KEY).bind(hash, now).first<KeyRow>();
  if (key && now - (key.last_used_at ?? 0) > LAST_USE_PRECISION) {
    await database.prepare(TOUCH_KEY).bind(key.key_id, now).run();
  }
  return key;
}

/** The orders of a sale that was kept before. */
export async function ordersOfSale(database: Database, shop: string, sale: string) {
  const [found] = await database.batch<OrderRow>([database.prepare(FIND_ORDERS).bind(shop, sale)]);
  return found.results;
}

/** Keeps a sale and its orders in one transaction; answers its orders as they now stand. */
export async function keepSale(database: Database, sale: NewSale): Promise<OrderRow[]> {
  const { period } = sale;
  const openPurchaseOrder = database.prepare(OPEN_PURCHASE_ORDER).bind(
    sale.purchaseOrder, sale.merchant, period.label, period.startsAt, period.endsAt, sale.currency,
    sale.linkHash, sale.receivedAt, sale.billedAt,
  );
  const results = await database.batch<OrderRow>([
    ...(sale.test ? [] : [openPurchaseOrder]),
    database.prepare(INSERT_SALE).bind(
      sale.id, sale.shop, sale.saleId, sale.proof, sale.test ? 1 : 0, sale.facts, sale.soldAt,
      sale.receivedAt,
    ),
    database.prepare(INSERT_ORDERS).bind(
      sale.id, sale.merchant, sale.currency, sale.billedAt, sale.orders,
    ),
    database.prepare(FIND_ORDERS).bind(sale.shop, sale.saleId),
  ]);
  return results.at(-1)?.results ?? [];
}
