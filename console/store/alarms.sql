-- Alarms with their life: numbered, counted, acknowledged, shelved. A number is never used again.
ALTER TABLE alarm RENAME TO alarm_before;
CREATE TABLE alarm (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    priority TEXT NOT NULL,
    since INTEGER NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    advice TEXT NOT NULL,
    count INTEGER NOT NULL DEFAULT 1 CHECK (count > 0),
    ended INTEGER,
    acknowledged_at INTEGER,
    acknowledged_by TEXT NOT NULL DEFAULT '',
    shelved_until INTEGER,
    shelved_by TEXT NOT NULL DEFAULT '',
    shelved_reason TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO alarm (key, priority, since, title, text, advice)
    SELECT key, priority, since, title, text, advice FROM alarm_before ORDER BY since, key;
DROP TABLE alarm_before;
