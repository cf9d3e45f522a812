-- A merchant's revision counts every change of what decides about a sale. An isolate that remembers a
-- key together with its campaigns writes only if the revision is still the one it remembers.

ALTER TABLE merchants ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER merchants_changed AFTER UPDATE OF time_zone, currency ON merchants
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER campaigns_added AFTER INSERT ON campaigns
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;

CREATE TRIGGER campaigns_changed AFTER UPDATE ON campaigns
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;

CREATE TRIGGER shops_added AFTER INSERT ON shops
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;

CREATE TRIGGER shops_changed AFTER UPDATE ON shops
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;

CREATE TRIGGER api_keys_changed AFTER UPDATE OF scopes, origins ON api_keys
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;

-- A closed month moves the next purchase order on.
CREATE TRIGGER purchase_orders_changed AFTER UPDATE OF state ON purchase_orders
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.merchant_id;
END;
