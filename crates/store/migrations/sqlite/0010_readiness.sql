-- What was asked and said about whether people are ready for shifts that begin.
CREATE TABLE readiness (
    id BLOB PRIMARY KEY,
    rota_id BLOB NOT NULL REFERENCES rota (id),
    person_id BLOB NOT NULL REFERENCES person (id),
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    asked_at INTEGER,
    again_at INTEGER,
    told_at INTEGER,
    ready_at INTEGER
) STRICT;
CREATE INDEX readiness_by_until ON readiness (until_at);
