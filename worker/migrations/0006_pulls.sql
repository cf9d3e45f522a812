-- The pull of a shop's orders from its own API, each night and on demand.

-- What the API asks for: a read-only key of WooCommerce, or a token of Shopify.
ALTER TABLE shops ADD COLUMN pull_credentials_encrypted TEXT;
-- Orders changed since then are pulled, from this page on; null is the first page.
ALTER TABLE shops ADD COLUMN pull_since INTEGER;
ALTER TABLE shops ADD COLUMN pull_page TEXT;
-- When the next pull is due, and when all orders were last pulled.
ALTER TABLE shops ADD COLUMN pull_next_at INTEGER;
ALTER TABLE shops ADD COLUMN pull_done_at INTEGER;
CREATE INDEX shops_to_pull ON shops (pull_next_at) WHERE pull_next_at IS NOT NULL;
