-- Saved cards and the month-end charge, payments recorded by hand, and money that is returned.

-- Who a merchant is to a payment provider, and the card to charge. A provider's test account and its
-- live one know nothing of each other, so they are two providers here. Of a card, only what a person
-- needs to recognise it.
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
    PRIMARY KEY (merchant_id, provider),
    CHECK ((card IS NULL) = (card_saved_at IS NULL))
) STRICT;
CREATE INDEX payers_by_customer ON payers (customer);

-- When the saved card is to be charged next; null when nobody will.
ALTER TABLE purchase_orders ADD COLUMN next_attempt_at INTEGER;
CREATE INDEX purchase_orders_to_charge ON purchase_orders (next_attempt_at)
    WHERE next_attempt_at IS NOT NULL;

CREATE TABLE payments_anew (
    id TEXT PRIMARY KEY,
    purchase_order_id TEXT NOT NULL REFERENCES purchase_orders (id),
    attempt INTEGER NOT NULL,
    provider TEXT NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('pay page', 'saved card', 'recorded')),
    idempotency_key TEXT NOT NULL UNIQUE,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    -- The provider's names of who pays and with which card, so that asking again asks the same.
    customer TEXT,
    card TEXT,
    card_brand TEXT,
    card_last_four TEXT,
    -- Whether the payer wants this card to be charged for the months to come.
    remember INTEGER NOT NULL DEFAULT 0 CHECK (remember IN (0, 1)),
    -- The provider's name of the page on which the payer types the card.
    page TEXT UNIQUE,
    -- The provider's name of the payment; of a recorded one, the payer's.
    reference TEXT,
    -- The key that recorded it.
    recorded_by TEXT REFERENCES api_keys (id),
    -- Abandoned: nothing came of it, and nothing can. Duplicate: it paid what was paid before.
    state TEXT NOT NULL CHECK (state IN
        ('pending', 'authentication needed', 'paid', 'declined', 'abandoned', 'duplicate')),
    message TEXT,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    UNIQUE (purchase_order_id, attempt),
    CHECK ((method = 'recorded') = (recorded_by IS NOT NULL))
) STRICT;
INSERT INTO payments_anew (id, purchase_order_id, attempt, provider, method, idempotency_key, amount,
    currency, card_last_four, state, message, created_at, settled_at)
SELECT id, purchase_order_id, attempt, provider, 'pay page', idempotency_key, amount, currency,
    card_last_four, state, message, created_at, settled_at
FROM payments;
DROP TABLE payments;
ALTER TABLE payments_anew RENAME TO payments;
-- The last guards: one payment under way, and one that succeeded, for each purchase order.
CREATE UNIQUE INDEX payments_under_way ON payments (purchase_order_id)
    WHERE state IN ('pending', 'authentication needed');
CREATE UNIQUE INDEX payments_paid ON payments (purchase_order_id) WHERE state = 'paid';
-- What the next cron event asks the provider about.
CREATE INDEX payments_unanswered ON payments (created_at)
    WHERE state IN ('pending', 'authentication needed');

-- Money that was taken twice goes back.
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

-- What a payment provider told of. The same event may come more than once.
CREATE TABLE provider_events (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    handled_at INTEGER
) STRICT;
CREATE INDEX provider_events_by_age ON provider_events (received_at);
