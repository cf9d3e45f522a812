-- Purchase orders are numbered within their month when they are closed, for people to name them by; and
-- a cron event may leave its work to messages of a queue, which are counted.

ALTER TABLE purchase_orders ADD COLUMN sequence INTEGER;
UPDATE purchase_orders SET sequence = n.sequence
FROM (SELECT id, row_number() OVER (PARTITION BY period ORDER BY closed_at, id) AS sequence
    FROM purchase_orders WHERE state <> 'open') n
WHERE purchase_orders.id = n.id;
CREATE UNIQUE INDEX purchase_order_numbers ON purchase_orders (period, sequence)
    WHERE sequence IS NOT NULL;

-- Messages that were sent on behalf of the event, and those that were handled by now. A message may
-- come twice. `ended_at` is null while the event itself is under way, or when it was cut off.
ALTER TABLE month_end_runs ADD COLUMN queued INTEGER NOT NULL DEFAULT 0;
ALTER TABLE month_end_runs ADD COLUMN handled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE month_end_runs ADD COLUMN ended_at INTEGER;
UPDATE month_end_runs SET ended_at = scheduled_at;
