-- Who is on call. Instants are microseconds since 1970 in INTEGER columns named *_at.
-- Texts that only the domain reads are JSON.

CREATE TABLE rota (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    squad_id BLOB REFERENCES squad (id),
    duty TEXT NOT NULL,
    zone TEXT NOT NULL,
    vital TEXT NOT NULL,
    limits TEXT NOT NULL,
    plans TEXT NOT NULL,
    retired INTEGER NOT NULL
) STRICT;

-- Overrides, covers and swaps: who is on call for a time instead.
CREATE TABLE duty_change (
    id BLOB PRIMARY KEY,
    rota_id BLOB NOT NULL REFERENCES rota (id),
    kind TEXT NOT NULL,
    person_id BLOB NOT NULL REFERENCES person (id),
    instead_of_id BLOB REFERENCES person (id),
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;
CREATE INDEX duty_change_by_until ON duty_change (until_at);

-- When people are away. Without an end: they have left.
CREATE TABLE absence (
    id BLOB PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES person (id),
    from_at INTEGER NOT NULL,
    until_at INTEGER
) STRICT;
CREATE INDEX absence_by_until ON absence (until_at);
CREATE INDEX absence_by_person ON absence (person_id);

CREATE TABLE duty_swap (
    id BLOB PRIMARY KEY,
    rota_id BLOB NOT NULL REFERENCES rota (id),
    asker_id BLOB NOT NULL REFERENCES person (id),
    asked_id BLOB REFERENCES person (id),
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    state TEXT NOT NULL
) STRICT;
CREATE INDEX duty_swap_by_until ON duty_swap (until_at);

-- The number at which somebody on call is reached by their colleagues.
CREATE TABLE duty_number (
    person_id BLOB PRIMARY KEY REFERENCES person (id),
    number TEXT NOT NULL
) STRICT;

-- Secret addresses of calendar feeds. Only a hash is kept.
CREATE TABLE duty_feed (
    token_hash BLOB PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES person (id),
    -- The rota; none for the person's own shifts.
    rota_id BLOB REFERENCES rota (id),
    made_at INTEGER NOT NULL
) STRICT;
CREATE INDEX duty_feed_by_person ON duty_feed (person_id);
