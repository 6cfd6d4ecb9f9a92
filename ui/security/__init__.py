"""What stands before every request: names, origins, sizes, times, and what a browser may do with the reply."""

from ui.security.bodies import BodyLimit
from ui.security.headers import OWN_PAGE, SafeHeaders
from ui.security.origins import LOOPBACK, SAFE_METHODS, SameOrigin, foreign
from ui.security.peers import Forwarded, loopback
from ui.security.refusing import refuse, route_path

__all__ = [
    "LOOPBACK",
    "OWN_PAGE",
    "SAFE_METHODS",
    "BodyLimit",
    "Forwarded",
    "SafeHeaders",
    "SameOrigin",
    "foreign",
    "loopback",
    "refuse",
    "route_path",
]
