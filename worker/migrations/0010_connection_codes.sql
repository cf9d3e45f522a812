-- Codes by which the plugin of a shop connects itself. Only the SHA-256 of a code's token is stored.
CREATE TABLE connection_codes (
    hash TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    shop_id TEXT NOT NULL REFERENCES shops (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    -- The key that was made with it. It ends when the shop is connected again.
    key_id TEXT UNIQUE,
    CHECK ((used_at IS NULL) = (key_id IS NULL))
) STRICT;
-- At most one code of a shop is unused, and at most one used code is stored.
CREATE UNIQUE INDEX connection_codes_unused ON connection_codes (shop_id) WHERE used_at IS NULL;
CREATE INDEX connection_codes_of_shop ON connection_codes (shop_id);
