-- When a way to reach somebody was found to be gone for good; none while it is not.
ALTER TABLE contact_method ADD COLUMN lost_at BIGINT;
