"""``python -m eval`` is ``byline-eval``."""

from eval.cli import main

main()
