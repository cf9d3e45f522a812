-- The share of the monthly budget that was reported, once for each purchase order and share.
CREATE TABLE budget_alerts (
    purchase_order_id TEXT NOT NULL REFERENCES purchase_orders (id) ON DELETE CASCADE,
    percent INTEGER NOT NULL CHECK (percent IN (50, 80, 100)),
    alerted_at INTEGER NOT NULL,
    PRIMARY KEY (purchase_order_id, percent)
) STRICT, WITHOUT ROWID;
INSERT INTO budget_alerts (purchase_order_id, percent, alerted_at)
SELECT id, budget_alert, budget_alerted_at FROM purchase_orders WHERE budget_alert > 0;
-- A larger share that was reported stands for the smaller ones.
INSERT INTO budget_alerts (purchase_order_id, percent, alerted_at)
SELECT p.id, value, budget_alerted_at FROM purchase_orders p, json_each('[50, 80]')
WHERE budget_alert > value ON CONFLICT DO NOTHING;
DROP TRIGGER mail_of_budget;
ALTER TABLE purchase_orders DROP COLUMN budget_alert;
ALTER TABLE purchase_orders DROP COLUMN budget_alerted_at;

CREATE TRIGGER mail_of_budget
AFTER INSERT ON budget_alerts
BEGIN
    INSERT INTO mails (id, merchant_id, kind, event, purchase_order_id, created_at, next_try_at)
    SELECT 'mail_' || lower(hex(randomblob(16))), merchant_id, 'budget alert',
        id || '/' || NEW.percent, id, NEW.alerted_at, NEW.alerted_at
    FROM purchase_orders WHERE id = NEW.purchase_order_id
    ON CONFLICT DO NOTHING;
END;

-- At the budget, ordering goes on with a warning, or pauses until the month is over.
ALTER TABLE merchants ADD COLUMN at_budget TEXT NOT NULL DEFAULT 'warn'
    CHECK (at_budget IN ('warn', 'pause'));
-- The pause at the budget, and the end of its month.
ALTER TABLE merchants ADD COLUMN budget_paused_at INTEGER;
ALTER TABLE merchants ADD COLUMN budget_paused_until INTEGER;

-- The order that reaches the budget is ordered in full. A refund that brings the month below it ends
-- the pause.
CREATE TRIGGER pause_at_budget
AFTER UPDATE OF running_total ON purchase_orders
WHEN NEW.state = 'open' AND NEW.running_total <> OLD.running_total
BEGIN
    UPDATE merchants SET budget_paused_at = unixepoch() * 1000, budget_paused_until = NEW.ends_at
    WHERE id = NEW.merchant_id AND at_budget = 'pause' AND monthly_budget <= NEW.running_total
        AND coalesce(budget_paused_until < NEW.ends_at, 1);
    UPDATE merchants SET budget_paused_at = NULL, budget_paused_until = NULL
    WHERE id = NEW.merchant_id AND budget_paused_until = NEW.ends_at
        AND monthly_budget > NEW.running_total;
END;

CREATE TRIGGER revision_of_budget AFTER UPDATE OF budget_paused_at ON merchants
BEGIN
    UPDATE merchants SET revision = revision + 1 WHERE id = NEW.id;
END;
