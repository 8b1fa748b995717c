-- What was asked and said about whether people are ready for shifts that begin.
CREATE TABLE readiness (
    id UUID PRIMARY KEY,
    rota_id UUID NOT NULL REFERENCES rota (id),
    person_id UUID NOT NULL REFERENCES person (id),
    from_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    asked_at BIGINT,
    again_at BIGINT,
    told_at BIGINT,
    ready_at BIGINT
);
CREATE INDEX readiness_by_until ON readiness (until_at);
