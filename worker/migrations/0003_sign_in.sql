-- Signing in to the settings by a link that works once. Only hashes of links and sessions are kept.

CREATE TABLE sign_in_links (
    hash TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;

CREATE TABLE sessions (
    hash TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Failed attempts to sign in, by the hash of the address they came from and the minutes of a window.
CREATE TABLE sign_in_attempts (
    address_hash TEXT NOT NULL,
    window_started_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (address_hash, window_started_at)
) STRICT;
