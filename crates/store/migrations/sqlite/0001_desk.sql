-- Instants are microseconds since 1970 in INTEGER columns named *_at.
-- Texts that only the domain reads are JSON.

CREATE TABLE chain_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;

CREATE TABLE fact (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    actor_id BLOB,
    ticket_id BLOB,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX fact_by_ticket ON fact (ticket_id, seq) WHERE ticket_id IS NOT NULL;

CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;

CREATE TABLE person (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT UNIQUE,
    role TEXT NOT NULL,
    standing TEXT NOT NULL,
    zone TEXT NOT NULL,
    initials TEXT NOT NULL,
    address_as TEXT,
    password_hash TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX person_by_name ON person (name);

CREATE TABLE squad (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    rate_cents_per_hour INTEGER NOT NULL
) STRICT;

CREATE TABLE squad_member (
    squad_id BLOB NOT NULL REFERENCES squad (id),
    person_id BLOB NOT NULL REFERENCES person (id),
    PRIMARY KEY (squad_id, person_id)
) STRICT;
CREATE INDEX squad_member_by_person ON squad_member (person_id);

CREATE TABLE feature (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    squad_id BLOB REFERENCES squad (id),
    platforms TEXT NOT NULL,
    links TEXT NOT NULL,
    retired INTEGER NOT NULL
) STRICT;

CREATE TABLE calendar (
    id BLOB PRIMARY KEY,
    name_key TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE priority (
    rank INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    meaning TEXT NOT NULL,
    examples TEXT NOT NULL,
    consequence TEXT NOT NULL,
    respond_seconds INTEGER NOT NULL,
    resolve_seconds INTEGER NOT NULL,
    calendar_id BLOB REFERENCES calendar (id),
    retired INTEGER NOT NULL
) STRICT;

CREATE TABLE known_issue (
    id BLOB PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    advice TEXT NOT NULL,
    feature_id BLOB REFERENCES feature (id),
    is_over INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE session (
    token_hash BLOB PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES person (id),
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    device TEXT NOT NULL
) STRICT;
CREATE INDEX session_by_person ON session (person_id);

CREATE TABLE api_token (
    id BLOB PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES person (id),
    name TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    used_at INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE INDEX api_token_by_person ON api_token (person_id);

CREATE TABLE invitation (
    token_hash BLOB PRIMARY KEY,
    email TEXT,
    name TEXT,
    role TEXT NOT NULL,
    squads TEXT NOT NULL,
    purpose TEXT NOT NULL,
    person_id BLOB REFERENCES person (id),
    invited_by BLOB REFERENCES person (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX invitation_by_person ON invitation (person_id);

CREATE TABLE attempt (
    subject BLOB PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT;
CREATE INDEX attempt_by_time ON attempt (last_at);

CREATE TABLE ticket (
    id BLOB PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    feature_id BLOB REFERENCES feature (id),
    squad_id BLOB REFERENCES squad (id),
    reporter_id BLOB NOT NULL REFERENCES person (id),
    owner_id BLOB REFERENCES person (id),
    diagnosing_id BLOB REFERENCES person (id),
    communicating_id BLOB REFERENCES person (id),
    opened_at INTEGER NOT NULL,
    acknowledged_at INTEGER,
    resolved_at INTEGER,
    closed_at INTEGER,
    changed_at INTEGER NOT NULL,
    respond_due_at INTEGER,
    respond_breached_at INTEGER,
    respond_difference_seconds INTEGER,
    resolve_due_at INTEGER,
    resolve_breached_at INTEGER,
    resolve_difference_seconds INTEGER,
    next_point_at INTEGER,
    last_update_at INTEGER,
    next_update_at INTEGER,
    next_update_is_due INTEGER NOT NULL,
    change_needed INTEGER,
    merged_into INTEGER,
    replies INTEGER NOT NULL,
    people INTEGER NOT NULL,
    joined INTEGER NOT NULL,
    hands_on_seconds INTEGER NOT NULL,
    hand_offs INTEGER NOT NULL,
    ping_pong INTEGER NOT NULL,
    reopened INTEGER NOT NULL,
    unowned_seconds INTEGER NOT NULL,
    unowned_since_at INTEGER,
    detail TEXT NOT NULL
) STRICT;
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
    page INTEGER PRIMARY KEY,
    first_opened_at INTEGER NOT NULL,
    last_opened_at INTEGER NOT NULL,
    records BLOB NOT NULL
) STRICT;

CREATE TABLE message (
    id BLOB PRIMARY KEY,
    ticket_id BLOB NOT NULL REFERENCES ticket (id),
    author_id BLOB NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    edited_at INTEGER,
    withdrawn_at INTEGER
) STRICT;
CREATE INDEX message_by_ticket ON message (ticket_id, at);

CREATE TABLE attachment (
    id BLOB PRIMARY KEY,
    ticket_id BLOB NOT NULL REFERENCES ticket (id),
    message_id BLOB REFERENCES message (id),
    author_id BLOB NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    content BLOB NOT NULL
) STRICT;
CREATE INDEX attachment_by_ticket ON attachment (ticket_id, at);

CREATE TABLE wash_up (
    ticket_id BLOB PRIMARY KEY REFERENCES ticket (id),
    body TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    written_by BLOB NOT NULL REFERENCES person (id)
) STRICT;

CREATE TABLE wash_up_action (
    id BLOB PRIMARY KEY,
    ticket_id BLOB NOT NULL REFERENCES ticket (id),
    what TEXT NOT NULL,
    owner_id BLOB NOT NULL REFERENCES person (id),
    due_on TEXT NOT NULL,
    done_at INTEGER
) STRICT;
CREATE INDEX wash_up_action_by_ticket ON wash_up_action (ticket_id);
CREATE INDEX wash_up_action_open ON wash_up_action (due_on) WHERE done_at IS NULL;

CREATE TABLE job (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    lease_owner TEXT,
    leased_until INTEGER,
    fence INTEGER NOT NULL,
    dedup_key TEXT UNIQUE,
    last_error TEXT
) STRICT;
CREATE INDEX job_due ON job (run_at);
CREATE INDEX job_next ON job (kind, leased_until, run_at);

CREATE TABLE once_key (
    key_hash BLOB PRIMARY KEY,
    request_hash BLOB NOT NULL,
    made_id BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE import_run (
    id BLOB PRIMARY KEY,
    source TEXT NOT NULL UNIQUE,
    progress TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;

CREATE TABLE external_ticket (
    source TEXT NOT NULL,
    external_key TEXT NOT NULL,
    ticket_id BLOB NOT NULL REFERENCES ticket (id),
    digest BLOB NOT NULL,
    PRIMARY KEY (source, external_key)
) STRICT;
CREATE INDEX external_ticket_by_ticket ON external_ticket (ticket_id);

CREATE TABLE external_person (
    source TEXT NOT NULL,
    external_key TEXT NOT NULL,
    person_id BLOB NOT NULL REFERENCES person (id),
    PRIMARY KEY (source, external_key)
) STRICT;

-- The words are made in Rust, the same for both databases, so they are taken as they come.
CREATE VIRTUAL TABLE ticket_search USING fts5 (
    words, content='', contentless_delete=1, detail='none', tokenize='ascii'
);

INSERT INTO chain_head (id, seq, hash) VALUES (1, 0, zeroblob(32));
INSERT INTO counter (name, value) VALUES ('ticket', 1000);
