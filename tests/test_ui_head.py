import asyncio

from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.head import Head

PAGE = "<html><head><script src=gradio></script></head><body>&lt;head&gt;</body></html>"


def served(**options):
    page = HTMLResponse(PAGE)
    app = Starlette(routes=[Route(path, lambda _: page, methods=["GET", "POST"]) for path in ("/", "/library")])
    return TestClient(Head(app), **options)


def test_our_script_stands_before_gradios():
    with served() as client:
        reply = client.get("/")
    places = [reply.text.index(part) for part in ("<head>", "chat.js", "gradio")]
    assert places == sorted(places)
    assert int(reply.headers["content-length"]) == len(reply.content)


def test_below_a_proxys_prefix_it_is_the_same_page():
    with served(root_path="/news") as client:
        assert "chat.js" in client.get("/").text


def test_other_pages_stay_as_they_are():
    with served() as client:
        assert client.get("/library").text == PAGE
        assert client.post("/").text == PAGE


def test_a_page_that_comes_in_pieces_is_put_together():
    async def pieces(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for part in (PAGE[:3], PAGE[3:9], PAGE[9:]):
            await send({"type": "http.response.body", "body": part.encode(), "more_body": True})
        await send({"type": "http.response.body"})

    sent = []

    async def keep(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    asyncio.run(Head(pieces)(scope, None, keep))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[1]["body"].count(b"chat.js") == 1
