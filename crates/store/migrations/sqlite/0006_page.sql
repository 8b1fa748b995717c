-- Whom to reach and when, and the people who are being called. Instants are microseconds since 1970
-- in INTEGER columns named *_at. Texts that only the domain reads are JSON.

CREATE TABLE escalation_policy (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    plan TEXT NOT NULL,
    retired INTEGER NOT NULL
) STRICT;

-- What each squad decided: its policy, and what is worth waking for. The id of nothing but zeroes
-- is the company's.
CREATE TABLE paging (
    squad_id BLOB PRIMARY KEY,
    rules TEXT NOT NULL
) STRICT;

CREATE TABLE page (
    id BLOB PRIMARY KEY,
    squad_id BLOB REFERENCES squad (id),
    is_drill INTEGER NOT NULL,
    standing TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    -- When something happens to it by itself; a page whose time has passed is late.
    next_at INTEGER,
    state TEXT NOT NULL,
    notes TEXT NOT NULL
) STRICT;
CREATE INDEX page_open ON page (opened_at, id) WHERE is_open;
CREATE INDEX page_next ON page (next_at) WHERE is_open;
CREATE INDEX page_drill ON page (opened_at, id) WHERE is_drill;

CREATE TABLE page_ticket (
    page_id BLOB NOT NULL REFERENCES page (id),
    ticket_id BLOB NOT NULL REFERENCES ticket (id),
    -- The order in which they came.
    place INTEGER NOT NULL,
    PRIMARY KEY (page_id, ticket_id)
) STRICT;
CREATE INDEX page_ticket_by_ticket ON page_ticket (ticket_id);

-- The right of one person to answer one page without signing in. Only a hash is kept. It refers to
-- nothing by key, so that making one waits for nobody who changes the page.
CREATE TABLE page_link (
    token_hash BLOB PRIMARY KEY,
    page_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;
CREATE INDEX page_link_by_made ON page_link (made_at);
