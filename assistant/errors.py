"""What can go wrong with a question, beside what can go wrong with a collection."""

from index.errors import BylineError


class QuestionRefused(BylineError):
    """A question that is not read: empty, without a word, or too long."""


class ModelUnavailable(BylineError):
    """A language model that is not there, does not answer, breaks off or sends something else than a reply."""
