-- What is retired and paid out: decided once, its transactions in the outbox, then as the chain
-- has it once it is final.
CREATE TABLE clearing (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('retirement', 'payout')),
    period TEXT NOT NULL,
    house TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 0),
    body BLOB NOT NULL,
    cleared BLOB,
    CHECK ((kind = 'payout') = (house = '')),
    UNIQUE (kind, period, house, revision)
) STRICT;
CREATE INDEX clearing_open ON clearing (seq) WHERE cleared IS NULL;

CREATE TRIGGER clearing_fixed BEFORE UPDATE ON clearing
WHEN OLD.cleared IS NOT NULL OR NEW.cleared IS NULL
    OR OLD.seq IS NOT NEW.seq OR OLD.kind IS NOT NEW.kind OR OLD.period IS NOT NEW.period
    OR OLD.house IS NOT NEW.house OR OLD.revision IS NOT NEW.revision
    OR OLD.body IS NOT NEW.body
BEGIN
    SELECT RAISE(ABORT, 'what was decided to be cleared is never changed');
END;
CREATE TRIGGER clearing_kept BEFORE DELETE ON clearing
BEGIN
    SELECT RAISE(ABORT, 'what was decided to be cleared is never deleted');
END;
