-- Counting open tickets by feature looks at nothing but this index.
DROP INDEX ticket_open_by_feature;
CREATE INDEX ticket_open_by_feature ON ticket
    (feature_id, status, owner_id, resolve_due_at, respond_due_at, respond_difference_seconds)
    WHERE is_open;
