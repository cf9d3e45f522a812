-- A version of a campaign that no sale was evaluated under is forgotten at the next change, so that changes
-- do not fill the database.
ALTER TABLE campaign_versions ADD COLUMN is_used INTEGER NOT NULL DEFAULT 0 CHECK (is_used IN (0, 1));
UPDATE campaign_versions SET is_used = 1;

DROP TRIGGER campaign_versions_first;
CREATE TRIGGER campaign_versions_first AFTER INSERT ON campaigns
BEGIN
    INSERT INTO campaign_versions (campaign_id, version, name, starts_at, ends_at, conditions)
    VALUES (NEW.id, NEW.version, NEW.name, NEW.starts_at, NEW.ends_at, NEW.conditions);
END;

DROP TRIGGER campaign_versions_next;
CREATE TRIGGER campaign_versions_next AFTER UPDATE OF version ON campaigns
BEGIN
    DELETE FROM campaign_versions
    WHERE campaign_id = OLD.id AND version = OLD.version AND is_used = 0;
    INSERT INTO campaign_versions (campaign_id, version, name, starts_at, ends_at, conditions)
    VALUES (NEW.id, NEW.version, NEW.name, NEW.starts_at, NEW.ends_at, NEW.conditions);
END;

CREATE TRIGGER campaign_versions_used AFTER INSERT ON sales
BEGIN
    UPDATE campaign_versions SET is_used = 1 WHERE is_used = 0 AND (campaign_id, version) IN
        (SELECT value ->> 0, value ->> 1 FROM json_each(NEW.judged_under));
END;

CREATE TRIGGER campaign_versions_used_anew AFTER UPDATE OF judged_under ON sales
WHEN NEW.judged_under <> OLD.judged_under
BEGIN
    UPDATE campaign_versions SET is_used = 1 WHERE is_used = 0 AND (campaign_id, version) IN
        (SELECT value ->> 0, value ->> 1 FROM json_each(NEW.judged_under));
END;

-- Claims on no bill expire, the oldest first. A claim that was billed uses up a limit of its shop.
CREATE INDEX sales_expiring ON sales (received_at) WHERE proof = 'claimed' AND claimed_trees = 0;
