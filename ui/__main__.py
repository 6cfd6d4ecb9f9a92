"""``python -m ui`` is ``byline``."""

from ui.cli import main

main()
