-- What a question needs to know of a passage and of an article, without reading over its text or vector: the version of
-- an article is named by its digest. The queries name these indexes.
CREATE INDEX passages_placed ON passages (key, article, number);
DROP INDEX articles_said;
CREATE INDEX articles_said ON articles (
    key, id, family, published, title, url, author, publisher, updated, language, digest
);
-- The library's list by title, a page at a time; by day and by publisher it follows indexes of earlier steps.
CREATE INDEX articles_titled ON articles (title COLLATE NOCASE);
