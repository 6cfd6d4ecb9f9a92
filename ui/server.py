"""The server: our API and pages, and the Gradio chat on top of them, for this machine only."""

import os
import re
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware

from assistant.answers import Question
from assistant.chain import Assistant
from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.chunking import tiktoken_counter
from index.collection import Collection
from index.errors import BylineError
from ui.answering import Answering
from ui.api import Api
from ui.api_sources import sources_router
from ui.conversation import Chat
from ui.errors import add_error_handlers
from ui.evaluations import Evaluations
from ui.following import following
from ui.local import local_router
from ui.mcp import mcp_app, mcp_server, opened
from ui.openai_api import OpenAIApi
from ui.pages import Pages
from ui.security import LOOPBACK, BodyLimit, SafeHeaders, SameOrigin, loopback
from ui.widgets.gate import GUARDED, WidgetGate
from ui.widgets.registry import Registry
from ui.widgets.routes import Widgets

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
    answering = Answering.of(assistant, settings)
    tools = mcp_server(collection, answering)
    evaluations = Evaluations(collection, settings.data)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        with closing(answering), closing(evaluations):
            async with tools.session_manager.run():
                yield

    # FastAPI's own documentation pages load their scripts from a public network, so they are left out.
    app = FastAPI(title="Byline", version=version("byline"), docs_url=None, redoc_url=None, lifespan=running)
    app.include_router(sources_router(collection, settings))
    app.include_router(Api(collection, answering, settings).router())
    app.include_router(OpenAIApi(answering, tiktoken_counter()).router())
    app.router.routes.extend(mcp_app(tools).routes)
    app.include_router(evaluations.router())
    app.include_router(local_router(collection, settings))
    pages, registry = Pages(collection), Registry(settings.data)
    app.include_router(Widgets(registry, collection, answering, settings, pages).router())
    pages.add_to(app)
    add_error_handlers(app)
    # Gradio answers any origin unless its parent has a CORS policy; this one allows none.
    app.add_middleware(CORSMiddleware, allow_origins=())
    app.add_middleware(WidgetGate, registry=registry)
    guard(app, settings.host, elsewhere=GUARDED)
    return app


def guard(app: Starlette, host: str, *, elsewhere: re.Pattern[str] | None = None) -> None:
    """Put before the app what stands before every request; ``elsewhere`` matches paths that check the origin."""
    name = f"[{host}]" if ":" in host else host.lower()
    app.add_middleware(BodyLimit, largest=LARGEST_BODY, largest_upload=LARGEST_UPLOAD)
    app.add_middleware(SameOrigin, hosts=LOOPBACK | {name}, elsewhere=elsewhere)
    app.add_middleware(SafeHeaders)


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
    if host != "localhost" and not loopback(host):
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


def run(app: Starlette, listener: socket.socket, *, ready: Callable[[], None]) -> None:
    """Serve on the socket until interrupted."""
    # No proxy is known, so what a request says of where it comes from is not believed.
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=3, proxy_headers=False
    )
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
        assistant = build_assistant(collection, settings)
        if settings.engine == "extractive":
            # A language model costs its owner, and is not asked for nothing.
            warm(assistant)
        app = create_app(collection, assistant, settings)
        with following(collection, settings, every=sync_every):
            run(app, listener, ready=lambda: print(f"Byline is ready: {address}", flush=True))


def warm(assistant: Assistant) -> None:
    """Have the models read; what is wrong with one is told to who asks."""
    with suppress(BylineError):
        assistant.ask(Question("What is new?"))


def serve_tools(settings: Settings) -> None:
    """Open the collection to read, also beside a server that writes it, and serve its tools over MCP at ``/mcp``."""
    listener = listen(settings.host, settings.port)
    with opened(settings) as tools:
        app = mcp_app(tools)
        guard(app, settings.host)
        run(app, listener, ready=lambda: print(f"Byline's tools are ready: {address_of(listener)}/mcp", flush=True))
