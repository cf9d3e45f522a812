// The Worker's own SQL, so that both send the same statements to their databases: one round trip
// reads the key with its data, and one batch stores the sale once.

import type { Period } from "./month";

/** The used part of a D1 binding. */
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
  shop_platform: string | null;
  shops: string;
  campaigns: string;
  latest_period_ends_at: number | null;
  paused_at: number | null;
}

export interface OrderRow {
  id: string;
  shop_id: string;
  sale_id: string;
  campaign_id: string;
  campaign_version: number;
  campaign: string;
  reference: string | null;
  trees: number;
  credited: number;
  reason: string;
  proof: string;
  test: number;
  sold_at: number;
  received_at: number;
  purchase_order_id: string | null;
  needs_acceptance: number;
  state: string;
}

export interface NewSale {
  id: string;
  merchant: string;
  shop: string;
  mode: string;
  saleId: string;
  proof: string;
  test: boolean;
  facts: string;
  status: string;
  soldAt: number;
  receivedAt: number;
  /** A JSON array of the campaigns' ids and versions. */
  judgedUnder: string;
  /** A JSON array of orders. */
  orders: string;
  purchaseOrder: string;
  /** The month of the sale, the month of its purchase order, and the next one. */
  month: string;
  own: Period;
  next: Period;
  currency: string;
  linkHash: string;
  linkEncrypted: string;
}

const FIND_KEY = `
SELECT k.id AS key_id, k.merchant_id, k.kind, k.mode, k.scopes, k.origins, k.last_used_at,
    m.time_zone, m.currency, k.shop_id, s.origin AS shop_origin, s.platform AS shop_platform,
    (SELECT json_group_array(json_object('id', id, 'connected_at', created_at)) FROM shops
        WHERE merchant_id = m.id AND deleted_at IS NULL) AS shops,
    (SELECT json_group_array(json_object(
            'id', c.id, 'version', c.version, 'name', c.name,
            'starts_at', strftime('%Y-%m-%dT%H:%M:%fZ', c.starts_at / 1000.0, 'unixepoch'),
            'ends_at', strftime('%Y-%m-%dT%H:%M:%fZ', c.ends_at / 1000.0, 'unixepoch'),
            'conditions', json(c.conditions)))
        FROM campaigns c WHERE c.merchant_id = m.id AND c.deleted_at IS NULL) AS campaigns,
    (SELECT max(ends_at) FROM purchase_orders WHERE merchant_id = m.id) AS latest_period_ends_at,
    m.paused_at
FROM api_keys k
JOIN merchants m ON m.id = k.merchant_id
LEFT JOIN shops s ON s.id = k.shop_id
WHERE k.hash = ?1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?2)`;

const JUDGED = `
WITH sold AS (
    SELECT iif(received_at - ?4 > 604800000, received_at, ?4) AS at FROM sales WHERE id = ?1
), priced AS (
    SELECT coalesce((SELECT amount FROM tree_prices, sold WHERE currency = ?6 AND valid_from <= at
            ORDER BY valid_from DESC LIMIT 1),
        (SELECT amount FROM tree_prices WHERE currency = ?6 AND valid_from <= ?8
            ORDER BY valid_from LIMIT 1)) AS price
), written AS (
    SELECT s.id, s.test, s.sold_at, s.received_at, ?7 AS month, price,
        CASE WHEN s.status = 'placed' THEN 'payment'
            WHEN s.proof = 'claimed' AND s.received_at >= h.webhook_first_at THEN 'confirmation'
            WHEN price IS NULL THEN 'price' END AS waits_for
    FROM sales s JOIN shops h ON h.id = s.shop_id, priced
    WHERE s.id = ?1 AND s.written_by = ?2
), judged AS (
    SELECT value ->> 'campaign' AS campaign, value ->> 'version' AS version,
        value ->> 'trees' AS trees, value ->> 'reason' AS reason, value ->> 'cap' AS cap
    FROM json_each(?5)
), target AS (
    SELECT id FROM purchase_orders WHERE merchant_id = ?3 AND state = 'open' AND ends_at > ?4
    ORDER BY ends_at LIMIT 1
)`;

const capped = (month: string, had: string, hadUncapped: string) => `
CASE WHEN j.cap IS NULL THEN j.trees
    WHEN j.trees <= ${hadUncapped} THEN min(j.trees, ${had})
    ELSE ${had} + min(j.trees - ${hadUncapped}, max(0, j.cap
        - coalesce((SELECT sum(trees + credited) FROM orders WHERE campaign_id = j.campaign
            AND month = ${month} AND purchase_order_id IS NOT NULL), 0))) END`;

const DIFFERENCE = `
CASE WHEN w.test = 1 OR w.waits_for = 'payment' THEN 0
    ELSE ${capped("o.month", "(o.trees + o.credited)", "o.uncapped_trees")} END
    - o.trees - o.credited`;

const OPEN_PURCHASE_ORDER = `${JUDGED}
, chosen AS (
    SELECT NOT EXISTS (SELECT 1 FROM purchase_orders WHERE merchant_id = ?3
        AND (period = ?11 OR (ends_at > ?4 AND (state <> 'open' OR starts_at <= ?4)))) AS is_own
), beside AS (
    SELECT (SELECT max(ends_at) FROM purchase_orders WHERE merchant_id = ?3 AND ends_at <= ?4)
            AS earlier_ends_at,
        (SELECT min(starts_at) FROM purchase_orders WHERE merchant_id = ?3 AND starts_at > ?4)
            AS later_starts_at
)
INSERT INTO purchase_orders
    (id, merchant_id, period, starts_at, ends_at, state, currency, link_hash, created_at,
        link_encrypted)
SELECT ?9, ?3, iif(is_own, ?11, ?14),
    iif(is_own, max(?12, coalesce(earlier_ends_at, ?12)), ?15),
    iif(is_own, min(?13, coalesce(later_starts_at, ?13)), ?16), 'open', ?6, ?10, ?8, ?17
FROM chosen, beside WHERE (is_own OR NOT EXISTS (SELECT 1 FROM target)) AND EXISTS (
    SELECT 1 FROM written w, judged j
    LEFT JOIN orders o ON o.sale = w.id AND o.campaign_id = j.campaign
    LEFT JOIN purchase_orders p ON p.id = o.purchase_order_id
    WHERE CASE WHEN coalesce(p.state, 'open') = 'open'
        THEN w.test = 0 AND w.waits_for IS NULL AND j.trees > 0 ELSE ${DIFFERENCE} <> 0 END)
ON CONFLICT (merchant_id, period) DO NOTHING`;

const INSERT_SALE = `
INSERT INTO sales (id, written_by, shop_id, mode, sale_id, proof, test, facts, evaluated_under, sold_at,
    received_at, status)
VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT (shop_id, mode, sale_id) DO NOTHING
RETURNING id`;

const INSERT_ORDERS = `${JUDGED}
, fresh AS (
    SELECT w.id AS sale, w.test, w.waits_for, w.sold_at, w.received_at, w.month, w.price, j.*,
        w.test = 0 AND w.waits_for IS NULL AS is_billed,
        iif(w.test = 1 OR w.waits_for IS NOT NULL, j.trees, ${capped("?7", "0", "0")}) AS allowed
    FROM written w, judged j WHERE j.trees > 0 AND NOT EXISTS
        (SELECT 1 FROM orders WHERE sale = w.id AND campaign_id = j.campaign)
)
INSERT INTO orders (id, sale, merchant_id, campaign_id, campaign_version, test, waits_for, trees,
    uncapped_trees, unit_price, reason, month, sold_at, received_at, purchase_order_id)
SELECT 'ord_' || lower(hex(randomblob(16))), sale, ?3, campaign, version, test, waits_for, allowed,
    iif(is_billed, trees, 0), price,
    reason || CASE WHEN allowed >= trees THEN ''
        WHEN allowed = 0 THEN '; no trees: the campaign''s cap per month was used up'
        WHEN allowed = 1 THEN '; cut to 1 tree by the campaign''s cap per month'
        ELSE '; cut to ' || allowed || ' trees by the campaign''s cap per month' END,
    month, sold_at, received_at, iif(is_billed AND allowed > 0, (SELECT id FROM target), NULL)
FROM fresh WHERE true
RETURNING trees`;

const FIND_ORDERS = `
SELECT o.id, s.shop_id, s.sale_id, o.campaign_id, o.campaign_version,
    c.name AS campaign, o.reference, o.trees, o.credited, o.reason,
    coalesce(s.proof, 'verified') AS proof, o.test, o.sold_at, o.received_at, o.purchase_order_id,
    o.waits_for IS 'acceptance' AS needs_acceptance,
    CASE WHEN o.test = 1 THEN 'test' WHEN o.trees = 0 THEN 'void'
    ELSE CASE o.waits_for WHEN 'payment' THEN 'awaiting payment'
        WHEN 'confirmation' THEN 'unconfirmed' WHEN 'acceptance' THEN 'void'
        WHEN 'price' THEN 'awaiting price' ELSE p.state END END AS state
FROM orders o
LEFT JOIN sales s ON s.id = o.sale
LEFT JOIN campaigns c ON c.id = o.campaign_id
LEFT JOIN purchase_orders p ON p.id = o.purchase_order_id
WHERE s.shop_id = ?1 AND s.mode = ?2 AND s.sale_id = ?3 ORDER BY o.id`;

const TOUCH_KEY = "UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1";

/** Milliseconds after which the time of a key's last use is updated. */
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

/** Returns the orders of a stored sale. */
export async function ordersOfSale(database: Database, shop: string, mode: string, sale: string) {
  const [found] = await database.batch<OrderRow>([
    database.prepare(FIND_ORDERS).bind(shop, mode, sale),
  ]);
  return found.results;
}

/** A new or known sale, with the current state of its orders. */
export interface Kept {
  isNew: boolean;
  rows: OrderRow[];
}

/** Stores a sale and its orders in one transaction. */
export async function keepSale(database: Database, sale: NewSale): Promise<Kept> {
  const { own, next } = sale;
  const judged = [
    sale.id, sale.id, sale.merchant, sale.soldAt, sale.orders, sale.currency, sale.month,
    sale.receivedAt,
  ];
  const results = await database.batch<OrderRow>([
    database.prepare(INSERT_SALE).bind(
      sale.id, sale.shop, sale.mode, sale.saleId, sale.proof, sale.test ? 1 : 0, sale.facts,
      sale.judgedUnder, sale.soldAt, sale.receivedAt, sale.status,
    ),
    database.prepare(OPEN_PURCHASE_ORDER).bind(
      ...judged, sale.purchaseOrder, sale.linkHash, own.label, own.startsAt, own.endsAt, next.label,
      next.startsAt, next.endsAt, sale.linkEncrypted,
    ),
    database.prepare(INSERT_ORDERS).bind(...judged),
    database.prepare(FIND_ORDERS).bind(sale.shop, sale.mode, sale.saleId),
  ]);
  return { isNew: results[0].results.length > 0, rows: results[3].results };
}
