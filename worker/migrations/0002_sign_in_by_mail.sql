-- Sign-in and sign-up by a link that is sent by mail.

-- A keyed hash of the normalized address in email_encrypted, by which its merchants are found. Null
-- until the owner has opened a link that was mailed to the address, or that the operator gave with it.
ALTER TABLE merchants ADD COLUMN email_hash TEXT;
CREATE INDEX merchants_by_email ON merchants (email_hash) WHERE email_hash IS NOT NULL;

-- A link that was asked for in a browser needs that browser's token or the digits shown there. All
-- three hashes are keyed or of random tokens. A link of the operator's has neither.
ALTER TABLE sign_in_links ADD COLUMN browser_hash TEXT;
ALTER TABLE sign_in_links ADD COLUMN code_hash TEXT;
ALTER TABLE sign_in_links ADD COLUMN wrong_codes INTEGER NOT NULL DEFAULT 0;
-- A keyed hash of the address to which a link was mailed that verifies this address.
ALTER TABLE sign_in_links ADD COLUMN mailed_to_hash TEXT;

-- A request for a link, whether its address is known or not: the response to it is written before the
-- address is looked up. Rows are deleted after a day.
CREATE TABLE sign_in_requests (
    id TEXT PRIMARY KEY,
    email_hash TEXT NOT NULL,
    email_encrypted TEXT NOT NULL,
    -- A keyed hash of the network address of the request.
    caller_hash TEXT NOT NULL,
    browser_hash TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    -- The merchant that a sign-up asks for; null for a sign-in.
    name TEXT,
    time_zone TEXT,
    currency TEXT,
    -- The link of a sign-up that was sent. The merchant is created when it is opened.
    link_hash TEXT UNIQUE,
    wrong_codes INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    handled_at INTEGER,
    -- When the owner or the operator ended what may sign in. No link comes of the request afterwards.
    voided_at INTEGER,
    CHECK ((name IS NULL) = (time_zone IS NULL) AND (name IS NULL) = (currency IS NULL))
) STRICT;
CREATE INDEX sign_in_requests_by_email ON sign_in_requests (email_hash, created_at);
CREATE INDEX sign_in_requests_by_caller ON sign_in_requests (caller_hash, created_at);
CREATE INDEX sign_in_requests_waiting ON sign_in_requests (created_at) WHERE handled_at IS NULL;
CREATE INDEX sign_in_requests_by_age ON sign_in_requests (created_at);

-- The mails of both have kinds of their own, and that of a sign-up has no merchant yet. The trigger
-- names the table, so it goes while the table is replaced.
DROP TRIGGER mail_of_held_claims;
CREATE TABLE account_mails_new (
    id TEXT PRIMARY KEY,
    -- Null for a sign-up.
    merchant_id TEXT REFERENCES merchants (id),
    kind TEXT NOT NULL
        CHECK (kind IN
            ('sign-in link', 'sign-in', 'sign-up', 'account exists', 'address changed', 'card saved',
                'card removed', 'claims held', 'webhook silent')),
    recipient_encrypted TEXT NOT NULL,
    -- A keyed hash of the recipient, by which the mails to an address that is not verified are counted.
    recipient_hash TEXT,
    -- The token of a link.
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
    CHECK ((kind IN ('sign-in link', 'sign-in', 'sign-up', 'account exists'))
        = (token_encrypted IS NOT NULL)),
    CHECK ((kind IN ('claims held', 'webhook silent'))
        = (shop_id IS NOT NULL AND day IS NOT NULL)),
    CHECK ((kind = 'sign-up') = (merchant_id IS NULL))
) STRICT;
INSERT INTO account_mails_new (id, merchant_id, kind, recipient_encrypted, token_encrypted, shop_id, day,
    state, problem, tries, created_at, next_try_at, settled_at)
SELECT id, merchant_id, kind, recipient_encrypted, token_encrypted, shop_id, day, state, problem, tries,
    created_at, next_try_at, settled_at
FROM account_mails;
DROP TABLE account_mails;
ALTER TABLE account_mails_new RENAME TO account_mails;
CREATE INDEX account_mails_waiting ON account_mails (next_try_at) WHERE state = 'waiting';
CREATE INDEX account_mails_of_merchant ON account_mails (merchant_id, created_at);
CREATE INDEX account_mails_to_recipient ON account_mails (recipient_hash, created_at)
    WHERE recipient_hash IS NOT NULL;

CREATE TABLE mailbox_new (
    mail_id TEXT PRIMARY KEY,
    -- Null for a sign-up.
    merchant_id TEXT REFERENCES merchants (id),
    message_encrypted TEXT NOT NULL,
    sent_at INTEGER NOT NULL
) STRICT;
INSERT INTO mailbox_new (mail_id, merchant_id, message_encrypted, sent_at)
SELECT mail_id, merchant_id, message_encrypted, sent_at FROM mailbox ORDER BY rowid;
DROP TABLE mailbox;
ALTER TABLE mailbox_new RENAME TO mailbox;

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
