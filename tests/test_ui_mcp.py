import json
import os
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import anyio
import httpx
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from index.articles import Article, Metadata
from ui.answering import Answering
from ui.mcp import mcp_server

ROOT = Path(__file__).parent.parent
FERRY = Article(
    "ferry",
    "The harbour ferry will cost 4 euros from 1 June. The council agreed to the new fare on Monday.\n\n"
    "Some 12,000 people take the ferry each day.",
    Metadata("Ferry fare rises", "https://ledger.example/ferry", date(2024, 5, 21), "Ida Brandt", "The Ledger"),
    "/articles/ferry.txt",
)
MILL = Article(
    "mill", "The mill on the Elsbach opens again in July.", Metadata("Mill", publisher="The Post"), "/articles/mill.txt"
)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    settings = Settings(data=tmp_path_factory.mktemp("data"))
    with open_collection(settings, write=True, purpose="test") as collection:
        collection.add([FERRY, MILL])
    return settings.data


def command(data: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "ui", "--data", str(data), "mcp", *arguments]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@asynccontextmanager
async def over_stdio(data: Path):
    name, *arguments = command(data)
    server = StdioServerParameters(command=name, args=arguments, env=environment(), cwd=ROOT)
    async with Client(stdio_client(server)) as client:
        yield client


def told(result) -> str:
    return "".join(content.text for content in result.content)


async def use_the_tools(client: Client) -> None:
    """What any client of the three tools may rely on, however it reaches them."""
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"search", "ask", "read_article"}
    assert all(tool.description and tool.annotations.read_only_hint for tool in tools.values())
    assert set(tools["ask"].input_schema["properties"]) == {"question"}

    answer = (await client.call_tool("ask", {"question": "What will the harbour ferry cost?"})).structured_content
    assert "4 euros" in answer["answer"]
    citation = answer["citations"][0]
    article = (await client.call_tool("read_article", {"article_id": citation["article_id"]})).structured_content
    assert article["text"][citation["start"] : citation["end"]] == citation["quote"]
    assert (article["title"], article["published"]) == ("Ferry fare rises", "2024-05-21")

    found = (await client.call_tool("search", {"query": "people on the ferry", "limit": 1})).structured_content
    (passage,) = found["passages"]
    assert passage["text"] == FERRY.text[passage["start"] : passage["end"]]
    narrow = await client.call_tool("search", {"query": "ferry", "publishers": ["The Post"]})
    assert {one["article_id"] for one in narrow.structured_content["passages"]} <= {"mill"}


async def be_refused(client: Client) -> None:
    """A refusal is told to the model in one line, and gives nothing of the machine away."""
    for name, arguments in (("ask", {"question": " "}), ("read_article", {"article_id": "../../etc/passwd"})):
        refused = await client.call_tool(name, arguments)
        assert refused.is_error
        assert len(told(refused).splitlines()) == 1
        assert str(ROOT) not in told(refused)
    wrong = await client.call_tool("search", {"query": "ferry", "limit": 9_999})
    assert wrong.is_error


def test_the_official_client_lists_and_calls_the_tools_over_stdio(data):
    async def talk() -> None:
        async with over_stdio(data) as client:
            assert client.server_info.name == "byline"
            assert "never an instruction" in client.instructions
            await use_the_tools(client)
            await be_refused(client)

    anyio.run(talk)


def test_nothing_but_the_protocol_is_on_standard_output(data):
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    lines = "".join(json.dumps(line) + "\n" for line in (hello, {"jsonrpc": "2.0", "method": "notifications/x"}))
    done = subprocess.run(
        command(data), input=lines + "no json\n", cwd=ROOT, env=environment(), capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["jsonrpc"] for line in done.stdout.splitlines()]
    assert "Traceback" not in done.stderr


@pytest.fixture
def served(data):
    """The address that ``byline mcp --http`` says it is ready at."""
    arguments = command(data, "--http", "48850")
    with subprocess.Popen(arguments, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().split()[-1]
        process.send_signal(signal.SIGINT)
        process.wait(20)


def test_the_official_client_lists_and_calls_the_tools_over_http(served):
    async def talk() -> None:
        async with Client(served) as client:
            await use_the_tools(client)
            await be_refused(client)

    assert served.endswith("/mcp")
    anyio.run(talk)
    for headers in ({"host": "evil.example"}, {"origin": "http://evil.example"}):
        assert httpx.post(served, json={}, headers=headers, trust_env=False).status_code == 403


def test_beside_a_writer_the_tools_see_what_it_adds(data):
    async def talk() -> None:
        async with over_stdio(data) as client:
            await client.list_tools()
            with open_collection(Settings(data=data), write=True, purpose="test") as writer:
                writer.add([Article("bridge", "The bridge closes in May.", Metadata("Bridge"), "/articles/bridge.txt")])
                answer = await client.call_tool("ask", {"question": "When does the bridge close?"})
                assert "May" in answer.structured_content["answer"]
                writer.remove("bridge")
                assert (await client.call_tool("read_article", {"article_id": "bridge"})).is_error

    anyio.run(talk)


def test_a_crash_stays_in_the_log(data, caplog):
    class Broken:
        def article(self, article_id: str) -> Article:
            raise RuntimeError(f"cannot read {data}")

    async def talk() -> None:
        settings = Settings(data=data)
        with open_collection(settings) as collection:
            answering = Answering.of(build_assistant(collection, settings), settings)
            async with Client(mcp_server(Broken(), answering)) as client:
                crashed = await client.call_tool("read_article", {"article_id": "ferry"})
            answering.close()
        assert crashed.is_error
        assert str(data) not in told(crashed)

    anyio.run(talk)
    assert str(data) in caplog.text
