PRAGMA application_id = 1297044289;

CREATE TABLE engine (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch INTEGER NOT NULL
) STRICT;
INSERT INTO engine (one, epoch) VALUES (1, 0);

CREATE TABLE fact (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Short numbers for the names that every reading carries.
CREATE TABLE label (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

-- Time first: a sweep of all houses is one run of neighbouring rows. The labels are never
-- deleted, so no foreign key slows the many rows down.
CREATE TABLE reading (
    time INTEGER NOT NULL,
    house INTEGER NOT NULL,
    import_wh INTEGER NOT NULL,
    export_wh INTEGER NOT NULL,
    power_w INTEGER,
    source INTEGER NOT NULL,
    quality INTEGER NOT NULL,
    PRIMARY KEY (time, house)
) STRICT, WITHOUT ROWID;

-- The hours in which a house has readings, so that a long silence is stepped over in one seek.
CREATE TABLE presence (
    house INTEGER NOT NULL REFERENCES label (id),
    hour INTEGER NOT NULL,
    PRIMARY KEY (house, hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE settlement (
    start INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'frozen', 'signed', 'sealed', 'final',
                                         'idle', 'held', 'halted')),
    body BLOB NOT NULL,
    UNIQUE (start, minutes, revision)
) STRICT;
CREATE INDEX settlement_state ON settlement (state, start);

CREATE TRIGGER settlement_step BEFORE UPDATE ON settlement
WHEN (OLD.state IN ('final', 'idle') AND NEW.state NOT IN (OLD.state, 'halted'))
    OR (OLD.state IN ('signed', 'sealed')
        AND NEW.state NOT IN ('frozen', 'signed', 'sealed', 'final', 'halted'))
    OR (OLD.state = 'held' AND NEW.state IN ('open', 'closed'))
BEGIN
    SELECT RAISE(ABORT, 'an interval cannot take this step back');
END;
CREATE TRIGGER settlement_kept BEFORE DELETE ON settlement
BEGIN
    SELECT RAISE(ABORT, 'a settlement is never deleted');
END;

CREATE TABLE plan (
    seq INTEGER PRIMARY KEY,
    start INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (start, minutes, revision)
) STRICT;
CREATE TRIGGER plan_fixed BEFORE UPDATE ON plan
BEGIN
    SELECT RAISE(ABORT, 'a frozen plan is never changed');
END;
CREATE TRIGGER plan_kept BEFORE DELETE ON plan
BEGIN
    SELECT RAISE(ABORT, 'a frozen plan is never deleted');
END;

CREATE TABLE carry (
    house TEXT PRIMARY KEY,
    bought_nwh INTEGER NOT NULL,
    sold_nwh INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE outgoing (
    seq INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    leg TEXT NOT NULL CHECK (leg != ''),
    attempt INTEGER NOT NULL CHECK (attempt > 0),
    start INTEGER,
    minutes INTEGER,
    revision INTEGER NOT NULL,
    part INTEGER NOT NULL,
    parts INTEGER NOT NULL,
    payload BLOB NOT NULL,
    deadline INTEGER NOT NULL,
    generation_hash BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('signed', 'announced', 'confirmed', 'final', 'dead')),
    height INTEGER CHECK ((state IN ('confirmed', 'final')) = (height IS NOT NULL)),
    block_hash BLOB NOT NULL DEFAULT x'',
    proof TEXT NOT NULL DEFAULT '' CHECK ((state = 'dead') = (proof != ''))
) STRICT;
CREATE UNIQUE INDEX outgoing_live ON outgoing (leg) WHERE state != 'dead';
CREATE INDEX outgoing_state ON outgoing (state);
CREATE INDEX outgoing_interval ON outgoing (start, minutes, revision);

CREATE TRIGGER outgoing_begin BEFORE INSERT ON outgoing WHEN NEW.state != 'signed'
BEGIN
    SELECT RAISE(ABORT, 'a transaction begins as signed');
END;
CREATE TRIGGER outgoing_fixed BEFORE UPDATE ON outgoing
WHEN OLD.seq IS NOT NEW.seq OR OLD.hash IS NOT NEW.hash OR OLD.leg IS NOT NEW.leg
    OR OLD.attempt IS NOT NEW.attempt OR OLD.start IS NOT NEW.start
    OR OLD.minutes IS NOT NEW.minutes OR OLD.revision IS NOT NEW.revision
    OR OLD.part IS NOT NEW.part OR OLD.parts IS NOT NEW.parts
    OR OLD.payload IS NOT NEW.payload OR OLD.deadline IS NOT NEW.deadline
    OR OLD.generation_hash IS NOT NEW.generation_hash
BEGIN
    SELECT RAISE(ABORT, 'what was signed is never changed');
END;
CREATE TRIGGER outgoing_step BEFORE UPDATE ON outgoing
WHEN NOT (
    (OLD.state = 'signed' AND NEW.state IN ('announced', 'dead'))
    OR (OLD.state = 'announced' AND NEW.state IN ('confirmed', 'dead'))
    OR (OLD.state = 'confirmed' AND NEW.state IN ('final', 'announced'))
)
BEGIN
    SELECT RAISE(ABORT, 'a transaction cannot take this step');
END;
CREATE TRIGGER outgoing_kept BEFORE DELETE ON outgoing
BEGIN
    SELECT RAISE(ABORT, 'a transaction is never deleted');
END;

-- The primary key is the ledger's order; ordinal tells apart rows that are equal in all of it.
CREATE TABLE entry (
    start INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    producer TEXT NOT NULL,
    consumer TEXT NOT NULL,
    part INTEGER NOT NULL,
    hash BLOB NOT NULL,
    ordinal INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    price INTEGER NOT NULL,
    wh INTEGER NOT NULL,
    currency TEXT NOT NULL,
    height INTEGER NOT NULL,
    final INTEGER NOT NULL,
    PRIMARY KEY (start, revision, producer, consumer, part, hash, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_producer
    ON entry (producer, start, revision, consumer, part, hash, ordinal, wh, price);
CREATE INDEX entry_consumer
    ON entry (consumer, start, revision, producer, part, hash, ordinal, wh, price);
CREATE INDEX entry_provisional ON entry (height) WHERE final = 0;

-- Totals of all rows; the amount as decimal text, since it may pass 63 bits.
CREATE TABLE ledger (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    cursor INTEGER NOT NULL,
    version INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    wh INTEGER NOT NULL,
    amount_nano TEXT NOT NULL
) STRICT;
INSERT INTO ledger (one, cursor, version, rows, wh, amount_nano) VALUES (1, 0, 0, 0, 0, '0');

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    subject TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;

CREATE TABLE alarm (
    key TEXT PRIMARY KEY,
    priority TEXT NOT NULL,
    since INTEGER NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    advice TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    actor TEXT NOT NULL,
    verb TEXT NOT NULL,
    body TEXT NOT NULL,
    head BLOB NOT NULL CHECK (length(head) = 32)
) STRICT;
CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'an audit record is never changed');
END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'an audit record is never deleted');
END;
CREATE TRIGGER audit_order BEFORE INSERT ON audit
WHEN NEW.seq != (SELECT coalesce(max(seq), 0) + 1 FROM audit)
BEGIN
    SELECT RAISE(ABORT, 'audit records follow one another');
END;
