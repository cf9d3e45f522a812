-- Instants are milliseconds since 1970 in UTC; amounts are minor units of the currency beside them.

CREATE TABLE merchants (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    currency TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- What a tree costs, from an instant on.
CREATE TABLE tree_prices (
    currency TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    PRIMARY KEY (currency, valid_from)
) STRICT;

CREATE TABLE shops (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    name TEXT NOT NULL,
    platform TEXT NOT NULL,
    origin TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX shops_of_merchant ON shops (merchant_id);

-- Only the SHA-256 of a key is kept, in hexadecimal. A publishable key belongs to one shop.
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    shop_id TEXT REFERENCES shops (id),
    kind TEXT NOT NULL CHECK (kind IN ('publishable', 'secret')),
    mode TEXT NOT NULL CHECK (mode IN ('live', 'test')),
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    CHECK ((kind = 'publishable') = (shop_id IS NOT NULL))
) STRICT;

CREATE TABLE campaigns (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    -- A campaign that names no start starts when it is made.
    starts_at INTEGER NOT NULL,
    ends_at INTEGER,
    conditions TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
CREATE INDEX campaigns_of_merchant ON campaigns (merchant_id, id) WHERE deleted_at IS NULL;

-- One sale is one row, whichever source told of it first.
CREATE TABLE sales (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    sale_id TEXT NOT NULL,
    proof TEXT NOT NULL CHECK (proof IN ('claimed', 'verified')),
    test INTEGER NOT NULL CHECK (test IN (0, 1)),
    facts TEXT NOT NULL,
    sold_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    UNIQUE (shop_id, sale_id)
) STRICT;

CREATE TABLE purchase_orders (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    period TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'payment due', 'paid')),
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
CREATE INDEX purchase_orders_open ON purchase_orders (ends_at) WHERE state = 'open';
CREATE INDEX purchase_orders_closed ON purchase_orders (closed_at) WHERE state = 'closed';

-- The purchase order is given when the order is made, so that a month's close need not touch its
-- orders. A test order has none, ever.
CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    sale TEXT NOT NULL REFERENCES sales (id),
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    campaign_id TEXT NOT NULL REFERENCES campaigns (id),
    campaign_version INTEGER NOT NULL,
    trees INTEGER NOT NULL CHECK (trees > 0),
    unit_price INTEGER NOT NULL,
    reason TEXT NOT NULL,
    sold_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    purchase_order_id TEXT REFERENCES purchase_orders (id),
    UNIQUE (sale, campaign_id)
) STRICT;
CREATE INDEX orders_of_merchant ON orders (merchant_id, received_at DESC, id DESC);
CREATE INDEX orders_of_purchase_order ON orders (purchase_order_id) WHERE purchase_order_id IS NOT NULL;

-- Written when a purchase order is closed, and never changed.
CREATE TABLE purchase_order_lines (
    purchase_order_id TEXT NOT NULL REFERENCES purchase_orders (id),
    campaign_id TEXT NOT NULL,
    campaign TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    shop TEXT NOT NULL,
    unit_price INTEGER NOT NULL,
    orders INTEGER NOT NULL,
    trees INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (purchase_order_id, campaign_id, shop_id, unit_price)
) STRICT;

-- Stored before the provider is asked. Of a card, only the last four digits are kept.
CREATE TABLE payments (
    id TEXT PRIMARY KEY,
    purchase_order_id TEXT NOT NULL REFERENCES purchase_orders (id),
    attempt INTEGER NOT NULL,
    provider TEXT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    card_last_four TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('pending', 'authentication needed', 'paid', 'declined')),
    message TEXT,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    UNIQUE (purchase_order_id, attempt)
) STRICT;
-- The last guards: one payment under way, and one that succeeded, for each purchase order.
CREATE UNIQUE INDEX payments_under_way ON payments (purchase_order_id)
    WHERE state IN ('pending', 'authentication needed');
CREATE UNIQUE INDEX payments_paid ON payments (purchase_order_id) WHERE state = 'paid';

-- A cron event answers nobody, so what it did is kept here.
CREATE TABLE month_end_runs (
    id INTEGER PRIMARY KEY,
    scheduled_at INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    message TEXT
) STRICT;
