-- Deliveries of a shop's copies, such as a staging site, which have the shop's secret.

-- The address of the site behind the shop, as its deliveries name it: the host and the directory.
-- Null until the first delivery that names one.
ALTER TABLE shops ADD COLUMN site TEXT;

-- A report of another site is a quarantined sale of the source 'copy'.
CREATE TABLE quarantined_sales_new (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    shop_id TEXT NOT NULL REFERENCES shops (id),
    mode TEXT NOT NULL CHECK (mode IN ('live', 'test')),
    source TEXT NOT NULL CHECK (source IN ('webhook', 'storefront', 'copy')),
    -- The shop's own order id; empty if the body does not show it.
    sale_id TEXT NOT NULL,
    -- The path of the wrong field; empty for the whole body.
    field TEXT NOT NULL,
    problem TEXT NOT NULL,
    -- How often it was received.
    times INTEGER NOT NULL DEFAULT 1,
    first_received_at INTEGER NOT NULL,
    last_received_at INTEGER NOT NULL,
    -- The site of a copy.
    site TEXT,
    -- What the site reported of the sale, without personal data: a JSON array, recorded if the owner
    -- says that the site is the shop.
    reports TEXT,
    UNIQUE (shop_id, mode, source, sale_id, field, problem),
    CHECK ((source = 'copy') = (site IS NOT NULL)),
    CHECK (reports IS NULL OR source = 'copy')
) STRICT;
INSERT INTO quarantined_sales_new (id, merchant_id, shop_id, mode, source, sale_id, field, problem,
    times, first_received_at, last_received_at)
SELECT id, merchant_id, shop_id, mode, source, sale_id, field, problem, times, first_received_at,
    last_received_at
FROM quarantined_sales;
DROP TABLE quarantined_sales;
ALTER TABLE quarantined_sales_new RENAME TO quarantined_sales;
CREATE INDEX quarantined_sales_of_merchant
    ON quarantined_sales (merchant_id, first_received_at, id);
CREATE INDEX quarantined_copies ON quarantined_sales (shop_id, site) WHERE source = 'copy';
