-- What a citation given earlier can still show: what an article said before it was replaced or removed. The last five
-- versions of each article are kept, for thirty days. Triggers keep them, so that no way of changing an article can
-- forget to.
CREATE TABLE versions (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    digest TEXT NOT NULL,
    source TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    url TEXT,
    published TEXT,
    author TEXT,
    publisher TEXT,
    updated TEXT,
    language TEXT,
    replaced_at TEXT NOT NULL,
    UNIQUE (id, digest)
) STRICT;
CREATE INDEX versions_replaced_at ON versions (replaced_at);
CREATE TRIGGER article_replaced BEFORE UPDATE OF digest ON articles WHEN old.digest != new.digest BEGIN
    INSERT OR REPLACE INTO versions
        (id, digest, source, title, text, url, published, author, publisher, updated, language, replaced_at)
        VALUES (old.id, old.digest, old.source, old.title, old.text, old.url, old.published, old.author, old.publisher,
                old.updated, old.language, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'));
END;
CREATE TRIGGER article_removed BEFORE DELETE ON articles BEGIN
    INSERT OR REPLACE INTO versions
        (id, digest, source, title, text, url, published, author, publisher, updated, language, replaced_at)
        VALUES (old.id, old.digest, old.source, old.title, old.text, old.url, old.published, old.author, old.publisher,
                old.updated, old.language, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'));
END;
CREATE TRIGGER versions_pruned AFTER INSERT ON versions BEGIN
    DELETE FROM versions WHERE replaced_at < strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-30 days');
    DELETE FROM versions WHERE id = new.id
        AND key NOT IN (SELECT key FROM versions WHERE id = new.id ORDER BY key DESC LIMIT 5);
END;
