-- What merchants are told by mail, the reminders and the pause that follow where nobody pays, cards
-- that are saved without a purchase order, and budgets.

-- Where mail goes, sealed: nobody can read it in the database.
ALTER TABLE merchants ADD COLUMN email_sealed TEXT;
-- What a month's orders shall cost at most, in minor units; a mail tells when they come near it.
ALTER TABLE merchants ADD COLUMN monthly_budget INTEGER CHECK (monthly_budget > 0);
CREATE INDEX merchants_with_budget ON merchants (id) WHERE monthly_budget IS NOT NULL;
-- Since when no trees are ordered, because a purchase order was not paid.
ALTER TABLE merchants ADD COLUMN paused_at INTEGER;

-- An address that the operator gave, sealed with the link's own token: whoever opens the link hands it
-- on, and until then nobody has it.
ALTER TABLE sign_in_links ADD COLUMN email_sealed TEXT;

-- A pause decides about a sale, as time zone and currency do.
CREATE TRIGGER merchants_paused AFTER UPDATE OF paused_at ON merchants
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.id;
END;

-- How far a purchase order that is not paid has come, since when, and when it goes on.
ALTER TABLE purchase_orders ADD COLUMN dunning TEXT NOT NULL DEFAULT 'none' CHECK (dunning IN
    ('none', 'first reminder', 'second reminder', 'third reminder', 'last notice', 'paused'));
ALTER TABLE purchase_orders ADD COLUMN dunned_at INTEGER;
ALTER TABLE purchase_orders ADD COLUMN next_dunning_at INTEGER;
UPDATE purchase_orders SET next_dunning_at = closed_at WHERE state = 'payment due';
CREATE INDEX purchase_orders_to_dun ON purchase_orders (next_dunning_at)
    WHERE next_dunning_at IS NOT NULL;

-- The share of the monthly budget, in percent, that was last told of.
ALTER TABLE purchase_orders ADD COLUMN budget_alert INTEGER NOT NULL DEFAULT 0
    CHECK (budget_alert IN (0, 80, 100));
ALTER TABLE purchase_orders ADD COLUMN budget_alerted_at INTEGER;

-- Whether the bank wants the payer; and the version of the text that a payer agreed to who wanted the
-- card to be charged for the months to come.
ALTER TABLE payments ADD COLUMN confirmation_needed INTEGER NOT NULL DEFAULT 0
    CHECK (confirmation_needed IN (0, 1));
ALTER TABLE payments ADD COLUMN consent TEXT;
ALTER TABLE payers ADD COLUMN consent TEXT;
ALTER TABLE payers ADD COLUMN consented_at INTEGER;

-- A card that is to be saved without a payment: stored before the provider is asked. It is also the
-- record of what the payer agreed to, and when.
CREATE TABLE card_setups (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    provider TEXT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    -- The version of the text; it was agreed to when the row was made.
    consent TEXT NOT NULL,
    customer TEXT,
    -- The provider's name of the page on which the card is typed.
    page TEXT UNIQUE,
    card_last_four TEXT,
    state TEXT NOT NULL CHECK (state IN ('pending', 'saved', 'abandoned')),
    created_at INTEGER NOT NULL,
    settled_at INTEGER
) STRICT;
CREATE INDEX card_setups_pending ON card_setups (created_at) WHERE state = 'pending';

-- What is to be told by mail: written by the change that it tells of, in the same transaction, and
-- once, because there is one mail of a kind for each event. What it says is written when it is sent.
CREATE TABLE mails (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    kind TEXT NOT NULL CHECK (kind IN ('purchase order ready', 'purchase order paid',
        'payment declined', 'confirmation needed', 'first reminder', 'second reminder',
        'third reminder', 'last notice', 'paused', 'resumed', 'budget alert')),
    -- The id of what happened.
    event TEXT NOT NULL,
    -- An open purchase order of which nothing is left goes, and what was told of it too.
    purchase_order_id TEXT NOT NULL REFERENCES purchase_orders (id) ON DELETE CASCADE,
    payment_id TEXT REFERENCES payments (id),
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'not sent')),
    -- Why it was not sent.
    problem TEXT,
    tries INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    -- Nobody else sends it until then.
    next_try_at INTEGER NOT NULL,
    settled_at INTEGER,
    UNIQUE (kind, event)
) STRICT;
CREATE INDEX mails_waiting ON mails (next_try_at) WHERE state = 'waiting';
CREATE INDEX mails_of_merchant ON mails (merchant_id, created_at);
CREATE INDEX mails_of_purchase_order ON mails (purchase_order_id);

-- In development, what was sent, sealed because it holds addresses and pay links.
CREATE TABLE mailbox (
    mail_id TEXT PRIMARY KEY REFERENCES mails (id) ON DELETE CASCADE,
    message_sealed TEXT NOT NULL,
    sent_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER mail_of_purchase_order_ready AFTER UPDATE OF state ON purchase_orders
WHEN NEW.state = 'payment due' AND OLD.state <> 'payment due'
BEGIN
    UPDATE purchase_orders SET next_dunning_at = closed_at WHERE id = NEW.id;
    INSERT INTO mails (id, merchant_id, kind, event, purchase_order_id, created_at, next_try_at)
    SELECT 'mail_' || lower(hex(randomblob(16))), NEW.merchant_id, 'purchase order ready', NEW.id,
        NEW.id, NEW.closed_at, NEW.closed_at
    WHERE true ON CONFLICT DO NOTHING;
END;

-- A payment ends a pause, unless another purchase order keeps it.
CREATE TRIGGER mail_of_purchase_order_paid AFTER UPDATE OF state ON purchase_orders
WHEN NEW.state = 'paid' AND OLD.state <> 'paid'
BEGIN
    UPDATE purchase_orders SET next_dunning_at = NULL WHERE id = NEW.id;
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
    UPDATE merchants SET paused_at = NULL WHERE id = NEW.merchant_id AND paused_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM purchase_orders WHERE merchant_id = NEW.merchant_id
            AND state = 'payment due' AND dunning = 'paused');
END;

-- Of a saved card only: whoever types a card on the pay page sees there what came of it.
CREATE TRIGGER mail_of_payment_declined AFTER UPDATE OF state ON payments
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

-- Where the saved card is charged on the same morning, the mail of what came of that is enough.
CREATE TRIGGER mail_of_dunning AFTER UPDATE OF dunning ON purchase_orders
WHEN NEW.dunning <> OLD.dunning
BEGIN
    INSERT INTO mails (id, merchant_id, kind, event, purchase_order_id, created_at, next_try_at)
    SELECT 'mail_' || lower(hex(randomblob(16))), NEW.merchant_id, NEW.dunning, NEW.id, NEW.id,
        NEW.dunned_at, NEW.dunned_at
    WHERE NEW.dunning IN ('last notice', 'paused') OR (coalesce(NEW.next_attempt_at > NEW.dunned_at, 1)
        AND NOT EXISTS (SELECT 1 FROM payments WHERE purchase_order_id = NEW.id
            AND method = 'saved card' AND (state = 'pending'
                OR (state = 'declined' AND settled_at >= OLD.next_dunning_at))))
    ON CONFLICT DO NOTHING;
    UPDATE merchants SET paused_at = NEW.dunned_at
    WHERE id = NEW.merchant_id AND paused_at IS NULL AND NEW.dunning = 'paused';
END;

CREATE TRIGGER mail_of_budget AFTER UPDATE OF budget_alert ON purchase_orders
WHEN NEW.budget_alert > OLD.budget_alert
BEGIN
    INSERT INTO mails (id, merchant_id, kind, event, purchase_order_id, created_at, next_try_at)
    SELECT 'mail_' || lower(hex(randomblob(16))), NEW.merchant_id, 'budget alert',
        NEW.id || '/' || NEW.budget_alert, NEW.id, NEW.budget_alerted_at, NEW.budget_alerted_at
    WHERE true ON CONFLICT DO NOTHING;
END;
