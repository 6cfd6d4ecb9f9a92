"""What stands before every request: names, origins, sizes, times, and what a browser may do with the reply."""

from ui.security.bodies import BodyLimit
from ui.security.headers import SafeHeaders, own_page
from ui.security.origins import LOOPBACK, SAFE_METHODS, SameOrigin, foreign
from ui.security.peers import Forwarded, loopback
from ui.security.refusing import refuse, route_path

__all__ = [
    "LOOPBACK",
    "SAFE_METHODS",
    "BodyLimit",
    "Forwarded",
    "SafeHeaders",
    "SameOrigin",
    "foreign",
    "loopback",
    "own_page",
    "refuse",
    "route_path",
]
