import json
import re
import sqlite3
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata
from index.errors import BylineError
from index.scope import Scope
from ui.database import FILE
from ui.server import create_api
from ui.widgets.origins import OriginWrong, allows, parse_origin
from ui.widgets.registry import Registry, Widget, WidgetTaken, WidgetUnknown
from ui.widgets.routes import until_tomorrow
from ui.words import LANGUAGES, texts

PAGE = "https://intranet.example"
FERRY = Article(
    "ferry",
    "The harbour ferry will cost 4 euros from 1 June. The council agreed to the new fare on Monday.",
    Metadata("Ferry fare rises", "https://ledger.example/ferry", date(2024, 5, 21), None, "The Ledger"),
    "/articles/open/ferry.txt",
)
BAKERY = Article("bakery", "Bread is baked at four in the morning.", Metadata("Bakery"), "/articles/private/bakery.txt")
ASK = {"question": "What will the harbour ferry cost?"}


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("https://intranet.example", "https://intranet.example"),
        (" HTTPS://Intranet.Example/ ", "https://intranet.example"),
        ("https://intranet.example:443", "https://intranet.example"),
        ("http://intranet.example:80", "http://intranet.example"),
        ("http://intranet.example:443", "http://intranet.example:443"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://intranet", "http://intranet"),
        ("https://*.example.org:8443", "https://*.example.org:8443"),
        ("https://zeitung.münchen.example", "https://zeitung.xn--mnchen-3ya.example"),
    ],
)
def test_an_origin_is_kept_as_browsers_write_it(given, stored):
    assert parse_origin(given) == stored


@pytest.mark.parametrize(
    "given",
    [
        "*", "null", "", "intranet.example", "https://", "https://*", "https://*.org", "https://a.*.example", "https://**.a.b",
        "https://intranet.example/page", "https://intranet.example?x", "https://user@intranet.example", "file:///x",
        "ftp://intranet.example", "https://intranet.example:0", "https://intranet.example:65536", "https://a b.example",
        "https://-a.example", "https://a..example", "https://a.example;script-src", f"https://{'a' * 400}.example", "https://[::1]",
        "https://intranet.example\n", "javascript://intranet.example",
    ],
)  # fmt: skip
def test_what_is_no_origin_is_refused_with_a_line(given):
    if given.endswith("\n"):
        assert parse_origin(given) == PAGE, "white space around it is forgiven"
        return
    with pytest.raises(OriginWrong) as error:
        parse_origin(given)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("allowed", "sent", "expected"),
    [
        (PAGE, PAGE, True),
        (PAGE, "http://intranet.example", False),
        (PAGE, "https://intranet.example:8443", False),
        (PAGE, "https://intranet.example.evil.example", False),
        (PAGE, "https://www.intranet.example", False),
        (PAGE, "https://Intranet.example", False),
        (PAGE, "null", False),
        (PAGE, "", False),
        ("https://*.example.org", "https://www.example.org", True),
        ("https://*.example.org", "https://a.b.example.org", True),
        ("https://*.example.org", "https://example.org", False),
        ("https://*.example.org", "https://evil-example.org", False),
        ("https://*.example.org", "https://.example.org", False),
        ("https://*.example.org", "https://evil.example/.example.org", False),
        ("https://*.example.org", "https://x@www.example.org", False),
        ("https://*.example.org", "https://*.example.org", False),
        ("https://*.example.org", "https://www.example.org.evil.example", False),
        ("https://*.example.org", "http://www.example.org", False),
        ("https://*.example.org", "https://www.example.org:444", False),
        ("https://*.example.org", "https://www.example.org\nx", False),
        ("https://*.example.org:8443", "https://www.example.org:8443", True),
        ("https://*.example.org:8443", "https://www.example.org", False),
    ],
)
def test_scheme_host_and_port_count(allowed, sent, expected):
    assert allows([allowed], sent) is expected


def test_a_widget_is_registered_found_counted_and_revoked(tmp_path):
    registry = Registry(tmp_path)
    with pytest.raises(WidgetUnknown):
        registry.find("0" * 16)
    assert not (tmp_path / FILE).exists(), "looking leaves nothing behind"
    made = registry.create(Widget("", "Intranet", (PAGE, f"{PAGE}:443"), articles=("ferry",), per_day=2))
    assert made.origins == (PAGE,)
    assert Registry(tmp_path).find(made.id) == made
    assert [registry.count(made) for _ in range(4)] == [True, True, False, False]
    assert registry.find(made.id).asked_today == 2
    with pytest.raises(WidgetTaken):
        registry.create(Widget("", "Intranet", (PAGE,)))
    assert registry.revoke("Intranet").revoked
    with pytest.raises(WidgetUnknown):
        registry.revoke("Intranet")
    again = registry.create(Widget("", "Intranet", (PAGE,)))
    assert [widget.id for widget in registry.all()] == [made.id, again.id]


def test_a_widget_without_an_origin_is_not_registered(tmp_path):
    with pytest.raises(BylineError, match="at least one origin"):
        Registry(tmp_path).create(Widget("", "Anyone", ()))


def test_a_days_questions_are_counted_once_each_however_many_ask_at_once(tmp_path):
    registry = Registry(tmp_path)
    widget = registry.create(Widget("", "Busy", (PAGE,), per_day=20))
    let_in = []
    askers = [
        threading.Thread(target=lambda: let_in.extend(registry.count(widget) for _ in range(10))) for _ in range(4)
    ]
    for one in askers:
        one.start()
    for one in askers:
        one.join()
    assert sum(let_in) == 20


def test_a_damaged_file_is_told_in_a_line(tmp_path):
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    with pytest.raises(BylineError, match=r"ui\.sqlite") as error:
        Registry(tmp_path).all()
    assert "\n" not in str(error.value)


def test_the_next_day_begins_at_midnight_utc():
    assert until_tomorrow(datetime(2026, 11, 22, 23, 59, 30, tzinfo=UTC)) == 31


@pytest.mark.parametrize(
    ("own", "asked", "expected"),
    [
        (((), ()), ((), ()), None),
        (((), ()), (("ferry",), ()), Scope(articles=("ferry",))),
        ((("ferry", "mill"), ()), (("mill", "bakery"), ()), Scope(articles=("mill",))),
        ((("ferry",), ()), (("bakery",), ()), "refused"),
        (((), ("/a/",)), ((), ("/a/b",)), Scope(sources=("/a/b",))),
        (((), ("/a/b",)), ((), ("/a/",)), Scope(sources=("/a/b",))),
        (((), ("/a/",)), ((), ("/c/",)), "refused"),
        ((("ferry",), ("/a/",)), (("ferry",), ()), Scope(articles=("ferry",), sources=("/a/",))),
    ],
)
def test_a_page_narrows_a_widgets_scope_and_never_widens_it(own, asked, expected):
    widget = Widget("w", "", (), articles=own[0], sources=own[1])
    if expected == "refused":
        with pytest.raises(ValueError, match="may not use"):
            widget.narrowed(*asked)
    else:
        assert widget.narrowed(*asked) == expected


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    settings = Settings(data=tmp_path_factory.mktemp("data"))
    with open_collection(settings, write=True, purpose="test") as collection:
        collection.add([FERRY, BAKERY])
        app = create_api(collection, build_assistant(collection, settings), settings)
        with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as client:
            yield client, Registry(settings.data)


@pytest.fixture
def client(served):
    return served[0]


@pytest.fixture
def register(served, request):
    """Registers a widget for PAGE with the options given."""

    def create(**options) -> Widget:
        return served[1].create(Widget("", f"{request.node.name} {len(served[1].all())}", (PAGE,), **options))

    return create


def ask(client, widget: Widget | str, body: object = ASK, **headers: str):
    name = widget if isinstance(widget, str) else widget.id
    return client.post(f"/widget/{name}/ask", json=body, headers={"origin": PAGE} | headers)


def answer(reply) -> dict:
    assert reply.headers["content-type"].startswith("text/event-stream")
    return json.loads(reply.text.strip().rpartition("event: answer\ndata: ")[2])


def test_an_allowed_page_is_answered_and_may_read_it(client, register):
    widget = register()
    reply = ask(client, widget)
    assert [line for line in reply.text.splitlines() if line.startswith("event")] == [
        "event: question", "event: statement", "event: answer"
    ]  # fmt: skip
    assert reply.headers["access-control-allow-origin"] == PAGE
    assert reply.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in reply.headers
    citation = answer(reply)["citations"][0]
    assert citation["quote"] == FERRY.text[citation["start"] : citation["end"]]
    page = client.get("/" + citation["page"])
    assert f'<mark id="cited">{citation["quote"][:16]}' in page.text
    config = client.get(f"/widget/{widget.id}/config", headers={"origin": PAGE})
    assert config.json()["question_characters"] == 5_000
    assert config.headers["access-control-allow-origin"] == PAGE


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example", "http://intranet.example", "https://intranet.example:444", "null", "",
        "https://intranet.example.evil.example", "http://127.0.0.1:7860",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "HEAD", "PUT", "DELETE"])
@pytest.mark.parametrize("route", ["ask", "config"])
def test_every_other_origin_is_refused_on_every_route(client, register, route, method, origin):
    headers = {"origin": origin, "access-control-request-method": "POST", "content-type": "application/json"}
    reply = client.request(method, f"/widget/{register().id}/{route}", headers=headers, content=json.dumps(ASK))
    assert reply.status_code == 403
    assert not [name for name in reply.headers if name.startswith("access-control")]
    assert reply.headers["vary"] == "Origin"
    assert method == "HEAD" or "may not use the widget" in reply.json()["error"]


@pytest.mark.parametrize("route", ["ask", "config"])
def test_a_request_that_names_no_origin_is_refused(client, register, route):
    widget = register()
    for headers in ({}, {"sec-fetch-site": "same-origin"}, {"referer": f"{PAGE}/"}):
        assert client.get(f"/widget/{widget.id}/{route}", headers=headers).status_code == 403
        assert client.post(f"/widget/{widget.id}/{route}", json=ASK, headers=headers).status_code == 403


def test_a_widget_that_does_not_exist_is_refused_as_any_page_is(client):
    reply = ask(client, "0123456789abcdef")
    assert reply.status_code == 403
    assert "access-control-allow-origin" not in reply.headers


def test_a_preflight_allows_what_the_widget_sends_and_nothing_more(client, register):
    headers = {
        "origin": PAGE,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    reply = client.options(f"/widget/{register().id}/ask", headers=headers)
    assert reply.status_code == 204
    assert reply.headers["access-control-allow-origin"] == PAGE
    assert reply.headers["access-control-allow-methods"] == "GET, POST"
    assert reply.headers["access-control-allow-headers"] == "content-type"
    assert "access-control-allow-credentials" not in reply.headers


def test_a_widgets_origin_opens_no_other_route(client, register):
    register()
    for path in ("/api/ask", "/api/articles", "/widget/demo/ask", "/widget/x/ask", "/widget//ask"):
        reply = client.post(path, json=ASK, headers={"origin": PAGE})
        assert reply.status_code == 403, path
        assert "access-control-allow-origin" not in reply.headers


def test_a_rebound_host_name_reaches_no_widget(client, register):
    assert ask(client, register(), host="evil.example").status_code == 403


def test_our_own_page_may_use_the_demonstration_and_no_other_page(client):
    own = {"origin": "http://127.0.0.1:7860"}
    assert answer(client.post("/widget/demo/ask", json=ASK, headers=own))["citations"]
    assert client.get("/widget/demo/config").status_code == 200
    assert client.post("/widget/demo/ask", json=ASK).status_code == 403
    assert client.get("/widget/demo/config", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.get("/widget/demo/config", headers={"origin": PAGE}).status_code == 403


def test_a_revoked_widget_is_gone_at_once_and_its_page_is_told(client, served, register):
    widget = register()
    page = answer(ask(client, widget))["citations"][0]["page"]
    served[1].revoke(widget.id)
    for reply in (ask(client, widget), client.get(f"/widget/{widget.id}/config", headers={"origin": PAGE})):
        assert reply.status_code == 410
        assert reply.headers["access-control-allow-origin"] == PAGE
        assert "switched off" in reply.json()["error"]
    assert client.get("/" + page).status_code == 404


def test_a_visitor_who_asks_too_often_is_asked_to_wait(client, register):
    widget = register(per_minute=1)
    assert ask(client, widget).status_code == 200
    refused = ask(client, widget)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["access-control-expose-headers"] == "Retry-After"
    assert "wait" in refused.json()["error"]
    assert ask(client, register(per_minute=1)).status_code == 200, "another widget counts for itself"


def test_a_days_questions_run_out(client, register):
    widget = register(per_day=1)
    assert ask(client, widget).status_code == 200
    refused = ask(client, widget)
    assert refused.status_code == 429
    assert 60 < int(refused.headers["retry-after"]) <= 86_401


def test_a_widget_answers_from_its_scope_alone(client, register):
    assert not answer(ask(client, register(articles=("ferry",))))["abstained"]
    for scope in ({"articles": ("bakery",)}, {"sources": ("/articles/private/",)}, {"articles": ("none",)}):
        outside = answer(ask(client, register(**scope)))
        assert outside["abstained"]
        assert "ferry" not in outside["retrieved"]
        assert not any(one["article_id"] == "ferry" for one in outside["nearest"])
        assert "byline add" not in outside["reason"], "a visitor cannot add articles"


def test_a_page_may_ask_for_a_part_of_the_scope_only(client, register):
    widget = register(sources=("/articles/open/",))
    assert not answer(ask(client, widget, {**ASK, "scope": {"articles": ["ferry"]}}))["abstained"]
    outside = answer(ask(client, widget, {"question": "When is bread baked?", "scope": {"articles": ["bakery"]}}))
    assert outside["abstained"]
    assert ask(client, widget, {**ASK, "scope": {"sources": ["/articles/private/"]}}).status_code == 422


def test_the_page_of_an_article_is_shown_within_the_scope_and_framed_by_the_origins(client, register):
    widget = register(sources=("/articles/open/",))
    page = client.get(f"/widget/{widget.id}/articles/ferry")
    assert page.status_code == 200
    assert page.headers["content-security-policy"].endswith(f"frame-ancestors {PAGE}")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "x-frame-options" not in page.headers
    for path in (f"{widget.id}/articles/bakery", f"{widget.id}/articles/none", "0123456789abcdef/articles/ferry"):
        missing = client.get(f"/widget/{path}")
        assert missing.status_code == 404
        assert "Bread" not in missing.text
        assert "frame-ancestors 'self'" in missing.headers["content-security-policy"]


@pytest.mark.parametrize(
    "body",
    [
        {}, [], {"question": 5}, {"question": "x" * 30_000}, {**ASK, "more": 1},
        {**ASK, "history": [{"role": "system", "content": "x"}]},
        {**ASK, "history": [{"role": "user", "content": "x"}] * 41},
        {**ASK, "history": [{"role": "user", "content": "x" * 20_001}]},
        {**ASK, "language": "fr"},
        {**ASK, "scope": {"articles": [""]}}, {**ASK, "scope": {"published_from": "2024-01-01"}},
    ],
)  # fmt: skip
def test_a_question_out_of_shape_is_refused_before_it_is_counted(client, served, register, body):
    widget = register()
    reply = ask(client, widget, body)
    assert reply.status_code == 422
    assert reply.headers["access-control-allow-origin"] == PAGE
    assert served[1].find(widget.id).asked_today == 0


def test_a_question_that_is_not_read_ends_in_an_error_event(client, register):
    reply = ask(client, register(), {"question": "?!"})
    assert "event: error" in reply.text
    assert "The question is empty" in reply.text


@pytest.mark.parametrize(
    ("language", "unsaid", "monday"),
    [
        ("en", "The articles do not say.", "“on Monday” = 20 May 2024"),
        ("de", "Die Artikel sagen es nicht.", "„on Monday“ = 20. Mai 2024"),
        ("es", "Los artículos no lo dicen.", "«on Monday» = 20 de mayo de 2024"),
        ("zh", "文章没有提到。", "“on Monday” = 2024年5月20日"),
    ],
)
def test_our_own_lines_are_said_in_the_widgets_language(client, register, language, unsaid, monday):
    widget = register(articles=("ferry",))
    silent = answer(ask(client, widget, {"question": "When is bread baked?", "language": language}))
    assert silent["reason"].startswith(unsaid)
    reply = ask(client, widget, {"question": "When did the council agree to the new fare?", "language": language})
    assert answer(reply)["statements"][0]["reading"] == monday
    assert reply.text.count(f'"reading": {json.dumps(monday)}') == 2, "as it comes, and in the whole answer"


def test_a_follow_up_is_understood(client, register):
    history = [{"role": "user", "content": ASK["question"]}, {"role": "assistant", "content": "4 euros [1]"}]
    asked = answer(ask(client, register(), {"question": "And when did the council agree to it?", "history": history}))
    assert not asked["abstained"]


def test_the_script_may_be_loaded_by_any_page_and_is_small(client):
    packed = client.get("/widget.js", headers={"origin": "https://anyone.example"})
    assert packed.headers["access-control-allow-origin"] == "*"
    assert packed.headers["cross-origin-resource-policy"] == "cross-origin"
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["x-content-type-options"] == "nosniff"
    assert "max-age" in packed.headers["cache-control"]
    assert int(packed.headers["content-length"]) <= 12_000
    plain = client.get("/widget.js", headers={"accept-encoding": "identity"})
    assert plain.content == packed.content
    unchanged = client.get("/widget.js", headers={"if-none-match": packed.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert client.head("/widget.js").status_code == 200


def test_the_script_builds_nodes_never_html_and_keeps_nothing():
    script = (Path(__file__).parent.parent / "ui" / "static" / "widget.js").read_text(encoding="utf-8")
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "cookie",
                 "localStorage", "sessionStorage", "indexedDB", "import("):  # fmt: skip
        assert word not in script


def test_the_script_that_is_sent_has_its_texts_in_every_language(client):
    sent = client.get("/widget.js").text
    words = json.loads(re.search(r"const words = (\{.*\});\n", sent)[1])
    assert words == {language: {key: said[language] for key, said in texts("widget").items()} for language in LANGUAGES}
    asked = set(re.findall(r"\bsaid\.(\w+)|_said\.(\w+)|_text\(\"(\w+)\"\)", sent))
    assert {name for names in asked for name in names if name} == set(texts("widget"))


def test_the_pages_run_no_inline_script_and_escape_what_a_widget_is_called(client, served):
    served[1].create(Widget("", "<script>alert(1)</script>", (PAGE,)))
    for page in (client.get("/widget/snippet"), client.get("/widget/demo")):
        assert page.status_code == 200
        policy = page.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'self'" in policy
        assert "<script>" not in page.text
    assert "&lt;script&gt;alert(1)" in client.get("/widget/snippet").text


def test_the_command_line_creates_lists_and_revokes(byline):
    _, created, _ = byline("widget", "create", "Intranet", "--origin", PAGE, "--origin", "https://*.example.org",
                           "--per-minute", "3", "--article", "ferry", "--json")  # fmt: skip
    widget = json.loads(created)
    assert widget["origins"] == [PAGE, "https://*.example.org"]
    assert (widget["per_minute"], widget["articles"]) == (3, ["ferry"])
    _, listed, _ = byline("widget", "list")
    assert widget["id"] in listed
    assert "3/min" in listed
    assert "switched off" in byline("widget", "revoke", "Intranet")[1]
    assert json.loads(byline("widget", "list", "--json")[1])[0]["revoked"]
    code, told, complaint = byline("widget", "create", "Anyone", "--origin", "*")
    assert (code, told, len(complaint.splitlines())) == (1, "", 1)
    assert byline("widget", "create", "Anyone")[0] == 2


def test_a_running_server_sees_a_new_widget_at_once(client, served, byline):
    folder = served[1]._data
    made = json.loads(byline("widget", "create", "Beside", "--origin", PAGE, "--json", data=folder)[1])
    assert not answer(ask(client, made["id"]))["abstained"]
    byline("widget", "revoke", made["id"], data=folder)
    assert ask(client, made["id"]).status_code == 410


def test_the_file_is_left_in_order(served):
    with sqlite3.connect(served[1]._data / FILE) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    db.close()
