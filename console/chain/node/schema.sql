CREATE TABLE genesis (
    generation_hash BLOB NOT NULL,      -- 32 bytes
    epoch_s INTEGER NOT NULL,           -- seconds since 1970
    finality_blocks INTEGER NOT NULL
) STRICT;

CREATE TABLE blocks (
    height INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    previous BLOB NOT NULL,
    time_ms INTEGER NOT NULL,           -- since the epoch
    transactions_hash BLOB NOT NULL,
    single INTEGER NOT NULL,            -- transactions, aggregates counted once
    total INTEGER NOT NULL,             -- transactions, inner ones counted too
    first_id INTEGER NOT NULL           -- the first id of this block or of the next that has any
) STRICT;

-- ids go up in the chain's order; an aggregate's inner transactions have the ids after its own
CREATE TABLE transactions (
    id INTEGER PRIMARY KEY,
    height INTEGER NOT NULL,
    aggregate INTEGER,                  -- the id of the aggregate that holds it
    place INTEGER NOT NULL,             -- its index in the block or in the aggregate
    kind INTEGER NOT NULL,
    signer BLOB NOT NULL,               -- addresses of 24 bytes
    recipient BLOB,
    hash BLOB,                          -- not of inner ones
    payload BLOB                        -- the announced bytes; not of inner ones
) STRICT;
CREATE UNIQUE INDEX transactions_hash ON transactions (hash) WHERE hash IS NOT NULL;
CREATE INDEX transactions_signer ON transactions (signer, id);
CREATE INDEX transactions_recipient ON transactions (recipient, id) WHERE recipient IS NOT NULL;

-- every account that a transaction touches, for the search by address
CREATE TABLE parties (
    address BLOB NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (address, id)
) WITHOUT ROWID, STRICT;

CREATE TABLE accounts (
    seq INTEGER PRIMARY KEY,
    address BLOB NOT NULL UNIQUE,
    public_key BLOB NOT NULL,           -- zeros until it has signed
    height INTEGER NOT NULL,            -- first seen
    key_height INTEGER NOT NULL,        -- first signed, 0 before
    holdings BLOB NOT NULL              -- mosaic id and amount, 8 bytes little endian each, by id
) STRICT;

CREATE TABLE mosaics (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,            -- 64-bit ids as 8 bytes, big endian
    owner BLOB NOT NULL,
    supply INTEGER NOT NULL,
    height INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    divisibility INTEGER NOT NULL,
    duration INTEGER NOT NULL
) STRICT;
CREATE INDEX mosaics_owner ON mosaics (owner, seq);

CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    source BLOB NOT NULL,
    target BLOB NOT NULL,
    key BLOB NOT NULL,
    value BLOB NOT NULL,
    UNIQUE (source, target, key)
) STRICT;

CREATE TABLE namespaces (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    path BLOB NOT NULL,                 -- the ids from the root down to itself
    name TEXT NOT NULL,
    owner BLOB NOT NULL,
    height INTEGER NOT NULL,
    end_height INTEGER NOT NULL,
    alias BLOB                          -- the mosaic that it names
) STRICT;

CREATE TRIGGER blocks_are_kept BEFORE DELETE ON blocks
BEGIN SELECT raise(ABORT, 'a block is never deleted'); END;
CREATE TRIGGER blocks_stand BEFORE UPDATE ON blocks
BEGIN SELECT raise(ABORT, 'a block never changes'); END;
CREATE TRIGGER transactions_are_kept BEFORE DELETE ON transactions
BEGIN SELECT raise(ABORT, 'a transaction is never deleted'); END;
CREATE TRIGGER transactions_stand BEFORE UPDATE ON transactions
BEGIN SELECT raise(ABORT, 'a transaction never changes'); END;
