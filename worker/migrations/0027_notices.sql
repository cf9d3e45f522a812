-- The owner is told by mail that claims are held for review, at most once per shop and day.

-- A trigger writes this mail and encrypts nothing, so its recipient is empty: it goes to the address in use
-- when it is sent. `shop_id` and `day` (UTC) are those of the claims.
DROP INDEX account_mails_waiting;
DROP INDEX account_mails_of_merchant;
ALTER TABLE account_mails RENAME TO earlier_account_mails;
CREATE TABLE account_mails (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    kind TEXT NOT NULL CHECK (kind IN
        ('sign-in link', 'address changed', 'card saved', 'card removed', 'claims held')),
    recipient_encrypted TEXT NOT NULL,
    -- The token of a sign-in link.
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
    CHECK ((kind = 'sign-in link') = (token_encrypted IS NOT NULL)),
    CHECK ((kind = 'claims held') = (shop_id IS NOT NULL AND day IS NOT NULL))
) STRICT;
INSERT INTO account_mails (id, merchant_id, kind, recipient_encrypted, token_encrypted, state, problem,
    tries, created_at, next_try_at, settled_at)
SELECT id, merchant_id, kind, recipient_encrypted, token_encrypted, state, problem, tries, created_at,
    next_try_at, settled_at
FROM earlier_account_mails;
DROP TABLE earlier_account_mails;
CREATE INDEX account_mails_waiting ON account_mails (next_try_at) WHERE state = 'waiting';
CREATE INDEX account_mails_of_merchant ON account_mails (merchant_id, created_at);

CREATE TRIGGER mail_of_held_claims AFTER INSERT ON sales WHEN NEW.held_because IS NOT NULL
BEGIN
    INSERT INTO account_mails (id, merchant_id, kind, recipient_encrypted, shop_id, day, created_at,
        next_try_at)
    SELECT 'amail_' || lower(hex(randomblob(16))), m.id, 'claims held', '', h.id, NEW.claimed_day,
        NEW.received_at, NEW.received_at
    FROM shops h JOIN merchants m ON m.id = h.merchant_id
    WHERE h.id = NEW.shop_id AND m.email_sealed IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM account_mails
            WHERE kind = 'claims held' AND shop_id = h.id AND day = NEW.claimed_day);
END;
