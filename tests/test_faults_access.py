"""What an attacker does to a real server: holds its connections, floods it, tries its doors, and reads its log."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from served import served
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from ui.access.accounts import Accounts
from ui.access.rules import Needed, needed_for
from ui.access.tokens import Tokens
from ui.history import History
from ui.listening import listen
from ui.security import BodyLimit
from ui.security.connections import LARGEST_HEAD, BoundedHttp

ROOT = Path(__file__).parent.parent
PASSWORD = "correct-horse-battery"
SECRET_QUESTION = "Who signed the confidential harbour contract?"
STORY = "Ferry fare rises\n\nThe Ledger\n21 May 2024\n\nThe harbour ferry will cost 4 euros from 1 June.\n"
GRADIO_ROUTES = """
import json, sys, tempfile
from pathlib import Path
from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from ui.server import create_app

def found(routes, under=""):
    for route in routes:
        if hasattr(route, "original_router"):
            prefix = getattr(route.include_context, "prefix", "")
            yield from found(route.original_router.routes, under + prefix)
        elif hasattr(getattr(route, "app", None), "routes"):
            yield from found(route.app.routes, under + route.path)
        else:
            yield from ((method, under + route.path) for method in getattr(route, "methods", None) or ["GET"])

settings = Settings(data=Path(tempfile.mkdtemp(dir=sys.argv[1])))
with open_collection(settings, write=True, purpose="test") as collection:
    app = create_app(collection, build_assistant(collection, settings), settings)
    mounted = [route for route in app.router.routes if getattr(route, "path", None) == ""]
    print(json.dumps(sorted(set(found(mounted)))))
"""
MEASURED = "FAULT_ROUNDS" in os.environ
FLOOD, HEALTH = (400, 1.0) if MEASURED else (100, 10.0)
"""Questions of one person at once, and seconds of a health check beside them; a machine that does more has less."""
NEEDED_BY_THE_CHAT = re.compile(
    r"/|/theme\.css|/favicon\.ico|/openapi\.json|/config/?|/(static|assets|svelte)/.+|/login|/logout"
    r"|/gradio_api/(startup-events|queue/data|queue/join|heartbeat/.+|cancel|reset/?)"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with passwords."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "ferry.txt").write_text(STORY)
    Accounts(folder / "data").add("anna", PASSWORD, role="owner")
    with served(folder, "--auth", "password", add=["ferry.txt"], BYLINE_QUESTIONS_PER_MINUTE="0") as server:
        yield server


def bearer(data: Path, name: str, role: str = "reader") -> dict[str, str]:
    return {"authorization": f"Bearer {Tokens(data).create(name, role=role)[1]}"}


def test_of_gradios_routes_there_are_those_that_the_chat_needs(server, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", GRADIO_ROUTES, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    routes = [(method, re.sub(r"\{[^}]+\}", "x", path)) for method, path in json.loads(done.stdout.splitlines()[-1])]
    assert len(routes) > 60
    owner = bearer(server.data, "routes", "owner")
    with httpx.Client(base_url=server.address) as client:
        for method, path in routes:
            if NEEDED_BY_THE_CHAT.fullmatch(path):
                if path not in ("/favicon.ico", "/login") and needed_for(method, path):
                    assert client.request(method, path).status_code == 401, f"{method} {path}"
                continue
            assert needed_for(method, path) is None, f"{method} {path}"
            assert client.request(method, path, headers=owner).status_code == 404, f"{method} {path}"
        for path in (
            "/gradio_api/file=/etc/passwd",
            "/file=/etc/passwd",
            "/gradio_api/proxy=http://127.0.0.1/",
            "/token",
        ):
            assert client.get(path, headers=owner).status_code == 404
    assert needed_for("POST", "/gradio_api/queue/join") == Needed.READER


def test_the_log_of_a_session_holds_no_secret(server):
    headers = bearer(server.data, "logged")
    secret = headers["authorization"].split()[1]
    origin = {"origin": server.address}
    with httpx.Client(base_url=server.address, follow_redirects=False) as client:
        for password in ("hunter2-hunter2", PASSWORD):
            client.post("/login", data={"name": "anna", "password": password}, headers=origin)
        (session,) = client.cookies.values()
        client.get("/", headers={"accept": "text/html"})
        client.get("/api/articles", params={"token": secret})
        client.post("/api/ask", json={"question": SECRET_QUESTION})
        client.post("/api/ask", content=b"{" + SECRET_QUESTION.encode(), headers={"content-type": "application/json"})
        client.delete("/api/articles/confidential-article")
        client.post("/api/ask", json={"question": SECRET_QUESTION}, headers=headers)
        client.get("/api/articles", headers={"authorization": f"Bearer byline_{'x' * 40}"})
        wrong = client.post("/v1/chat/completions", json={"model": SECRET_QUESTION}, headers=headers)
        client.post("/logout", headers=origin)
    said, data = server.log, server.data
    assert "A login from 127.0.0.1 failed" in said
    for text in (PASSWORD, "hunter2", session, secret, secret[-20:], "confidential", "x" * 40, str(data), "Traceback"):
        assert text not in said, f"the log holds {text}"
    for text in (str(data), str(ROOT), secret, "Traceback"):
        assert text not in wrong.text


def test_one_person_reaches_nothing_of_anothers(server):
    data = server.data
    mine, theirs = bearer(data, "carol"), bearer(data, "dave", "owner")
    conversation, own = "c" * 32, "d" * 32
    history = History(data)
    key = history.begin("person token:carol", conversation, "Who will steer the ferry?")
    history.begin("person token:dave", own, "What is new?")
    with httpx.Client(base_url=server.address) as client:
        at = f"/api/conversations/{conversation}"
        assert [one["id"] for one in client.get("/api/conversations", headers=mine).json()] == [conversation]
        assert [one["id"] for one in client.get("/api/conversations", headers=theirs).json()] == [own]
        assert client.get("/api/conversations", params={"search": "steer"}, headers=theirs).json() == []
        rating = {"rating": "down", "conversation": conversation, "exchange": key}
        tried = [
            client.get(f"{at}/markdown", headers=theirs),
            client.get(f"{at}/limits", headers=theirs),
            client.get(f"{at}/{key}/suggestions", headers=theirs),
            client.get(f"/api/conversations/{own}/{key}/suggestions", headers=theirs),
            client.post("/api/feedback", json=rating, headers=theirs),
            client.post("/api/feedback", json=rating | {"conversation": own}, headers=theirs),
            client.delete(at, headers=theirs),
            client.delete("/api/conversations", headers=theirs),
        ]
        assert all("steer" not in reply.text for reply in tried)
        assert [reply.status_code for reply in tried[4:6]] == [404, 404]
        assert client.get("/api/feedback", headers=theirs).json() == []
        assert client.get(f"{at}/markdown", headers=theirs).status_code == 404
        assert "steer" in client.get(f"{at}/markdown", headers=mine).text


def test_one_persons_flood_keeps_no_other_person_waiting(server):
    hog, other = bearer(server.data, "hog"), bearer(server.data, "other")
    question = {"question": "What will the harbour ferry cost?"}

    async def flood() -> tuple[float, float, int, list[float]]:
        limits, checks = httpx.Limits(max_connections=None), []
        async with httpx.AsyncClient(base_url=server.address, timeout=250, limits=limits) as client:

            async def asked(headers: dict[str, str]) -> tuple[float, int]:
                began = time.perf_counter()
                reply = await client.post("/api/ask", json=question, headers=headers)
                return time.perf_counter() - began, reply.status_code

            await asked(other)
            alone, _ = await asked(other)
            flood = [asyncio.create_task(asked(hog)) for _ in range(FLOOD)]
            while not any(task.done() for task in flood):
                await asyncio.sleep(0.05)
            mine, status = await asked(other)
            waiting = sum(not task.done() for task in flood)
            assert status == 200
            while not all(task.done() for task in flood):
                began = time.perf_counter()
                assert (await client.get("/healthz")).status_code == 200
                checks.append(time.perf_counter() - began)
                await asyncio.sleep(0.05)
            assert {(await task)[1] for task in flood} <= {200, 429}
            return alone, mine, waiting, sorted(checks)

    alone, mine, waiting, checks = asyncio.run(flood())
    p99 = checks[int(0.99 * (len(checks) - 1))]
    print(f"alone {alone:.2f} s, beside {FLOOD} questions of another {mine:.2f} s ({waiting} still waiting), ", end="")
    print(f"p99 of {len(checks)} health checks {p99:.2f} s")
    assert waiting > FLOOD / 2, "most of the flood came first"
    assert p99 < HEALTH


def memory(process: subprocess.Popen) -> int:
    """Megabytes that the process holds."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1]) // 1024


def test_a_gigabyte_leaves_the_memory_flat(server):
    headers = bearer(server.data, "gigabyte", "owner")
    before = memory(server.process)
    part = b"x" * 2**20
    for path in ("/api/ask", "/api/articles", "/login"):
        with httpx.Client(base_url=server.address, timeout=60) as client:
            with socket.create_connection((client.base_url.host, client.base_url.port)) as connection:
                connection.sendall(
                    f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {2**30}\r\n\r\n".encode()
                )
                assert connection.recv(1_000).startswith(b"HTTP/1.1 413")
            try:
                reply = client.post(path, headers=headers, content=(part for _ in range(1_024)))
                assert reply.status_code in (413, 422, 403)
            except httpx.TransportError:
                pass  # the server has hung up on what it had refused
    assert memory(server.process) - before < 150


@contextmanager
def quick(app: Starlette, **limits: float):
    """Serve the app with limits that are soon reached; its port, and how many connections it holds."""
    listener = listen("127.0.0.1", 49_160)
    server = uvicorn.Server(uvicorn.Config(app, http=type("Quick", (BoundedHttp,), limits), log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()[1], server.server_state.connections
    server.should_exit = True
    thread.join(20)
    listener.close()


async def taken(request: Request) -> JSONResponse:
    return JSONResponse({"length": len(await request.body())})


async def unread(request: Request) -> JSONResponse:
    return JSONResponse({"error": "No."}, 403)


async def slow(request: Request) -> StreamingResponse:
    async def parts():
        for _ in range(8):
            yield b"part "
            await asyncio.sleep(0.2)

    return StreamingResponse(parts())


def app() -> Starlette:
    routes = [Route("/take", taken, methods=["POST"]), Route("/no", unread, methods=["POST"]), Route("/slow", slow)]
    built = Starlette(routes=routes)
    built.add_middleware(BodyLimit, largest=2**20, largest_upload=2**20, silence=0.4)
    return built


def until_closed(connection: socket.socket, *, drip: bytes = b"", seconds: float = 10.0) -> tuple[float, bytes]:
    """Seconds until the server hangs up, and what it said; meanwhile something is sent every tenth of a second."""
    began, said = time.monotonic(), b""
    connection.settimeout(0.1)
    while time.monotonic() - began < seconds:
        try:
            if drip:
                connection.sendall(drip)
            part = connection.recv(2**16)
        except TimeoutError:
            continue
        except OSError:
            break
        if not part:
            break
        said += part
    return time.monotonic() - began, said


@pytest.mark.parametrize("begun", [b"", b"GET /slow HTTP/1.1\r\nHost: x\r\nX-A: ", b"\r\n", b"GET"])
def test_who_sends_a_head_drop_by_drop_is_hung_up_on(begun):
    with quick(app(), head_seconds=0.5) as (port, held), socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(begun)
        drip = b"\r\n" if begun == b"\r\n" else b"" if begun in (b"", b"GET") else b"a"
        took, said = until_closed(connection, drip=drip)
        assert 0.3 < took < 5
        assert said == b""
        assert not held


def test_a_head_without_end_is_not_kept():
    with quick(app()) as (port, _), socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\nX-A: ")
        took, _ = until_closed(connection, drip=b"a" * 2**15)
        assert took < 5
    with quick(app()) as (port, _), socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n")
        took, _ = until_closed(connection, drip=b"X-A: b\r\n" * 50)
        assert took < 5
    assert LARGEST_HEAD == 65_536


def test_who_sends_a_body_drop_by_drop_is_told_and_hung_up_on():
    with quick(app(), lingering=0.3) as (port, held), socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"POST /take HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
        took, said = until_closed(connection, drip=b"x")
        assert said.startswith(b"HTTP/1.1 408")
        assert took < 5
        assert not held


def test_a_body_that_nobody_reads_does_not_hold_its_connection():
    with quick(app(), lingering=0.3) as (port, _), socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
        took, said = until_closed(connection, drip=b"x")
        assert said.startswith(b"HTTP/1.1 403")
        assert took < 5


def test_a_reply_that_takes_long_and_a_connection_that_is_used_again_are_left_alone():
    with quick(app(), head_seconds=0.5, lingering=0.3) as (port, _), httpx.Client() as client:
        for _ in range(2):
            assert client.get(f"http://127.0.0.1:{port}/slow").text == "part " * 8
            assert client.post(f"http://127.0.0.1:{port}/take", content=b"x" * 2**19).json() == {"length": 2**19}
            time.sleep(0.7)


def test_more_connections_than_are_good_for_the_server_are_refused():
    with quick(app(), most=5) as (port, held):
        connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]
        time.sleep(0.3)
        with socket.create_connection(("127.0.0.1", port)) as one_more:
            assert until_closed(one_more, seconds=3)[0] < 2
        assert len(held) == 5
        for connection in connections:
            connection.close()
        time.sleep(0.3)
        assert httpx.post(f"http://127.0.0.1:{port}/take", content=b"x").json() == {"length": 1}
