import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.security import BodyLimit, SafeHeaders, SameOrigin


async def echo(request: Request) -> JSONResponse:
    return JSONResponse({"length": len(await request.body())})


async def page(request: Request) -> HTMLResponse:
    return HTMLResponse("<script>start()</script><p>Hello</p>")


@pytest.fixture
def client():
    app = Starlette(
        routes=[
            Route("/", page),
            Route("/api/articles", echo, methods=["GET", "POST"]),
            Route("/x", echo, methods=["POST"]),
        ]
    )
    app.add_middleware(BodyLimit, largest=2**20, largest_upload=2**21)
    app.add_middleware(SameOrigin)
    app.add_middleware(SafeHeaders)
    return TestClient(app, base_url="http://127.0.0.1:7860")


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "LOCALHOST", "[::1]:7860"])
def test_this_machine_is_answered(client, host):
    assert client.get("/api/articles", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "127.0.0.1:7860@evil.example", "0.0.0.0", ""],
)
def test_another_host_name_is_refused_even_if_it_leads_here(client, host):
    reply = client.get("/api/articles", headers={"host": host})
    assert reply.status_code == 403
    assert "own address" in reply.json()["error"]


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "http://127.0.0.1:7860.evil.example", ""]
)
def test_a_page_of_another_origin_changes_nothing(client, origin):
    reply = client.post("/x", headers={"origin": origin}, content=b"x")
    assert reply.status_code == 403
    assert "access-control-allow-origin" not in reply.headers


def test_a_cross_site_form_without_an_origin_is_refused(client):
    assert client.post("/x", headers={"sec-fetch-site": "cross-site"}).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"origin": "http://127.0.0.1:7860"}, {"sec-fetch-site": "same-origin"}])
def test_our_own_page_and_programs_may_post(client, headers):
    assert client.post("/x", headers=headers, content=b"four").json() == {"length": 4}


def test_an_announced_body_over_the_limit_is_refused(client):
    reply = client.post("/x", content=b"x" * (2**20 + 1))
    assert reply.status_code == 413
    assert "1 MB" in reply.json()["error"]


def test_an_unannounced_body_over_the_limit_is_refused(client):
    chunks = (b"x" * 2**16 for _ in range(17))
    assert client.post("/x", content=chunks).status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "9" * 5000])
def test_a_length_that_is_no_number_is_refused(client, length):
    assert client.post("/x", headers={"content-length": length}, content=b"x").status_code == 413


def test_an_upload_may_be_larger_and_is_bounded_as_well(client):
    assert client.post("/api/articles", content=b"x" * (2**20 + 1)).status_code == 200
    assert client.post("/api/articles", content=b"x" * (2**21 + 1)).status_code == 413


def test_our_own_pages_allow_no_inline_script_and_no_foreign_frame(client):
    policy = client.get("/api/articles").headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert client.get("/api/articles").headers["x-content-type-options"] == "nosniff"


def test_refusals_carry_the_headers_too(client):
    assert "content-security-policy" in client.get("/", headers={"host": "evil.example"}).headers


def test_the_chat_page_runs_only_scripts_with_this_replys_nonce(client):
    first, second = client.get("/"), client.get("/")
    policy = first.headers["content-security-policy"]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert first.text == f'<script nonce="{nonce}">start()</script><p>Hello</p>'
    assert "unsafe" not in policy.partition("script-src")[2].partition(";")[0]
    assert nonce not in second.text
