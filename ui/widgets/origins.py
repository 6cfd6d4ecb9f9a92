"""Which pages may use a widget: origins as browsers send them, exact or with a wildcard for subdomains.

An origin is a scheme, a host and a port, all of which count. ``https://*.example.org`` is any subdomain of
example.org, however deep, but neither example.org itself nor evil-example.org.
"""

import re
from collections.abc import Iterable

from index.errors import BylineError

LABEL = "[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?"
HOST = rf"{LABEL}(\.{LABEL})*"
ORIGIN = re.compile(rf"(?P<scheme>https?)://(?P<host>{HOST})(?P<port>:[0-9]{{1,5}})?")
ALLOWED = re.compile(rf"(?P<scheme>https?)://(?P<any>\*\.)?(?P<host>{HOST})(?P<port>:[0-9]{{1,5}})?")
LONGEST = 300
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class OriginWrong(BylineError):
    """What was given is no origin that a widget could be allowed on."""


def parse_origin(text: str) -> str:
    """The origin as browsers write it: lower case, names in ASCII, a scheme's own port left out; ``OriginWrong``."""
    lowered = text.strip().lower().removesuffix("/")
    found = ALLOWED.fullmatch(_ascii(lowered)) if len(lowered) <= LONGEST else None
    if not found or int((found["port"] or ":1")[1:]) not in range(1, 65_536):
        raise OriginWrong(f"{text!r} is no origin. Give scheme, host and port only, such as https://intranet.example.")
    if found["any"] and "." not in found["host"]:
        raise OriginWrong(
            f"{text!r} would allow far too many. A wildcard needs a domain, such as https://*.example.org."
        )
    port = "" if found["port"] == DEFAULT_PORTS[found["scheme"]] else found["port"] or ""
    return f"{found['scheme']}://{found['any'] or ''}{found['host']}{port}"


def _ascii(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    try:
        return scheme + separator + ".".join(label.encode("idna").decode() for label in rest.split("."))
    except UnicodeError:
        return ""


def allows(allowed: Iterable[str], origin: str) -> bool:
    """Whether one of the allowed origins is the one that the browser sent; "null" never is."""
    sent = ORIGIN.fullmatch(origin) if len(origin) <= LONGEST else None
    return sent is not None and any(_matches(pattern, sent) for pattern in allowed)


def _matches(pattern: str, sent: re.Match[str]) -> bool:
    wanted = ALLOWED.fullmatch(pattern)
    if not wanted or (wanted["scheme"], wanted["port"]) != (sent["scheme"], sent["port"]):
        return False
    host: str = sent["host"]
    return host.endswith(f".{wanted['host']}") if wanted["any"] else host == wanted["host"]
