-- Keys that reach no further than they may themselves, and secrets that survive a change of the keys
-- that encrypt them.

-- The response to a creation, encrypted, because it may hold a new key. It belongs to the key that sent
-- the request, and expires after a day.
DROP TABLE kept_answers;
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
