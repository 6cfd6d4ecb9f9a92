"""A command that finds a server writing its data directory has that server do the work."""

import http.client
import json
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from index.collection import Added, Collection
from index.errors import BylineError, CollectionBusy, SourceUnreadable
from index.runs import Synced
from index.sources import Source, Vanished
from ui.local import SECRET, proof
from ui.security import loopback

PATIENCE = 5.0
"""Seconds within which a server says who it is; the work itself may take as long as it takes."""


class LocalServer:
    """The server that writes a data directory, on this machine."""

    def __init__(self, folder: Path, busy: CollectionBusy) -> None:
        """``busy`` is raised where there is no server, or none that proves to serve this ``folder``."""
        try:
            address = urlsplit(json.loads((folder / "writer.json").read_text(encoding="utf-8"))["address"] or "")
            self._secret = (folder / SECRET).read_text(encoding="utf-8")
            self._host, self._port = address.hostname or "", address.port or 0
        except (OSError, ValueError, KeyError, TypeError):
            raise busy from None
        if not loopback(self._host) or not self._proven():
            raise busy

    def add(self, named: Sequence[str], *, vanished: Vanished | None = None) -> Synced:
        """As ``Follower.add`` does."""
        whole = [name if "://" in name else str(Path(name).absolute()) for name in named]
        return _synced(self._ask("/local/add", {"named": whole, "vanished": vanished}))

    def sync(self, collection: Collection, *, force: bool = False) -> tuple[Synced, list[Source]]:
        """As ``Follower.sync`` does, and the sources of the collection, which is open to read."""
        values = self._ask("/local/sync", {"force": force})
        synced, sources = _synced(values), collection.followed.all()
        synced.waiting = [source for source in sources if source.location in values["waiting"]]
        return synced, sources

    def remove(self, article_id: str) -> None:
        """As ``Collection.remove`` does."""
        self._ask("/local/remove", {"article_id": article_id})

    def remove_source(self, source: str) -> int:
        """As ``Follower.remove`` does."""
        whole = source if "://" in source else str(Path(source).absolute())
        return int(self._ask("/local/remove", {"source": whole})["articles"])

    def _proven(self) -> bool:
        """Whether it knows the secret of this data directory; it is told nothing of it before."""
        challenge = secrets.token_urlsafe(32)
        try:
            status, values = self._exchange("GET", f"/local/proof?{urlencode({'challenge': challenge})}", PATIENCE)
        except (OSError, http.client.HTTPException, ValueError):
            return False
        expected = proof(self._secret, self._name, challenge)
        return status == 200 and secrets.compare_digest(str(values.get("proof")), expected)

    def _ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            status, values = self._exchange("POST", path, None, json.dumps(body))
        except (OSError, http.client.HTTPException, ValueError) as exc:
            raise BylineError(f"The server at {self._name} broke off. See what it has done with: byline list") from exc
        if status != 200:
            raise BylineError(str(values.get("error", f"The server at {self._name} answered with {status}.")))
        return values

    @property
    def _name(self) -> str:
        return f"[{self._host}]:{self._port}" if ":" in self._host else f"{self._host}:{self._port}"

    def _exchange(
        self, method: str, path: str, patience: float | None, body: str | None = None
    ) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=patience)
        headers = {"Host": self._name}
        if body is not None:
            headers |= {"Authorization": f"Bearer {self._secret}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            return reply.status, dict(json.loads(reply.read()))
        finally:
            connection.close()


def _synced(values: dict[str, Any]) -> Synced:
    problems = [SourceUnreadable(problem) for problem in values["problems"]]
    return Synced(Added(values["added"], values["updated"], values["unchanged"], problems), values["removed"])
