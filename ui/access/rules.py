"""Who may do what: one table of methods and paths. What it does not name, the server does not have."""

import re
from enum import IntEnum


class Needed(IntEnum):
    """Who somebody has to be; each may do what those before may."""

    NOBODY = 0
    """Anybody: what shows nothing of the articles, or asks for its own proof."""
    READER = 1
    HERE = 2
    """An owner, or a program of the server's own machine, which asks how the server is."""
    OWNER = 3


ANY = "GET POST PUT PATCH DELETE OPTIONS"
RULES: tuple[tuple[Needed, str, str], ...] = (
    (Needed.NOBODY, "GET", r"/healthz|/favicon\.ico|/static/byline/.+"),
    (Needed.NOBODY, "GET POST", r"/login"),
    (Needed.NOBODY, "POST", r"/logout"),
    # A registered widget's routes check the origin; its demonstration asks about all articles.
    (Needed.NOBODY, ANY, r"/widget/[0-9a-f]{16}/(config|ask)"),
    (Needed.NOBODY, "GET", r"/widget\.js|/widget/[0-9a-f]{16}/articles/.+"),
    (Needed.READER, ANY, r"/widget/demo(/.+)?"),
    # Commands on this machine prove that they can read the data directory.
    (Needed.NOBODY, "GET POST", r"/local/(proof|add|sync|remove)"),
    (Needed.HERE, "GET", r"/readyz|/metrics"),
    # The chat, and of Gradio's routes what it needs.
    (Needed.READER, "GET", r"/|/theme\.css|/(assets|static|svelte)/.+"),
    (Needed.READER, "GET", r"/config/?|/gradio_api/(startup-events|queue/data|heartbeat/[^/]+)"),
    (Needed.READER, "POST", r"/gradio_api/(queue/join|cancel|reset)/?"),
    (Needed.READER, "GET", r"/articles/.+|/library"),
    (Needed.READER, "GET", r"/openapi\.json|/api/(ask|search|articles)|/api/articles/.+"),
    (Needed.READER, "POST", r"/api/ask(/stream)?|/api/feedback"),
    (Needed.READER, "GET", r"/api/chat(/.+)?"),
    (Needed.READER, "GET DELETE", r"/api/conversations(/.+)?"),
    (Needed.READER, "GET POST", r"/v1/(models(/.+)?|chat/completions)"),
    (Needed.READER, "GET POST DELETE", r"/mcp"),
    (Needed.OWNER, "GET POST", r"/eval|/eval/.+"),
    (Needed.OWNER, "GET", r"/widget/snippet"),
    # Whatever else the API has is its owner's, until a line above gives it to readers.
    (Needed.OWNER, ANY, r"/api/.+|/library/.+"),
)
_COMPILED = [(needed, methods.split(), re.compile(path, re.DOTALL)) for needed, methods, path in RULES]


def needed_for(method: str, path: str) -> Needed | None:
    """Who may make the request; None for nobody at all."""
    asked = "GET" if method == "HEAD" else method
    for needed, methods, pattern in _COMPILED:
        if asked in methods and pattern.fullmatch(path):
            return needed
    return None
