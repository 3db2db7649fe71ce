-- What the rows of one transaction of an interval add up to: the ledger's directory, by which
-- pages are found and filters are counted without a look at every row. The amount stands in two
-- halves, millions and rest of nano-units, since a sum of wh x price may pass 63 bits.
CREATE TABLE entry_sum (
    start INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    height INTEGER NOT NULL,
    hash BLOB NOT NULL,
    price_low INTEGER NOT NULL,
    price_high INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    wh INTEGER NOT NULL,
    mega INTEGER NOT NULL,
    rest INTEGER NOT NULL,
    PRIMARY KEY (start, revision, height, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_sum_height ON entry_sum (height);
INSERT INTO entry_sum
SELECT start, revision, height, hash, min(price), max(price), count(*), sum(wh),
    sum(wh * price / 1000000), sum(wh * price % 1000000)
FROM entry GROUP BY start, revision, height, hash;
