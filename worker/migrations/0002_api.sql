-- Keys that can be limited and rotated, shops that can be deleted, trees ordered without a sale,
-- answers kept for an Idempotency-Key, and signing in to the settings.

ALTER TABLE shops ADD COLUMN deleted_at INTEGER;

-- The last four characters, so that people can tell their keys apart.
ALTER TABLE api_keys ADD COLUMN hint TEXT NOT NULL DEFAULT '';
-- A JSON array; null is everything that the kind of key may do.
ALTER TABLE api_keys ADD COLUMN scopes TEXT;
-- A JSON array of origins for a publishable key; null is the origin of its shop.
ALTER TABLE api_keys ADD COLUMN origins TEXT;
ALTER TABLE api_keys ADD COLUMN last_used_at INTEGER;
-- A rotated key works until then.
ALTER TABLE api_keys ADD COLUMN expires_at INTEGER;
CREATE INDEX api_keys_of_merchant ON api_keys (merchant_id, created_at, id);

-- An order comes from a sale under a campaign, or was bought by name with a reference.
CREATE TABLE orders_anew (
    id TEXT PRIMARY KEY,
    sale TEXT REFERENCES sales (id),
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    campaign_id TEXT REFERENCES campaigns (id),
    campaign_version INTEGER,
    reference TEXT,
    product_code TEXT,
    quantity INTEGER,
    test INTEGER NOT NULL CHECK (test IN (0, 1)),
    trees INTEGER NOT NULL CHECK (trees > 0),
    unit_price INTEGER NOT NULL,
    reason TEXT NOT NULL,
    sold_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    purchase_order_id TEXT REFERENCES purchase_orders (id),
    UNIQUE (sale, campaign_id),
    UNIQUE (merchant_id, test, reference),
    CHECK ((sale IS NULL) = (campaign_id IS NULL)),
    CHECK ((sale IS NULL) = (reference IS NOT NULL)),
    CHECK ((reference IS NULL) = (product_code IS NULL)),
    -- An order that is on no purchase order would never be billed.
    CHECK ((test = 1) = (purchase_order_id IS NULL))
) STRICT;
INSERT INTO orders_anew (id, sale, merchant_id, campaign_id, campaign_version, test, trees,
    unit_price, reason, sold_at, received_at, purchase_order_id)
SELECT o.id, o.sale, o.merchant_id, o.campaign_id, o.campaign_version, s.test, o.trees,
    o.unit_price, o.reason, o.sold_at, o.received_at, o.purchase_order_id
FROM orders o JOIN sales s ON s.id = o.sale;
DROP TABLE orders;
ALTER TABLE orders_anew RENAME TO orders;
CREATE INDEX orders_of_merchant ON orders (merchant_id, received_at DESC, id DESC);
CREATE INDEX orders_of_purchase_order ON orders (purchase_order_id) WHERE purchase_order_id IS NOT NULL;

CREATE INDEX shops_in_order ON shops (merchant_id, created_at, id);
CREATE INDEX campaigns_in_order ON campaigns (merchant_id, created_at, id);

-- What a creation answered, sealed, because the answer may hold a new key. Kept for a day.
CREATE TABLE kept_answers (
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    name_hash TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    sealed_body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (merchant_id, name_hash)
) STRICT;
CREATE INDEX kept_answers_by_age ON kept_answers (created_at);
