-- An article may have several sources: each with the digest of what it gave, so that giving it again changes nothing.
-- `articles.source` stays: the first of them that still has the article.
CREATE TABLE origins (
    source TEXT NOT NULL PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    digest TEXT NOT NULL
) STRICT;
CREATE INDEX origins_article ON origins (article);
INSERT INTO origins (source, article, digest) SELECT source, key, digest FROM articles ORDER BY key;
-- What recognises the same text, the same page, and near copies (a family is named after its first article's key).
ALTER TABLE articles ADD COLUMN wording TEXT;
ALTER TABLE articles ADD COLUMN page TEXT;
ALTER TABLE articles ADD COLUMN family INTEGER;
UPDATE articles SET family = key;
CREATE INDEX articles_wording ON articles (wording);
CREATE INDEX articles_page ON articles (page);
CREATE INDEX articles_family ON articles (family);
CREATE TABLE bands (
    band INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    PRIMARY KEY (band, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX bands_article ON bands (article);
-- What a question may be narrowed to.
CREATE INDEX articles_scope ON articles (publisher, published, language);
CREATE INDEX articles_published ON articles (published, language);
CREATE INDEX articles_language ON articles (language);
-- All that a question needs to know of an article beside its passages, without reading over its text. The queries name it.
CREATE INDEX articles_said ON articles (
    key, id, family, published, title, url, author, publisher, updated, language
);
