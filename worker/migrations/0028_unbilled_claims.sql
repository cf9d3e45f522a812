-- What the claims of a shop that are on no bill store in one day is bounded. The row of a shop is about the
-- latest day (UTC) on which such a claim came.
CREATE TABLE unbilled_claims (
    shop_id TEXT PRIMARY KEY REFERENCES shops (id),
    day TEXT NOT NULL,
    bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
