-- Each purchase order carries the sums of what it holds so far, so that a total, a bound or a budget
-- reads one row. A purchase order that cannot be closed or charged is set aside for the operator.

ALTER TABLE purchase_orders ADD COLUMN running_orders INTEGER NOT NULL DEFAULT 0;
ALTER TABLE purchase_orders ADD COLUMN running_trees INTEGER NOT NULL DEFAULT 0;
-- Minor units of `currency`, without what is carried over.
ALTER TABLE purchase_orders ADD COLUMN running_total INTEGER NOT NULL DEFAULT 0;
ALTER TABLE purchase_orders ADD COLUMN set_aside_at INTEGER;
ALTER TABLE purchase_orders ADD COLUMN set_aside_reason TEXT;
CREATE INDEX purchase_orders_set_aside ON purchase_orders (set_aside_at)
    WHERE set_aside_at IS NOT NULL;

UPDATE purchase_orders AS p SET
    running_orders = (SELECT count(*) FROM orders WHERE purchase_order_id = p.id),
    running_trees = coalesce((SELECT sum(trees) FROM orders WHERE purchase_order_id = p.id), 0)
        + coalesce((SELECT sum(trees) FROM credits WHERE purchase_order_id = p.id), 0),
    running_total = coalesce((SELECT sum(trees * unit_price) FROM orders
            WHERE purchase_order_id = p.id), 0)
        + coalesce((SELECT sum(c.trees * o.unit_price) FROM credits c JOIN orders o
            ON o.id = c.order_id WHERE c.purchase_order_id = p.id), 0);

-- 9,007,199,254,740,991 is the largest integer that JavaScript's numbers, and so D1, keep exact.
CREATE TRIGGER orders_counted AFTER INSERT ON orders WHEN NEW.purchase_order_id IS NOT NULL
BEGIN
    UPDATE purchase_orders SET running_orders = running_orders + 1,
        running_trees = running_trees + NEW.trees,
        running_total = running_total + NEW.trees * NEW.unit_price
    WHERE id = NEW.purchase_order_id;
    SELECT RAISE(ABORT, 'purchase order too large') FROM purchase_orders
    WHERE id = NEW.purchase_order_id AND running_total > 9007199254740991;
END;

CREATE TRIGGER orders_recounted AFTER UPDATE OF trees, unit_price, purchase_order_id ON orders
WHEN OLD.purchase_order_id IS NOT NEW.purchase_order_id OR OLD.trees <> NEW.trees
    OR OLD.unit_price IS NOT NEW.unit_price
BEGIN
    UPDATE purchase_orders SET
        running_orders = running_orders + iif(id = NEW.purchase_order_id, 1, 0)
            - iif(id = OLD.purchase_order_id, 1, 0),
        running_trees = running_trees + iif(id = NEW.purchase_order_id, NEW.trees, 0)
            - iif(id = OLD.purchase_order_id, OLD.trees, 0),
        running_total = running_total
            + iif(id = NEW.purchase_order_id, NEW.trees * NEW.unit_price, 0)
            - iif(id = OLD.purchase_order_id, OLD.trees * OLD.unit_price, 0)
    WHERE id IN (OLD.purchase_order_id, NEW.purchase_order_id);
    -- Only growth is refused, so that a refund always finds its way.
    SELECT RAISE(ABORT, 'purchase order too large') FROM purchase_orders
    WHERE id = NEW.purchase_order_id AND running_total > 9007199254740991
        AND (OLD.purchase_order_id IS NOT NEW.purchase_order_id OR NEW.trees > OLD.trees);
END;

CREATE TRIGGER orders_uncounted AFTER DELETE ON orders WHEN OLD.purchase_order_id IS NOT NULL
BEGIN
    UPDATE purchase_orders SET running_orders = running_orders - 1,
        running_trees = running_trees - OLD.trees,
        running_total = running_total - OLD.trees * OLD.unit_price
    WHERE id = OLD.purchase_order_id;
END;

CREATE TRIGGER credits_counted AFTER INSERT ON credits
BEGIN
    UPDATE purchase_orders SET running_trees = running_trees + NEW.trees,
        running_total = running_total
            + NEW.trees * (SELECT unit_price FROM orders WHERE id = NEW.order_id)
    WHERE id = NEW.purchase_order_id;
    SELECT RAISE(ABORT, 'purchase order too large') FROM purchase_orders
    WHERE id = NEW.purchase_order_id AND NEW.trees > 0 AND running_total > 9007199254740991;
END;
