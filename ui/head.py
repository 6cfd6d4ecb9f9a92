"""The chat's own script and styles in the head of its page.

Gradio adds to the page once it has drawn it. A person may have typed and sent a question by then, which nothing of ours
has heard; therefore the script is put into the page itself. The styles may come with Gradio's, and have to come last.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.security.refusing import route_path

# Scripts of this kind run in the order in which they stand: ours before Gradio's.
SCRIPT = b'<meta name="referrer" content="no-referrer"><script type="module" src="static/byline/chat.js"></script>'
STYLES = '<link rel="stylesheet" href="static/byline/byline.css"><link rel="stylesheet" href="static/byline/chat.css">'


def opens_chat(scope: Scope) -> bool:
    """Whether a request is for the chat's page."""
    return scope["type"] == "http" and route_path(scope) == "/" and scope["method"] == "GET"


class Head:
    """Puts the script into the page that Gradio makes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the page is held back until it is whole."""
        if not opens_chat(scope):
            await self.app(scope, receive, send)
            return
        start: Message = {}
        page = b""

        async def completed(message: Message) -> None:
            nonlocal start, page
            if message["type"] == "http.response.start":
                start = message
                return
            page += message.get("body", b"")
            if message.get("more_body"):
                return
            page = page.replace(b"<head>", b"<head>" + SCRIPT, 1)
            MutableHeaders(scope=start)["content-length"] = str(len(page))
            await send(start)
            await send({"type": "http.response.body", "body": page})

        await self.app(scope, receive, completed)
