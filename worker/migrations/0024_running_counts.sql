-- The public total of a shop and the trees that count for a cap are kept by the change that they follow
-- from, so that neither a badge nor a sale sums the orders of a month.

CREATE TABLE shop_totals (
    shop_id TEXT PRIMARY KEY REFERENCES shops (id),
    trees INTEGER NOT NULL,
    orders INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO shop_totals
SELECT s.shop_id, sum(o.trees + o.credited), count(*) FROM orders o JOIN sales s ON s.id = o.sale
WHERE o.purchase_order_id IS NOT NULL GROUP BY s.shop_id;

-- Of each campaign and calendar month: what is billed, less what credits took back.
CREATE TABLE campaign_months (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id),
    month TEXT NOT NULL,
    trees INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, month)
) STRICT, WITHOUT ROWID;
INSERT INTO campaign_months
SELECT campaign_id, month, sum(trees + credited) FROM orders
WHERE purchase_order_id IS NOT NULL AND campaign_id IS NOT NULL GROUP BY campaign_id, month;
DROP INDEX orders_of_month;

CREATE TRIGGER orders_of_sales_counted AFTER INSERT ON orders
WHEN NEW.purchase_order_id IS NOT NULL AND NEW.sale IS NOT NULL
BEGIN
    INSERT INTO shop_totals SELECT shop_id, NEW.trees + NEW.credited, 1 FROM sales
    WHERE id = NEW.sale
    ON CONFLICT (shop_id) DO UPDATE SET trees = trees + excluded.trees, orders = orders + 1;
    INSERT INTO campaign_months VALUES (NEW.campaign_id, NEW.month, NEW.trees + NEW.credited)
    ON CONFLICT (campaign_id, month) DO UPDATE SET trees = trees + excluded.trees;
END;

CREATE TRIGGER orders_of_sales_recounted
AFTER UPDATE OF trees, credited, month, purchase_order_id ON orders
WHEN NEW.sale IS NOT NULL AND (OLD.purchase_order_id IS NOT NULL OR NEW.purchase_order_id IS NOT NULL)
    AND (OLD.trees + OLD.credited <> NEW.trees + NEW.credited OR OLD.month <> NEW.month
        OR (OLD.purchase_order_id IS NULL) <> (NEW.purchase_order_id IS NULL))
BEGIN
    INSERT INTO shop_totals
    SELECT shop_id, iif(NEW.purchase_order_id IS NULL, 0, NEW.trees + NEW.credited)
            - iif(OLD.purchase_order_id IS NULL, 0, OLD.trees + OLD.credited),
        (NEW.purchase_order_id IS NOT NULL) - (OLD.purchase_order_id IS NOT NULL)
    FROM sales WHERE id = NEW.sale
    ON CONFLICT (shop_id) DO UPDATE SET trees = trees + excluded.trees,
        orders = orders + excluded.orders;
    UPDATE campaign_months SET trees = trees - OLD.trees - OLD.credited
    WHERE campaign_id = OLD.campaign_id AND month = OLD.month AND OLD.purchase_order_id IS NOT NULL;
    INSERT INTO campaign_months SELECT NEW.campaign_id, NEW.month, NEW.trees + NEW.credited
    WHERE NEW.purchase_order_id IS NOT NULL
    ON CONFLICT (campaign_id, month) DO UPDATE SET trees = trees + excluded.trees;
END;

CREATE TRIGGER orders_of_sales_uncounted AFTER DELETE ON orders
WHEN OLD.purchase_order_id IS NOT NULL AND OLD.sale IS NOT NULL
BEGIN
    UPDATE shop_totals SET trees = trees - OLD.trees - OLD.credited, orders = orders - 1
    WHERE shop_id = (SELECT shop_id FROM sales WHERE id = OLD.sale);
    UPDATE campaign_months SET trees = trees - OLD.trees - OLD.credited
    WHERE campaign_id = OLD.campaign_id AND month = OLD.month;
END;

-- Pages of a purchase order's items are read in their order, each from where the last one ended.
DROP INDEX orders_of_purchase_order;
CREATE INDEX orders_of_purchase_order ON orders (purchase_order_id, sold_at, id)
    WHERE purchase_order_id IS NOT NULL;
DROP INDEX credits_of_purchase_order;
CREATE INDEX credits_of_purchase_order ON credits (purchase_order_id, created_at, id);

-- Claims that nobody confirmed expire, the oldest first.
DROP INDEX orders_waiting;
CREATE INDEX orders_waiting ON orders (waits_for, received_at, merchant_id)
    WHERE waits_for IS NOT NULL;

-- A sale that the shop confirmed takes the cap of a month from the claims of that month.
CREATE INDEX orders_claimed ON orders (campaign_id, month) WHERE claimed = 1;
