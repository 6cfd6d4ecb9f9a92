import json
import stat
import threading
from contextlib import contextmanager

import httpx
import pytest
import uvicorn

from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from ui.server import address_of, create_api, listen

STORY = "Ferry fare rises\n\nThe harbour ferry will cost 4 euros from 1 June, the council said on Monday."


@contextmanager
def serving(data):
    """A real server in a thread, which writes the data directory and says so there."""
    settings = Settings(data=data)
    listener = listen("127.0.0.1", 49_000)
    with open_collection(settings, write=True, purpose="byline serve") as collection:
        collection.announce(address_of(listener))
        app = create_api(collection, build_assistant(collection, settings), settings)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield address_of(listener)
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def address(tmp_path):
    with serving(tmp_path / "data") as address:
        yield address


@pytest.mark.usefixtures("address")
def test_what_a_command_adds_beside_a_server_is_added_by_the_server(byline, tmp_path):
    (tmp_path / "ferry.txt").write_text(STORY)
    assert byline("add", "ferry.txt") == (0, "1 added, 0 updated, 0 unchanged\n", "")
    assert byline("add", "ferry.txt")[1] == "0 added, 0 updated, 1 unchanged\n"
    assert "4 euros" in (x := byline("ask", "What will the harbour ferry cost?"))[1], x
    assert json.loads(byline("list", "--sources", "--json")[1])["sources"][0]["location"] == str(tmp_path / "ferry.txt")


@pytest.mark.usefixtures("address")
def test_problems_and_exit_codes_are_as_without_a_server(byline, tmp_path):
    (tmp_path / "empty.txt").write_text("")
    code, out, err = byline("add", "empty.txt", "missing.txt")
    assert (code, out) == (1, "0 added, 0 updated, 0 unchanged\n")
    assert [name in line for name, line in zip(("missing.txt", "empty.txt"), err.splitlines(), strict=True)]
    code, _, err = byline("remove", "nobody")
    assert code == 1
    assert "nobody" in err
    assert "byline list --sources" in byline("remove", "--source", "nowhere")[2]


@pytest.mark.usefixtures("address")
def test_sources_are_followed_and_removed_by_the_server(byline, tmp_path):
    (tmp_path / "news").mkdir()
    for name in ("mill", "bridge"):
        (tmp_path / "news" / f"{name}.txt").write_text(f"{name}\n\nThe {name} is open again, said the mayor.")
    byline("add", "news")
    (tmp_path / "news" / "mill.txt").unlink()
    assert byline("sync")[1] == "0 added, 0 updated, 0 unchanged, 1 removed; sources: 1\n"
    assert json.loads(byline("sync", "--json")[1])["sources"][0]["kind"] == "folder"
    assert byline("remove", "bridge")[1] == "Removed bridge\n"
    assert byline("remove", "--source", "news")[:2] == (0, "Removed news; articles removed: 0\n")


def test_only_who_reads_the_data_directory_may_do_this(address, tmp_path):
    assert stat.S_IMODE((tmp_path / "data" / "local.token").stat().st_mode) == 0o600
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Bearer ü".encode()}):
        for path, body in (("add", {"named": ["/etc/passwd"]}), ("sync", {}), ("remove", {"article_id": "x"})):
            reply = httpx.post(f"{address}/local/{path}", json=body, headers=headers, trust_env=False)
            assert reply.status_code == 403
    assert "local" not in httpx.get(f"{address}/openapi.json", trust_env=False).text.replace("localhost", "")


def test_a_server_that_cannot_prove_itself_is_told_nothing(byline, tmp_path):
    """As when the port has gone to another program: here to a server of another data directory."""
    with serving(tmp_path / "other") as elsewhere:
        with open_collection(Settings(data=tmp_path / "data"), write=True, purpose="byline serve") as collection:
            (tmp_path / "data" / "local.token").write_text("ours")
            collection.announce(elsewhere)
            code, _, err = byline("add", "ferry.txt")
        assert code == 1
        assert "is being written by byline serve" in err
        assert httpx.get(f"{elsewhere}/api/sources", trust_env=False).json() == []


@pytest.mark.parametrize("address", [None, "http://192.0.2.7:80", "http://127.0.0.1:1", "nonsense"])
def test_without_a_server_here_the_directory_is_busy_as_ever(byline, tmp_path, address):
    with open_collection(Settings(data=tmp_path / "data"), write=True, purpose="byline sync") as collection:
        (tmp_path / "data" / "local.token").write_text("left over")
        if address:
            collection.announce(address)
        for command in (("add", "x.txt"), ("remove", "x"), ("sync",)):
            code, _, err = byline(*command)
            assert code == 1
            assert "is being written by byline sync" in err
            assert len(err.splitlines()) == 1
