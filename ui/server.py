"""The server: our API and pages, and the Gradio chat on top of them, for this machine only."""

import ipaddress
import os
import socket
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from assistant.chain import Assistant
from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.collection import Collection
from index.errors import BylineError
from ui.api import Api, add_error_handlers
from ui.api_sources import sources_router
from ui.conversation import Chat
from ui.following import following
from ui.pages import Pages
from ui.security import LOOPBACK, BodyLimit, SafeHeaders, SameOrigin

MEGABYTE = 2**20
LARGEST_BODY = 2 * MEGABYTE  # a question of 5,000 characters with a thousand turns before it
LARGEST_UPLOAD = 60 * MEGABYTE  # one file of the largest size that is read, or many small ones
PORTS_TRIED = 20


class AddressRefused(BylineError):
    """The server may not, or cannot, bind the address."""


def create_app(collection: Collection, assistant: Assistant, settings: Settings) -> FastAPI:
    """The whole server as an ASGI app: ``/api``, ``/articles``, health checks, and the chat at ``/``."""
    app = create_api(collection, assistant, settings)
    _mount_chat(app, Chat(collection, assistant, settings))
    return app


def create_api(collection: Collection, assistant: Assistant, settings: Settings) -> FastAPI:
    """The server without the chat, and without the seconds that Gradio takes to import."""
    # FastAPI's own documentation pages load their scripts from a public network, so they are left out.
    app = FastAPI(title="Byline", docs_url=None, redoc_url=None)
    app.include_router(sources_router(collection, settings))
    app.include_router(Api(collection, assistant, settings).router())
    Pages(collection).add_to(app)
    add_error_handlers(app)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host.lower()
    # Gradio answers any origin unless its parent has a CORS policy; this one allows none.
    app.add_middleware(CORSMiddleware, allow_origins=())
    app.add_middleware(BodyLimit, largest=LARGEST_BODY, largest_upload=LARGEST_UPLOAD)
    app.add_middleware(SameOrigin, hosts=LOOPBACK | {host})
    app.add_middleware(SafeHeaders)
    return app


def _mount_chat(app: FastAPI, chat: Chat) -> None:
    # Gradio reads these when it is imported: it would look up two hosts, and keep uploads outside the data directory.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_TEMP_DIR"] = str(chat.settings.data / "incoming")
    import gradio  # noqa: PLC0415

    from ui.chat import HEAD, build_chat, theme  # noqa: PLC0415

    gradio.mount_gradio_app(
        app,
        build_chat(chat),
        path="/",
        theme=theme(),
        head=HEAD,
        favicon_path=str(Path(__file__).parent / "static" / "icon.svg"),
        footer_links=[],
        run_history=False,
        show_error=False,
        pwa=False,
        mcp_server=False,
        ssr_mode=False,
        enable_monitoring=False,
        max_file_size=LARGEST_UPLOAD,
    )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on the port or the next free one; refuses an address that other machines can reach."""
    if host != "localhost" and not _loopback(host):
        raise AddressRefused(
            f"{host} can be reached by other machines, and Byline has no access control yet: use --host 127.0.0.1."
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + PORTS_TRIED, 65_536)):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
        except OSError:
            listener.close()
        else:
            return listener
    raise AddressRefused(f"No free port from {port} on at {host}; choose another with --port.")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def address_of(listener: socket.socket) -> str:
    """The address to open in a browser."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


class Announcing(uvicorn.Server):
    """A uvicorn server that says when it takes requests."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then call ``ready``."""
        await super().startup(sockets)
        if self.started:
            self.ready()


def run(app: FastAPI, listener: socket.socket, *, ready: Callable[[], None]) -> None:
    """Serve on the socket until interrupted."""
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=3)
    Announcing(config, ready).run(sockets=[listener])


def serve_collection(settings: Settings, *, sync_every: timedelta | None = None) -> None:
    """Open the collection to write, and serve it with its chat until interrupted; says where when ready.

    With ``sync_every`` its sources are followed meanwhile.
    """
    listener = listen(settings.host, settings.port)
    address = address_of(listener)
    with open_collection(settings, write=True, purpose="byline serve") as collection:
        collection.announce(address)
        if listener.getsockname()[1] != settings.port:
            print(f"Port {settings.port} is taken; serving on the next free one.", file=sys.stderr)
        app = create_app(collection, build_assistant(collection, settings), settings)
        with following(collection, settings, every=sync_every):
            run(app, listener, ready=lambda: print(f"Byline is ready: {address}", flush=True))
