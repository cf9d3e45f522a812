-- The newest sales of a shop, for the owner's lists and for trying a campaign on them.
CREATE INDEX sales_by_arrival ON sales (shop_id, received_at, id);
