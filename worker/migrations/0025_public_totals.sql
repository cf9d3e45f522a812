-- The public total of everybody is one row, so that a request without a key reads no purchase orders.
CREATE TABLE public_totals (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    trees INTEGER NOT NULL,
    orders INTEGER NOT NULL
) STRICT;
INSERT INTO public_totals
SELECT 1, coalesce(sum(running_trees), 0), coalesce(sum(running_orders), 0) FROM purchase_orders;

CREATE TRIGGER public_totals_counted AFTER UPDATE OF running_trees, running_orders ON purchase_orders
WHEN NEW.running_trees <> OLD.running_trees OR NEW.running_orders <> OLD.running_orders
BEGIN
    UPDATE public_totals SET trees = trees + NEW.running_trees - OLD.running_trees,
        orders = orders + NEW.running_orders - OLD.running_orders;
END;
