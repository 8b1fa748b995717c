-- What monitors watch, and what they say. Instants are microseconds since 1970 in INTEGER columns
-- named *_at. Texts that only the domain reads are JSON.

CREATE TABLE service (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    squad_id BLOB REFERENCES squad (id),
    feature_id BLOB REFERENCES feature (id),
    reporter_id BLOB NOT NULL REFERENCES person (id),
    worth TEXT NOT NULL,
    causes TEXT NOT NULL,
    maintenance TEXT NOT NULL,
    retired INTEGER NOT NULL
) STRICT;

-- Keys with which monitors send. Only a hash of the secret is kept.
CREATE TABLE service_key (
    id BLOB PRIMARY KEY,
    service_id BLOB NOT NULL REFERENCES service (id),
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    options TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    withdrawn_at INTEGER
) STRICT;
CREATE INDEX service_key_by_service ON service_key (service_id);

-- Alerts that belong together, and the ticket that they share.
CREATE TABLE alert_group (
    id BLOB PRIMARY KEY,
    service_id BLOB NOT NULL REFERENCES service (id),
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    severity TEXT NOT NULL,
    firing INTEGER NOT NULL,
    ticket_number INTEGER,
    quiet TEXT,
    turns TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX alert_group_firing ON alert_group (service_id, changed_at) WHERE firing > 0;
CREATE INDEX alert_group_by_ticket ON alert_group (ticket_number) WHERE ticket_number IS NOT NULL;
CREATE INDEX alert_group_by_change ON alert_group (changed_at, id);

-- What fires again while it fires updates its row alone.
CREATE TABLE alert (
    id BLOB PRIMARY KEY,
    group_id BLOB NOT NULL REFERENCES alert_group (id),
    alert_key TEXT NOT NULL,
    title TEXT NOT NULL,
    severity TEXT NOT NULL,
    place TEXT,
    detail TEXT NOT NULL,
    link TEXT,
    is_firing INTEGER NOT NULL,
    times INTEGER NOT NULL,
    began_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX alert_by_group ON alert (group_id, began_at);
CREATE INDEX alert_by_end ON alert (ended_at) WHERE ended_at IS NOT NULL;
