-- What a page says beside its date of publication.
ALTER TABLE articles ADD COLUMN updated TEXT;
ALTER TABLE articles ADD COLUMN language TEXT;
