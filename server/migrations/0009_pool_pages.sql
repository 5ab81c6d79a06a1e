-- Pages on which uploads were proved that count in an open pool, where no nullifier tells one person's proofs from
-- another's: each page counts once in a pool, however many uploads were proved on it. Nothing here says which entries
-- came with which proof, nor how many there were. Gone as soon as the pool takes no more, or the page's batch is deleted.
CREATE TABLE pool_page (
    pool     INTEGER NOT NULL REFERENCES pool (number) ON DELETE CASCADE,
    batch_id BLOB    NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
    page     INTEGER NOT NULL CHECK (page >= 0),
    PRIMARY KEY (pool, batch_id, page)
) STRICT, WITHOUT ROWID;

CREATE INDEX pool_page_of ON pool_page (batch_id);
