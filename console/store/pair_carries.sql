-- What each pair carries where prices differ, micro-Wh.
CREATE TABLE pair_carry (
    producer TEXT NOT NULL,
    consumer TEXT NOT NULL,
    uwh INTEGER NOT NULL,
    PRIMARY KEY (producer, consumer)
) STRICT, WITHOUT ROWID;
