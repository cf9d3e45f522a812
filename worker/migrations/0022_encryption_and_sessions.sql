-- The token of the pay link, encrypted; `link_hash` finds its purchase order. Null if it was opened while
-- the deployment had no usable encryption key: the link is renewed as soon as somebody needs it.
ALTER TABLE purchase_orders ADD COLUMN link_encrypted TEXT;

-- Keys of the operator's command line, which stores the SHA-256 of one for an hour at most.
CREATE TABLE operator_keys (
    hash TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- A session that nobody used for some days ends before it expires.
ALTER TABLE sessions ADD COLUMN last_seen_at INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET last_seen_at = unixepoch() * 1000;
CREATE INDEX sessions_of_merchant ON sessions (merchant_id);

-- Mail about the account itself: a sign-in link that the owner asked for, and a notice to the address
-- that was in use before a change. Recipient and link are encrypted.
CREATE TABLE account_mails (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    kind TEXT NOT NULL CHECK (kind IN
        ('sign-in link', 'address changed', 'card saved', 'card removed')),
    recipient_encrypted TEXT NOT NULL,
    -- The token of a sign-in link.
    token_encrypted TEXT,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'not sent')),
    problem TEXT,
    tries INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL,
    settled_at INTEGER,
    CHECK ((kind = 'sign-in link') = (token_encrypted IS NOT NULL))
) STRICT;
CREATE INDEX account_mails_waiting ON account_mails (next_try_at) WHERE state = 'waiting';
CREATE INDEX account_mails_of_merchant ON account_mails (merchant_id, created_at);

-- The mailbox of a development machine shows both kinds of mail.
DROP TABLE mailbox;
CREATE TABLE mailbox (
    mail_id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    message_sealed TEXT NOT NULL,
    sent_at INTEGER NOT NULL
) STRICT;

-- What happened to a merchant's account, for its owner to see. Triggers append to it, so no statement
-- can forget it; rows are deleted after 90 days.
CREATE TABLE security_events (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    kind TEXT NOT NULL CHECK (kind IN ('signed in', 'sign-in refused', 'signed out',
        'address changed', 'card saved', 'card removed', 'webhook secret set',
        'webhook secret removed', 'key created', 'key changed', 'key rotated', 'key revoked',
        'request refused')),
    -- The name of the key, or null.
    subject TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX security_events_of_merchant ON security_events (merchant_id, created_at);
CREATE INDEX security_events_by_age ON security_events (created_at);

CREATE TRIGGER log_of_key_created AFTER INSERT ON api_keys
BEGIN
    INSERT INTO security_events (id, merchant_id, kind, subject, created_at)
    VALUES ('event_' || lower(hex(randomblob(16))), NEW.merchant_id, 'key created', NEW.name,
        NEW.created_at);
END;

CREATE TRIGGER log_of_key_changed AFTER UPDATE OF name, scopes, origins ON api_keys
WHEN NEW.name IS NOT OLD.name OR NEW.scopes IS NOT OLD.scopes OR NEW.origins IS NOT OLD.origins
BEGIN
    INSERT INTO security_events (id, merchant_id, kind, subject, created_at)
    VALUES ('event_' || lower(hex(randomblob(16))), NEW.merchant_id, 'key changed', NEW.name,
        unixepoch() * 1000);
END;

CREATE TRIGGER log_of_key_rotated AFTER UPDATE OF expires_at ON api_keys
WHEN NEW.expires_at IS NOT OLD.expires_at
BEGIN
    INSERT INTO security_events (id, merchant_id, kind, subject, created_at)
    VALUES ('event_' || lower(hex(randomblob(16))), NEW.merchant_id, 'key rotated', NEW.name,
        unixepoch() * 1000);
END;

CREATE TRIGGER log_of_key_revoked AFTER UPDATE OF revoked_at ON api_keys
WHEN OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL
BEGIN
    INSERT INTO security_events (id, merchant_id, kind, subject, created_at)
    VALUES ('event_' || lower(hex(randomblob(16))), NEW.merchant_id, 'key revoked', NEW.name,
        NEW.revoked_at);
END;

CREATE TRIGGER log_of_signed_in AFTER INSERT ON sessions
BEGIN
    INSERT INTO security_events (id, merchant_id, kind, created_at)
    VALUES ('event_' || lower(hex(randomblob(16))), NEW.merchant_id, 'signed in', NEW.created_at);
END;

CREATE TRIGGER log_of_signed_out AFTER DELETE ON sessions
WHEN OLD.expires_at > unixepoch() * 1000
BEGIN
    INSERT INTO security_events (id, merchant_id, kind, created_at)
    VALUES ('event_' || lower(hex(randomblob(16))), OLD.merchant_id, 'signed out',
        unixepoch() * 1000);
END;

CREATE TRIGGER log_of_card AFTER UPDATE OF card ON payers
WHEN NEW.card IS NOT OLD.card
BEGIN
    INSERT INTO security_events (id, merchant_id, kind, created_at)
    VALUES ('event_' || lower(hex(randomblob(16))), NEW.merchant_id,
        iif(NEW.card IS NULL, 'card removed', 'card saved'), unixepoch() * 1000);
END;

CREATE TRIGGER log_of_first_card AFTER INSERT ON payers WHEN NEW.card IS NOT NULL
BEGIN
    INSERT INTO security_events (id, merchant_id, kind, created_at)
    VALUES ('event_' || lower(hex(randomblob(16))), NEW.merchant_id, 'card saved',
        unixepoch() * 1000);
END;

CREATE TRIGGER log_of_webhook_secret AFTER UPDATE OF webhook_secret_sealed ON shops
WHEN (NEW.webhook_secret_sealed IS NULL) <> (OLD.webhook_secret_sealed IS NULL)
BEGIN
    INSERT INTO security_events (id, merchant_id, kind, subject, created_at)
    VALUES ('event_' || lower(hex(randomblob(16))), NEW.merchant_id,
        iif(NEW.webhook_secret_sealed IS NULL, 'webhook secret removed', 'webhook secret set'),
        NEW.name, unixepoch() * 1000);
END;
