CREATE TABLE "account_mails" (
    id TEXT PRIMARY KEY,
    merchant_id TEXT REFERENCES merchants (id),
    kind TEXT NOT NULL
        CHECK (kind IN
            ('sign-in link', 'sign-in', 'sign-up', 'account exists', 'address changed', 'card saved',
                'card removed', 'claims held', 'webhook silent')),
    recipient_encrypted TEXT NOT NULL,
    recipient_hash TEXT,
    token_encrypted TEXT,
    shop_id TEXT REFERENCES shops (id),
    day TEXT,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'not sent')),
    problem TEXT,
    tries INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL,
    settled_at INTEGER,
    UNIQUE (kind, shop_id, day),
    CHECK ((kind IN ('sign-in link', 'sign-in', 'sign-up', 'account exists'))
        = (token_encrypted IS NOT NULL)),
    CHECK ((kind IN ('claims held', 'webhook silent'))
        = (shop_id IS NOT NULL AND day IS NOT NULL)),
    CHECK ((kind = 'sign-up') = (merchant_id IS NULL))
) STRICT;

CREATE INDEX account_mails_of_merchant ON account_mails (merchant_id, created_at);

CREATE INDEX account_mails_to_recipient ON account_mails (recipient_hash, created_at)
    WHERE recipient_hash IS NOT NULL;

CREATE INDEX account_mails_waiting ON account_mails (next_try_at) WHERE state = 'waiting';

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
    hint TEXT NOT NULL DEFAULT '',
    scopes TEXT,
    origins TEXT,
    last_used_at INTEGER,
    expires_at INTEGER,
    CHECK ((kind = 'publishable') = (shop_id IS NOT NULL))
) STRICT;

CREATE INDEX api_keys_of_merchant ON api_keys (merchant_id, created_at, id);

CREATE TRIGGER revision_of_changed_key AFTER UPDATE OF scopes, origins ON api_keys
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;

CREATE TABLE budget_alerts (
    purchase_order_id TEXT NOT NULL REFERENCES purchase_orders (id) ON DELETE CASCADE,
    percent INTEGER NOT NULL CHECK (percent IN (50, 80, 100)),
    alerted_at INTEGER NOT NULL,
    PRIMARY KEY (purchase_order_id, percent)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER mail_of_budget
AFTER INSERT ON budget_alerts
BEGIN
    INSERT INTO mails (id, merchant_id, kind, event, purchase_order_id, created_at, next_try_at)
    SELECT 'mail_' || lower(hex(randomblob(16))), merchant_id, 'budget alert',
        id || '/' || NEW.percent, id, NEW.alerted_at, NEW.alerted_at
    FROM purchase_orders WHERE id = NEW.purchase_order_id
    ON CONFLICT DO NOTHING;
END;

CREATE TABLE campaign_months (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id),
    month TEXT NOT NULL,
    trees INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE campaign_versions (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id),
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER,
    conditions TEXT NOT NULL,
    is_used INTEGER NOT NULL DEFAULT 0 CHECK (is_used IN (0, 1)),
    PRIMARY KEY (campaign_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE campaigns (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER,
    conditions TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;

CREATE INDEX campaigns_in_order ON campaigns (merchant_id, created_at, id);

CREATE INDEX campaigns_of_merchant ON campaigns (merchant_id, id) WHERE deleted_at IS NULL;

CREATE TRIGGER revision_of_added_campaign AFTER INSERT ON campaigns
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;

CREATE TRIGGER revision_of_changed_campaign AFTER UPDATE ON campaigns
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;

CREATE TRIGGER version_of_added_campaign AFTER INSERT ON campaigns
BEGIN
    INSERT INTO campaign_versions (campaign_id, version, name, starts_at, ends_at, conditions)
    VALUES (NEW.id, NEW.version, NEW.name, NEW.starts_at, NEW.ends_at, NEW.conditions);
END;

CREATE TRIGGER version_of_changed_campaign AFTER UPDATE OF version ON campaigns
BEGIN
    DELETE FROM campaign_versions
    WHERE campaign_id = OLD.id AND version = OLD.version AND is_used = 0;
    INSERT INTO campaign_versions (campaign_id, version, name, starts_at, ends_at, conditions)
    VALUES (NEW.id, NEW.version, NEW.name, NEW.starts_at, NEW.ends_at, NEW.conditions);
END;

CREATE TABLE card_setups (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    provider TEXT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    consent TEXT NOT NULL,
    customer TEXT,
    page TEXT UNIQUE,
    card_last_four TEXT,
    state TEXT NOT NULL CHECK (state IN ('pending', 'saved', 'abandoned')),
    created_at INTEGER NOT NULL,
    settled_at INTEGER
) STRICT;

CREATE INDEX card_setups_pending ON card_setups (created_at) WHERE state = 'pending';

CREATE TABLE carried_over (
    from_purchase_order_id TEXT PRIMARY KEY REFERENCES purchase_orders (id),
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    to_purchase_order_id TEXT REFERENCES purchase_orders (id)
) STRICT;

CREATE INDEX carried_over_to ON carried_over (to_purchase_order_id)
    WHERE to_purchase_order_id IS NOT NULL;

CREATE INDEX carried_over_waiting ON carried_over (merchant_id, currency)
    WHERE to_purchase_order_id IS NULL;

CREATE TABLE claimed_trees (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    day TEXT NOT NULL,
    period TEXT NOT NULL,
    trees INTEGER NOT NULL,
    PRIMARY KEY (shop_id, day, period)
) STRICT, WITHOUT ROWID;

CREATE INDEX claimed_trees_of_period ON claimed_trees (shop_id, period);

CREATE TABLE connection_codes (
    hash TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    shop_id TEXT NOT NULL REFERENCES shops (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    key_id TEXT UNIQUE,
    CHECK ((used_at IS NULL) = (key_id IS NULL))
) STRICT;

CREATE INDEX connection_codes_of_shop ON connection_codes (shop_id);

CREATE UNIQUE INDEX connection_codes_unused ON connection_codes (shop_id) WHERE used_at IS NULL;

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

CREATE INDEX credits_of_purchase_order ON credits (purchase_order_id, created_at, id);

CREATE TRIGGER order_totals_of_added_credit AFTER INSERT ON credits
BEGIN
    UPDATE orders SET credited = credited + NEW.trees WHERE id = NEW.order_id;
END;

CREATE TRIGGER purchase_order_totals_of_added_credit AFTER INSERT ON credits
BEGIN
    UPDATE purchase_orders SET running_trees = running_trees + NEW.trees,
        running_total = running_total
            + NEW.trees * (SELECT unit_price FROM orders WHERE id = NEW.order_id)
    WHERE id = NEW.purchase_order_id;
    SELECT RAISE(ABORT, 'purchase order too large') FROM purchase_orders
    WHERE id = NEW.purchase_order_id AND NEW.trees > 0 AND running_total > 9007199254740991;
END;

CREATE TABLE idempotency_records (
    key_id TEXT NOT NULL REFERENCES api_keys (id),
    name_hash TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    body_encrypted TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (key_id, name_hash)
) STRICT;

CREATE INDEX idempotency_records_by_age ON idempotency_records (created_at);

CREATE TABLE "mailbox" (
    mail_id TEXT PRIMARY KEY,
    merchant_id TEXT REFERENCES merchants (id),
    message_encrypted TEXT NOT NULL,
    sent_at INTEGER NOT NULL
) STRICT;

CREATE TABLE mails (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    kind TEXT NOT NULL
        CHECK (kind IN
            ('purchase order ready', 'purchase order paid', 'payment declined',
                'confirmation needed', 'first reminder', 'second reminder', 'third reminder',
                    'last notice', 'paused', 'resumed', 'budget alert')),
    event TEXT NOT NULL,
    purchase_order_id TEXT NOT NULL REFERENCES purchase_orders (id) ON DELETE CASCADE,
    payment_id TEXT REFERENCES payments (id),
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'not sent')),
    problem TEXT,
    tries INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL,
    settled_at INTEGER,
    UNIQUE (kind, event)
) STRICT;

CREATE INDEX mails_of_merchant ON mails (merchant_id, created_at);

CREATE INDEX mails_of_purchase_order ON mails (purchase_order_id);

CREATE INDEX mails_waiting ON mails (next_try_at) WHERE state = 'waiting';

CREATE TABLE merchants (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    currency TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revision INTEGER NOT NULL DEFAULT 0,
    email_encrypted TEXT,
    monthly_budget INTEGER CHECK (monthly_budget > 0),
    paused_at INTEGER
, email_hash TEXT, at_budget TEXT NOT NULL DEFAULT 'warn'
    CHECK (at_budget IN ('warn', 'pause')), budget_paused_at INTEGER, budget_paused_until INTEGER) STRICT;

CREATE INDEX merchants_by_email ON merchants (email_hash) WHERE email_hash IS NOT NULL;

CREATE INDEX merchants_with_budget ON merchants (id) WHERE monthly_budget IS NOT NULL;

CREATE TRIGGER revision_of_budget AFTER UPDATE OF budget_paused_at ON merchants
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER revision_of_changed_merchant AFTER UPDATE OF time_zone, currency ON merchants
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER revision_of_paused_merchant AFTER UPDATE OF paused_at ON merchants
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.id;
END;

CREATE TABLE month_end_runs (
    id INTEGER PRIMARY KEY,
    scheduled_at INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    message TEXT,
    queued INTEGER NOT NULL DEFAULT 0,
    handled INTEGER NOT NULL DEFAULT 0,
    ended_at INTEGER
) STRICT;

CREATE TABLE named_sales (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    sale_id TEXT NOT NULL,
    month TEXT NOT NULL,
    problem TEXT,
    PRIMARY KEY (shop_id, sale_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE operator_keys (
    hash TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    sale TEXT REFERENCES sales (id),
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    campaign_id TEXT REFERENCES campaigns (id),
    campaign_version INTEGER,
    reference TEXT,
    product_code TEXT,
    quantity INTEGER,
    test INTEGER NOT NULL CHECK (test IN (0, 1)),
    waits_for TEXT CHECK (waits_for IN ('payment', 'confirmation', 'acceptance', 'price')),
    trees INTEGER NOT NULL CHECK (trees >= 0),
    uncapped_trees INTEGER NOT NULL DEFAULT 0,
    capped_trees INTEGER NOT NULL DEFAULT 0,
    credited INTEGER NOT NULL DEFAULT 0,
    unit_price INTEGER,
    reason TEXT NOT NULL,
    month TEXT NOT NULL,
    sold_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    purchase_order_id TEXT REFERENCES purchase_orders (id),
    claimed INTEGER NOT NULL DEFAULT 0 CHECK (claimed IN (0, 1)),
    UNIQUE (sale, campaign_id),
    UNIQUE (merchant_id, test, reference),
    CHECK ((sale IS NULL) = (campaign_id IS NULL)),
    CHECK ((sale IS NULL) = (reference IS NOT NULL)),
    CHECK ((reference IS NULL) = (product_code IS NULL)),
    CHECK ((trees > 0 AND test = 0 AND waits_for IS NULL) = (purchase_order_id IS NOT NULL)),
    CHECK (purchase_order_id IS NULL OR unit_price IS NOT NULL)
) STRICT;

CREATE INDEX orders_claimed ON orders (campaign_id, month)
    WHERE claimed = 1 AND purchase_order_id IS NOT NULL;

CREATE INDEX orders_for_acceptance ON orders (merchant_id, received_at)
    WHERE waits_for = 'acceptance';

CREATE INDEX orders_of_merchant ON orders (merchant_id, received_at DESC, id DESC);

CREATE INDEX orders_of_purchase_order ON orders (purchase_order_id, sold_at, id)
    WHERE purchase_order_id IS NOT NULL;

CREATE INDEX orders_waiting ON orders (waits_for, received_at, merchant_id)
    WHERE waits_for IS NOT NULL;

CREATE TRIGGER purchase_order_totals_of_added_order
AFTER INSERT ON orders
WHEN NEW.purchase_order_id IS NOT NULL
BEGIN
    UPDATE purchase_orders SET running_orders = running_orders + 1,
        running_trees = running_trees + NEW.trees,
        running_total = running_total + NEW.trees * NEW.unit_price
    WHERE id = NEW.purchase_order_id;
    SELECT RAISE(ABORT, 'purchase order too large') FROM purchase_orders
    WHERE id = NEW.purchase_order_id AND running_total > 9007199254740991;
END;

CREATE TRIGGER purchase_order_totals_of_changed_order
AFTER UPDATE OF trees, unit_price, purchase_order_id ON orders
WHEN OLD.purchase_order_id IS NOT NEW.purchase_order_id
    OR OLD.trees <> NEW.trees OR OLD.unit_price IS NOT NEW.unit_price
BEGIN
    UPDATE purchase_orders SET
        running_orders = running_orders + iif(id = NEW.purchase_order_id, 1, 0)
            - iif(id = OLD.purchase_order_id, 1, 0),
        running_trees = running_trees + iif(id = NEW.purchase_order_id, NEW.trees, 0)
            - iif(id = OLD.purchase_order_id, OLD.trees, 0),
        running_total = running_total
            + iif(id = NEW.purchase_order_id, NEW.trees * NEW.unit_price, 0)
            - iif(id = OLD.purchase_order_id, OLD.trees * OLD.unit_price, 0)
    WHERE id IN (OLD.purchase_order_id, NEW.purchase_order_id);
    SELECT RAISE(ABORT, 'purchase order too large') FROM purchase_orders
    WHERE id = NEW.purchase_order_id AND running_total > 9007199254740991
        AND (OLD.purchase_order_id IS NOT NEW.purchase_order_id OR NEW.trees > OLD.trees);
END;

CREATE TRIGGER purchase_order_totals_of_deleted_order
AFTER DELETE ON orders
WHEN OLD.purchase_order_id IS NOT NULL
BEGIN
    UPDATE purchase_orders SET running_orders = running_orders - 1,
        running_trees = running_trees - OLD.trees,
        running_total = running_total - OLD.trees * OLD.unit_price
    WHERE id = OLD.purchase_order_id;
END;

CREATE TRIGGER quarters_of_added_order
AFTER INSERT ON orders
WHEN NEW.purchase_order_id IS NOT NULL
BEGIN
    INSERT INTO purchase_order_quarters
    VALUES (NEW.purchase_order_id, NEW.sold_at / 900000, 1, NEW.trees, NEW.trees * NEW.unit_price)
    ON CONFLICT (purchase_order_id, quarter) DO UPDATE SET orders = orders + 1,
        trees = trees + excluded.trees, total = total + excluded.total;
END;

CREATE TRIGGER quarters_of_changed_order
AFTER UPDATE OF trees, unit_price, sold_at, purchase_order_id ON orders
WHEN OLD.purchase_order_id IS NOT NEW.purchase_order_id OR OLD.trees <> NEW.trees
    OR OLD.unit_price IS NOT NEW.unit_price OR OLD.sold_at <> NEW.sold_at
BEGIN
    UPDATE purchase_order_quarters SET orders = orders - 1, trees = trees - OLD.trees,
        total = total - OLD.trees * OLD.unit_price
    WHERE purchase_order_id = OLD.purchase_order_id AND quarter = OLD.sold_at / 900000;
    INSERT INTO purchase_order_quarters
    SELECT NEW.purchase_order_id, NEW.sold_at / 900000, 1, NEW.trees, NEW.trees * NEW.unit_price
    WHERE NEW.purchase_order_id IS NOT NULL
    ON CONFLICT (purchase_order_id, quarter) DO UPDATE SET orders = orders + 1,
        trees = trees + excluded.trees, total = total + excluded.total;
END;

CREATE TRIGGER quarters_of_deleted_order
AFTER DELETE ON orders
WHEN OLD.purchase_order_id IS NOT NULL
BEGIN
    UPDATE purchase_order_quarters SET orders = orders - 1, trees = trees - OLD.trees,
        total = total - OLD.trees * OLD.unit_price
    WHERE purchase_order_id = OLD.purchase_order_id AND quarter = OLD.sold_at / 900000;
END;

CREATE TRIGGER shop_totals_of_added_order
AFTER INSERT ON orders
WHEN NEW.purchase_order_id IS NOT NULL AND NEW.sale IS NOT NULL
BEGIN
    INSERT INTO shop_totals SELECT shop_id, NEW.trees + NEW.credited, 1 FROM sales
    WHERE id = NEW.sale
    ON CONFLICT (shop_id) DO UPDATE SET trees = trees + excluded.trees, orders = orders + 1;
    INSERT INTO campaign_months VALUES (NEW.campaign_id, NEW.month, NEW.trees + NEW.credited)
    ON CONFLICT (campaign_id, month) DO UPDATE SET trees = trees + excluded.trees;
END;

CREATE TRIGGER shop_totals_of_changed_order
AFTER UPDATE OF trees, credited, month, purchase_order_id ON orders
WHEN NEW.sale IS NOT NULL
    AND (OLD.purchase_order_id IS NOT NULL OR NEW.purchase_order_id IS NOT NULL)
    AND (OLD.trees + OLD.credited <> NEW.trees + NEW.credited OR OLD.month <> NEW.month
        OR (OLD.purchase_order_id IS NULL) <> (NEW.purchase_order_id IS NULL))
BEGIN
    INSERT INTO shop_totals
    SELECT shop_id, iif(NEW.purchase_order_id IS NULL, 0, NEW.trees + NEW.credited)
            - iif(OLD.purchase_order_id IS NULL, 0, OLD.trees + OLD.credited),
        (NEW.purchase_order_id IS NOT NULL) - (OLD.purchase_order_id IS NOT NULL)
    FROM sales WHERE id = NEW.sale
    ON CONFLICT (shop_id) DO UPDATE SET trees = trees + excluded.trees,
        orders = orders + excluded.orders;
    UPDATE campaign_months SET trees = trees - OLD.trees - OLD.credited
    WHERE campaign_id = OLD.campaign_id AND month = OLD.month AND OLD.purchase_order_id IS NOT NULL;
    INSERT INTO campaign_months SELECT NEW.campaign_id, NEW.month, NEW.trees + NEW.credited
    WHERE NEW.purchase_order_id IS NOT NULL
    ON CONFLICT (campaign_id, month) DO UPDATE SET trees = trees + excluded.trees;
END;

CREATE TRIGGER shop_totals_of_deleted_order
AFTER DELETE ON orders
WHEN OLD.purchase_order_id IS NOT NULL AND OLD.sale IS NOT NULL
BEGIN
    UPDATE shop_totals SET trees = trees - OLD.trees - OLD.credited, orders = orders - 1
    WHERE shop_id = (SELECT shop_id FROM sales WHERE id = OLD.sale);
    UPDATE campaign_months SET trees = trees - OLD.trees - OLD.credited
    WHERE campaign_id = OLD.campaign_id AND month = OLD.month;
END;

CREATE TABLE payers (
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    provider TEXT NOT NULL,
    customer TEXT NOT NULL,
    card TEXT,
    card_brand TEXT,
    card_last_four TEXT,
    card_expires TEXT,
    created_at INTEGER NOT NULL,
    card_saved_at INTEGER,
    consent TEXT,
    consented_at INTEGER,
    PRIMARY KEY (merchant_id, provider),
    CHECK ((card IS NULL) = (card_saved_at IS NULL))
) STRICT;

CREATE INDEX payers_by_customer ON payers (customer);

CREATE TABLE payments (
    id TEXT PRIMARY KEY,
    purchase_order_id TEXT NOT NULL REFERENCES purchase_orders (id),
    attempt INTEGER NOT NULL,
    provider TEXT NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('pay page', 'saved card', 'recorded')),
    idempotency_key TEXT NOT NULL UNIQUE,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    customer TEXT,
    card TEXT,
    card_brand TEXT,
    card_last_four TEXT,
    remember INTEGER NOT NULL DEFAULT 0 CHECK (remember IN (0, 1)),
    page TEXT UNIQUE,
    reference TEXT,
    recorded_by TEXT REFERENCES api_keys (id),
    state TEXT NOT NULL
        CHECK (state IN
            ('pending', 'authentication needed', 'paid', 'declined', 'abandoned', 'duplicate')),
    message TEXT,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    confirmation_needed INTEGER NOT NULL DEFAULT 0 CHECK (confirmation_needed IN (0, 1)),
    consent TEXT,
    UNIQUE (purchase_order_id, attempt),
    CHECK ((method = 'recorded') = (recorded_by IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX payments_paid ON payments (purchase_order_id) WHERE state = 'paid';

CREATE INDEX payments_unanswered ON payments (created_at)
    WHERE state IN ('pending', 'authentication needed');

CREATE UNIQUE INDEX payments_under_way ON payments (purchase_order_id)
    WHERE state IN ('pending', 'authentication needed');

CREATE TRIGGER mail_of_payment_declined
AFTER UPDATE OF state ON payments
WHEN NEW.state = 'declined' AND OLD.state <> 'declined' AND NEW.method = 'saved card'
BEGIN
    INSERT INTO mails (id, merchant_id, kind, event, purchase_order_id, payment_id, created_at,
        next_try_at)
    SELECT 'mail_' || lower(hex(randomblob(16))), p.merchant_id,
        iif(NEW.confirmation_needed = 1, 'confirmation needed', 'payment declined'), NEW.id, p.id,
        NEW.id, NEW.settled_at, NEW.settled_at
    FROM purchase_orders p WHERE p.id = NEW.purchase_order_id AND p.state = 'payment due'
    ON CONFLICT DO NOTHING;
END;

CREATE TABLE provider_events (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    handled_at INTEGER
) STRICT;

CREATE INDEX provider_events_by_age ON provider_events (received_at);

CREATE TABLE public_totals (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    trees INTEGER NOT NULL,
    orders INTEGER NOT NULL
) STRICT;

CREATE TABLE purchase_order_lines (
    purchase_order_id TEXT NOT NULL REFERENCES purchase_orders (id),
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

CREATE TABLE purchase_order_quarters (
    purchase_order_id TEXT NOT NULL REFERENCES purchase_orders (id) ON DELETE CASCADE,
    quarter INTEGER NOT NULL,
    orders INTEGER NOT NULL,
    trees INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (purchase_order_id, quarter)
) STRICT, WITHOUT ROWID;

CREATE TABLE purchase_orders (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    period TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('open', 'closed', 'payment due', 'paid', 'settled', 'carried over')),
    currency TEXT NOT NULL,
    trees INTEGER,
    total INTEGER,
    digest TEXT,
    link_hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    closed_at INTEGER,
    paid_at INTEGER,
    next_attempt_at INTEGER,
    sequence INTEGER,
    dunning TEXT NOT NULL DEFAULT 'none'
        CHECK (dunning IN
            ('none', 'first reminder', 'second reminder', 'third reminder', 'last notice',
                'paused')),
    dunned_at INTEGER,
    next_dunning_at INTEGER,
    link_encrypted TEXT,
    running_orders INTEGER NOT NULL DEFAULT 0,
    running_trees INTEGER NOT NULL DEFAULT 0,
    running_total INTEGER NOT NULL DEFAULT 0,
    set_aside_at INTEGER,
    set_aside_reason TEXT, digest_covers TEXT CHECK (digest_covers IN ('lines', 'orders')), digest_so_far TEXT, digest_after TEXT,
    UNIQUE (merchant_id, period),
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK (state = 'open' OR (trees IS NOT NULL AND total IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX purchase_order_numbers ON purchase_orders (period, sequence)
    WHERE sequence IS NOT NULL;

CREATE INDEX purchase_orders_closed ON purchase_orders (closed_at) WHERE state = 'closed';

CREATE INDEX purchase_orders_open ON purchase_orders (ends_at) WHERE state = 'open';

CREATE INDEX purchase_orders_set_aside ON purchase_orders (set_aside_at)
    WHERE set_aside_at IS NOT NULL;

CREATE INDEX purchase_orders_to_charge ON purchase_orders (next_attempt_at)
    WHERE next_attempt_at IS NOT NULL;

CREATE INDEX purchase_orders_to_dun ON purchase_orders (next_dunning_at)
    WHERE next_dunning_at IS NOT NULL;

CREATE TRIGGER mail_of_dunning
AFTER UPDATE OF dunning ON purchase_orders
WHEN NEW.dunning <> OLD.dunning
BEGIN
    INSERT INTO mails (id, merchant_id, kind, event, purchase_order_id, created_at, next_try_at)
    SELECT 'mail_' || lower(hex(randomblob(16))), NEW.merchant_id, NEW.dunning, NEW.id, NEW.id,
        NEW.dunned_at, NEW.dunned_at
    WHERE NEW.dunning IN ('last notice', 'paused')
        OR (coalesce(NEW.next_attempt_at > NEW.dunned_at, 1)
        AND NOT EXISTS (SELECT 1 FROM payments WHERE purchase_order_id = NEW.id
            AND method = 'saved card' AND (state = 'pending'
                OR (state = 'declined' AND settled_at >= OLD.next_dunning_at))))
    ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER mail_of_purchase_order_paid
AFTER UPDATE OF state ON purchase_orders
WHEN NEW.state = 'paid' AND OLD.state <> 'paid'
BEGIN
    INSERT INTO mails (id, merchant_id, kind, event, purchase_order_id, created_at, next_try_at)
    SELECT 'mail_' || lower(hex(randomblob(16))), NEW.merchant_id, 'purchase order paid', NEW.id,
        NEW.id, NEW.paid_at, NEW.paid_at
    WHERE true ON CONFLICT DO NOTHING;
    INSERT INTO mails (id, merchant_id, kind, event, purchase_order_id, created_at, next_try_at)
    SELECT 'mail_' || lower(hex(randomblob(16))), m.id, 'resumed', NEW.id, NEW.id, NEW.paid_at,
        NEW.paid_at
    FROM merchants m WHERE m.id = NEW.merchant_id AND m.paused_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM purchase_orders WHERE merchant_id = m.id
            AND state = 'payment due' AND dunning = 'paused')
    ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER mail_of_purchase_order_ready
AFTER UPDATE OF state ON purchase_orders
WHEN NEW.state = 'payment due' AND OLD.state <> 'payment due'
BEGIN
    INSERT INTO mails (id, merchant_id, kind, event, purchase_order_id, created_at, next_try_at)
    SELECT 'mail_' || lower(hex(randomblob(16))), NEW.merchant_id, 'purchase order ready', NEW.id,
        NEW.id, NEW.closed_at, NEW.closed_at
    WHERE true ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER pause_at_budget
AFTER UPDATE OF running_total ON purchase_orders
WHEN NEW.state = 'open' AND NEW.running_total <> OLD.running_total
BEGIN
    UPDATE merchants SET budget_paused_at = unixepoch() * 1000, budget_paused_until = NEW.ends_at
    WHERE id = NEW.merchant_id AND at_budget = 'pause' AND monthly_budget <= NEW.running_total
        AND coalesce(budget_paused_until < NEW.ends_at, 1);
    UPDATE merchants SET budget_paused_at = NULL, budget_paused_until = NULL
    WHERE id = NEW.merchant_id AND budget_paused_until = NEW.ends_at
        AND monthly_budget > NEW.running_total;
END;

CREATE TRIGGER public_totals_of_changed_purchase_order
AFTER UPDATE OF running_trees, running_orders ON purchase_orders
WHEN NEW.running_trees <> OLD.running_trees OR NEW.running_orders <> OLD.running_orders
BEGIN
    UPDATE public_totals SET trees = trees + NEW.running_trees - OLD.running_trees,
        orders = orders + NEW.running_orders - OLD.running_orders;
END;

CREATE TRIGGER revision_of_changed_purchase_order AFTER UPDATE OF state ON purchase_orders
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;

CREATE TABLE "quarantined_sales" (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    shop_id TEXT NOT NULL REFERENCES shops (id),
    mode TEXT NOT NULL CHECK (mode IN ('live', 'test')),
    source TEXT NOT NULL CHECK (source IN ('webhook', 'storefront', 'copy')),
    sale_id TEXT NOT NULL,
    field TEXT NOT NULL,
    problem TEXT NOT NULL,
    times INTEGER NOT NULL DEFAULT 1,
    first_received_at INTEGER NOT NULL,
    last_received_at INTEGER NOT NULL,
    site TEXT,
    reports TEXT,
    UNIQUE (shop_id, mode, source, sale_id, field, problem),
    CHECK ((source = 'copy') = (site IS NOT NULL)),
    CHECK (reports IS NULL OR source = 'copy')
) STRICT;

CREATE INDEX quarantined_copies ON quarantined_sales (shop_id, site) WHERE source = 'copy';

CREATE INDEX quarantined_sales_of_merchant
    ON quarantined_sales (merchant_id, first_received_at, id);

CREATE TABLE refunds (
    id TEXT PRIMARY KEY,
    payment_id TEXT NOT NULL UNIQUE REFERENCES payments (id),
    idempotency_key TEXT NOT NULL UNIQUE,
    amount INTEGER NOT NULL,
    reference TEXT,
    state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed')),
    created_at INTEGER NOT NULL,
    settled_at INTEGER
) STRICT;

CREATE INDEX refunds_pending ON refunds (created_at) WHERE state = 'pending';

CREATE TABLE sales (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    mode TEXT NOT NULL CHECK (mode IN ('live', 'test')),
    sale_id TEXT NOT NULL,
    number TEXT,
    proof TEXT NOT NULL CHECK (proof IN ('claimed', 'verified')),
    status TEXT CHECK (status IN ('placed', 'paid', 'cancelled', 'refunded')),
    test INTEGER NOT NULL CHECK (test IN (0, 1)),
    facts TEXT NOT NULL,
    evaluated_under TEXT NOT NULL,
    written_by TEXT NOT NULL,
    paused_since INTEGER,
    sold_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    held_because TEXT,
    claimed_trees INTEGER NOT NULL DEFAULT 0,
    claimed_day TEXT NOT NULL DEFAULT '',
    claimed_period TEXT NOT NULL DEFAULT '',
    UNIQUE (shop_id, mode, sale_id)
) STRICT;

CREATE INDEX sales_by_arrival ON sales (shop_id, received_at, id);

CREATE INDEX sales_by_number ON sales (shop_id, number) WHERE number IS NOT NULL;

CREATE INDEX sales_expiring ON sales (received_at) WHERE proof = 'claimed' AND claimed_trees = 0;

CREATE INDEX sales_held ON sales (shop_id, received_at) WHERE held_because IS NOT NULL;

CREATE TRIGGER claimed_trees_of_added_sale AFTER INSERT ON sales WHEN NEW.claimed_trees > 0
BEGIN
    INSERT INTO claimed_trees (shop_id, day, period, trees)
    VALUES (NEW.shop_id, NEW.claimed_day, NEW.claimed_period, NEW.claimed_trees)
    ON CONFLICT (shop_id, day, period) DO UPDATE SET trees = trees + excluded.trees;
END;

CREATE TRIGGER claimed_trees_of_changed_sale
AFTER UPDATE OF claimed_trees ON sales
WHEN NEW.claimed_trees <> OLD.claimed_trees
BEGIN
    UPDATE claimed_trees SET trees = trees + NEW.claimed_trees - OLD.claimed_trees
    WHERE shop_id = NEW.shop_id AND day = NEW.claimed_day AND period = NEW.claimed_period;
END;

CREATE TRIGGER mail_of_held_claims AFTER INSERT ON sales WHEN NEW.held_because IS NOT NULL
BEGIN
    INSERT INTO account_mails (id, merchant_id, kind, recipient_encrypted, shop_id, day, created_at,
        next_try_at)
    SELECT 'amail_' || lower(hex(randomblob(16))), m.id, 'claims held', '', h.id, NEW.claimed_day,
        NEW.received_at, NEW.received_at
    FROM shops h JOIN merchants m ON m.id = h.merchant_id
    WHERE h.id = NEW.shop_id AND m.email_encrypted IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM account_mails
            WHERE kind = 'claims held' AND shop_id = h.id AND day = NEW.claimed_day);
END;

CREATE TRIGGER versions_used_by_added_sale AFTER INSERT ON sales
BEGIN
    UPDATE campaign_versions SET is_used = 1 WHERE is_used = 0 AND (campaign_id, version) IN
        (SELECT value ->> 0, value ->> 1 FROM json_each(NEW.evaluated_under));
END;

CREATE TRIGGER versions_used_by_changed_sale
AFTER UPDATE OF evaluated_under ON sales
WHEN NEW.evaluated_under <> OLD.evaluated_under
BEGIN
    UPDATE campaign_versions SET is_used = 1 WHERE is_used = 0 AND (campaign_id, version) IN
        (SELECT value ->> 0, value ->> 1 FROM json_each(NEW.evaluated_under));
END;

CREATE TABLE security_events (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    kind TEXT NOT NULL
        CHECK (kind IN
            ('signed in', 'sign-in refused', 'signed out', 'address changed', 'card saved',
                'card removed', 'webhook secret set', 'webhook secret replaced',
                    'webhook secret removed', 'key created',
                    'key changed', 'key rotated', 'key revoked', 'request refused')),
    subject TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX security_events_by_age ON security_events (created_at);

CREATE INDEX security_events_of_merchant ON security_events (merchant_id, created_at);

CREATE TABLE sessions (
    hash TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE INDEX sessions_of_merchant ON sessions (merchant_id);

CREATE TABLE shop_totals (
    shop_id TEXT PRIMARY KEY REFERENCES shops (id),
    trees INTEGER NOT NULL,
    orders INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE shops (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    name TEXT NOT NULL,
    platform TEXT NOT NULL,
    origin TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER,
    webhook_secret_encrypted TEXT,
    webhook_old_secret_encrypted TEXT,
    webhook_old_secret_until INTEGER,
    webhook_first_at INTEGER,
    webhook_last_at INTEGER,
    webhook_problem TEXT,
    webhook_good_at INTEGER,
    silent_since INTEGER,
    test_mode INTEGER NOT NULL DEFAULT 0 CHECK (test_mode IN (0, 1)),
    live_since INTEGER,
    claim_trees_per_sale INTEGER NOT NULL DEFAULT 50
        CHECK (claim_trees_per_sale BETWEEN 0 AND 1000000),
    claim_trees_per_day INTEGER NOT NULL DEFAULT 500
        CHECK (claim_trees_per_day BETWEEN 0 AND 1000000),
    claim_trees_per_month INTEGER NOT NULL DEFAULT 5000
        CHECK (claim_trees_per_month BETWEEN 0 AND 1000000)
, site TEXT, pull_credentials_encrypted TEXT, pull_since INTEGER, pull_page TEXT, pull_next_at INTEGER, pull_done_at INTEGER) STRICT;

CREATE INDEX shops_in_order ON shops (merchant_id, created_at, id);

CREATE INDEX shops_of_merchant ON shops (merchant_id);

CREATE INDEX shops_to_pull ON shops (pull_next_at) WHERE pull_next_at IS NOT NULL;

CREATE TRIGGER revision_of_added_shop AFTER INSERT ON shops
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;

CREATE TRIGGER revision_of_changed_shop
AFTER UPDATE OF name, platform, origin, deleted_at, webhook_first_at, test_mode ON shops
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;

CREATE TABLE sign_in_attempts (
    address_hash TEXT NOT NULL,
    window_started_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (address_hash, window_started_at)
) STRICT;

CREATE TABLE sign_in_links (
    hash TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    email_encrypted TEXT
, browser_hash TEXT, code_hash TEXT, wrong_codes INTEGER NOT NULL DEFAULT 0, mailed_to_hash TEXT) STRICT;

CREATE TABLE sign_in_requests (
    id TEXT PRIMARY KEY,
    email_hash TEXT NOT NULL,
    email_encrypted TEXT NOT NULL,
    caller_hash TEXT NOT NULL,
    browser_hash TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    name TEXT,
    time_zone TEXT,
    currency TEXT,
    link_hash TEXT UNIQUE,
    wrong_codes INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    handled_at INTEGER,
    voided_at INTEGER,
    CHECK ((name IS NULL) = (time_zone IS NULL) AND (name IS NULL) = (currency IS NULL))
) STRICT;

CREATE INDEX sign_in_requests_by_age ON sign_in_requests (created_at);

CREATE INDEX sign_in_requests_by_caller ON sign_in_requests (caller_hash, created_at);

CREATE INDEX sign_in_requests_by_email ON sign_in_requests (email_hash, created_at);

CREATE INDEX sign_in_requests_waiting ON sign_in_requests (created_at) WHERE handled_at IS NULL;

CREATE TABLE tree_prices (
    currency TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    PRIMARY KEY (currency, valid_from)
) STRICT;

CREATE TABLE unbilled_claims (
    shop_id TEXT PRIMARY KEY REFERENCES shops (id),
    day TEXT NOT NULL,
    bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_problems (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    problem TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    times INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (shop_id, problem)
) STRICT;

CREATE INDEX webhook_problems_by_age ON webhook_problems (last_at);
