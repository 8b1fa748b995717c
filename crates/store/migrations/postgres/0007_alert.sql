-- What monitors watch, and what they say. Instants are microseconds since 1970 in BIGINT columns
-- named *_at. Texts that only the domain reads are JSON.

CREATE TABLE service (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    squad_id UUID REFERENCES squad (id),
    feature_id UUID REFERENCES feature (id),
    reporter_id UUID NOT NULL REFERENCES person (id),
    worth TEXT NOT NULL,
    causes TEXT NOT NULL,
    maintenance TEXT NOT NULL,
    retired BOOLEAN NOT NULL
);

-- Keys with which monitors send. Only a hash of the secret is kept.
CREATE TABLE service_key (
    id UUID PRIMARY KEY,
    service_id UUID NOT NULL REFERENCES service (id),
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    options TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    withdrawn_at BIGINT
);
CREATE INDEX service_key_by_service ON service_key (service_id);

-- Alerts that belong together, and the ticket that they share.
CREATE TABLE alert_group (
    id UUID PRIMARY KEY,
    service_id UUID NOT NULL REFERENCES service (id),
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    severity TEXT NOT NULL,
    firing BIGINT NOT NULL,
    ticket_number BIGINT,
    quiet TEXT,
    turns TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX alert_group_firing ON alert_group (service_id, changed_at) WHERE firing > 0;
CREATE INDEX alert_group_by_ticket ON alert_group (ticket_number) WHERE ticket_number IS NOT NULL;
CREATE INDEX alert_group_by_change ON alert_group (changed_at, id);

-- What fires again while it fires updates its row alone.
CREATE TABLE alert (
    id UUID PRIMARY KEY,
    group_id UUID NOT NULL REFERENCES alert_group (id),
    alert_key TEXT NOT NULL,
    title TEXT NOT NULL,
    severity TEXT NOT NULL,
    place TEXT,
    detail TEXT NOT NULL,
    link TEXT,
    is_firing BOOLEAN NOT NULL,
    times BIGINT NOT NULL,
    began_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX alert_by_group ON alert (group_id, began_at);
CREATE INDEX alert_by_end ON alert (ended_at) WHERE ended_at IS NOT NULL;
