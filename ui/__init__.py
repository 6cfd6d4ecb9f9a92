"""The faces of Byline: command line, chat and HTTP API."""
