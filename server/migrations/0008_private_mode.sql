-- Private mode: what waits are elements of 32 bytes in the place of entries of 84, still keyed by themselves.
ALTER TABLE pool_entry RENAME TO pool_entry_before;

CREATE TABLE pool_entry (
    pool  INTEGER NOT NULL REFERENCES pool (number),
    entry BLOB    NOT NULL CHECK (length(entry) IN (32, 84)),
    PRIMARY KEY (pool, entry)
) STRICT, WITHOUT ROWID;

INSERT INTO pool_entry (pool, entry) SELECT pool, entry FROM pool_entry_before ORDER BY pool, entry;

DROP TABLE pool_entry_before;

-- The secret key of a batch day (the UTC day of sealing) and scheme, deleted with that day's batches.
CREATE TABLE day_key (
    day    INTEGER NOT NULL,
    scheme INTEGER NOT NULL CHECK (scheme IN (1, 2)),
    key    BLOB    NOT NULL CHECK (length(key) = 32),
    PRIMARY KEY (day, scheme)
) STRICT, WITHOUT ROWID;
