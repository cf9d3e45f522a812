-- What was sold in each quarter of an hour, on each purchase order: a page shows any merchant's days
-- from at most a few thousand rows, however many orders there are. Every time zone is a number of
-- quarters away from UTC.
CREATE TABLE purchase_order_quarters (
    purchase_order_id TEXT NOT NULL REFERENCES purchase_orders (id) ON DELETE CASCADE,
    -- Quarters of an hour since 1970.
    quarter INTEGER NOT NULL,
    orders INTEGER NOT NULL,
    trees INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (purchase_order_id, quarter)
) STRICT, WITHOUT ROWID;

INSERT INTO purchase_order_quarters (purchase_order_id, quarter, orders, trees, total)
SELECT p.id, o.sold_at / 900000, count(*), sum(o.trees), sum(o.trees * o.unit_price)
FROM purchase_orders p JOIN orders o ON o.purchase_order_id = p.id
WHERE p.state = 'open' GROUP BY p.id, o.sold_at / 900000;

CREATE TRIGGER quarters_of_added_order
AFTER INSERT ON orders
WHEN NEW.purchase_order_id IS NOT NULL
BEGIN
    INSERT INTO purchase_order_quarters
    VALUES (NEW.purchase_order_id, NEW.sold_at / 900000, 1, NEW.trees, NEW.trees * NEW.unit_price)
    ON CONFLICT (purchase_order_id, quarter) DO UPDATE SET orders = orders + 1,
        trees = trees + excluded.trees, total = total + excluded.total;
END;

CREATE TRIGGER quarters_of_changed_order
AFTER UPDATE OF trees, unit_price, sold_at, purchase_order_id ON orders
WHEN OLD.purchase_order_id IS NOT NEW.purchase_order_id OR OLD.trees <> NEW.trees
    OR OLD.unit_price IS NOT NEW.unit_price OR OLD.sold_at <> NEW.sold_at
BEGIN
    UPDATE purchase_order_quarters SET orders = orders - 1, trees = trees - OLD.trees,
        total = total - OLD.trees * OLD.unit_price
    WHERE purchase_order_id = OLD.purchase_order_id AND quarter = OLD.sold_at / 900000;
    INSERT INTO purchase_order_quarters
    SELECT NEW.purchase_order_id, NEW.sold_at / 900000, 1, NEW.trees, NEW.trees * NEW.unit_price
    WHERE NEW.purchase_order_id IS NOT NULL
    ON CONFLICT (purchase_order_id, quarter) DO UPDATE SET orders = orders + 1,
        trees = trees + excluded.trees, total = total + excluded.total;
END;

CREATE TRIGGER quarters_of_deleted_order
AFTER DELETE ON orders
WHEN OLD.purchase_order_id IS NOT NULL
BEGIN
    UPDATE purchase_order_quarters SET orders = orders - 1, trees = trees - OLD.trees,
        total = total - OLD.trees * OLD.unit_price
    WHERE purchase_order_id = OLD.purchase_order_id AND quarter = OLD.sold_at / 900000;
END;
