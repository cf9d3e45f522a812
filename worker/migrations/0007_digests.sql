-- A digest covered the lines only; now it covers every order. The digest of a closed purchase order
-- never changes, so each row names its kind.
ALTER TABLE purchase_orders ADD COLUMN digest_covers TEXT CHECK (digest_covers IN ('lines', 'orders'));
UPDATE purchase_orders SET digest_covers = 'lines' WHERE digest IS NOT NULL;

-- How far the digest of a large purchase order has come at its close, and the last item in it.
ALTER TABLE purchase_orders ADD COLUMN digest_so_far TEXT;
ALTER TABLE purchase_orders ADD COLUMN digest_after TEXT;
