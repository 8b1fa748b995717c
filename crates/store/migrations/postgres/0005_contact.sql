-- How people are reached. Instants are microseconds since 1970 in BIGINT columns named *_at.
-- Texts that only the domain reads are JSON.

CREATE TABLE contact_method (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    label TEXT NOT NULL,
    -- What it is signed or encrypted with, sealed; none where nothing is.
    secret TEXT,
    added_at BIGINT NOT NULL,
    verified_at BIGINT
);
CREATE UNIQUE INDEX contact_method_by_person ON contact_method (person_id, kind, address);
CREATE INDEX contact_method_by_address ON contact_method (address);

-- The code that was sent last to a method that is to be verified. Only a hash is kept.
CREATE TABLE contact_code (
    method_id UUID PRIMARY KEY REFERENCES contact_method (id),
    hash BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    wrong BIGINT NOT NULL
);

CREATE TABLE contact_plan (
    person_id UUID PRIMARY KEY REFERENCES person (id),
    plan TEXT NOT NULL
);

-- Each try of one method for one person.
CREATE TABLE contact_attempt (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    -- The method, which may be gone by now; none for the address of the account.
    method_id UUID,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    about TEXT NOT NULL,
    urgency TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    provider TEXT,
    reference TEXT,
    why TEXT,
    changed_at BIGINT NOT NULL,
    -- The provider that did not answer, when this says again what may have been said before.
    repeats TEXT,
    fence BIGINT NOT NULL
);
CREATE INDEX contact_attempt_by_person ON contact_attempt (person_id, due_at);
CREATE INDEX contact_attempt_waiting ON contact_attempt (about) WHERE state = 'waiting';
CREATE INDEX contact_attempt_by_reference ON contact_attempt (reference)
    WHERE reference IS NOT NULL;
CREATE INDEX contact_attempt_by_change ON contact_attempt (changed_at);
