-- A claim is bounded: what exceeds a bound waits for the owner's decision, on no bill and in no cap.

-- How many trees the claims of a shop may order before the owner is asked.
ALTER TABLE shops ADD COLUMN claim_trees_per_sale INTEGER NOT NULL DEFAULT 50
    CHECK (claim_trees_per_sale BETWEEN 0 AND 1000000);
ALTER TABLE shops ADD COLUMN claim_trees_per_day INTEGER NOT NULL DEFAULT 500
    CHECK (claim_trees_per_day BETWEEN 0 AND 1000000);
ALTER TABLE shops ADD COLUMN claim_trees_per_month INTEGER NOT NULL DEFAULT 5000
    CHECK (claim_trees_per_month BETWEEN 0 AND 1000000);

-- Why the owner has to review a claim; null if nobody has to, or once the owner or a fact decided.
ALTER TABLE sales ADD COLUMN held_because TEXT;
CREATE INDEX sales_held ON sales (shop_id, received_at) WHERE held_because IS NOT NULL;

-- The trees by which a claim uses up the limits of its shop, the day on which it came (UTC), and the
-- month of the purchase order that it was for.
ALTER TABLE sales ADD COLUMN claimed_trees INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sales ADD COLUMN claimed_day TEXT NOT NULL DEFAULT '';
ALTER TABLE sales ADD COLUMN claimed_period TEXT NOT NULL DEFAULT '';

-- Running totals of those trees.
CREATE TABLE claimed_trees (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    day TEXT NOT NULL,
    period TEXT NOT NULL,
    trees INTEGER NOT NULL,
    PRIMARY KEY (shop_id, day, period)
) STRICT, WITHOUT ROWID;
CREATE INDEX claimed_trees_of_period ON claimed_trees (shop_id, period);

CREATE TRIGGER claims_counted AFTER INSERT ON sales WHEN NEW.claimed_trees > 0
BEGIN
    INSERT INTO claimed_trees (shop_id, day, period, trees)
    VALUES (NEW.shop_id, NEW.claimed_day, NEW.claimed_period, NEW.claimed_trees)
    ON CONFLICT (shop_id, day, period) DO UPDATE SET trees = trees + excluded.trees;
END;

-- A claim that a fact confirms, or that the owner rejects, uses up no limit any more.
CREATE TRIGGER claims_recounted AFTER UPDATE OF claimed_trees ON sales
WHEN NEW.claimed_trees <> OLD.claimed_trees
BEGIN
    UPDATE claimed_trees SET trees = trees + NEW.claimed_trees - OLD.claimed_trees
    WHERE shop_id = NEW.shop_id AND day = NEW.claimed_day AND period = NEW.claimed_period;
END;

-- Whether an order rests on a claim only. In a cap, it gives way to orders that do not.
ALTER TABLE orders ADD COLUMN claimed INTEGER NOT NULL DEFAULT 0 CHECK (claimed IN (0, 1));
UPDATE orders SET claimed = 1 WHERE sale IN (SELECT id FROM sales WHERE proof = 'claimed');
DROP INDEX orders_of_month;
CREATE INDEX orders_of_month ON orders (campaign_id, month, claimed, trees, credited, purchase_order_id)
    WHERE purchase_order_id IS NOT NULL;
