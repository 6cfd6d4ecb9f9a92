"""One guarded GET: pinned, bounded in bytes and seconds, redirects followed by hand."""

import asyncio
import ipaddress
import socket
import ssl
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version

import httpx

from index.errors import FetchRefused, SourceGone, SourceUnreadable
from index.fetching.addresses import Allowed, host_of, parse, shown
from index.fetching.replies import Fetched, Marks

Resolve = Callable[[str, int], Sequence[str]]
"""From a host's name and a port to its addresses; ``OSError`` where it has none."""

REDIRECTS = (301, 302, 303, 307, 308)
GONE = (404, 410)
ADDRESSES_TRIED = 3
LONGEST_MARK = 1_000
"""Characters of an ETag that is worth keeping."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may take, redirects and all."""

    seconds: float = 30.0
    bytes: int = 50_000_000
    """Of the reply, compressed as well as not: the largest file that is read."""
    redirects: int = 5


def resolve(host: str, port: int) -> list[str]:
    """The host's addresses by the system's resolver, in the order in which it would try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Fetcher:
    """Fetches public addresses, and those that the owner has ``allowed``; from any thread.

    Proxies named in the environment are not used: a proxy looks hosts up itself, so no address could be checked.
    Cookies, credentials and ``meta refresh`` are not followed either.
    """

    def __init__(self, allowed: Allowed, *, resolver: Resolve = resolve, limits: Limits | None = None) -> None:
        self._allowed = allowed
        self._resolver = resolver
        self._limits = limits or Limits()

    def fetch(self, url: str, *, marks: Marks | None = None, most: int | None = None) -> Fetched | None:
        """What stands at the URL, up to ``most`` bytes; None where it is still what the ``marks`` came with.

        ``FetchRefused`` where it may not be fetched, ``SourceGone`` where it no longer exists, ``SourceUnreadable``
        where it cannot be had. The seconds of the limits count from here to the last byte; only the system's resolver
        may hold a call longer.
        """
        return asyncio.run(
            self._within_time(url, marks or Marks(), min(most or self._limits.bytes, self._limits.bytes))
        )

    async def _within_time(self, url: str, marks: Marks, most: int) -> Fetched | None:
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await self._follow(url, marks, most)
        except TimeoutError as exc:
            seconds = self._limits.seconds
            raise SourceUnreadable(f"{shown(url)} took longer than {seconds:g} seconds. Try again later.") from exc

    async def _follow(self, url: str, marks: Marks, most: int) -> Fetched | None:
        here = parse(url)
        for _ in range(self._limits.redirects + 1):
            answer = await self._hop(here, marks, most)
            if not isinstance(answer, str):
                return answer
            here = parse(_joined(here, answer))
        raise SourceUnreadable(f"{shown(url)} redirects more than {self._limits.redirects} times. Check the address.")

    async def _hop(self, url: httpx.URL, marks: Marks, most: int) -> Fetched | str | None:
        """The reply, or the address that it redirects to, or None where nothing changed."""
        try:
            # A client of its own for each hop, so that no cookie goes from one to the next.
            async with httpx.AsyncClient(
                verify=self._tls, trust_env=False, follow_redirects=False, timeout=self._limits.seconds
            ) as client:
                response = await self._connected(client, url, marks)
                try:
                    return await _read(response, url, bool(marks.etag or marks.modified), most)
                finally:
                    await response.aclose()
        except httpx.TimeoutException as exc:
            raise TimeoutError from exc
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as exc:
            reason = str(exc).partition("\n")[0][:120] or type(exc).__name__
            raise SourceUnreadable(f"{shown(url)} cannot be fetched ({reason}). Try again later.") from exc

    async def _connected(self, client: httpx.AsyncClient, url: httpx.URL, marks: Marks) -> httpx.Response:
        """The beginning of the reply, from the first address that takes the connection; each has been checked."""
        refused: httpx.TransportError | None = None
        for address in (await self._addresses(url))[:ADDRESSES_TRIED]:
            request = client.build_request("GET", url, headers=_headers(marks))
            # The Host header and the certificate's name stay the URL's; only the connection goes to the address.
            request.url = url.copy_with(host=address)
            request.extensions["sni_hostname"] = host_of(url).rstrip(".")
            try:
                return await client.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout) as exc:
                refused = exc
        raise refused or SourceUnreadable(f"{host_of(url)} has no address. Check its spelling.")

    async def _addresses(self, url: httpx.URL) -> list[str]:
        """Where the host's name leads; ``FetchRefused`` if any of it is not to be fetched."""
        host, port = host_of(url), url.port or (443 if url.scheme == "https" else 80)
        try:
            literal = str(ipaddress.ip_address(host))
        except ValueError:
            try:
                found = list(await asyncio.to_thread(self._resolver, host, port))
            except (OSError, UnicodeError) as exc:
                raise SourceUnreadable(f"{host} cannot be found. Check its spelling and the network.") from exc
        else:
            found = [literal]
        for address in found:
            if not self._allowed.permits(host, address):
                raise FetchRefused(
                    f"{shown(url)} leads to {address}, which is not on the public internet. "
                    "If it is a site of your own, name its host in the setting fetch_private."
                )
        return found

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # The bundled authorities, or those of SSL_CERT_FILE, so that a company can name its own.
        return httpx.create_ssl_context()


def _headers(marks: Marks) -> dict[str, str]:
    asked = {"If-None-Match": marks.etag, "If-Modified-Since": marks.modified}
    return {
        "User-Agent": f"Byline/{version('byline')} (a reader of news articles; follows robots.txt)",
        "Accept": "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, */*;q=0.5",
        # Only what is decompressed here, under the limit.
        "Accept-Encoding": "gzip",
        **{name: value for name, value in asked.items() if value},
    }


async def _read(response: httpx.Response, url: httpx.URL, asked: bool, most: int) -> Fetched | str | None:
    status = response.status_code
    if status in REDIRECTS and (target := response.headers.get("location")):
        return str(target)
    if status == 304 and asked:
        return None
    if status in GONE:
        raise SourceGone(f"{shown(url)} is not there ({status}). Check the address.")
    if status != 200:
        raise SourceUnreadable(f"{shown(url)} answers with status {status}. Look at it in a browser, or try later.")
    content = await _body(response, url, most)
    return Fetched(
        str(url),
        content,
        response.headers.get("content-type", "").partition(";")[0].strip().lower(),
        response.charset_encoding,
        Marks(_kept(response.headers.get("etag")), _kept(response.headers.get("last-modified"))),
    )


async def _body(response: httpx.Response, url: httpx.URL, most: int) -> bytes:
    """The whole reply, decompressed, and never more of it in memory than ``most`` bytes."""
    too_large = SourceUnreadable(f"{shown(url)} is larger than {most / 1e6:g} MB. Save the part you need as a file.")
    announced = response.headers.get("content-length", "0")
    if not announced.isdecimal() or len(announced) > 15 or int(announced) > most:
        raise too_large
    unzip = _unzipper(response.headers.get("content-encoding", "").strip().lower(), url)
    content, taken = bytearray(), 0
    try:
        async for piece in response.aiter_raw():
            taken += len(piece)
            content += unzip.decompress(piece, most + 1 - len(content)) if unzip else piece
            if taken > most or len(content) > most:
                raise too_large
    except zlib.error as exc:
        raise SourceUnreadable(f"{shown(url)} cannot be decompressed ({exc}). Try again later.") from exc
    if unzip and not unzip.eof:
        raise SourceUnreadable(f"{shown(url)} ends in the middle. Try again later.")
    return bytes(content)


def _unzipper(encoding: str, url: httpx.URL) -> "zlib._Decompress | None":
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip", "deflate"):
        return zlib.decompressobj(zlib.MAX_WBITS | 32)
    raise SourceUnreadable(
        f"{shown(url)} is compressed as {encoding[:20]!a}, which was not asked for. Try again later."
    )


def _joined(here: httpx.URL, target: str) -> str:
    try:
        return str(here.join(target))
    except (httpx.InvalidURL, ValueError) as exc:
        raise SourceUnreadable(f"{shown(here)} redirects to no web address. Check the address.") from exc


def _kept(mark: str | None) -> str | None:
    """The mark if it can be sent back as it is."""
    return mark if mark and len(mark) <= LONGEST_MARK and mark.isascii() and mark.isprintable() else None
