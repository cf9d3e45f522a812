-- The orders that the shop itself named, in an import or a pull: what its own count consists of.

CREATE TABLE named_sales (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    -- The shop's own order id.
    sale_id TEXT NOT NULL,
    -- The calendar month of the sale in the merchant's time zone; empty if it could not be read.
    month TEXT NOT NULL,
    -- Why the order is no sale; null if it is one.
    problem TEXT,
    PRIMARY KEY (shop_id, sale_id)
) STRICT, WITHOUT ROWID;
