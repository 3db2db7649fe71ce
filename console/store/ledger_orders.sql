-- The other orders of the ledger. An amount that would pass 63 bits stands at their end.
ALTER TABLE entry ADD COLUMN amount INTEGER NOT NULL DEFAULT 0;
UPDATE entry SET amount = CAST(wh * price AS INTEGER);
CREATE INDEX entry_energy
    ON entry (wh, start, revision, producer, consumer, part, hash, ordinal, price);
CREATE INDEX entry_amount
    ON entry (amount, start, revision, producer, consumer, part, hash, ordinal, price);
