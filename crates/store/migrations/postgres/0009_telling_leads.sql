-- What the leads of each squad were told of what should not be so in its rotas; "company" is a key too.
CREATE TABLE duty_told (
    squad_key TEXT PRIMARY KEY,
    told TEXT NOT NULL,
    digest_at BIGINT NOT NULL
);

-- What leads are told at once; what is said is made from it when it goes out.
CREATE TABLE duty_notice (
    id UUID PRIMARY KEY,
    squad_id UUID REFERENCES squad (id),
    found TEXT NOT NULL,
    gone TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
