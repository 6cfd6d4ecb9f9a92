import contextlib
import gzip
import http.server
import ipaddress
import shutil
import ssl
import subprocess
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import BylineError, FetchRefused, SourceGone, SourceUnreadable
from index.fetching.addresses import Allowed, host_of, is_public, parse, shown
from index.fetching.fetcher import Fetcher, Limits, resolve
from index.fetching.kinds import as_utf8, listing_kind, suffix_of
from index.fetching.replies import Fetched, Marks
from index.fetching.robots import Robots

PAGE = b"<!doctype html><title>Ferry</title><p>The ferry will cost 4 euros.</p>"
MEGABYTE = 2**20


class Hostile(http.server.BaseHTTPRequestHandler):
    """Answers as its server's ``replies`` say, and keeps what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        self.close_connection = True
        # The fetcher hangs up when it has had enough, which is what is tested.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.server.replies[self.path.partition("?")[0]](self)

    def reply(self, status: int = 200, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content_Length": str(len(body))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Site(http.server.ThreadingHTTPServer):
    """A server on loopback, known to the fetcher as news.example only."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hostile)
        self.replies: dict[str, Callable[[Hostile], None]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def url(self, path: str = "/", host: str = "news.example") -> str:
        return f"http://{host}:{self.server_port}{path}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def fetcher(**changes) -> Fetcher:
    """Allowed to reach news.example, and nothing else that is private."""
    parts = {"resolver": loopback, "limits": Limits(seconds=5)} | changes
    return Fetcher(Allowed.of(["news.example"]), **parts)


# What may be connected to


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.0.8", "192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "192.88.99.1", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "fc00::1", "fd12::1",
        "fe80::1", "fec0::1", "ff02::1", "2002:7f00:1::", "2002:808:808::", "2001::1", "2001:db8::1", "3fff::1",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808", "100::1", "5f00::1",
    ],
)  # fmt: skip
def test_no_address_but_a_public_one_is_permitted(address):
    assert not Allowed().permits("site.example", address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_are_permitted(address):
    assert Allowed().permits("site.example", address)


def test_an_owner_may_allow_a_network_or_a_host_of_his_own():
    allowed = Allowed.of(["10.1.0.0/16", "Wiki.Corp", "169.254.7.7"])
    assert allowed.permits("anything", "10.1.200.1")
    assert not allowed.permits("anything", "10.2.0.1")
    assert allowed.permits("wiki.corp", "192.168.3.4")
    assert allowed.permits("wiki.corp.", "192.168.3.4")
    assert not allowed.permits("wiki.corp.evil.example", "192.168.3.4")
    assert allowed.permits("anything", "169.254.7.7")


@pytest.mark.parametrize("address", ["169.254.169.254", "0.0.0.0", "fe80::1", "::ffff:169.254.169.254"])
def test_a_name_alone_opens_no_door_to_the_keys_of_a_cloud(address):
    assert not Allowed.of(["wiki.corp"]).permits("wiki.corp", address)


@pytest.mark.parametrize("entry", ["a b", "http://wiki.corp", "10.1.0.0/99", "", "2130706433", "*"])
def test_what_is_neither_host_nor_network_is_told_by_the_setting_s_name(entry):
    with pytest.raises(BylineError, match="fetch_private"):
        Allowed.of([entry])


# One parser for the check and for the fetch


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "gopher://h/1", "ftp://h/x", "data:text/html,hi", "javascript:alert(1)", "//h/x", "h/x",
        "http:///x", "http:h", "http://", "", "http://ida:secret@h/", "http://a@127.0.0.1/", "http://h\\@127.0.0.1/",
        "http://pub\\@127.0.0.1", "http://h\t.example/", "http://h.exa\nmple/", "http://h\r\nHost: x/", "http://h /",
        "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://127.1/", "http://0177.0.0.1/",
        "http://017700000001/", "http://127.0.0.1.:80/", "http://１２７.0.0.1/", "http://exa%6dple/",
        "http://[fe80::1%25eth0]/", "http://[::1/", "http://h:99999/", "http://h:0/", "http://h:x/",
        "http://-h-/", "http://h..example/", "http://" + "a" * 64 + ".example/", "http://h/" + "x" * 2_000, "http://h\0/",
    ],
)  # fmt: skip
def test_what_parsers_read_differently_is_refused(url):
    with pytest.raises(FetchRefused) as refused:
        parse(url)
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)


def test_what_is_parsed_is_what_is_fetched():
    assert parse("http://h.example#@x:y@127.0.0.1/").host == "h.example"
    assert parse("http://h.example?@127.0.0.1/").host == "h.example"
    assert str(parse("HTTPS://Ledger.Example:443/a b?q=ü#part")) == "https://ledger.example/a%20b?q=%C3%BC"
    assert parse("http://bücher.example/").raw_host == b"xn--bcher-kva.example"


PIECES = [
    "http://",
    "https:",
    "//",
    "@",
    "\\",
    ":",
    "80",
    "#",
    "?",
    "[",
    "]",
    "::1",
    "127.0.0.1",
    "h.example",
    "%31",
    "。",
]


@settings(deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=9).map("".join)))
def test_whatever_is_parsed_means_the_same_when_it_is_parsed_again(text):
    for url in (text, f"http://{text}", f"http://h.example/{text}"):
        try:
            parsed = parse(url)
        except FetchRefused as refused:
            assert "\n" not in str(refused)  # noqa: PT017  refusing is as good
            continue
        assert parse(str(parsed)) == parsed
        assert host_of(parse(str(parsed))) == host_of(parsed)
        assert parsed.scheme in ("http", "https")
        assert not parsed.userinfo


def test_messages_leave_out_what_may_be_secret():
    assert shown("https://ida:secret@h.example/feed?key=1#x") == "https://h.example/feed?…"
    assert shown("https://h.example/a\x1b[2J") == "https://h.example/a\\x1b[2J"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://[::1]/", "http://0.0.0.0/", "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/", "http://[fc00::1]/", "http://[::ffff:7f00:1]/", "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://127。0。0。1/",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_before_any_connection(url):
    with pytest.raises(FetchRefused, match="not on the public internet"):
        Fetcher(Allowed()).fetch(url)


@pytest.mark.parametrize("host", ["localhost", "localhost."])
def test_names_of_this_machine_are_refused_by_where_they_lead(host, site):
    site.replies["/"] = lambda reply: reply.reply(body=PAGE)
    with pytest.raises(FetchRefused, match=r"127\.0\.0\.1|::1"):
        Fetcher(Allowed(), resolver=loopback).fetch(site.url(host=host))
    assert site.asked == []


def test_a_name_with_one_private_address_among_public_ones_is_refused(site):
    with pytest.raises(FetchRefused, match=r"10\.0\.0\.7"):
        fetcher(resolver=lambda host, port: ["93.184.216.34", "10.0.0.7"]).fetch("http://mixed.example/")


# The fetch itself


def test_a_page_is_fetched_under_its_own_name(site):
    site.replies["/ferry"] = lambda reply: reply.reply(
        body=PAGE, Content_Type="text/HTML; charset=iso-8859-1", ETag='"1"'
    )
    fetched = fetcher().fetch(site.url("/ferry?key=1#part"))
    assert fetched == Fetched(site.url("/ferry?key=1"), PAGE, "text/html", "iso-8859-1", Marks('"1"', None))
    path, headers = site.asked[0]
    assert path == "/ferry?key=1"
    assert headers["Host"] == f"news.example:{site.server_port}"
    assert headers["User-Agent"].startswith("Byline/")
    assert "Cookie" not in headers
    assert "Authorization" not in headers


def test_a_name_that_leads_elsewhere_at_its_second_look_up_is_looked_up_once(site):
    site.replies["/"] = lambda reply: reply.reply(body=PAGE)
    answers = [["127.0.0.1"], ["169.254.169.254"]]
    looked_up = []

    def rebinding(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return answers[min(len(looked_up), 2) - 1]

    assert fetcher(resolver=rebinding).fetch(site.url()).content == PAGE
    assert looked_up == ["news.example"]
    with pytest.raises(FetchRefused, match=r"169\.254\.169\.254"):
        fetcher(resolver=rebinding).fetch(site.url())


def test_the_next_address_is_tried_where_the_first_takes_no_connection(site):
    site.replies["/"] = lambda reply: reply.reply(body=PAGE)
    assert fetcher(resolver=lambda host, port: ["::1", "127.0.0.1"]).fetch(site.url()).content == PAGE


@pytest.fixture
def certificate(tmp_path) -> Path:
    """A certificate of news.example with its key, both in one file."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("openssl makes the certificate, and is not installed")
    made = tmp_path / "news.example.pem"
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=news.example -addext subjectAltName=DNS:news.example"
    subprocess.run(
        [openssl, *words.split(), "-keyout", made, "-out", tmp_path / "cert"], check=True, capture_output=True
    )
    made.write_text(made.read_text() + (tmp_path / "cert").read_text())
    return made


def test_a_certificate_is_held_against_the_name_and_not_the_pinned_address(site, certificate, monkeypatch):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    site.socket = tls.wrap_socket(site.socket, server_side=True)
    site.replies["/"] = lambda reply: reply.reply(body=PAGE)
    ours = site.url().replace("http:", "https:")
    with pytest.raises(SourceUnreadable, match="certificate"):
        fetcher().fetch(ours)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert fetcher().fetch(ours).content == PAGE
    other = Fetcher(Allowed.of(["other.example"]), resolver=loopback)
    with pytest.raises(SourceUnreadable, match="certificate"):
        other.fetch(ours.replace("news.example", "other.example"))


def test_a_host_that_is_unknown_or_down_is_one_line():
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    with pytest.raises(SourceUnreadable, match=r"news\.example cannot be found") as error:
        fetcher(resolver=unknown).fetch("http://news.example/")
    assert "\n" not in str(error.value)
    with pytest.raises(SourceUnreadable, match="cannot be fetched"):
        fetcher().fetch("http://news.example:9/")


def test_the_system_s_resolver_reads_this_machine_s_name():
    assert "127.0.0.1" in resolve("127.0.0.1", 80)


def test_what_has_not_changed_is_not_sent_again(site):
    def conditional(reply: Hostile) -> None:
        if reply.headers["If-None-Match"] == '"1"':
            reply.reply(304)
        else:
            reply.reply(body=PAGE, ETag='"1"', Last_Modified="Tue, 21 May 2024 10:00:00 GMT")

    site.replies["/"] = conditional
    first = fetcher().fetch(site.url())
    assert first.marks == Marks('"1"', "Tue, 21 May 2024 10:00:00 GMT")
    assert fetcher().fetch(site.url(), marks=first.marks) is None
    assert site.asked[1][1]["If-Modified-Since"] == "Tue, 21 May 2024 10:00:00 GMT"
    assert fetcher().fetch(site.url(), marks=Marks('"0"')).content == PAGE


def test_a_304_that_was_not_asked_for_is_no_answer(site):
    site.replies["/"] = lambda reply: reply.reply(304)
    with pytest.raises(SourceUnreadable, match="304"):
        fetcher().fetch(site.url())


def test_a_mark_that_cannot_be_sent_back_is_not_kept(site):
    site.replies["/"] = lambda reply: reply.reply(body=PAGE, ETag='"' + "x" * 2_000 + '"', Last_Modified="caf\xe9")
    assert fetcher().fetch(site.url()).marks == Marks()


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_is_told_apart(site, status):
    site.replies["/"] = lambda reply: reply.reply(status)
    with pytest.raises(SourceGone, match=str(status)):
        fetcher().fetch(site.url())


@pytest.mark.parametrize("status", [201, 206, 300, 401, 403, 429, 500, 503])
def test_any_other_status_is_trouble(site, status):
    site.replies["/"] = lambda reply: reply.reply(status)
    with pytest.raises(SourceUnreadable, match=str(status)) as error:
        fetcher().fetch(site.url("/?token=secret"))
    assert "secret" not in str(error.value)


def test_no_cookie_is_kept_from_one_hop_to_the_next(site):
    site.replies["/"] = lambda reply: reply.reply(302, Location="/there", Set_Cookie="id=1; Path=/")
    site.replies["/there"] = lambda reply: reply.reply(body=PAGE)
    assert fetcher().fetch(site.url()).url == site.url("/there")
    assert "Cookie" not in site.asked[1][1]


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/", "http://127.0.0.1:{port}/secret", "//127.0.0.1:{port}/secret",
        "http://[::1]:{port}/secret", "http://2130706433:{port}/secret", "http://localhost:{port}/secret",
        "http://ida:pass@news.example:{port}/secret", "file:///etc/passwd", "gopher://news.example/",
        "http://news.example\\@127.0.0.1:{port}/secret",
    ],
)  # fmt: skip
def test_every_redirect_is_checked_anew(site, status, target):
    site.replies["/"] = lambda reply: reply.reply(status, Location=target.format(port=site.server_port))
    site.replies["/secret"] = lambda reply: reply.reply(body=b"the keys")
    with pytest.raises(FetchRefused):
        fetcher().fetch(site.url())
    assert site.paths() == ["/"]


def test_the_last_of_several_hops_is_checked_too(site):
    site.replies["/"] = lambda reply: reply.reply(302, Location="/one")
    site.replies["/one"] = lambda reply: reply.reply(307, Location="/two")
    site.replies["/two"] = lambda reply: reply.reply(308, Location="http://10.0.0.1/")
    with pytest.raises(FetchRefused, match=r"10\.0\.0\.1"):
        fetcher().fetch(site.url())


def test_thirty_redirects_are_too_many_and_a_loop_ends(site):
    for number in range(30):
        site.replies[f"/{number}"] = lambda reply, n=number: reply.reply(302, Location=f"/{n + 1}")
    site.replies["/loop"] = lambda reply: reply.reply(302, Location="/loop")
    for start in ("/0", "/loop"):
        site.asked.clear()
        with pytest.raises(SourceUnreadable, match="5 times"):
            fetcher().fetch(site.url(start))
        assert len(site.asked) == 6
    assert fetcher().fetch  # the fetcher can be used again
    site.replies["/30"] = lambda reply: reply.reply(body=PAGE)
    assert fetcher().fetch(site.url("/25")).content == PAGE


def test_a_redirect_to_nowhere_is_one_line(site):
    site.replies["/"] = lambda reply: reply.reply(302, Location="http://[")
    with pytest.raises(SourceUnreadable):
        fetcher().fetch(site.url())
    site.replies["/"] = lambda reply: reply.reply(302)
    with pytest.raises(SourceUnreadable, match="302"):
        fetcher().fetch(site.url())


def test_a_page_that_refreshes_itself_to_elsewhere_is_not_followed(site):
    refresh = b'<meta http-equiv="refresh" content="0; url=http://169.254.169.254/"><p>Wait.</p>'
    site.replies["/"] = lambda reply: reply.reply(body=refresh, Refresh="0; url=http://169.254.169.254/")
    assert fetcher().fetch(site.url()).content == refresh
    assert site.paths() == ["/"]


def test_proxies_of_the_environment_are_not_used(site, monkeypatch):
    site.replies["/"] = lambda reply: reply.reply(body=PAGE)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetcher().fetch(site.url()).content == PAGE


# Bytes and seconds


def chunked(pieces: Iterator[bytes], pause: float = 0, **headers: str) -> Callable[[Hostile], None]:
    def answer(reply: Hostile) -> None:
        reply.send_response(200)
        for name, value in ({"Transfer-Encoding": "chunked"} | headers).items():
            reply.send_header(name.replace("_", "-"), value)
        reply.end_headers()
        for piece in pieces:
            reply.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            reply.wfile.flush()
            time.sleep(pause)
        reply.wfile.write(b"0\r\n\r\n")

    return answer


def endless(piece: bytes) -> Iterator[bytes]:
    while True:
        yield piece


@pytest.fixture
def memory() -> Iterator[Callable[[], int]]:
    """The most bytes that were held at once since the test began."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


def test_an_endless_stream_is_cut_at_the_limit_of_bytes(site, memory):
    site.replies["/"] = chunked(endless(b"x" * 65_536))
    with pytest.raises(SourceUnreadable, match="larger than 2 MB"):
        fetcher(limits=Limits(seconds=30, bytes=2_000_000)).fetch(site.url())
    assert memory() < 8 * MEGABYTE


def test_ten_announced_gigabytes_are_not_begun(site):
    site.replies["/"] = lambda reply: reply.reply(body=b"x", Content_Length=str(10**10))
    with pytest.raises(SourceUnreadable, match="larger"):
        fetcher().fetch(site.url())


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_compressed_bomb_is_cut_before_it_opens(site, memory, encoding):
    bomb = gzip.compress(b"\0" * (100 * MEGABYTE)) if encoding == "gzip" else zlib.compress(b"\0" * (100 * MEGABYTE))
    assert len(bomb) < MEGABYTE
    tracemalloc.reset_peak()
    site.replies["/"] = lambda reply: reply.reply(body=bomb, Content_Encoding=encoding)
    with pytest.raises(SourceUnreadable, match="larger than 5 MB"):
        fetcher(limits=Limits(bytes=5_000_000)).fetch(site.url())
    assert memory() < 16 * MEGABYTE


def test_a_compressed_page_is_read(site):
    site.replies["/"] = lambda reply: reply.reply(body=gzip.compress(PAGE), Content_Encoding="gzip")
    assert fetcher().fetch(site.url()).content == PAGE
    assert site.asked[0][1]["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(gzip.compress(PAGE)[:-9], "gzip"), (b"not gzip", "gzip"), (PAGE, "br"), (PAGE, "gzip, gzip"), (PAGE, "zstd")],
)
def test_what_cannot_be_decompressed_is_trouble(site, body, encoding):
    site.replies["/"] = lambda reply: reply.reply(body=body, Content_Encoding=encoding)
    with pytest.raises(SourceUnreadable):
        fetcher().fetch(site.url())


def drip(pieces: Iterator[bytes]) -> Callable[[Hostile], None]:
    def answer(reply: Hostile) -> None:
        for piece in pieces:
            reply.wfile.write(piece)
            reply.wfile.flush()
            time.sleep(0.05)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        lambda: chunked(endless(b"x"), pause=0.05),
        lambda: drip(endless(b"HTTP/1.1 200 OK\r\nX: ")),
        lambda: drip(endless(b"HTTP/1.1 100 Continue\r\n\r\n")),
        lambda: lambda reply: time.sleep(3),
    ],
    ids=["body", "headers", "continue", "silence"],
)
def test_a_slow_drip_ends_at_the_limit_of_seconds_however_it_drips(site, answer):
    site.replies["/"] = answer()
    began = time.monotonic()
    with pytest.raises(SourceUnreadable, match=r"took longer than 0\.5 seconds"):
        fetcher(limits=Limits(seconds=0.5)).fetch(site.url())
    assert time.monotonic() - began < 2


def test_redirects_share_the_seconds_of_one_fetch(site):
    def slow(reply: Hostile) -> None:
        time.sleep(0.3)
        reply.reply(302, Location="/")

    site.replies["/"] = slow
    began = time.monotonic()
    with pytest.raises(SourceUnreadable, match="took longer"):
        fetcher(limits=Limits(seconds=0.5)).fetch(site.url())
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\0\0\0\0\r\n\r\n", b"HTTP/9.9 what\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx", b"<html>no headers at all</html>",
        b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\xff\xfe: 1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    ],
)  # fmt: skip
def test_a_server_that_speaks_no_http_is_one_line(site, raw):
    site.replies["/"] = lambda reply: reply.wfile.write(raw)
    with pytest.raises(SourceUnreadable) as error:
        fetcher().fetch(site.url("/"))
    assert "\n" not in str(error.value)


# robots.txt


def test_robots_txt_is_followed_and_read_once_for_a_site(site):
    rules = b"User-agent: byline\nDisallow: /private/\n\nUser-agent: *\nDisallow: /\n"
    site.replies["/robots.txt"] = lambda reply: reply.reply(body=rules)
    robots = Robots(fetcher())
    robots.check(site.url("/news/ferry?x=1"))
    with pytest.raises(FetchRefused, match=r"robots\.txt"):
        robots.check(site.url("/private/plans"))
    assert site.paths() == ["/robots.txt"]


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (410, True), (403, False), (500, False)])
def test_a_site_without_rules_is_open_and_one_in_trouble_waits(site, status, allowed):
    site.replies["/robots.txt"] = lambda reply: reply.reply(status)
    if allowed:
        Robots(fetcher()).check(site.url("/a"))
    else:
        with pytest.raises(SourceUnreadable, match=r"robots\.txt fails"):
            Robots(fetcher()).check(site.url("/a"))


def test_a_site_that_asks_for_pauses_gets_them_within_reason(site):
    site.replies["/robots.txt"] = lambda reply: reply.reply(body=b"User-agent: *\nCrawl-delay: 3600\n")
    pauses = []
    robots = Robots(fetcher(), sleep=pauses.append)
    for path in ("/a", "/b"):
        robots.check(site.url(path))
    assert pauses == [0, pytest.approx(10, abs=1)]


# What came


def reply_of(media_type: str, url: str = "http://h.example/a", content: bytes = b"text") -> Fetched:
    return Fetched(url, content, media_type, None, Marks())


@pytest.mark.parametrize(
    ("media_type", "url", "content", "suffix"),
    [
        ("text/html", "http://h.example/a.pdf", b"", ".html"),
        ("application/pdf", "http://h.example/a", b"", ".pdf"),
        ("text/plain", "http://h.example/a.md", b"", ".md"),
        ("text/plain", "http://h.example/a.exe", b"", ".txt"),
        ("text/plain", "http://h.example/a", PAGE, ".html"),
        ("", "http://h.example/a", PAGE, ".html"),
        ("application/octet-stream", "http://h.example/b/report.PDF?x=1", b"%PDF", ".pdf"),
        ("message/rfc822", "http://h.example/a", b"", ".eml"),
    ],
)
def test_a_reply_is_read_as_what_the_server_says_or_else_as_what_it_is_named(media_type, url, content, suffix):
    assert suffix_of(reply_of(media_type, url, content)) == suffix


@pytest.mark.parametrize("media_type", ["image/png", "video/mp4", "application/json", "application/x-msdownload", ""])
def test_what_is_no_article_is_refused(media_type):
    with pytest.raises(SourceUnreadable, match="not read"):
        suffix_of(reply_of(media_type))


def test_an_encoding_that_only_the_server_tells_is_not_lost():
    page = "<p>Fähre</p>".encode("cp1251", "xmlcharrefreplace").replace(b"&#228;", b"\xe4")
    told = Fetched("http://h.example/", page, "text/html", "cp1251", Marks())
    assert as_utf8(told, ".html").decode("utf-8-sig") == "<p>Fдhre</p>"
    for charset in (None, "nonsense", "utf-8"):
        assert as_utf8(Fetched("http://h.example/", page, "text/html", charset, Marks()), ".html") == page


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'<?xml version="1.0"?>\n<!-- a <feed> --><rss version="2.0">', "feed"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom">', "feed"),
        (b"<rdf:RDF xmlns:rdf='x'>", "feed"),
        (b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss>", "feed"),
        ('\ufeff<?xml version="1.0" encoding="utf-16"?><urlset >'.encode("utf-16"), "sitemap"),
        (b"<sitemapindex xmlns='x'>", "sitemap"),
        (PAGE, None),
        (b"<!doctype html><html><body><rss>", None),
        (b"", None),
    ],
)
def test_a_list_is_known_by_its_first_element(content, kind):
    assert listing_kind(content) == kind


def test_a_reply_made_to_be_slow_is_told_in_no_time():
    began = time.monotonic()
    for piece in (b"<!--", b"<?", b"<!DOCTYPE [", b"<!DOCTYPE a ", b"<a:", b"<", b"<!DOCTYPE []"):
        assert listing_kind(piece * 1_000_000) is None
    assert time.monotonic() - began < 5


def test_is_public_knows_the_edge_of_a_network():
    assert is_public(ipaddress.ip_address("172.32.0.1"))
    assert not is_public(ipaddress.ip_address("172.31.255.255"))
