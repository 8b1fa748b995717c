-- Who is on call. Instants are microseconds since 1970 in BIGINT columns named *_at.
-- Texts that only the domain reads are JSON.

CREATE TABLE rota (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    squad_id UUID REFERENCES squad (id),
    duty TEXT NOT NULL,
    zone TEXT NOT NULL,
    vital TEXT NOT NULL,
    limits TEXT NOT NULL,
    plans TEXT NOT NULL,
    retired BOOLEAN NOT NULL
);

-- Overrides, covers and swaps: who is on call for a time instead.
CREATE TABLE duty_change (
    id UUID PRIMARY KEY,
    rota_id UUID NOT NULL REFERENCES rota (id),
    kind TEXT NOT NULL,
    person_id UUID NOT NULL REFERENCES person (id),
    instead_of_id UUID REFERENCES person (id),
    from_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE INDEX duty_change_by_until ON duty_change (until_at);

-- When people are away. Without an end: they have left.
CREATE TABLE absence (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    from_at BIGINT NOT NULL,
    until_at BIGINT
);
CREATE INDEX absence_by_until ON absence (until_at);
CREATE INDEX absence_by_person ON absence (person_id);

CREATE TABLE duty_swap (
    id UUID PRIMARY KEY,
    rota_id UUID NOT NULL REFERENCES rota (id),
    asker_id UUID NOT NULL REFERENCES person (id),
    asked_id UUID REFERENCES person (id),
    from_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX duty_swap_by_until ON duty_swap (until_at);

-- The number at which somebody on call is reached by their colleagues.
CREATE TABLE duty_number (
    person_id UUID PRIMARY KEY REFERENCES person (id),
    number TEXT NOT NULL
);

-- Secret addresses of calendar feeds. Only a hash is kept.
CREATE TABLE duty_feed (
    token_hash BYTEA PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    -- The rota; none for the person's own shifts.
    rota_id UUID REFERENCES rota (id),
    made_at BIGINT NOT NULL
);
CREATE INDEX duty_feed_by_person ON duty_feed (person_id);
