"""Byline behind a real nginx with the configuration that is shipped: a path prefix, TLS, streams, and the widget."""

import json
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from served import served
from talking import talking

from assistant.settings import Settings
from assistant.wiring import open_collection
from index.articles import Article, Metadata
from ui.listening import listen
from ui.widgets.registry import Registry, Widget

ROOT = Path(__file__).parent.parent
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(not (NGINX and OPENSSL), reason="nginx or openssl is not installed")
TEXT = "Dunmore Motors opened its plant in Corrie in March 2021. The plant cost $340 million and employs 1,200 people."
ASKED = "How much did the plant cost?"
ODD = "https://ledger.example//plant?page=1&of=2"
WRAPPED = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/byline.conf;
}}
"""


class Page(BaseHTTPRequestHandler):
    """A page of another origin with the widget on it."""

    def do_GET(self) -> None:
        body = self.server.page.encode() if self.path == "/" else b""
        self.send_response(200 if body else 204)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def answering():
    """Serves on a free port of loopback until the tests have ended."""
    servers = []

    def start(handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        servers.append((server, thread))
        return server

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    data = tmp_path_factory.mktemp("served") / "data"
    with open_collection(Settings(data=data), write=True, purpose="test") as collection:
        collection.add([Article("plant", TEXT, Metadata("Dunmore Motors opens van plant"), "plant")])
        collection.add([Article(ODD, "The mill on the Elsbach opens again in July.", Metadata("Mill"), "mill")])
    return data


@pytest.fixture(scope="module")
def byline(data):
    """A server that is told of its proxy, and whose model pauses between its words."""
    settings = {
        "BYLINE_ROOT_PATH": "/news",
        "BYLINE_TRUSTED_PROXIES": '["127.0.0.1"]',
        "BYLINE_AUTH": "open",
        "BYLINE_LOG_LEVEL": "info",
        "BYLINE_ENGINE": "generative",
    }
    words = ("The plant", " cost", " $340", " million", " [1]", ". ")
    with (
        talking(*words, pause=0.3) as model,
        served(data.parent, BYLINE_MODEL_URL=model.url, **settings) as server,
    ):
        yield server


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where nginx has its files, with a certificate for this machine."""
    folder = tmp_path_factory.mktemp("nginx")
    certificate = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"]
    subprocess.run([OPENSSL, *certificate, *names], check=True, capture_output=True, timeout=60)
    return folder


@pytest.fixture(scope="module")
def trusting(folder) -> ssl.SSLContext:
    """Believes that certificate."""
    return ssl.create_default_context(cafile=str(folder / "cert.pem"))


@pytest.fixture(scope="module")
def nginx(byline, folder, trusting):
    """nginx with the shipped file, its ports and its certificate replaced: the address of Byline behind it."""
    with listen("127.0.0.1", 48_940) as free:
        port = free.getsockname()[1]
    shipped = (ROOT / "deploy" / "nginx.conf").read_text()
    for here, there in (
        ("127.0.0.1:7860", byline.address.removeprefix("http://")),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("server_name news.example", "server_name 127.0.0.1"),
        ("/etc/ssl/news.example/fullchain.pem", f"{folder}/cert.pem"),
        ("/etc/ssl/news.example/privkey.pem", f"{folder}/key.pem"),
    ):
        assert shipped.count(here) == 1
        shipped = shipped.replace(here, there)
    (folder / "byline.conf").write_text(shipped)
    (folder / "nginx.conf").write_text(WRAPPED.format(folder=folder))
    command = [NGINX, "-p", str(folder), "-c", f"{folder}/nginx.conf"]
    subprocess.run([*command, "-t"], check=True, capture_output=True, timeout=60)
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        with httpx.Client(verify=trusting, timeout=60, base_url=f"https://127.0.0.1:{port}/news/") as client:
            for _ in range(100):
                try:
                    client.get("healthz")
                    break
                except httpx.ConnectError:
                    time.sleep(0.1)
            yield client
        process.terminate()


def test_an_answer_is_streamed_through_it(nginx):
    came = []
    with nginx.stream("POST", "api/ask/stream", json={"question": ASKED}) as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        came = [(time.monotonic(), line) for line in reply.iter_lines() if line.startswith("event:")]
    assert [line for _, line in came] == [f"event: {name}" for name in ("question", "writing", "statement", "answer")]
    assert came[-1][0] - came[0][0] > 1, "the first event did not wait for the last"


def test_its_request_id_is_in_the_reply_and_in_the_log(nginx, byline):
    reply = nginx.get("healthz", headers={"x-request-id": "forged-by-the-browser"})
    identity = reply.headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", identity), "nginx's own"
    assert json.loads(byline.line(identity))["route"] == "/healthz"


def test_an_id_with_slashes_and_a_question_mark_finds_its_article(nginx):
    assert "The mill on the Elsbach" in nginx.get(f"articles/{quote(ODD, safe='')}").text
    assert nginx.get(f"api/articles/{quote(ODD, safe='')}").json()["id"] == ODD


@pytest.mark.parametrize(
    "path", ["metrics", "%6detrics", "x/../metrics", "/metrics", "./metrics", "local/proof?challenge=0123456789abcdef"]
)
def test_figures_and_commands_of_the_machine_stay_on_it(nginx, byline, trusting, path):
    assert "byline_requests" in httpx.get(f"{byline.address}/metrics").text
    host, port = nginx.base_url.host, nginx.base_url.port
    raw = f"GET /news/{path} HTTP/1.1\r\nhost: {host}:{port}\r\nconnection: close\r\n\r\n"
    # A client of HTTP would tidy the path.
    with (
        socket.create_connection((host, port)) as plain,
        trusting.wrap_socket(plain, server_hostname=host) as secured,
    ):
        secured.sendall(raw.encode())
        reply = b"".join(iter(lambda: secured.recv(65_536), b""))
    assert reply.split(b" ", 2)[1] == b"404"
    assert b"byline_requests" not in reply


def test_the_prefix_without_its_slash_leads_to_the_chat(nginx):
    reply = nginx.get(str(nginx.base_url).rstrip("/"))
    assert (reply.status_code, reply.headers["location"]) == (301, "/news/")


def test_what_a_browser_claims_of_its_way_builds_no_address(nginx):
    claims = {"x-forwarded-host": "evil.example", "x-gradio-server": "https://evil.example", "x-forwarded-proto": "ftp"}
    page = nginx.get("", headers=claims)
    assert page.status_code == 200
    assert "evil.example" not in page.text
    assert f'"root":"{str(nginx.base_url).rstrip("/")}"' in page.text.replace(" ", "")


@pytest.fixture
def page(chromium, nginx):
    """A page of the browser; whatever it asked for stood under the prefix and was there."""
    asked, opened = [], chromium.new_context(ignore_https_errors=True).new_page()
    opened.set_default_timeout(30_000)
    opened.on("response", lambda reply: asked.append((reply.url, reply.status)))
    yield opened
    opened.context.close()
    server = str(nginx.base_url).partition("/news/")[0]
    ours = [(url, status) for url, status in asked if url.startswith(server)]
    assert ours
    assert not [(url, status) for url, status in ours if not url.startswith(f"{server}/news/") or status >= 400]


@pytest.mark.browser
def test_the_chat_answers_under_the_prefix_and_leads_to_the_article(page, nginx):
    page.goto(str(nginx.base_url))
    box = page.locator("#box textarea")
    box.fill(ASKED)
    box.press("Enter")
    cited = page.locator("#conversation a.cite").first
    cited.wait_for()
    assert "$340 million" in page.locator("#conversation").inner_text()
    page.goto(cited.evaluate("link => link.href"))
    assert "$340 million" in page.locator("mark#cited").inner_text()


@pytest.mark.browser
def test_the_widget_of_another_origin_streams_an_answer(page, nginx, data, answering):
    host = answering(Page)
    origin = f"http://localhost:{host.server_port}"
    widget = Registry(data).create(Widget("", "Intranet", (origin,)))
    script = f'<script src="{nginx.base_url}widget.js" data-widget="{widget.id}" defer></script>'
    host.page = f"<!doctype html><title>Intranet</title><link rel=icon href=data:,><h1>Intranet</h1>{script}"
    page.goto(origin)
    page.locator("byline-chat .bubble").click()
    page.locator("byline-chat textarea").fill(ASKED)
    page.keyboard.press("Enter")
    cited = page.locator("byline-chat a.cite").first
    cited.wait_for()
    assert "$340 million" in page.locator("byline-chat .talk").inner_text()
    page.goto(cited.evaluate("link => link.href"))
    assert "$340 million" in page.locator("mark#cited").inner_text()
    assert page.url.startswith(f"{nginx.base_url}widget/{widget.id}/articles/")


@pytest.mark.browser
@pytest.mark.parametrize("path", ["library", "eval", "widget/demo", "widget/snippet", "articles/plant"])
def test_every_page_keeps_to_the_prefix(page, nginx, path):
    reply = page.goto(f"{nginx.base_url}{path}")
    assert reply.status == 200
    page.wait_for_load_state("networkidle")
    links = "[...document.querySelectorAll('[href], [src], [action]')].map(one => one.href || one.src || one.action)"
    server = str(nginx.base_url).partition("/news/")[0]
    assert not [url for url in page.evaluate(links) if f"{url}/".startswith(server) and "/news/" not in url]
