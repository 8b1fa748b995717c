-- Slack workspaces that Eider is installed in. Tokens are sealed.
CREATE TABLE slack_workspace (
    team_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    app_id TEXT NOT NULL,
    bot_user_id TEXT NOT NULL,
    bot_id TEXT NOT NULL,
    token TEXT NOT NULL,
    refresh_token TEXT,
    token_expires_at INTEGER,
    connected_at INTEGER NOT NULL,
    -- What is wrong with the connection, in words; nothing when all is well.
    trouble TEXT
) STRICT;

-- Channels in which people ask for support.
CREATE TABLE slack_channel (
    team_id TEXT NOT NULL REFERENCES slack_workspace (team_id),
    channel_id TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Tickets of this squad go here; those of no other channel's squad go to the one without.
    squad_id BLOB REFERENCES squad (id),
    trouble TEXT,
    PRIMARY KEY (team_id, channel_id)
) STRICT;

-- People of Slack, as far as they were met.
CREATE TABLE slack_person (
    team_id TEXT NOT NULL REFERENCES slack_workspace (team_id),
    user_id TEXT NOT NULL,
    person_id BLOB REFERENCES person (id),
    name TEXT NOT NULL,
    email TEXT,
    zone TEXT,
    -- member, guest, stranger (of another workspace) or bot
    kind TEXT NOT NULL,
    looked_up_at INTEGER NOT NULL,
    nudged_at INTEGER,
    PRIMARY KEY (team_id, user_id)
) STRICT;
CREATE INDEX slack_person_of ON slack_person (person_id);

-- Links by which somebody of Slack says who they are here, with what they were about to do.
CREATE TABLE slack_link (
    token_hash BLOB PRIMARY KEY,
    team_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    request_id BLOB,
    expires_at INTEGER NOT NULL
) STRICT;

-- The thread of a ticket.
CREATE TABLE slack_thread (
    ticket_id BLOB PRIMARY KEY REFERENCES ticket (id),
    team_id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    -- The root message; none before it was posted.
    ts TEXT,
    -- The card as it was last drawn, and when.
    card_hash TEXT,
    card_at INTEGER,
    -- Facts up to this one are told in the thread.
    told_seq INTEGER NOT NULL,
    -- The fact that is being told; whether it arrived is not known yet.
    telling_seq INTEGER,
    -- How many messages of the fact that comes next are told already.
    told_parts INTEGER NOT NULL,
    trouble TEXT
) STRICT;
CREATE UNIQUE INDEX slack_thread_at ON slack_thread (channel_id, ts);

-- Roots that a thread had before its card was deleted: replies to them still belong to it.
CREATE TABLE slack_root (
    channel_id TEXT NOT NULL,
    ts TEXT NOT NULL,
    ticket_id BLOB NOT NULL REFERENCES ticket (id),
    PRIMARY KEY (channel_id, ts)
) STRICT;
CREATE INDEX slack_root_of ON slack_root (ticket_id);

-- Which messages here and there are the same. One that is too long for a side stands there in parts.
CREATE TABLE slack_message (
    channel_id TEXT NOT NULL,
    ts TEXT NOT NULL,
    message_id BLOB NOT NULL REFERENCES message (id),
    -- Which part of the message in Slack it is here.
    part INTEGER NOT NULL,
    -- posted (by Eider), said (by a person) or gone
    standing TEXT NOT NULL,
    -- A digest of what it says on both sides.
    body_hash TEXT NOT NULL,
    PRIMARY KEY (channel_id, ts, message_id)
) STRICT;
CREATE INDEX slack_message_of ON slack_message (message_id);

-- Homes that were opened, as they were last drawn.
CREATE TABLE slack_home (
    team_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (team_id, user_id)
) STRICT;

-- Files that were shared in Slack.
CREATE TABLE slack_file (
    attachment_id BLOB PRIMARY KEY REFERENCES attachment (id),
    channel_id TEXT NOT NULL,
    ts TEXT NOT NULL
) STRICT;

-- What Slack sent, kept before it is answered.
CREATE TABLE slack_request (
    id BLOB PRIMARY KEY,
    -- event, interaction or command
    kind TEXT NOT NULL,
    -- Slack sends some again; each is kept once.
    dedup_key TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    done_at INTEGER
) STRICT;
CREATE INDEX slack_request_done ON slack_request (done_at);
