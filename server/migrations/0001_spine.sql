-- The whole state of a server. What is not here is not kept: no address, no body, no time of a request, and nothing
-- that joins a TAN to an upload or two entries of one upload to each other.

-- TANs as keyed hashes: HMAC-SHA256(TAN key, label ‖ symbols). `redeemed` is a digest of what the TAN was redeemed
-- with, so that a retry gets its answer again and nothing else does.
CREATE TABLE tan (
    hash         BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    class        INTEGER NOT NULL CHECK (class IN (1, 2)),
    expires_hour INTEGER NOT NULL CHECK (expires_hour > 0),
    redeemed     BLOB    CHECK (redeemed IS NULL OR length(redeemed) = 32)
) STRICT, WITHOUT ROWID;

-- Permits that were used: their `t` and the HMAC of the one body each may carry, until their week is over.
CREATE TABLE used_permit (
    t    BLOB    NOT NULL PRIMARY KEY CHECK (length(t) = 32),
    mac  BLOB    NOT NULL CHECK (length(mac) = 32),
    week INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row for each pool that is not empty: how many uploads wait in it (a bare counter), and the sealing tick that
-- first saw it, never the time of an upload.
CREATE TABLE pool (
    region        TEXT    NOT NULL,
    scheme        INTEGER NOT NULL,
    degree        INTEGER NOT NULL,
    uploads       INTEGER NOT NULL CHECK (uploads > 0),
    waiting_since INTEGER,
    PRIMARY KEY (region, scheme, degree)
) STRICT, WITHOUT ROWID;

-- The entries that wait, keyed by themselves: stored in the order of pseudorandom tags, not of arrival.
CREATE TABLE pool_entry (
    region TEXT    NOT NULL,
    scheme INTEGER NOT NULL,
    degree INTEGER NOT NULL,
    entry  BLOB    NOT NULL CHECK (length(entry) = 84),
    PRIMARY KEY (region, scheme, degree, entry),
    FOREIGN KEY (region, scheme, degree) REFERENCES pool (region, scheme, degree)
) STRICT, WITHOUT ROWID;

-- Sealed batches, immutable, public. `position` is the place in the index of its region and day.
CREATE TABLE batch (
    id       BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    region   TEXT    NOT NULL,
    day      INTEGER NOT NULL,
    position INTEGER NOT NULL,
    pages    INTEGER NOT NULL,
    header   BLOB    NOT NULL,
    entries  BLOB    NOT NULL,
    UNIQUE (region, day, position)
) STRICT;

-- The head of each region's chain after the last batch of each day on which something was sealed.
CREATE TABLE chain (
    region    TEXT    NOT NULL,
    day       INTEGER NOT NULL,
    head      BLOB    NOT NULL CHECK (length(head) = 32),
    sealed_at INTEGER NOT NULL,
    PRIMARY KEY (region, day)
) STRICT, WITHOUT ROWID;

-- Configurations as they were published, byte for byte; the current one has no `superseded_day`.
CREATE TABLE published_config (
    digest         BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    body           BLOB NOT NULL,
    signature      TEXT NOT NULL,
    superseded_day INTEGER
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX one_current_config ON published_config ((superseded_day IS NULL)) WHERE superseded_day IS NULL;
