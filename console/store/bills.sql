-- Approved bills: each as it was approved, then paid once, and nothing else.
CREATE TABLE bill (
    seq INTEGER PRIMARY KEY,
    period TEXT NOT NULL,
    first TEXT NOT NULL,
    end TEXT NOT NULL,
    house TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    body BLOB NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    approved INTEGER NOT NULL,
    approved_by TEXT NOT NULL,
    paid INTEGER,
    paid_by TEXT NOT NULL DEFAULT '',
    UNIQUE (period, house, number)
) STRICT;
CREATE INDEX bill_days ON bill (first, end);

CREATE TRIGGER bill_begin BEFORE INSERT ON bill WHEN NEW.paid IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a bill is approved before it is paid');
END;
CREATE TRIGGER bill_fixed BEFORE UPDATE ON bill
WHEN OLD.paid IS NOT NULL OR NEW.paid IS NULL
    OR OLD.seq IS NOT NEW.seq OR OLD.period IS NOT NEW.period OR OLD.first IS NOT NEW.first
    OR OLD.end IS NOT NEW.end OR OLD.house IS NOT NEW.house OR OLD.number IS NOT NEW.number
    OR OLD.body IS NOT NEW.body OR OLD.digest IS NOT NEW.digest
    OR OLD.approved IS NOT NEW.approved OR OLD.approved_by IS NOT NEW.approved_by
BEGIN
    SELECT RAISE(ABORT, 'an approved bill is never changed');
END;
CREATE TRIGGER bill_kept BEFORE DELETE ON bill
BEGIN
    SELECT RAISE(ABORT, 'an approved bill is never deleted');
END;
