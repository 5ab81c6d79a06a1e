-- A country's batches: pages and filters in rows of their own, so that one page is one small read and a file is sent
-- without being held; pools that can be closed, so that a large one is sealed while uploads go on.

ALTER TABLE pool_entry RENAME TO pool_entry_before;
ALTER TABLE pool RENAME TO pool_before;

-- One row for each pool: how many uploads wait in it (a bare counter), and the sealing tick that first saw it, never
-- the time of an upload. `open`: uploads join it. `sealing`: nothing changes in it any more, and it becomes batches.
-- `sealed`: its batches are published, its entries are being deleted. Numbers are used again.
CREATE TABLE pool (
    number        INTEGER NOT NULL PRIMARY KEY,
    region        TEXT    NOT NULL,
    scheme        INTEGER NOT NULL,
    degree        INTEGER NOT NULL,
    uploads       INTEGER NOT NULL CHECK (uploads > 0),
    waiting_since INTEGER,
    state         TEXT    NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'sealing', 'sealed'))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX one_open_pool ON pool (region, scheme, degree) WHERE state = 'open';

-- The entries that wait, keyed by themselves: stored in the order of pseudorandom tags, not of arrival.
CREATE TABLE pool_entry (
    pool  INTEGER NOT NULL REFERENCES pool (number),
    entry BLOB    NOT NULL CHECK (length(entry) = 84),
    PRIMARY KEY (pool, entry)
) STRICT, WITHOUT ROWID;

INSERT INTO pool (number, region, scheme, degree, uploads, waiting_since)
SELECT ROW_NUMBER() OVER (ORDER BY region, scheme, degree), region, scheme, degree, uploads, waiting_since
FROM pool_before;

INSERT INTO pool_entry (pool, entry)
SELECT number, entry FROM pool_entry_before JOIN pool USING (region, scheme, degree) ORDER BY number, entry;

DROP TABLE pool_entry_before;
DROP TABLE pool_before;

-- The pages of batches, from 0. Those of a batch that is not there (yet, or any more) are left over from a sealing that
-- was cut off, or from a batch whose time was over; whoever seals next deletes them.
CREATE TABLE page (
    batch_id BLOB    NOT NULL CHECK (length(batch_id) = 16),
    page     INTEGER NOT NULL CHECK (page >= 0),
    bytes    BLOB    NOT NULL,
    PRIMARY KEY (batch_id, page)
) STRICT;

-- The filters of batches, cut into parts of 64 KiB, from 0; otherwise as pages.
CREATE TABLE filter_part (
    batch_id BLOB    NOT NULL CHECK (length(batch_id) = 16),
    part     INTEGER NOT NULL CHECK (part >= 0),
    bytes    BLOB    NOT NULL,
    PRIMARY KEY (batch_id, part)
) STRICT;

WITH RECURSIVE number (page) AS (
    SELECT 0 UNION ALL SELECT page + 1 FROM number WHERE page + 1 < (SELECT MAX(pages) FROM batch)
)
INSERT INTO page (batch_id, page, bytes)
SELECT id, page, substr(entries, page * 21504 + 1, 21504) FROM batch JOIN number ON page < pages ORDER BY id, page;

ALTER TABLE batch DROP COLUMN entries;
