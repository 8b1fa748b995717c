-- Instants are microseconds since 1970 in BIGINT columns named *_at.
-- Texts that only the domain reads are JSON.

CREATE TABLE chain_head (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL
);

CREATE TABLE fact (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    actor_id UUID,
    ticket_id UUID,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    hash BYTEA NOT NULL
);
CREATE INDEX fact_by_ticket ON fact (ticket_id, seq) WHERE ticket_id IS NOT NULL;

CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);

CREATE TABLE person (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT UNIQUE,
    role TEXT NOT NULL,
    standing TEXT NOT NULL,
    zone TEXT NOT NULL,
    initials TEXT NOT NULL,
    address_as TEXT,
    password_hash TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX person_by_name ON person (name);

CREATE TABLE squad (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    rate_cents_per_hour BIGINT NOT NULL
);

CREATE TABLE squad_member (
    squad_id UUID NOT NULL REFERENCES squad (id),
    person_id UUID NOT NULL REFERENCES person (id),
    PRIMARY KEY (squad_id, person_id)
);
CREATE INDEX squad_member_by_person ON squad_member (person_id);

CREATE TABLE feature (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    squad_id UUID REFERENCES squad (id),
    platforms TEXT NOT NULL,
    links TEXT NOT NULL,
    retired BOOLEAN NOT NULL
);

CREATE TABLE calendar (
    id UUID PRIMARY KEY,
    name_key TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
);

CREATE TABLE priority (
    rank BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    meaning TEXT NOT NULL,
    examples TEXT NOT NULL,
    consequence TEXT NOT NULL,
    respond_seconds BIGINT NOT NULL,
    resolve_seconds BIGINT NOT NULL,
    calendar_id UUID REFERENCES calendar (id),
    retired BOOLEAN NOT NULL
);

CREATE TABLE known_issue (
    id UUID PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    advice TEXT NOT NULL,
    feature_id UUID REFERENCES feature (id),
    is_over BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE session (
    token_hash BYTEA PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    device TEXT NOT NULL
);
CREATE INDEX session_by_person ON session (person_id);

CREATE TABLE api_token (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    name TEXT NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX api_token_by_person ON api_token (person_id);

CREATE TABLE invitation (
    token_hash BYTEA PRIMARY KEY,
    email TEXT,
    name TEXT,
    role TEXT NOT NULL,
    squads TEXT NOT NULL,
    purpose TEXT NOT NULL,
    person_id UUID REFERENCES person (id),
    invited_by UUID REFERENCES person (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX invitation_by_person ON invitation (person_id);

CREATE TABLE attempt (
    subject BYTEA PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
CREATE INDEX attempt_by_time ON attempt (last_at);

CREATE TABLE ticket (
    id UUID PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    is_open BOOLEAN NOT NULL,
    priority BIGINT NOT NULL,
    feature_id UUID REFERENCES feature (id),
    squad_id UUID REFERENCES squad (id),
    reporter_id UUID NOT NULL REFERENCES person (id),
    owner_id UUID REFERENCES person (id),
    diagnosing_id UUID REFERENCES person (id),
    communicating_id UUID REFERENCES person (id),
    opened_at BIGINT NOT NULL,
    acknowledged_at BIGINT,
    resolved_at BIGINT,
    closed_at BIGINT,
    changed_at BIGINT NOT NULL,
    respond_due_at BIGINT,
    respond_breached_at BIGINT,
    respond_difference_seconds BIGINT,
    resolve_due_at BIGINT,
    resolve_breached_at BIGINT,
    resolve_difference_seconds BIGINT,
    next_point_at BIGINT,
    last_update_at BIGINT,
    next_update_at BIGINT,
    next_update_is_due BOOLEAN NOT NULL,
    change_needed BOOLEAN,
    merged_into BIGINT,
    replies BIGINT NOT NULL,
    people BIGINT NOT NULL,
    joined BIGINT NOT NULL,
    hands_on_seconds BIGINT NOT NULL,
    hand_offs BIGINT NOT NULL,
    ping_pong BIGINT NOT NULL,
    reopened BIGINT NOT NULL,
    unowned_seconds BIGINT NOT NULL,
    unowned_since_at BIGINT,
    detail TEXT NOT NULL
);
CREATE INDEX ticket_open ON ticket (priority, resolve_due_at) WHERE is_open;
CREATE INDEX ticket_unanswered ON ticket (priority, respond_due_at)
    WHERE is_open AND respond_difference_seconds IS NULL;
CREATE INDEX ticket_unowned ON ticket (priority, resolve_due_at)
    WHERE unowned_since_at IS NOT NULL;
CREATE INDEX ticket_open_by_number ON ticket
    (number, status, priority, owner_id, resolve_due_at, respond_due_at, respond_difference_seconds)
    WHERE is_open;
CREATE INDEX ticket_open_by_owner ON ticket (owner_id, number) WHERE is_open;
CREATE INDEX ticket_open_by_reporter ON ticket (reporter_id, number) WHERE is_open;
CREATE INDEX ticket_to_confirm ON ticket (reporter_id) WHERE status = 'resolved';
CREATE INDEX ticket_open_by_feature ON ticket (feature_id) WHERE is_open;
CREATE INDEX ticket_by_next_update ON ticket (next_update_at) WHERE next_update_at IS NOT NULL;
CREATE INDEX ticket_by_change ON ticket (changed_at);
CREATE INDEX ticket_by_owner ON ticket (owner_id, number);
CREATE INDEX ticket_by_reporter ON ticket (reporter_id, number);
CREATE INDEX ticket_by_feature ON ticket (feature_id, number);
CREATE INDEX ticket_by_squad ON ticket (squad_id, number);
CREATE INDEX ticket_by_status ON ticket (status, number);
CREATE INDEX ticket_by_priority ON ticket (priority, number);
CREATE INDEX ticket_by_opening ON ticket (opened_at, number);

-- Short records of tickets, packed, from which figures are counted; written with the tickets.
CREATE TABLE figure_page (
    page BIGINT PRIMARY KEY,
    first_opened_at BIGINT NOT NULL,
    last_opened_at BIGINT NOT NULL,
    records BYTEA NOT NULL
);
-- Inline and as it is: to compress a page takes longer than to read it.
ALTER TABLE figure_page ALTER COLUMN records SET STORAGE PLAIN;

CREATE TABLE message (
    id UUID PRIMARY KEY,
    ticket_id UUID NOT NULL REFERENCES ticket (id),
    author_id UUID NOT NULL REFERENCES person (id),
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    edited_at BIGINT,
    withdrawn_at BIGINT
);
CREATE INDEX message_by_ticket ON message (ticket_id, at);

CREATE TABLE attachment (
    id UUID PRIMARY KEY,
    ticket_id UUID NOT NULL REFERENCES ticket (id),
    message_id UUID REFERENCES message (id),
    author_id UUID NOT NULL REFERENCES person (id),
    at BIGINT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    content BYTEA NOT NULL
);
CREATE INDEX attachment_by_ticket ON attachment (ticket_id, at);

CREATE TABLE wash_up (
    ticket_id UUID PRIMARY KEY REFERENCES ticket (id),
    body TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    written_by UUID NOT NULL REFERENCES person (id)
);

CREATE TABLE wash_up_action (
    id UUID PRIMARY KEY,
    ticket_id UUID NOT NULL REFERENCES ticket (id),
    what TEXT NOT NULL,
    owner_id UUID NOT NULL REFERENCES person (id),
    due_on TEXT NOT NULL,
    done_at BIGINT
);
CREATE INDEX wash_up_action_by_ticket ON wash_up_action (ticket_id);
CREATE INDEX wash_up_action_open ON wash_up_action (due_on) WHERE done_at IS NULL;

CREATE TABLE job (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    lease_owner TEXT,
    leased_until BIGINT,
    fence BIGINT NOT NULL,
    dedup_key TEXT UNIQUE,
    last_error TEXT
);
CREATE INDEX job_due ON job (run_at);
CREATE INDEX job_next ON job (kind, leased_until, run_at);

CREATE TABLE once_key (
    key_hash BYTEA PRIMARY KEY,
    request_hash BYTEA NOT NULL,
    made_id UUID NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE import_run (
    id UUID PRIMARY KEY,
    source TEXT NOT NULL UNIQUE,
    progress TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT
);

CREATE TABLE external_ticket (
    source TEXT NOT NULL,
    external_key TEXT NOT NULL,
    ticket_id UUID NOT NULL REFERENCES ticket (id),
    digest BYTEA NOT NULL,
    PRIMARY KEY (source, external_key)
);
CREATE INDEX external_ticket_by_ticket ON external_ticket (ticket_id);

CREATE TABLE external_person (
    source TEXT NOT NULL,
    external_key TEXT NOT NULL,
    person_id UUID NOT NULL REFERENCES person (id),
    PRIMARY KEY (source, external_key)
);


-- The words are made in Rust, the same for both databases, so they are taken as they come.
CREATE TABLE ticket_search (
    number BIGINT PRIMARY KEY REFERENCES ticket (number),
    words TSVECTOR NOT NULL
);
-- How common words are is read from the statistics.
ALTER TABLE ticket_search ALTER COLUMN words SET STATISTICS 300;
-- What waits to be put into the index is read by every search, so little may wait.
CREATE INDEX ticket_search_words ON ticket_search USING gin (words)
    WITH (gin_pending_list_limit = 512);

INSERT INTO chain_head (id, seq, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'));
INSERT INTO counter (name, value) VALUES ('ticket', 1000);
