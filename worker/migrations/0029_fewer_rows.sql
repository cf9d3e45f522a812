-- Only what is billed counts for a cap, so a claim on no bill needs no entry there: a flood writes fewer rows.
DROP INDEX orders_claimed;
CREATE INDEX orders_claimed ON orders (campaign_id, month)
    WHERE claimed = 1 AND purchase_order_id IS NOT NULL;
