"""An OpenAI-compatible model for load tests: 50 tokens, one every 20 ms, with the numbered sentence that is asked for.

A process of its own, so that it keeps time while the tests and the server compute; it prints where it listens.
"""

import asyncio
import json
import re

TOKENS, PAUSE = 50, 0.02
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"


def words(prompt: str) -> list[str]:
    """The reply to a question such as "When was the bridge in Cham opened?": the sentence that says it, then more."""
    place = re.search(r"bridge in \w+", prompt.rpartition("Question: ")[2])[0]
    number, sentence = re.search(rf"\[(\d+)\] (The {place} was opened [^\n]*)\.", prompt).groups()
    said = re.findall(r"\s*\S+", f"{sentence} [{number}].\n")
    return said + [" more"] * (TOKENS - len(said))


def chunk(text: str, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    values = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(values)}\n\n".encode()


async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        asked = json.loads(await reader.readexactly(int(re.search(r"content-length: (\d+)", head)[1])))
        writer.write(HEAD)
        for word in words(asked["messages"][-1]["content"]):
            await asyncio.sleep(PAUSE)
            writer.write(chunk(word))
            await writer.drain()
        writer.write(chunk("", finish="stop") + b"data: [DONE]\n\n")
        await writer.drain()
    except OSError:
        pass  # who asked has left
    finally:
        writer.close()


async def serve() -> None:
    server = await asyncio.start_server(reply, "127.0.0.1", 0, backlog=500)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
