-- When alerts that belong together began, or last became worse; none where that is not known.
ALTER TABLE alert_group ADD COLUMN worse_at BIGINT;
