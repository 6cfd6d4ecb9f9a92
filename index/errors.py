"""What can go wrong with a collection. Each message names the trouble and the next step.

BylineError
├── SourceUnreadable    a file, page or corpus line that cannot be read as an article
│   ├── FetchRefused    an address that Byline does not fetch
│   └── SourceGone      the server says that the page is no longer there
├── ArticleUnknown      no article with that id
├── CollectionBusy      another process writes the data directory
├── CollectionForeign   a data directory written by another embedder or another version
├── CollectionDamaged   the catalog cannot be read
├── StorageFull         the disk has no room for a change
└── ModelFileWrong      a model file is missing or is not the one that was released
"""


class BylineError(Exception):
    """Base of every error that a person may see; its text is one clear line."""


class SourceUnreadable(BylineError):
    """A file, page or corpus line that cannot be read as an article."""


class FetchRefused(SourceUnreadable):
    """An address that Byline does not fetch, whatever stands there."""


class SourceGone(SourceUnreadable):
    """The server says that the page is no longer there."""


class ArticleUnknown(BylineError):
    """No article with that id."""


class CollectionBusy(BylineError):
    """Another process writes the data directory."""


class CollectionForeign(BylineError):
    """A data directory written by another embedder or another version."""


class CollectionDamaged(BylineError):
    """The catalog cannot be read."""


class StorageFull(BylineError):
    """The disk has no room for a change; nothing was changed."""


class ModelFileWrong(BylineError):
    """A model file is missing or is not the one that was released."""
