-- What is known of a sale changes: the shop's webhook confirms it, a refund takes units back. Orders
-- follow while their month is open; after its close, a credit on the next purchase order does. What is
-- too small to be paid is carried over.

-- Every version of a campaign that a sale may have been judged under.
CREATE TABLE campaign_versions (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id),
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER,
    conditions TEXT NOT NULL,
    PRIMARY KEY (campaign_id, version)
) STRICT, WITHOUT ROWID;
INSERT INTO campaign_versions SELECT id, version, name, starts_at, ends_at, conditions FROM campaigns;
-- Older versions were not kept until now; the present conditions stand for them.
INSERT OR IGNORE INTO campaign_versions
SELECT DISTINCT c.id, o.campaign_version, c.name, c.starts_at, c.ends_at, c.conditions
FROM orders o JOIN campaigns c ON c.id = o.campaign_id;

CREATE TRIGGER campaign_versions_first AFTER INSERT ON campaigns
BEGIN
    INSERT INTO campaign_versions
    VALUES (NEW.id, NEW.version, NEW.name, NEW.starts_at, NEW.ends_at, NEW.conditions);
END;

CREATE TRIGGER campaign_versions_next AFTER UPDATE OF version ON campaigns
BEGIN
    INSERT INTO campaign_versions
    VALUES (NEW.id, NEW.version, NEW.name, NEW.starts_at, NEW.ends_at, NEW.conditions);
END;

-- The secret with which the shop signs its webhooks, sealed, because signatures need it in clear; and
-- what came of them. From the first delivery on, only confirmed sales of the shop are billed.
ALTER TABLE shops ADD COLUMN webhook_secret_sealed TEXT;
ALTER TABLE shops ADD COLUMN webhook_first_at INTEGER;
ALTER TABLE shops ADD COLUMN webhook_last_at INTEGER;
-- Why the last delivery could not be read; null when it could.
ALTER TABLE shops ADD COLUMN webhook_problem TEXT;

-- Live keys and test keys tell of different sales, even where the shop's order id is the same. `facts`
-- are SaleFacts as JSON, `judged_under` the campaigns' ids and versions when the sale was first told,
-- and `written_by` is the id of the write that the row is of. `sold_at` is the instant that decides the
-- month: the shop's own, unless it lies in our future.
CREATE TABLE sales_anew (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    mode TEXT NOT NULL CHECK (mode IN ('live', 'test')),
    sale_id TEXT NOT NULL,
    -- The number that the shop and its customers see, without a hash sign before it.
    number TEXT,
    proof TEXT NOT NULL CHECK (proof IN ('claimed', 'verified')),
    -- How far the sale has come; null while only refunds of it are known.
    status TEXT CHECK (status IN ('placed', 'paid', 'cancelled', 'refunded')),
    test INTEGER NOT NULL CHECK (test IN (0, 1)),
    facts TEXT NOT NULL,
    judged_under TEXT NOT NULL,
    written_by TEXT NOT NULL,
    -- The start of the pause in which the sale was first told; null where there was none.
    paused_since INTEGER,
    sold_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    UNIQUE (shop_id, mode, sale_id)
) STRICT;
INSERT INTO sales_anew (id, shop_id, mode, sale_id, proof, status, test, facts, judged_under,
    written_by, sold_at, received_at)
SELECT s.id, s.shop_id, iif(s.test = 1 AND s.facts ->> 'test' = 0, 'test', 'live'), s.sale_id, s.proof,
    s.facts ->> 'status', s.test,
    json_object('snapshot', json_object('proof', s.proof, 'sale', json(s.facts)),
        'refunds', json_object()),
    coalesce((SELECT json_group_array(json_array(campaign_id, campaign_version))
        FROM orders WHERE sale = s.id), '[]'),
    s.id, s.sold_at, s.received_at
FROM sales s;

CREATE TABLE purchase_orders_anew (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    period TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('open', 'closed', 'payment due', 'paid', 'settled', 'carried over')),
    currency TEXT NOT NULL,
    trees INTEGER,
    total INTEGER,
    digest TEXT,
    link_hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    closed_at INTEGER,
    paid_at INTEGER,
    UNIQUE (merchant_id, period),
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK (state = 'open' OR (trees IS NOT NULL AND total IS NOT NULL))
) STRICT;
INSERT INTO purchase_orders_anew SELECT id, merchant_id, period, starts_at, ends_at, state, currency,
    trees, total, digest, link_hash, created_at, closed_at, paid_at FROM purchase_orders;

CREATE TABLE orders_anew (
    id TEXT PRIMARY KEY,
    sale TEXT REFERENCES sales_anew (id),
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    campaign_id TEXT REFERENCES campaigns (id),
    campaign_version INTEGER,
    reference TEXT,
    product_code TEXT,
    quantity INTEGER,
    test INTEGER NOT NULL CHECK (test IN (0, 1)),
    -- What is missing before it is billed: the buyer's payment, the confirmation of a claim by the
    -- shop's webhook, the owner's acceptance of a claim that no webhook can confirm any more, or a
    -- price of a tree.
    waits_for TEXT CHECK (waits_for IN ('payment', 'confirmation', 'acceptance', 'price')),
    trees INTEGER NOT NULL CHECK (trees >= 0),
    -- What the sale would order without the cap of the month; 0 while the order is not billed.
    uncapped_trees INTEGER NOT NULL DEFAULT 0,
    -- The sum of its credits: trees taken back are negative.
    credited INTEGER NOT NULL DEFAULT 0,
    unit_price INTEGER,
    reason TEXT NOT NULL,
    -- The calendar month of `sold_at` in the merchant's zone, which caps are for: `2026-11`.
    month TEXT NOT NULL,
    sold_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    purchase_order_id TEXT REFERENCES purchase_orders_anew (id),
    UNIQUE (sale, campaign_id),
    UNIQUE (merchant_id, test, reference),
    CHECK ((sale IS NULL) = (campaign_id IS NULL)),
    CHECK ((sale IS NULL) = (reference IS NOT NULL)),
    CHECK ((reference IS NULL) = (product_code IS NULL)),
    -- What is billable is on a purchase order, and nothing else is.
    CHECK ((trees > 0 AND test = 0 AND waits_for IS NULL) = (purchase_order_id IS NOT NULL)),
    CHECK (purchase_order_id IS NULL OR unit_price IS NOT NULL)
) STRICT;
INSERT INTO orders_anew (id, sale, merchant_id, campaign_id, campaign_version, reference, product_code,
    quantity, test, trees, uncapped_trees, unit_price, reason, month, sold_at, received_at,
    purchase_order_id)
SELECT id, sale, merchant_id, campaign_id, campaign_version, reference, product_code, quantity, test,
    trees, trees, unit_price, reason, strftime('%Y-%m', sold_at / 1000, 'unixepoch'), sold_at,
    received_at, purchase_order_id
FROM orders;

-- `kind` tells orders from credits, which take trees back, and from what is carried over.
CREATE TABLE purchase_order_lines_anew (
    purchase_order_id TEXT NOT NULL REFERENCES purchase_orders_anew (id),
    kind TEXT NOT NULL CHECK (kind IN ('orders', 'credits', 'carried over')),
    campaign_id TEXT NOT NULL,
    campaign TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    shop TEXT NOT NULL,
    unit_price INTEGER NOT NULL,
    orders INTEGER NOT NULL,
    trees INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (purchase_order_id, kind, campaign_id, shop_id, unit_price)
) STRICT;
INSERT INTO purchase_order_lines_anew SELECT purchase_order_id, 'orders', campaign_id, campaign, shop_id,
    shop, unit_price, orders, trees, total FROM purchase_order_lines;

CREATE TABLE payments_anew (
    id TEXT PRIMARY KEY,
    purchase_order_id TEXT NOT NULL REFERENCES purchase_orders_anew (id),
    attempt INTEGER NOT NULL,
    provider TEXT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    card_last_four TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('pending', 'authentication needed', 'paid', 'declined')),
    message TEXT,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    UNIQUE (purchase_order_id, attempt)
) STRICT;
INSERT INTO payments_anew SELECT id, purchase_order_id, attempt, provider, idempotency_key, amount,
    currency, card_last_four, state, message, created_at, settled_at FROM payments;

-- Children first, so that no row ever refers to nothing; renaming takes the references along.
DROP TABLE payments;
DROP TABLE purchase_order_lines;
DROP TABLE orders;
DROP TABLE sales;
DROP TABLE purchase_orders;
ALTER TABLE purchase_orders_anew RENAME TO purchase_orders;
ALTER TABLE sales_anew RENAME TO sales;
ALTER TABLE orders_anew RENAME TO orders;
ALTER TABLE purchase_order_lines_anew RENAME TO purchase_order_lines;
ALTER TABLE payments_anew RENAME TO payments;

CREATE INDEX purchase_orders_open ON purchase_orders (ends_at) WHERE state = 'open';
CREATE INDEX purchase_orders_closed ON purchase_orders (closed_at) WHERE state = 'closed';
CREATE INDEX orders_of_merchant ON orders (merchant_id, received_at DESC, id DESC);
CREATE INDEX orders_of_purchase_order ON orders (purchase_order_id, campaign_id)
    WHERE purchase_order_id IS NOT NULL;
CREATE INDEX sales_by_number ON sales (shop_id, number) WHERE number IS NOT NULL;
-- What the cap of a month has left.
CREATE INDEX orders_of_month ON orders (campaign_id, month, trees, credited)
    WHERE purchase_order_id IS NOT NULL;
-- What follows when a webhook is removed, or when trees get a price.
CREATE INDEX orders_waiting ON orders (waits_for, merchant_id) WHERE waits_for IS NOT NULL;
CREATE UNIQUE INDEX payments_under_way ON payments (purchase_order_id)
    WHERE state IN ('pending', 'authentication needed');
CREATE UNIQUE INDEX payments_paid ON payments (purchase_order_id) WHERE state = 'paid';

CREATE TRIGGER purchase_orders_changed AFTER UPDATE OF state ON purchase_orders
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;

-- What a fact that came after the close changes of an order: trees taken back are negative.
CREATE TABLE credits (
    id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    purchase_order_id TEXT NOT NULL REFERENCES purchase_orders (id),
    written_by TEXT NOT NULL,
    trees INTEGER NOT NULL CHECK (trees <> 0),
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (order_id, written_by)
) STRICT;
CREATE INDEX credits_of_purchase_order ON credits (purchase_order_id);

CREATE TRIGGER credits_added AFTER INSERT ON credits
BEGIN
    UPDATE orders SET credited = credited + NEW.trees WHERE id = NEW.order_id;
END;

-- A total that is too small to be paid, or below zero, waits for the merchant's next close and is a
-- line of it.
CREATE TABLE carried_over (
    from_purchase_order_id TEXT PRIMARY KEY REFERENCES purchase_orders (id),
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    to_purchase_order_id TEXT REFERENCES purchase_orders (id)
) STRICT;
CREATE INDEX carried_over_waiting ON carried_over (merchant_id, currency)
    WHERE to_purchase_order_id IS NULL;
CREATE INDEX carried_over_to ON carried_over (to_purchase_order_id)
    WHERE to_purchase_order_id IS NOT NULL;

-- A delivery is noted on its shop, and is no reason to read everything anew.
DROP TRIGGER shops_changed;
CREATE TRIGGER shops_changed
AFTER UPDATE OF name, platform, origin, deleted_at, webhook_first_at ON shops
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;
