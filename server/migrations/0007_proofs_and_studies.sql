-- Membership proofs name a page by its digest. A page's digest is found for as long as its batch is published.
CREATE TABLE page_digest (
    digest   BLOB    NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    batch_id BLOB    NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
    page     INTEGER NOT NULL CHECK (page >= 0)
) STRICT, WITHOUT ROWID;

CREATE INDEX page_digest_of ON page_digest (batch_id);

-- Proofs that were used, for as long as their batch is there: after that nobody can prove anything on it. `mark` is the
-- nullifier, or where there is none the digest of the request; a page's budget is what stands here of it. Nothing here
-- says what the proof was used with: the digest of a request is one of its random proof as well.
CREATE TABLE spent_proof (
    context  BLOB    NOT NULL CHECK (length(context) IN (1, 33)),
    mark     BLOB    NOT NULL CHECK (length(mark) = 32),
    request  BLOB    NOT NULL CHECK (length(request) = 32),
    batch_id BLOB    NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
    page     INTEGER NOT NULL CHECK (page >= 0),
    PRIMARY KEY (context, mark)
) STRICT, WITHOUT ROWID;

CREATE INDEX spent_on ON spent_proof (batch_id, page, context);

-- Studies as they were opened; `body` is their text, public, and `id` its hash. A study that is over takes no reports,
-- and one that was `exported`, by these columns, does not change any more.
CREATE TABLE study (
    id       BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 32),
    body     BLOB    NOT NULL,
    last_day INTEGER NOT NULL,
    at_most  INTEGER NOT NULL CHECK (at_most > 0),
    exported TEXT
) STRICT, WITHOUT ROWID;

-- One contact each, keyed by the hash of what takes it back: no time, no order, no page, and nothing that two reports of
-- one person have in common. `once` is 1 where a nullifier has shown that the contact was not told before. `duration` and
-- `closeness` are of open mode, `category` of private mode.
CREATE TABLE study_report (
    study      BLOB    NOT NULL REFERENCES study (id) ON DELETE CASCADE,
    withdrawal BLOB    NOT NULL CHECK (length(withdrawal) = 32),
    day        INTEGER NOT NULL,
    duration   INTEGER CHECK (duration BETWEEN 1 AND 5),
    closeness  INTEGER CHECK (closeness BETWEEN 1 AND 3),
    category   INTEGER CHECK (category BETWEEN 1 AND 3),
    scheme     INTEGER NOT NULL CHECK (scheme IN (1, 2)),
    once       INTEGER NOT NULL CHECK (once IN (0, 1)),
    PRIMARY KEY (study, withdrawal)
) STRICT, WITHOUT ROWID;
