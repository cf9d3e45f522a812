-- Deliveries and claims that could not be read as a sale. They stay until the owner deals with them, or
-- until the shop reports the same sale in a readable form. Of the body, only the sale's id is stored.

CREATE TABLE quarantined_sales (
    id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (id),
    shop_id TEXT NOT NULL REFERENCES shops (id),
    mode TEXT NOT NULL CHECK (mode IN ('live', 'test')),
    source TEXT NOT NULL CHECK (source IN ('webhook', 'storefront')),
    -- The shop's own order id; empty if the body does not show it.
    sale_id TEXT NOT NULL,
    -- The path of the field that is wrong; empty if it is the whole body.
    field TEXT NOT NULL,
    problem TEXT NOT NULL,
    -- How often it was received.
    times INTEGER NOT NULL DEFAULT 1,
    first_received_at INTEGER NOT NULL,
    last_received_at INTEGER NOT NULL,
    UNIQUE (shop_id, mode, source, sale_id, field, problem)
) STRICT;
CREATE INDEX quarantined_sales_of_merchant ON quarantined_sales (merchant_id, first_received_at, id);
