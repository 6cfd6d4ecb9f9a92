"""What can go wrong with a collection. Each message names the trouble and the next step.

BylineError
├── SourceUnreadable    a file or corpus line that cannot be read as an article
├── ArticleUnknown      no article with that id
├── CollectionBusy      another process writes the data directory
├── CollectionForeign   a data directory written by another embedder or another version
├── CollectionDamaged   the catalog cannot be read
└── ModelFileWrong      a model file is missing or is not the one that was released
"""


class BylineError(Exception):
    """Base of every error that a person may see; its text is one clear line."""


class SourceUnreadable(BylineError):
    """A file or corpus line that cannot be read as an article."""


class ArticleUnknown(BylineError):
    """No article with that id."""


class CollectionBusy(BylineError):
    """Another process writes the data directory."""


class CollectionForeign(BylineError):
    """A data directory written by another embedder or another version."""


class CollectionDamaged(BylineError):
    """The catalog cannot be read."""


class ModelFileWrong(BylineError):
    """A model file is missing or is not the one that was released."""
