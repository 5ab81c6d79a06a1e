-- Health staff: who may sign in, who is signed in, what they did. Of a patient nothing: no TAN, no hash of one beside a
-- name, no count of entries. When a TAN ends stands beside its hash, by quarters of a day where staff issued it.

-- Names are unique whatever their case. The second factor is derived from the server's keys and `totp_salt`, so that a
-- database alone holds none; `totp_step` is the last 30 seconds whose code was taken. `failures` are wrong passwords
-- and codes in a row.
CREATE TABLE staff_account (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name        TEXT    NOT NULL,
    name_key    TEXT    NOT NULL UNIQUE,
    role        INTEGER NOT NULL CHECK (role IN (1, 2, 3)),
    password    BLOB    NOT NULL CHECK (length(password) = 49),
    must_change INTEGER NOT NULL CHECK (must_change IN (0, 1)),
    totp_salt   BLOB    NOT NULL CHECK (length(totp_salt) = 16),
    totp_step   INTEGER NOT NULL,
    failures    INTEGER NOT NULL CHECK (failures >= 0),
    disabled    INTEGER NOT NULL CHECK (disabled IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Invitations by the hash of their token, and what was entered so far; gone once an account has come of it.
CREATE TABLE staff_invitation (
    token     BLOB    NOT NULL PRIMARY KEY CHECK (length(token) = 32),
    account   BLOB    NOT NULL CHECK (length(account) = 16),
    role      INTEGER NOT NULL CHECK (role IN (1, 2, 3)),
    expires   INTEGER NOT NULL,
    name      TEXT,
    name_key  TEXT,
    password  BLOB    CHECK (password IS NULL OR length(password) = 49),
    totp_salt BLOB    CHECK (totp_salt IS NULL OR length(totp_salt) = 16)
) STRICT, WITHOUT ROWID;

-- Sessions by the hash of their token. State 1: the code is awaited; 2: open; 3: locked.
CREATE TABLE staff_session (
    token   BLOB    NOT NULL PRIMARY KEY CHECK (length(token) = 32),
    account BLOB    NOT NULL REFERENCES staff_account (id),
    state   INTEGER NOT NULL CHECK (state IN (1, 2, 3)),
    started INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    wrong   INTEGER NOT NULL CHECK (wrong >= 0)
) STRICT, WITHOUT ROWID;

-- Who did what when. `actor` is null for the operator at the command line, and where nobody of that name is known.
CREATE TABLE staff_event (
    number  INTEGER NOT NULL PRIMARY KEY,
    at      INTEGER NOT NULL,
    actor   BLOB    CHECK (actor IS NULL OR length(actor) = 16),
    what    TEXT    NOT NULL,
    subject BLOB    CHECK (subject IS NULL OR length(subject) = 16),
    role    INTEGER CHECK (role IS NULL OR role IN (1, 2, 3)),
    count   INTEGER
) STRICT;

-- Sums of a day that join nothing.
CREATE TABLE figure (
    day   INTEGER NOT NULL,
    what  TEXT    NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, what)
) STRICT, WITHOUT ROWID;

-- The authority's API keys, by their hashes.
CREATE TABLE authority_key (
    name      TEXT    NOT NULL PRIMARY KEY,
    hash      BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    added_day INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE tan ADD COLUMN revoked INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1));
