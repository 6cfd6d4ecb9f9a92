"""What can go wrong with a question, beside what can go wrong with a collection."""

from index.errors import BylineError


class QuestionRefused(BylineError):
    """A question that is not read: empty, without a word, or too long."""
