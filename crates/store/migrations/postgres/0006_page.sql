-- Whom to reach and when, and the people who are being called. Instants are microseconds since 1970
-- in BIGINT columns named *_at. Texts that only the domain reads are JSON.

CREATE TABLE escalation_policy (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    plan TEXT NOT NULL,
    retired BOOLEAN NOT NULL
);

-- What each squad decided: its policy, and what is worth waking for. The id of nothing but zeroes
-- is the company's.
CREATE TABLE paging (
    squad_id UUID PRIMARY KEY,
    rules TEXT NOT NULL
);

CREATE TABLE page (
    id UUID PRIMARY KEY,
    squad_id UUID REFERENCES squad (id),
    is_drill BOOLEAN NOT NULL,
    standing TEXT NOT NULL,
    is_open BOOLEAN NOT NULL,
    opened_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    -- When something happens to it by itself; a page whose time has passed is late.
    next_at BIGINT,
    state TEXT NOT NULL,
    notes TEXT NOT NULL
);
CREATE INDEX page_open ON page (opened_at, id) WHERE is_open;
CREATE INDEX page_next ON page (next_at) WHERE is_open;
CREATE INDEX page_drill ON page (opened_at, id) WHERE is_drill;

CREATE TABLE page_ticket (
    page_id UUID NOT NULL REFERENCES page (id),
    ticket_id UUID NOT NULL REFERENCES ticket (id),
    -- The order in which they came.
    place BIGINT NOT NULL,
    PRIMARY KEY (page_id, ticket_id)
);
CREATE INDEX page_ticket_by_ticket ON page_ticket (ticket_id);

-- The right of one person to answer one page without signing in. Only a hash is kept. It refers to
-- nothing by key, so that making one waits for nobody who changes the page.
CREATE TABLE page_link (
    token_hash BYTEA PRIMARY KEY,
    page_id UUID NOT NULL,
    person_id UUID NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE INDEX page_link_by_made ON page_link (made_at);
