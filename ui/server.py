"""The server: our API and pages, and the Gradio chat on top of them, for this machine only."""

import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware

from assistant.answers import Question
from assistant.chain import Assistant
from assistant.model.endpoint import ready
from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.chunking import tiktoken_counter
from index.collection import Collection
from index.errors import BylineError
from ui.access.gate import AccessGate
from ui.access.identifying import require_somebody
from ui.access.login import login_router
from ui.answering import Answering
from ui.api import Api
from ui.api_conversations import Conversations
from ui.api_feedback import feedback_router
from ui.api_sources import sources_router
from ui.conversation import Chat
from ui.errors import add_error_handlers
from ui.evaluations import Evaluations
from ui.following import following
from ui.head import STYLES, Head
from ui.history import History
from ui.library.jobs import Jobs
from ui.library.routes import Library
from ui.listening import address_of, listen, reachable
from ui.local import local_router
from ui.logs import RequestLog, start_logging
from ui.mcp import mcp_app, mcp_server, opened
from ui.measured import Measured
from ui.metrics import Metrics, RequestMetrics
from ui.openai_api import OpenAIApi
from ui.pages import Pages
from ui.proxies import Unclaimed
from ui.ratings import Ratings
from ui.security import LOOPBACK, BodyLimit, Forwarded, SafeHeaders, SameOrigin
from ui.serving import ending_quietly, run
from ui.tracing import RequestSpans, Tracing
from ui.visitors import Visitors
from ui.widgets.gate import GUARDED, WidgetGate
from ui.widgets.registry import Registry
from ui.widgets.routes import Widgets

MEGABYTE = 2**20
LARGEST_BODY = 2 * MEGABYTE  # a question of 5,000 characters with a thousand turns before it
LARGEST_UPLOAD = 60 * MEGABYTE  # one file of the largest size that is read, or many small ones


def create_app(collection: Collection, assistant: Assistant, settings: Settings) -> FastAPI:
    """The whole server as an ASGI app: ``/api``, ``/articles``, health checks, and the chat at ``/``."""
    app = create_api(collection, assistant, settings)
    app.state.chat.history.interrupted()
    _mount_chat(app, app.state.chat)
    return app


def create_api(collection: Collection, assistant: Assistant, settings: Settings) -> FastAPI:
    """The server without the chat, and without the seconds that Gradio takes to import."""
    metrics, tracing = Metrics(), Tracing.configured()
    answering = Answering.of(Measured(assistant, metrics, tracing), settings)
    metrics.hold(lambda: answering.waiting, collection.counts)
    tools, registry = mcp_server(collection, answering), Registry(settings.data)
    evaluations, jobs, pages = Evaluations(collection, settings.data), Jobs(collection, settings), Pages(collection)
    chat = Chat(collection, assistant, answering, History(settings.data), settings)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        with closing(tracing), closing(answering), closing(evaluations), closing(jobs):
            async with tools.session_manager.run():
                yield

    # FastAPI's own documentation pages load their scripts from a public network, so they are left out.
    app = FastAPI(title="Byline", version=version("byline"), docs_url=None, redoc_url=None, lifespan=running)
    app.state.chat = chat
    for router in (
        sources_router(collection, settings),
        Api(collection, answering, settings).router(),
        OpenAIApi(answering, tiktoken_counter()).router(),
        Conversations(chat).router(),
        feedback_router(Ratings(settings.data)),
        evaluations.router(),
        metrics.router(),
        login_router(settings),
        local_router(collection, settings),
        Widgets(registry, collection, answering, settings, pages).router(),
        Library(collection, jobs, LARGEST_UPLOAD).router(),
    ):
        app.include_router(router)
    app.router.routes.extend(mcp_app(tools).routes)
    pages.add_to(app)
    add_error_handlers(app)
    _surround(app, settings, registry)
    _measure(app, metrics, tracing)
    _identify(app, settings)
    return app


def _surround(app: Starlette, settings: Settings, registry: Registry) -> None:
    """Put around the routes what every request passes, the innermost first."""
    app.add_middleware(Unclaimed)
    # Gradio answers any origin unless its parent has a CORS policy; this one allows none.
    app.add_middleware(CORSMiddleware, allow_origins=())
    app.add_middleware(Visitors)
    app.add_middleware(Head)
    app.add_middleware(WidgetGate, registry=registry)
    guard(app, settings, elsewhere=GUARDED)


def _measure(app: Starlette, metrics: Metrics, tracing: Tracing) -> None:
    """Put before everything that may refuse a request what counts, times and traces it."""
    app.add_middleware(RequestMetrics, metrics=metrics)
    if tracing.on:
        app.add_middleware(RequestSpans, tracing=tracing)


def _identify(app: Starlette, settings: Settings) -> None:
    """Put outermost what knows who sends a request, and under which id it is logged."""
    app.add_middleware(RequestLog)
    app.add_middleware(Forwarded, proxies=settings.trusted_proxies)


def guard(app: Starlette, settings: Settings, *, elsewhere: re.Pattern[str] | None = None) -> None:
    """Put before the app what stands before every request; ``elsewhere`` matches paths that check the origin."""
    host = settings.host.lower()
    names = LOOPBACK | {f"[{host}]" if ":" in host else host} | {name.lower() for name in settings.allowed_hosts}
    app.add_middleware(AccessGate, settings=settings)
    app.add_middleware(BodyLimit, largest=LARGEST_BODY, largest_upload=LARGEST_UPLOAD)
    closed = settings.auth not in ("local", "open")
    app.add_middleware(SameOrigin, hosts=names, addresses=reachable(host), elsewhere=elsewhere, tokens=closed)
    app.add_middleware(SafeHeaders)


def _mount_chat(app: FastAPI, chat: Chat) -> None:
    # Gradio reads these when it is imported: it would look up two hosts, and keep uploads outside the data directory.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_TEMP_DIR"] = str(chat.settings.data / "incoming")
    import gradio  # noqa: PLC0415

    from ui.chat import build_chat, theme  # noqa: PLC0415

    gradio.mount_gradio_app(
        app,
        build_chat(chat),
        path="/",
        theme=theme(),
        head=STYLES,
        favicon_path=str(Path(__file__).parent / "static" / "icon.svg"),
        footer_links=[],
        run_history=False,
        show_error=False,
        pwa=False,
        mcp_server=False,
        ssr_mode=False,
        enable_monitoring=False,
        max_file_size=LARGEST_UPLOAD,
        root_path=chat.settings.root_path or None,
    )


def serve_collection(settings: Settings, *, sync_every: timedelta | None = None) -> None:
    """Open the collection to write, and serve it with its chat until interrupted; says where when ready.

    With ``sync_every`` its sources are followed meanwhile.
    """
    start_logging(settings.log_level, data=settings.data)
    require_somebody(settings)
    listener = listen(settings.host, settings.port, decided=settings.auth != "local")
    address = address_of(listener)
    with ending_quietly(), open_collection(settings, write=True, purpose="byline serve") as collection:
        collection.announce(address)
        if listener.getsockname()[1] != settings.port:
            print(f"Port {settings.port} is taken; serving on the next free one.", file=sys.stderr)
        assistant = build_assistant(collection, settings)
        warm(collection, settings)
        app = create_app(collection, assistant, settings)
        with following(collection, settings, every=sync_every):
            announce = partial(print, f"Byline is ready: {address}", flush=True)
            run(app, listener, ready=announce, trusted_proxies=settings.trusted_proxies)


def warm(collection: Collection, settings: Settings) -> None:
    """Have everything read that a first question would wait for; what is wrong with it is told to who asks.

    A language model costs its owner, and is not asked for nothing.
    """
    with suppress(BylineError):
        build_assistant(collection, settings.model_copy(update={"engine": "extractive"})).ask(Question("What is new?"))
    if settings.engine == "generative" and settings.model_url:
        ready()


def serve_tools(settings: Settings) -> None:
    """Open the collection to read, also beside a server that writes it, and serve its tools over MCP at ``/mcp``."""
    start_logging(settings.log_level, data=settings.data)
    require_somebody(settings)
    listener = listen(settings.host, settings.port, decided=settings.auth != "local")
    with ending_quietly(), opened(settings) as tools:
        app = mcp_app(tools)
        guard(app, settings)
        _identify(app, settings)
        ready = partial(print, f"Byline's tools are ready: {address_of(listener)}/mcp", flush=True)
        run(app, listener, ready=ready, trusted_proxies=settings.trusted_proxies)
