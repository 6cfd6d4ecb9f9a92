-- Where articles come from and are followed: each source with what became of its last run, and the files or pages that
-- it lists ("items") with what tells whether they have changed. An item is written only after its articles are.
CREATE TABLE sources (
    location TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    vanished TEXT NOT NULL,
    added_at TEXT NOT NULL,
    last_run TEXT,
    last_success TEXT,
    last_error TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    next_try TEXT,
    new INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    removed INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    etag TEXT,
    modified TEXT
) STRICT;
CREATE TABLE items (
    source TEXT NOT NULL REFERENCES sources (location) ON DELETE CASCADE,
    location TEXT NOT NULL,
    read_at TEXT NOT NULL,
    listed INTEGER NOT NULL,
    stamp TEXT,
    digest TEXT,
    etag TEXT,
    modified TEXT,
    error TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    next_try TEXT,
    PRIMARY KEY (source, location)
) STRICT, WITHOUT ROWID;
CREATE INDEX items_location ON items (location);
