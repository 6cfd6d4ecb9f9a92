"""What can go wrong with an evaluation. Each message names the trouble and the next step.

BylineError
├── QuestionSetWrong    a question set that cannot be read, or asks about an article that is not there
├── RunForeign          a folder that holds another run, or no run
├── GateUnknown         a gate on a figure that does not exist, or without what it needs
├── JudgeRefused        a judge that would judge itself, or does not answer
└── BaselineMissing     a file that the comparison needs and that is not there
"""

from index.errors import BylineError


class QuestionSetWrong(BylineError):
    """A question set that cannot be read, or asks about an article that is not there."""


class RunForeign(BylineError):
    """A folder that holds another run, or no run."""


class GateUnknown(BylineError):
    """A gate on a figure that does not exist, or without what it needs."""


class JudgeRefused(BylineError):
    """A judge that would judge itself, or does not answer."""


class BaselineMissing(BylineError):
    """A file that the comparison needs and that is not there."""
