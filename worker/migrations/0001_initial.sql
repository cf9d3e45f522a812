-- The tables of Play It Green. Instants are milliseconds since 1970 in UTC. Amounts are minor units
-- of the currency of their row. Dates are text: a day is 2026-11-27 (UTC), a month is 2026-11.
-- Columns that end in _encrypted hold encrypted text. Rules stand in Rust and in named
-- statements; the triggers at the end keep versions, running totals, the security log and the mails
-- to send.

CREATE TABLE merchants (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    currency TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- Counts the changes of everything that decides about a sale. An isolate that caches a key with
    -- its campaigns writes only if the revision is still the cached one.
    revision INTEGER NOT NULL DEFAULT 0,
    email_encrypted TEXT,
    -- A mail reports when a month's orders come near it.
    monthly_budget INTEGER CHECK (monthly_budget > 0),
    -- Since when no trees are ordered, because a purchase order is unpaid.
    paused_at INTEGER
) STRICT;
CREATE INDEX merchants_with_budget ON merchants (id) WHERE monthly_budget IS NOT NULL;

-- The price of a tree from an instant on.
CREATE TABLE tree_prices (
    currency TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    PRIMARY KEY (currency, valid_from)
) STRICT;

-- The webhook's secret is encrypted and not hashed, because signatures need it in clear. After the
-- first delivery, only confirmed sales of the shop are billed.
CREATE TABLE shops (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    name TEXT NOT NULL,
    platform TEXT NOT NULL,
    origin TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER,
    webhook_secret_encrypted TEXT,
    -- The secret before it, which is accepted until a delivery is signed with the new one.
    webhook_old_secret_encrypted TEXT,
    -- It is accepted until then at the latest.
    webhook_old_secret_until INTEGER,
    webhook_first_at INTEGER,
    webhook_last_at INTEGER,
    -- Why the last delivery could not be read; null if it could.
    webhook_problem TEXT,
    -- The last delivery that could be read, to the minute.
    webhook_good_at INTEGER,
    -- When the first claim came that the webhook should have confirmed by now; null while it works.
    silent_since INTEGER,
    -- 1 while everything that the shop reports is a test.
    test_mode INTEGER NOT NULL DEFAULT 0 CHECK (test_mode IN (0, 1)),
    -- When its test mode ended. What was sold before orders nothing, as before the shop was added.
    live_since INTEGER,
    -- The trees that claims of the shop may order before the owner is asked.
    claim_trees_per_sale INTEGER NOT NULL DEFAULT 50
        CHECK (claim_trees_per_sale BETWEEN 0 AND 1000000),
    claim_trees_per_day INTEGER NOT NULL DEFAULT 500
        CHECK (claim_trees_per_day BETWEEN 0 AND 1000000),
    claim_trees_per_month INTEGER NOT NULL DEFAULT 5000
        CHECK (claim_trees_per_month BETWEEN 0 AND 1000000)
) STRICT;
CREATE INDEX shops_of_merchant ON shops (merchant_id);
CREATE INDEX shops_in_order ON shops (merchant_id, created_at, id);

-- Of a key, only its SHA-256 in hexadecimal and its last four characters are stored. A publishable
-- key belongs to one shop.
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
    -- The last four characters.
    hint TEXT NOT NULL DEFAULT '',
    -- A JSON array; null allows everything that the kind of key may do.
    scopes TEXT,
    -- A JSON array of origins for a publishable key; null is the origin of its shop.
    origins TEXT,
    last_used_at INTEGER,
    -- The end of a rotated key.
    expires_at INTEGER,
    CHECK ((kind = 'publishable') = (shop_id IS NOT NULL))
) STRICT;
CREATE INDEX api_keys_of_merchant ON api_keys (merchant_id, created_at, id);

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
CREATE INDEX campaigns_in_order ON campaigns (merchant_id, created_at, id);

-- Every version of a campaign that a sale was evaluated under, and the latest.
CREATE TABLE campaign_versions (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id),
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER,
    conditions TEXT NOT NULL,
    -- True if a sale was evaluated under it. Other versions are deleted at the next change.
    is_used INTEGER NOT NULL DEFAULT 0 CHECK (is_used IN (0, 1)),
    PRIMARY KEY (campaign_id, version)
) STRICT, WITHOUT ROWID;

-- One sale is one row, whichever source reported it first. Live and test keys report different
-- sales, even if the shop's order id is the same.
CREATE TABLE sales (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    mode TEXT NOT NULL CHECK (mode IN ('live', 'test')),
    sale_id TEXT NOT NULL,
    -- The number that the shop and its customers see, without a hash sign before it.
    number TEXT,
    proof TEXT NOT NULL CHECK (proof IN ('claimed', 'verified')),
    -- Null while only refunds of the sale are known.
    status TEXT CHECK (status IN ('placed', 'paid', 'cancelled', 'refunded')),
    test INTEGER NOT NULL CHECK (test IN (0, 1)),
    -- SaleFacts as JSON.
    facts TEXT NOT NULL,
    -- The ids and versions of the campaigns at the first report of the sale, as a JSON array.
    evaluated_under TEXT NOT NULL,
    -- The id of the write that made this version of the row.
    written_by TEXT NOT NULL,
    -- The start of the pause in which the sale was first reported, or null.
    paused_since INTEGER,
    -- Decides the month: the shop's own instant, unless it lies in the future.
    sold_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    -- Why the owner has to review a claim; null otherwise, and after the decision.
    held_because TEXT,
    -- The trees by which a claim uses up the limits of its shop, the day of its receipt, and the
    -- month of its purchase order.
    claimed_trees INTEGER NOT NULL DEFAULT 0,
    claimed_day TEXT NOT NULL DEFAULT '',
    claimed_period TEXT NOT NULL DEFAULT '',
    UNIQUE (shop_id, mode, sale_id)
) STRICT;
CREATE INDEX sales_by_number ON sales (shop_id, number) WHERE number IS NOT NULL;
CREATE INDEX sales_held ON sales (shop_id, received_at) WHERE held_because IS NOT NULL;
-- Claims on no bill expire, the oldest first. A billed claim uses up a limit of its shop.
CREATE INDEX sales_expiring ON sales (received_at) WHERE proof = 'claimed' AND claimed_trees = 0;

-- The running columns are the sums of its orders and credits, so that a total, a bound or a budget
-- reads one row.
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
    -- The next charge of the saved card, or null.
    next_attempt_at INTEGER,
    -- The number within the month, given at the close.
    sequence INTEGER,
    -- The last reminder, when it was sent, and when the next one is due.
    dunning TEXT NOT NULL DEFAULT 'none'
        CHECK (dunning IN
            ('none', 'first reminder', 'second reminder', 'third reminder', 'last notice',
                'paused')),
    dunned_at INTEGER,
    next_dunning_at INTEGER,
    -- The percentage of the monthly budget in the latest alert, and when it was reported.
    budget_alert INTEGER NOT NULL DEFAULT 0 CHECK (budget_alert IN (0, 80, 100)),
    budget_alerted_at INTEGER,
    -- The token of the pay link; link_hash finds the purchase order. Null if it was opened while no
    -- encryption key worked: the link is renewed when it is needed.
    link_encrypted TEXT,
    running_orders INTEGER NOT NULL DEFAULT 0,
    running_trees INTEGER NOT NULL DEFAULT 0,
    running_total INTEGER NOT NULL DEFAULT 0,
    set_aside_at INTEGER,
    set_aside_reason TEXT,
    UNIQUE (merchant_id, period),
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK (state = 'open' OR (trees IS NOT NULL AND total IS NOT NULL))
) STRICT;
CREATE INDEX purchase_orders_open ON purchase_orders (ends_at) WHERE state = 'open';
CREATE INDEX purchase_orders_closed ON purchase_orders (closed_at) WHERE state = 'closed';
CREATE INDEX purchase_orders_to_charge ON purchase_orders (next_attempt_at)
    WHERE next_attempt_at IS NOT NULL;
CREATE UNIQUE INDEX purchase_order_numbers ON purchase_orders (period, sequence)
    WHERE sequence IS NOT NULL;
CREATE INDEX purchase_orders_to_dun ON purchase_orders (next_dunning_at)
    WHERE next_dunning_at IS NOT NULL;
CREATE INDEX purchase_orders_set_aside ON purchase_orders (set_aside_at)
    WHERE set_aside_at IS NOT NULL;

-- An order comes from a sale under a campaign, or was bought by product code with a reference. It
-- gets its purchase order when it is made, so that closing a month does not touch its orders.
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
    -- The step that is missing before billing: the buyer's payment, the confirmation of a claim by
    -- the shop's webhook, the owner's acceptance, or a tree price.
    waits_for TEXT CHECK (waits_for IN ('payment', 'confirmation', 'acceptance', 'price')),
    trees INTEGER NOT NULL CHECK (trees >= 0),
    -- The most trees that it was billed for without the cap of the month, and what the cap left of
    -- them. A cut stays: only growth beyond these trees uses what is left of the cap.
    uncapped_trees INTEGER NOT NULL DEFAULT 0,
    capped_trees INTEGER NOT NULL DEFAULT 0,
    -- The sum of its credits.
    credited INTEGER NOT NULL DEFAULT 0,
    unit_price INTEGER,
    reason TEXT NOT NULL,
    -- The calendar month of sold_at in the merchant's time zone, which caps count.
    month TEXT NOT NULL,
    sold_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    purchase_order_id TEXT REFERENCES purchase_orders (id),
    -- True if only a claim supports the order. In a cap, it yields to orders of confirmed sales.
    claimed INTEGER NOT NULL DEFAULT 0 CHECK (claimed IN (0, 1)),
    UNIQUE (sale, campaign_id),
    UNIQUE (merchant_id, test, reference),
    CHECK ((sale IS NULL) = (campaign_id IS NULL)),
    CHECK ((sale IS NULL) = (reference IS NOT NULL)),
    CHECK ((reference IS NULL) = (product_code IS NULL)),
    -- Exactly the billable orders are on a purchase order.
    CHECK ((trees > 0 AND test = 0 AND waits_for IS NULL) = (purchase_order_id IS NOT NULL)),
    CHECK (purchase_order_id IS NULL OR unit_price IS NOT NULL)
) STRICT;
CREATE INDEX orders_of_merchant ON orders (merchant_id, received_at DESC, id DESC);
-- Pages of a purchase order's items are read in their order.
CREATE INDEX orders_of_purchase_order ON orders (purchase_order_id, sold_at, id)
    WHERE purchase_order_id IS NOT NULL;
-- Orders that follow when a webhook is removed, or when trees get a price.
CREATE INDEX orders_waiting ON orders (waits_for, received_at, merchant_id)
    WHERE waits_for IS NOT NULL;
-- Claims that wait for their owner.
CREATE INDEX orders_for_acceptance ON orders (merchant_id, received_at)
    WHERE waits_for = 'acceptance';
-- A confirmed sale takes the cap of a month from the claims of that month.
CREATE INDEX orders_claimed ON orders (campaign_id, month)
    WHERE claimed = 1 AND purchase_order_id IS NOT NULL;

-- Changes of an order after its purchase order was closed. Trees that are taken back are negative.
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

-- A total that is too small to be paid, or negative, waits for the merchant's next purchase order
-- and is a line of it.
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

-- Written when a purchase order is closed, and never changed. The kind distinguishes orders
-- from credits and from carried-over totals.
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

-- A merchant as a customer of a payment provider, and the card to charge. A provider's test account
-- and live account do not share customers, so they are two providers here. Of a card, only what a
-- person needs to recognise it.
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

-- A payment is stored before the provider is asked.
CREATE TABLE payments (
    id TEXT PRIMARY KEY,
    purchase_order_id TEXT NOT NULL REFERENCES purchase_orders (id),
    attempt INTEGER NOT NULL,
    provider TEXT NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('pay page', 'saved card', 'recorded')),
    idempotency_key TEXT NOT NULL UNIQUE,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    -- The provider's names of the payer and the card, so that a repeated request asks the same.
    customer TEXT,
    card TEXT,
    card_brand TEXT,
    card_last_four TEXT,
    -- True if the payer wants this card to be charged for later months.
    remember INTEGER NOT NULL DEFAULT 0 CHECK (remember IN (0, 1)),
    -- The provider's name of the page on which the payer enters the card.
    page TEXT UNIQUE,
    -- The provider's name of the payment; of a recorded one, the payer's.
    reference TEXT,
    -- The key that recorded it.
    recorded_by TEXT REFERENCES api_keys (id),
    -- Abandoned: never completed, and it no longer can be. Duplicate: the purchase order was paid
    -- before.
    state TEXT NOT NULL
        CHECK (state IN
            ('pending', 'authentication needed', 'paid', 'declined', 'abandoned', 'duplicate')),
    message TEXT,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    -- True if the payer's bank needs a confirmation.
    confirmation_needed INTEGER NOT NULL DEFAULT 0 CHECK (confirmation_needed IN (0, 1)),
    -- The version of the mandate that the payer agreed to.
    consent TEXT,
    UNIQUE (purchase_order_id, attempt),
    CHECK ((method = 'recorded') = (recorded_by IS NOT NULL))
) STRICT;
-- The last guards: one payment under way, and one that succeeded, for each purchase order.
CREATE UNIQUE INDEX payments_under_way ON payments (purchase_order_id)
    WHERE state IN ('pending', 'authentication needed');
CREATE UNIQUE INDEX payments_paid ON payments (purchase_order_id) WHERE state = 'paid';
-- Payments that the next cron event asks the provider about.
CREATE INDEX payments_unanswered ON payments (created_at)
    WHERE state IN ('pending', 'authentication needed');

-- A card that is saved without a payment, stored before the provider is asked. It is also the
-- record of what the payer agreed to, and when.
CREATE TABLE card_setups (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    provider TEXT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    -- The version of the mandate. The payer agreed when the row was made.
    consent TEXT NOT NULL,
    customer TEXT,
    -- The provider's name of the page on which the card is entered.
    page TEXT UNIQUE,
    card_last_four TEXT,
    state TEXT NOT NULL CHECK (state IN ('pending', 'saved', 'abandoned')),
    created_at INTEGER NOT NULL,
    settled_at INTEGER
) STRICT;
CREATE INDEX card_setups_pending ON card_setups (created_at) WHERE state = 'pending';

-- Money that was taken twice is refunded.
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

-- Events of a payment provider. The same event may come more than once.
CREATE TABLE provider_events (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    handled_at INTEGER
) STRICT;
CREATE INDEX provider_events_by_age ON provider_events (received_at);

-- Running totals of the trees by which claims use up the limits of their shop.
CREATE TABLE claimed_trees (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    day TEXT NOT NULL,
    period TEXT NOT NULL,
    trees INTEGER NOT NULL,
    PRIMARY KEY (shop_id, day, period)
) STRICT, WITHOUT ROWID;
CREATE INDEX claimed_trees_of_period ON claimed_trees (shop_id, period);

-- The bytes that claims on no bill stored on the latest day (UTC) on which one came.
CREATE TABLE unbilled_claims (
    shop_id TEXT PRIMARY KEY REFERENCES shops (id),
    day TEXT NOT NULL,
    bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The public total of a shop.
CREATE TABLE shop_totals (
    shop_id TEXT PRIMARY KEY REFERENCES shops (id),
    trees INTEGER NOT NULL,
    orders INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The billed trees of each campaign and calendar month, less credits. Caps count them.
CREATE TABLE campaign_months (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id),
    month TEXT NOT NULL,
    trees INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, month)
) STRICT, WITHOUT ROWID;

-- The public total of all shops is one row, so that a request without a key reads no purchase
-- orders.
CREATE TABLE public_totals (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    trees INTEGER NOT NULL,
    orders INTEGER NOT NULL
) STRICT;
INSERT INTO public_totals (id, trees, orders) VALUES (1, 0, 0);

-- A cron event has no response, so its result is stored here. A message may come twice.
CREATE TABLE month_end_runs (
    id INTEGER PRIMARY KEY,
    scheduled_at INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    message TEXT,
    -- Messages that the event sent to the queue, and those that are handled.
    queued INTEGER NOT NULL DEFAULT 0,
    handled INTEGER NOT NULL DEFAULT 0,
    -- Null while the event runs, or if it was cut off.
    ended_at INTEGER
) STRICT;

-- A mail about a purchase order. The change that it reports writes it in the same transaction. The
-- unique kind and event allow one mail of a kind for each event. Its text is written when it is
-- sent.
CREATE TABLE mails (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    kind TEXT NOT NULL
        CHECK (kind IN
            ('purchase order ready', 'purchase order paid', 'payment declined',
                'confirmation needed', 'first reminder', 'second reminder', 'third reminder',
                    'last notice', 'paused', 'resumed', 'budget alert')),
    -- The id of the cause.
    event TEXT NOT NULL,
    -- An empty open purchase order is deleted, and its mails with it.
    purchase_order_id TEXT NOT NULL REFERENCES purchase_orders (id) ON DELETE CASCADE,
    payment_id TEXT REFERENCES payments (id),
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'not sent')),
    -- Why it was not sent.
    problem TEXT,
    tries INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    -- No other sender may send the mail before this time.
    next_try_at INTEGER NOT NULL,
    settled_at INTEGER,
    UNIQUE (kind, event)
) STRICT;
CREATE INDEX mails_waiting ON mails (next_try_at) WHERE state = 'waiting';
CREATE INDEX mails_of_merchant ON mails (merchant_id, created_at);
CREATE INDEX mails_of_purchase_order ON mails (purchase_order_id);

-- A mail about the account itself: a sign-in link that the owner asked for, or a notice to the
-- address that was in use before a change. A trigger cannot encrypt, so the notice of held claims
-- has an empty recipient: it goes to the address in use when it is sent.
CREATE TABLE account_mails (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    kind TEXT NOT NULL
        CHECK (kind IN
            ('sign-in link', 'address changed', 'card saved', 'card removed', 'claims held',
            'webhook silent')),
    recipient_encrypted TEXT NOT NULL,
    -- The token of a sign-in link.
    token_encrypted TEXT,
    -- The shop and the day (UTC) of held claims, or of a webhook that is silent.
    shop_id TEXT REFERENCES shops (id),
    day TEXT,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'not sent')),
    problem TEXT,
    tries INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL,
    settled_at INTEGER,
    UNIQUE (kind, shop_id, day),
    CHECK ((kind = 'sign-in link') = (token_encrypted IS NOT NULL)),
    CHECK ((kind IN ('claims held', 'webhook silent'))
        = (shop_id IS NOT NULL AND day IS NOT NULL))
) STRICT;
CREATE INDEX account_mails_waiting ON account_mails (next_try_at) WHERE state = 'waiting';
CREATE INDEX account_mails_of_merchant ON account_mails (merchant_id, created_at);

-- In development, mails are stored here instead of being sent. They are encrypted because they hold
-- addresses and pay links.
CREATE TABLE mailbox (
    mail_id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    message_encrypted TEXT NOT NULL,
    sent_at INTEGER NOT NULL
) STRICT;

-- What was wrong with deliveries of a shop's webhook, for its owner, until 90 days after the last
-- time.
CREATE TABLE webhook_problems (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    problem TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    times INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (shop_id, problem)
) STRICT;
CREATE INDEX webhook_problems_by_age ON webhook_problems (last_at);

-- Deliveries and claims that could not be read as a sale. They stay until the owner deals with
-- them, or until the shop reports the same sale in a readable form. Of the body, only the sale's id
-- is stored.
CREATE TABLE quarantined_sales (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    shop_id TEXT NOT NULL REFERENCES shops (id),
    mode TEXT NOT NULL CHECK (mode IN ('live', 'test')),
    source TEXT NOT NULL CHECK (source IN ('webhook', 'storefront')),
    -- The shop's own order id; empty if the body does not show it.
    sale_id TEXT NOT NULL,
    -- The path of the wrong field; empty for the whole body.
    field TEXT NOT NULL,
    problem TEXT NOT NULL,
    -- How often it was received.
    times INTEGER NOT NULL DEFAULT 1,
    first_received_at INTEGER NOT NULL,
    last_received_at INTEGER NOT NULL,
    UNIQUE (shop_id, mode, source, sale_id, field, problem)
) STRICT;
CREATE INDEX quarantined_sales_of_merchant
    ON quarantined_sales (merchant_id, first_received_at, id);

-- The response to a creation, encrypted because it may hold a new key. It belongs to the key that
-- sent the request, and expires after a day.
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

-- Keys of the operator's command line, which live for minutes. Only the SHA-256 is stored.
CREATE TABLE operator_keys (
    hash TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- A link that signs in to the settings once. Only its SHA-256 is stored.
CREATE TABLE sign_in_links (
    hash TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    -- The address that the operator gave, encrypted with the link's own token.
    email_encrypted TEXT
) STRICT;

-- Only the SHA-256 of a session's token is stored.
CREATE TABLE sessions (
    hash TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- A session that is not used for some days ends before it expires.
    last_seen_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_of_merchant ON sessions (merchant_id);

-- Failed sign-ins, by a keyed hash of the address of the request and by window.
CREATE TABLE sign_in_attempts (
    address_hash TEXT NOT NULL,
    window_started_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (address_hash, window_started_at)
) STRICT;

-- The security log of a merchant's account: what changes it stands in one transaction with what logs
-- the change. Rows are deleted after 90 days.
CREATE TABLE security_events (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    kind TEXT NOT NULL
        CHECK (kind IN
            ('signed in', 'sign-in refused', 'signed out', 'address changed', 'card saved',
                'card removed', 'webhook secret set', 'webhook secret replaced',
                    'webhook secret removed', 'key created',
                    'key changed', 'key rotated', 'key revoked', 'request refused')),
    -- The name of the key, or null.
    subject TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX security_events_of_merchant ON security_events (merchant_id, created_at);
CREATE INDEX security_events_by_age ON security_events (created_at);

-- Triggers

-- The revision of a merchant counts every change of what decides about a sale.
CREATE TRIGGER revision_of_changed_merchant AFTER UPDATE OF time_zone, currency ON merchants
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER revision_of_paused_merchant AFTER UPDATE OF paused_at ON merchants
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER revision_of_added_campaign AFTER INSERT ON campaigns
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;

CREATE TRIGGER revision_of_changed_campaign AFTER UPDATE ON campaigns
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;

CREATE TRIGGER revision_of_added_shop AFTER INSERT ON shops
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;

-- A delivery of a webhook is noted on its shop, and changes nothing that decides about a sale.
CREATE TRIGGER revision_of_changed_shop
AFTER UPDATE OF name, platform, origin, deleted_at, webhook_first_at, test_mode ON shops
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;

CREATE TRIGGER revision_of_changed_key AFTER UPDATE OF scopes, origins ON api_keys
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;

-- The next purchase order begins when a month is closed.
CREATE TRIGGER revision_of_changed_purchase_order AFTER UPDATE OF state ON purchase_orders
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;

-- Versions of campaigns.
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

-- Running totals of a purchase order. 9,007,199,254,740,991 is the largest integer that
-- JavaScript's numbers, and so D1, keep exact.
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
    -- Only growth is refused, so that a refund always finds its way.
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

CREATE TRIGGER purchase_order_totals_of_added_credit AFTER INSERT ON credits
BEGIN
    UPDATE purchase_orders SET running_trees = running_trees + NEW.trees,
        running_total = running_total
            + NEW.trees * (SELECT unit_price FROM orders WHERE id = NEW.order_id)
    WHERE id = NEW.purchase_order_id;
    SELECT RAISE(ABORT, 'purchase order too large') FROM purchase_orders
    WHERE id = NEW.purchase_order_id AND NEW.trees > 0 AND running_total > 9007199254740991;
END;

CREATE TRIGGER order_totals_of_added_credit AFTER INSERT ON credits
BEGIN
    UPDATE orders SET credited = credited + NEW.trees WHERE id = NEW.order_id;
END;

-- Running totals of shops, campaigns and the public counter.
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

CREATE TRIGGER public_totals_of_changed_purchase_order
AFTER UPDATE OF running_trees, running_orders ON purchase_orders
WHEN NEW.running_trees <> OLD.running_trees OR NEW.running_orders <> OLD.running_orders
BEGIN
    UPDATE public_totals SET trees = trees + NEW.running_trees - OLD.running_trees,
        orders = orders + NEW.running_orders - OLD.running_orders;
END;

-- Running totals of claims.
CREATE TRIGGER claimed_trees_of_added_sale AFTER INSERT ON sales WHEN NEW.claimed_trees > 0
BEGIN
    INSERT INTO claimed_trees (shop_id, day, period, trees)
    VALUES (NEW.shop_id, NEW.claimed_day, NEW.claimed_period, NEW.claimed_trees)
    ON CONFLICT (shop_id, day, period) DO UPDATE SET trees = trees + excluded.trees;
END;

-- A claim that a fact confirms, or that the owner rejects, no longer uses up a limit.
CREATE TRIGGER claimed_trees_of_changed_sale
AFTER UPDATE OF claimed_trees ON sales
WHEN NEW.claimed_trees <> OLD.claimed_trees
BEGIN
    UPDATE claimed_trees SET trees = trees + NEW.claimed_trees - OLD.claimed_trees
    WHERE shop_id = NEW.shop_id AND day = NEW.claimed_day AND period = NEW.claimed_period;
END;

-- Mails to send.
CREATE TRIGGER mail_of_purchase_order_ready
AFTER UPDATE OF state ON purchase_orders
WHEN NEW.state = 'payment due' AND OLD.state <> 'payment due'
BEGIN
    INSERT INTO mails (id, merchant_id, kind, event, purchase_order_id, created_at, next_try_at)
    SELECT 'mail_' || lower(hex(randomblob(16))), NEW.merchant_id, 'purchase order ready', NEW.id,
        NEW.id, NEW.closed_at, NEW.closed_at
    WHERE true ON CONFLICT DO NOTHING;
END;

-- A payment ends a pause, unless another unpaid purchase order keeps it. The statement that ends it
-- follows the one that fires this trigger.
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

-- Only for a saved card: a payer on the pay page sees the outcome there.
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

-- If the saved card is charged on the same morning, the mail about the charge is enough.
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

CREATE TRIGGER mail_of_budget
AFTER UPDATE OF budget_alert ON purchase_orders
WHEN NEW.budget_alert > OLD.budget_alert
BEGIN
    INSERT INTO mails (id, merchant_id, kind, event, purchase_order_id, created_at, next_try_at)
    SELECT 'mail_' || lower(hex(randomblob(16))), NEW.merchant_id, 'budget alert',
        NEW.id || '/' || NEW.budget_alert, NEW.id, NEW.budget_alerted_at, NEW.budget_alerted_at
    WHERE true ON CONFLICT DO NOTHING;
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
