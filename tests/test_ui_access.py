"""Who may do what on every route, and how somebody becomes known: by password, proxy, token or not at all."""

import json
import re
import time
from datetime import timedelta

import pytest
from starlette.routing import Mount
from starlette.testclient import TestClient
from typer.testing import CliRunner

from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata
from ui.access.accounts import Accounts, NameRefused
from ui.access.identifying import NobodyYet, require_somebody
from ui.access.passwords import PasswordWeak, hashed, matches
from ui.access.rules import Needed, needed_for
from ui.access.sessions import DAY, Sessions
from ui.access.tokens import Tokens
from ui.cli import app as cli
from ui.history import History
from ui.server import create_api

FERRY = Article("ferry", "The harbour ferry will cost 4 euros from 1 June.", Metadata("Ferry"), "/articles/ferry.txt")
HERE = "http://127.0.0.1:7860"
COOKIE = "byline-7860"
PAGE = {"accept": "text/html", "sec-fetch-mode": "navigate"}
OWN = {"origin": HERE}
PASSWORD = "four plain words here"
OPEN = {
    "GET /healthz", "GET /login", "POST /login", "POST /logout", "GET /widget.js", "GET /static/byline/x",
    "GET /local/proof", "POST /local/add", "POST /local/sync", "POST /local/remove",
    "GET /widget/0123456789abcdef/config", "POST /widget/0123456789abcdef/ask",
    "GET /widget/0123456789abcdef/articles/x",
}  # fmt: skip
"""What asks for nobody's name: it shows nothing of the articles, or asks for a proof of its own."""
OWNERS = {
    "POST /api/articles", "DELETE /api/articles/x", "GET /api/sources", "POST /api/sources", "DELETE /api/sources",
    "GET /api/feedback", "GET /eval", "POST /eval", "GET /eval/x", "GET /widget/snippet", "GET /library/jobs",
    "POST /library/jobs", "DELETE /library/jobs/x",
}  # fmt: skip
"""What only an owner may do."""
HOST_ONLY = {"GET /readyz", "GET /metrics"}
"""What an owner may see, and the server's own machine."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    settings = Settings(data=tmp_path_factory.mktemp("data"))
    with open_collection(settings, write=True, purpose="test") as collection:
        collection.add([FERRY])
        yield settings, collection, build_assistant(collection, settings)


@pytest.fixture
def serve(opened):
    """Serve the collection with these settings to a client at this address; a fresh set of people for each test."""
    settings, collection, assistant = opened
    for file in settings.data.glob("ui.sqlite*"):
        file.unlink()
    clients = []

    def served(at: str = "127.0.0.1", base: str = HERE, **given: object) -> TestClient:
        app = create_api(collection, assistant, settings.model_copy(update=given))
        client = TestClient(
            app, base_url=base, client=(at, 50_000), raise_server_exceptions=False, follow_redirects=False
        )
        clients.append(client.__enter__())
        return client

    served.data = settings.data
    yield served
    for client in clients:
        client.__exit__(None, None, None)


def people(data) -> Accounts:
    accounts = Accounts(data)
    accounts.add("anna", PASSWORD, role="owner")
    accounts.add("ben", PASSWORD, role="reader")
    return accounts


def log_in(client: TestClient, name: str, password: str = PASSWORD, onward: str = "") -> str:
    """Log in as a browser does; where it is led."""
    reply = client.post("/login", data={"name": name, "password": password, "next": onward}, headers=OWN)
    assert reply.status_code == 303, reply.text
    return reply.headers["location"]


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def routes(app) -> list[str]:
    """Every route of the server as "METHOD /path", with something in place of its parameters."""

    def found(some):
        for route in some:
            if hasattr(route, "original_router"):
                yield from found(route.original_router.routes)
            elif isinstance(route, Mount):
                yield "GET", f"{route.path}/x"
            else:
                for method in sorted((getattr(route, "methods", None) or {"GET", "POST", "DELETE"}) - {"HEAD"}):
                    yield method, route.path

    def filled(path: str) -> str:
        return re.sub(r"\{[^}]+\}", "x", path.replace("{widget_id}", "0123456789abcdef"))

    return [f"{method} {filled(path)}" for method, path in found(app.router.routes)]


def documented(app) -> list[str]:
    """The same of the OpenAPI schema."""
    return [
        f"{method.upper()} {re.sub(r'{[^}]+}', 'x', path)}"
        for path, operations in app.openapi()["paths"].items()
        for method in operations
    ]


def ask(client: TestClient, route: str, **given):
    method, path = route.split(" ")
    return client.request(method, path, **given)


def test_every_route_is_decided_and_only_these_are_open_or_the_owners(serve):
    app = serve().app
    everything = {*routes(app), *documented(app)}
    assert len(everything) > 30
    decided = {route: needed_for(*route.split(" ")) for route in everything}
    assert [route for route, needed in decided.items() if needed is None] == []
    assert {route for route, needed in decided.items() if needed == Needed.NOBODY} == OPEN & everything
    assert {route for route, needed in decided.items() if needed == Needed.HERE} == HOST_ONLY & everything
    assert {route for route, needed in decided.items() if needed == Needed.OWNER} == OWNERS & everything
    assert OPEN - everything == OWNERS - everything == HOST_ONLY - everything == set(), "no route left the table behind"


def test_a_new_route_is_nobodys_and_of_the_api_an_owners():
    for path in ("/new", "/gradio_api/new", "/file=/etc/passwd", "/api", "/articles", "/widget/x/ask"):
        assert needed_for("GET", path) is None
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        assert needed_for(method, "/api/new") == Needed.OWNER
    assert needed_for("websocket", "/api/ask") is None
    assert needed_for("TRACE", "/api/ask") is None


@pytest.mark.parametrize("mode", ["password", "header", "token"])
def test_a_stranger_gets_nothing_whatever_they_send(serve, mode):
    client = serve(at="192.0.2.7", auth=mode, trusted_proxies=("10.0.0.0/8",))
    people(serve.data)
    tokens = Tokens(serve.data)
    _, revoked = tokens.create("revoked", role="owner")
    tokens.revoke("revoked")
    _, expired = tokens.create("expired", role="owner", lasts=timedelta(seconds=-1))
    sessions = Sessions(serve.data)
    ended = sessions.begin(Accounts(serve.data).verified("anna", PASSWORD))
    sessions.end(ended)
    strangers = [
        {}, bearer("byline_wrong"), bearer(""), bearer("x"), bearer(revoked), bearer(expired),
        {"authorization": "Basic YW5uYTp4"}, {"cookie": f"{COOKIE}=wrong"}, {"cookie": f"{COOKIE}={ended}"},
    ]  # fmt: skip
    for route in routes(client.app):
        if route in OPEN:
            continue
        for headers in strangers:
            reply = ask(client, route, headers=headers)
            assert reply.status_code == 401, f"{route} with {headers}"
            assert reply.headers["www-authenticate"].startswith("Bearer")
            assert "Ferry" not in reply.text


def test_a_reader_reads_and_an_owner_does_everything(serve):
    client = serve(at="192.0.2.7", auth="token")
    _, reader = Tokens(serve.data).create("reader", role="reader")
    _, owner = Tokens(serve.data).create("owner", role="owner")
    # The stream of MCP lasts for as long as somebody listens.
    for route in set(routes(client.app)) - {"GET /mcp"}:
        status = ask(client, route, headers=bearer(reader)).status_code
        if route in OWNERS | HOST_ONLY:
            assert status == 403, route
        elif route not in OPEN:
            assert status not in (401, 403), f"{route}: {status}"
    assert client.get("/api/articles", headers=bearer(reader)).json()[0]["title"] == "Ferry"
    for route in ("GET /api/sources", "GET /eval", "GET /readyz", "GET /metrics", "GET /widget/snippet"):
        assert ask(client, route, headers=bearer(owner)).status_code == 200, route


def test_a_reader_changes_nothing(serve):
    client = serve(auth="token")
    _, reader = Tokens(serve.data).create("reader", role="reader")
    upload = {"files": ("new.txt", b"A new article stands here. It says something.")}
    assert client.post("/api/articles", files=upload, headers=bearer(reader)).status_code == 403
    assert client.delete("/api/articles/ferry", headers=bearer(reader)).status_code == 403
    assert client.post("/api/sources", json={"url": "http://example.org/"}, headers=bearer(reader)).status_code == 403
    assert [one["id"] for one in client.get("/api/articles", headers=bearer(reader)).json()] == ["ferry"]


def test_the_answer_to_a_stranger_names_the_way_in(serve):
    client = serve(auth="password")
    assert "log in" in client.get("/api/articles").json()["error"]
    error = client.post("/v1/chat/completions", json={}).json()["error"]
    assert error["type"] == "invalid_request_error"
    assert "token" in error["message"]


def test_a_browser_is_led_to_the_login_page_and_back(serve):
    client = serve(auth="password")
    people(serve.data)
    reply = client.get("/articles/a%2Fb?start=1&end=2", headers=PAGE)
    assert reply.status_code == 303
    assert reply.headers["location"] == "../login?next=articles%2Fa%252Fb%3Fstart%3D1%26end%3D2"
    form = client.get("/login", params={"next": "articles/a%2Fb?start=1&end=2"}).text
    assert 'value="articles/a%2Fb?start=1&amp;end=2"' in form
    assert log_in(client, "ben", onward="articles/ferry?start=1&end=2") == "./articles/ferry?start=1&end=2"
    assert client.get("/articles/ferry", headers=PAGE).status_code == 200
    assert "ben" in client.get("/login").text
    assert client.get("/api/ask", params={"question": "What will the ferry cost?"}).json()["abstained"] is False


def test_a_login_never_leads_elsewhere(serve):
    client = serve(auth="password")
    people(serve.data)
    for onward in (
        "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
        "../evil", "x/../../evil", "x\r\nset-cookie: a=b", "x\x00", "é", "<script>", "//evil.example/..",
    ):  # fmt: skip
        led = log_in(client, "ben", onward=onward)
        assert led.startswith("./"), onward
        assert not re.search(r"\.\.|[\\\s<]", led), onward


def test_a_session_ends_with_logout_removal_and_a_new_password(serve):
    client = serve(auth="password")
    accounts = people(serve.data)
    log_in(client, "ben")
    stolen = client.cookies[COOKIE]
    assert client.post("/logout", headers=OWN).status_code == 303
    assert client.get("/api/articles", headers={"cookie": f"{COOKIE}={stolen}"}).status_code == 401
    log_in(client, "ben")
    accounts.change_password("ben", "another four plain words")
    assert client.get("/api/articles").status_code == 401
    log_in(client, "ben", "another four plain words")
    accounts.remove("ben")
    assert client.get("/api/articles").status_code == 401


def test_logging_out_ends_nobody_elses_session(serve):
    mine, theirs = serve(auth="password"), serve(auth="password")
    people(serve.data)
    log_in(mine, "anna")
    log_in(theirs, "ben")
    theirs.post("/logout", headers=OWN)
    assert mine.get("/api/articles").status_code == 200


def test_another_server_of_the_same_host_ends_no_session(serve):
    # Browsers tell hosts apart by their names alone, whatever the port.
    client, beside = serve(auth="password"), "http://127.0.0.1:7861"
    people(serve.data)
    log_in(client, "anna")
    form = {"name": "ben", "password": PASSWORD}
    assert client.post(f"{beside}/login", data=form, headers={"origin": beside}).status_code == 303
    assert client.get("/login", headers=PAGE).text.count("anna") == 1
    assert client.post(f"{beside}/logout", headers={"origin": beside}).status_code == 303
    assert client.get("/api/articles").status_code == 200


def test_a_login_gets_a_new_session_and_ends_the_one_before(serve):
    client = serve(auth="password")
    people(serve.data)
    log_in(client, "ben")
    before = client.cookies[COOKIE]
    log_in(client, "ben")
    assert client.cookies[COOKIE] != before
    assert client.get("/api/articles", headers={"cookie": f"{COOKIE}={before}"}).status_code == 401


def test_a_session_outlasts_a_restart_of_the_server(serve):
    client = serve(auth="password")
    people(serve.data)
    log_in(client, "ben")
    again = serve(auth="password")
    assert again.get("/api/articles", headers={"cookie": f"{COOKIE}={client.cookies[COOKIE]}"}).status_code == 200


def test_a_session_ends_when_it_is_not_used_and_in_any_case_after_thirty_days(serve):
    now = [1_800_000_000.0]
    person = people(serve.data).add("carl", PASSWORD, role="reader")
    sessions = Sessions(serve.data, clock=lambda: now[0])
    idle, used = (sessions.begin(person) for _ in range(2))
    for _ in range(29):
        now[0] += DAY
        assert sessions.person(used).name == "carl"
    assert sessions.person(idle) is None
    now[0] += DAY
    assert sessions.person(used) is None


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(serve):
    people(serve.data)
    form = {"name": "ben", "password": PASSWORD}
    plain = serve(auth="password").post("/login", data=form, headers=OWN).headers["set-cookie"]
    assert plain.startswith(f"{COOKIE}=")
    assert all(flag in plain for flag in ("HttpOnly", "SameSite=lax", "Path=/;", "Max-Age="))
    assert "Secure" not in plain
    over_https = {"base": "https://news.example", "allowed_hosts": ("news.example",), "auth": "password"}
    own = {"origin": "https://news.example"}
    secure = serve(**over_https).post("/login", data=form, headers=own).headers["set-cookie"]
    assert secure.startswith("__Host-byline=")
    assert "Secure" in secure
    assert "Domain" not in secure
    below = serve(**over_https, root_path="/news").post("/login", data=form, headers=own).headers["set-cookie"]
    assert below.startswith("__Secure-byline-news=")
    assert "Path=/news;" in below


def test_a_page_of_another_site_logs_nobody_in_or_out_and_changes_nothing(serve):
    client = serve(auth="password")
    people(serve.data)
    form = {"name": "ben", "password": PASSWORD}
    for headers in ({"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {}):
        assert client.post("/login", data=form, headers=headers).status_code == 403
    assert not client.cookies
    log_in(client, "anna")
    for origin in ("http://evil.example", "null", "http://127.0.0.1:9999"):
        for route in (
            "POST /logout",
            "DELETE /api/articles/ferry",
            "POST /api/articles",
            "POST /eval",
            "POST /api/ask",
        ):
            reply = ask(client, route, headers={"origin": origin})
            assert reply.status_code == 403
            assert "access-control-allow-origin" not in reply.headers
        preflight = {"origin": origin, "access-control-request-method": "DELETE"}
        reply = client.options("/api/articles/ferry", headers=preflight)
        assert reply.status_code >= 400
        assert "access-control-allow-origin" not in reply.headers
        assert "access-control-allow-credentials" not in client.get("/api/articles", headers={"origin": origin}).headers
    assert client.get("/api/articles").json()[0]["id"] == "ferry"


def test_below_a_proxys_prefix_the_same_rules_hold(serve):
    client = serve(auth="password", root_path="/news")
    people(serve.data)
    below = TestClient(client.app, base_url=HERE, root_path="/news", follow_redirects=False)
    assert below.get("/news/healthz").status_code == 200
    assert below.get("/news/api/articles").status_code == 401
    assert below.get("/news/articles/x", headers=PAGE).headers["location"] == "../login?next=articles%2Fx"
    assert below.get("/news/gradio_api/file=/etc/passwd").status_code == 404


def test_a_token_is_sent_by_no_browser_by_itself_and_works_whatever_page_sends_it(serve):
    client = serve(auth="token")
    headers = {"origin": "http://evil.example"}
    question = {"question": "What will the ferry cost?"}
    _, secret = Tokens(serve.data).create("prog", role="reader")
    assert client.post("/api/ask", json=question, headers=headers | bearer(secret)).status_code == 200
    assert client.post("/api/ask", json=question, headers=headers | bearer("byline_wrong")).status_code == 401
    assert client.post("/api/ask", json=question, headers=headers | bearer("other")).status_code == 403
    assert serve().post("/api/ask", json=question, headers=headers | bearer(secret)).status_code == 403


def test_a_name_pointed_at_the_server_is_refused(serve):
    client = serve(auth="password", host="0.0.0.0", allowed_hosts=("news.corp",))
    for host in ("evil.example", "news.corp.evil.example", "evil.example:7860", ""):
        assert client.get("/login", headers={"host": host}).status_code == 403
    for host in ("news.corp", "NEWS.corp:7860", "192.0.2.1:7860", "[2001:db8::1]", "localhost"):
        assert client.get("/login", headers={"host": host}).status_code == 200


def test_failed_logins_are_held_back(serve):
    client = serve(auth="password")
    people(serve.data)
    wrong = {"name": "ben", "password": "not the password"}
    replies = [client.post("/login", data=wrong, headers=OWN) for _ in range(11)]
    assert [reply.status_code for reply in replies] == [401] * 10 + [429]
    assert 0 < int(replies[-1].headers["retry-after"]) <= 60
    assert "Too many attempts" in replies[-1].text
    right = client.post("/login", data={"name": "ben", "password": PASSWORD}, headers=OWN)
    assert right.status_code == 429, "not even the right password, or guessing would go on"
    assert log_in(serve(at="192.0.2.9", auth="password"), "anna") == "./", "somebody else logs in"


def test_an_unknown_name_takes_as_long_as_a_wrong_password(serve):
    accounts = people(serve.data)
    accounts.verified("nobody", "x")

    def seconds(name: str) -> float:
        began = time.process_time()
        for _ in range(3):
            assert accounts.verified(name, "not the password") is None
        return time.process_time() - began

    known, unknown = seconds("ben"), seconds("nobody")
    assert 0.5 < known / unknown < 2


def test_of_passwords_sessions_and_tokens_only_hashes_are_kept(serve):
    client = serve(auth="password")
    people(serve.data)
    log_in(client, "ben")
    token, secret = Tokens(serve.data).create("prog", role="reader")
    held = b"".join(file.read_bytes() for file in serve.data.glob("ui.sqlite*"))
    for text in (PASSWORD, client.cookies[COOKIE], secret, secret[len(token.prefix) :]):
        assert text.encode() not in held
    assert token.prefix.encode() in held
    assert (serve.data / "ui.sqlite").stat().st_mode & 0o077 == 0, "nobody else reads the hashes"


def test_a_password_is_salted_and_its_cost_is_kept_with_it():
    first, second = hashed(PASSWORD), hashed(PASSWORD)
    assert first != second
    assert first.startswith("scrypt$32768$8$3$")
    assert matches(PASSWORD, first)
    assert not matches(PASSWORD + " ", first)
    cheaper = "scrypt$1024$8$1$" + "$".join(hashed(PASSWORD).split("$")[4:])
    assert not matches(PASSWORD, cheaper), "another cost is another hash"
    assert matches("Cafe\u0301 am Hafen", hashed("Caf\u00e9 am Hafen")), "however the keyboard writes it"
    for wrong in ("short", "x" * 201):
        with pytest.raises(PasswordWeak, match="8 to 200"):
            hashed(wrong)


def test_a_name_is_one_however_it_is_written(serve):
    accounts = people(serve.data)
    assert accounts.verified(" ANNA ", PASSWORD).role == "owner"
    for taken in ("Anna", "ａｎｎａ"):
        with pytest.raises(NameRefused, match="there already"):
            accounts.add(taken, PASSWORD, role="reader")
    for impossible in ("", "a b", "token:x", "a/b", "x" * 65, "<b>", "a\nb"):
        with pytest.raises(NameRefused):
            accounts.add(impossible, PASSWORD, role="reader")
    for unknown in ("nobody", "' OR 1=1 --"):
        with pytest.raises(NameRefused, match="nobody named"):
            accounts.remove(unknown)


def test_a_revoked_token_stops_at_once_and_its_name_is_free_again(serve):
    client = serve(auth="token")
    tokens = Tokens(serve.data)
    token, secret = tokens.create("prog", role="reader")
    assert client.get("/api/articles", headers=bearer(secret)).status_code == 200
    with pytest.raises(NameRefused, match="in use"):
        tokens.create("prog", role="owner")
    assert tokens.revoke(token.prefix).revoked
    assert client.get("/api/articles", headers=bearer(secret)).status_code == 401
    with pytest.raises(NameRefused, match="No token"):
        tokens.revoke("prog")
    _, fresh = tokens.create("prog", role="reader")
    assert client.get("/api/articles", headers=bearer(fresh)).status_code == 200
    assert [one.name for one in tokens.all()] == ["prog", "prog"]


def test_a_proxy_that_is_trusted_names_the_person(serve):
    given = {"auth": "header", "trusted_proxies": ("10.0.0.0/8",), "auth_owners": ("anna@corp.example",)}
    client = serve(at="10.1.2.3", **given)
    by = {"x-forwarded-for": "192.0.2.7"}
    assert client.get("/api/articles", headers=by).status_code == 401
    named = by | {"x-forwarded-user": "ben@corp.example"}
    assert client.get("/api/articles", headers=named).status_code == 200
    assert client.get("/eval", headers=named).status_code == 403
    assert client.get("/eval", headers=by | {"x-forwarded-user": "anna@corp.example"}).status_code == 200
    for wrong in ("token:prog", "x" * 201, "a\x7fb"):
        assert client.get("/api/articles", headers=by | {"x-forwarded-user": wrong}).status_code == 403
    twice = [("x-forwarded-user", "ben@corp.example"), ("x-forwarded-user", "anna@corp.example")]
    assert client.get("/api/articles", headers=twice).status_code == 403


def test_the_header_of_anybody_else_is_refused_and_told(serve):
    given = {"auth": "header", "trusted_proxies": ("10.0.0.0/8",), "auth_owners": ("anna",)}
    for at in ("192.0.2.7", "127.0.0.1"):
        reply = serve(at=at, **given).get("/api/articles", headers={"x-forwarded-user": "anna"})
        assert reply.status_code == 403
        assert "trusted_proxies" in reply.json()["error"]


def test_open_means_that_everybody_reads_and_this_machine_adds(serve):
    elsewhere, here = serve(at="192.0.2.7", auth="open"), serve(auth="open")
    assert elsewhere.get("/api/articles").status_code == 200
    assert elsewhere.get("/eval").status_code == 403
    assert elsewhere.delete("/api/articles/ferry").status_code == 403
    assert elsewhere.get("/metrics").status_code == 403
    assert here.get("/eval").status_code == 200
    assert here.get("/api/articles", headers=bearer("whatever a client sends")).status_code == 200


def test_without_a_decision_only_this_machine_is_served(serve):
    assert serve().get("/eval").status_code == 200
    reply = serve(at="192.0.2.7").get("/api/articles")
    assert reply.status_code == 403
    assert "--auth" in reply.json()["error"]


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-host"])
def test_a_proxy_that_nobody_named_makes_nobody_the_owner(serve, header):
    by = {header: "192.0.2.7"}
    assert serve().get("/api/articles", headers=by).status_code == 403
    assert serve(auth="open").get("/eval", headers=by).status_code == 403
    assert serve(auth="password").get("/metrics", headers=by).status_code == 401


def test_what_a_stranger_claims_to_have_been_forwarded_is_not_believed(serve):
    given = {"auth": "open", "trusted_proxies": ("10.0.0.1",)}
    through = serve(at="10.0.0.1", **given)
    assert through.get("/eval", headers={"x-forwarded-for": "127.0.0.1, 192.0.2.7"}).status_code == 403
    assert through.get("/eval", headers={"x-forwarded-for": "unknown"}).status_code == 403
    assert through.get("/eval", headers={"x-forwarded-for": "192.0.2.7, 127.0.0.1"}).status_code == 200
    assert serve(at="192.0.2.7", **given).get("/eval", headers={"x-forwarded-for": "127.0.0.1"}).status_code == 403


def test_too_many_questions_of_one_person_are_told_when_to_come_back(serve):
    client = serve(at="192.0.2.7", auth="token", questions_per_minute=2)
    _, first = Tokens(serve.data).create("first", role="reader")
    _, second = Tokens(serve.data).create("second", role="reader")
    question = {"question": "What will the ferry cost?"}
    for path in ("/api/ask", "/api/ask/stream"):
        assert client.post(path, json=question, headers=bearer(first)).status_code == 200
    for path in ("/api/ask", "/api/ask/stream"):
        reply = client.post(path, json=question, headers=bearer(first))
        assert reply.status_code == 429
        assert 0 < int(reply.headers["retry-after"]) <= 30
    chat = {"model": "byline", "stream": True, "messages": [{"role": "user", "content": "What will the ferry cost?"}]}
    assert client.post("/v1/chat/completions", json=chat, headers=bearer(first)).status_code == 429
    assert client.post("/api/ask", json=question, headers=bearer(second)).status_code == 200


def test_this_machine_asks_as_often_as_it_likes(serve):
    client = serve(questions_per_minute=1)
    for _ in range(3):
        assert client.post("/api/ask", json={"question": "What will the ferry cost?"}).status_code == 200


def test_a_server_that_would_let_nobody_in_does_not_start(tmp_path):
    settings = Settings(data=tmp_path)
    for mode, next_step in (("password", "user add"), ("token", "token create"), ("header", "trusted_proxies")):
        with pytest.raises(NobodyYet, match=next_step):
            require_somebody(settings.model_copy(update={"auth": mode}))
    Accounts(tmp_path).add("ben", PASSWORD, role="reader")
    with pytest.raises(NobodyYet, match="owner"):
        require_somebody(settings.model_copy(update={"auth": "password"}))
    Accounts(tmp_path).add("anna", PASSWORD, role="owner")
    require_somebody(settings.model_copy(update={"auth": "password"}))


def test_people_that_cannot_be_read_let_nobody_in(serve):
    client = serve(auth="password")
    people(serve.data)
    log_in(client, "ben")
    for file in serve.data.glob("ui.sqlite*"):
        file.write_bytes(b"not a database at all" * 100)
    reply = client.get("/api/articles")
    assert reply.status_code == 500
    assert "Ferry" not in reply.text
    assert str(serve.data) not in reply.text
    assert client.get("/healthz").status_code == 200


def run(data, *arguments: str, typed: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["--data", str(data), *arguments], input=typed)
    return done.exit_code, done.output + (str(done.exception) if done.exception else "")


def test_the_command_line_adds_lists_and_removes_people(tmp_path):
    assert run(tmp_path, "user", "add", "Anna", "--role", "owner", typed=f"{PASSWORD}\n") == (
        0, "anna may log in, as an owner\n",
    )  # fmt: skip
    assert "owner" in run(tmp_path, "user", "list")[1]
    assert json.loads(run(tmp_path, "user", "list", "--json")[1])[0]["name"] == "anna"
    assert run(tmp_path, "user", "password", "anna", typed="five more plain words\n")[0] == 0
    assert Accounts(tmp_path).verified("anna", "five more plain words")
    assert "8 to 200" in run(tmp_path, "user", "add", "ben", typed="short\n")[1]
    assert "no password" in run(tmp_path, "user", "add", "ben", typed="")[1]
    History(tmp_path).begin("person anna", "a" * 32, "Who owns the harbour?")
    assert run(tmp_path, "user", "remove", "anna")[0] == 0
    assert History(tmp_path).conversations("person anna") == [], "whoever has the name next finds nothing"
    assert "Nobody yet" in run(tmp_path, "user", "list")[1]


def test_the_command_line_shows_a_token_once(tmp_path):
    made = json.loads(run(tmp_path, "token", "create", "prog", "--role", "owner", "--days", "3", "--json")[1])
    assert Tokens(tmp_path).person(made["token"]).role == "owner"
    listed = run(tmp_path, "token", "list")[1]
    assert made["prefix"] in listed
    assert made["token"] not in listed
    assert "until" in listed
    assert run(tmp_path, "token", "revoke", "prog")[0] == 0
    assert "revoked" in run(tmp_path, "token", "list")[1]
    assert Tokens(tmp_path).person(made["token"]) is None
