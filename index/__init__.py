"""From a source to passages that can be found: loading, cleaning, chunking, embedding, catalog, retrieval."""
