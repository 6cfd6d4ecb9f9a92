"""The server's own machine may have it do what a command would do: add, follow, remove.

One process writes a data directory. A command that finds a server there hands its work over to it. Both prove that
they can read the same data directory by a secret in it, and the secret itself never crosses to a server that has not.
"""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from index.collection import Collection
from index.runs import Synced
from index.settings import IndexSettings
from index.syncing import Follower
from ui.security import loopback

SECRET = "local.token"  # noqa: S105  the name of a file


class AddIn(BaseModel):
    """What is to be added: absolute paths and addresses."""

    model_config = ConfigDict(extra="forbid")

    named: list[str]
    vanished: Literal["keep", "remove"] | None = None


class SyncIn(BaseModel):
    """How sources are to be followed."""

    model_config = ConfigDict(extra="forbid")

    force: bool = False


class RemoveIn(BaseModel):
    """What is to be removed: an article or a source."""

    model_config = ConfigDict(extra="forbid")

    article_id: str = ""
    source: str = ""


def local_router(collection: Collection, settings: IndexSettings) -> APIRouter:
    """``/local/…``: each command as a request, refused to whoever cannot read the data directory."""
    follower, secret = Follower.of(collection, settings), _made(settings.data / SECRET)
    router = APIRouter(prefix="/local", include_in_schema=False)

    def allowed(request: Request, authorization: str) -> None:
        given = hmac.compare_digest(authorization.encode(), f"Bearer {secret}".encode())
        if not (given and request.client and loopback(request.client.host)):
            raise HTTPException(403, "Only commands on this machine may do this.")

    def prove(request: Request, challenge: Annotated[str, Query(min_length=16, max_length=200)]) -> dict[str, str]:
        return {"proof": proof(secret, request.headers.get("host", ""), challenge)}

    def add(body: AddIn, request: Request, authorization: Annotated[str, Header()] = "") -> dict[str, Any]:
        allowed(request, authorization)
        return _told(follower.add(body.named, vanished=body.vanished))

    def sync(body: SyncIn, request: Request, authorization: Annotated[str, Header()] = "") -> dict[str, Any]:
        allowed(request, authorization)
        return _told(follower.sync(force=body.force))

    def remove(body: RemoveIn, request: Request, authorization: Annotated[str, Header()] = "") -> dict[str, Any]:
        allowed(request, authorization)
        if body.article_id:
            collection.remove(body.article_id)
            return {"articles": 1}
        return {"articles": follower.remove(body.source)}

    router.get("/proof")(prove)
    router.post("/add")(add)
    router.post("/sync")(sync)
    router.post("/remove")(remove)
    return router


def proof(secret: str, host: str, challenge: str) -> str:
    """What only someone who knows the secret can make of the challenge, at the address that was asked."""
    return hmac.new(secret.encode(), f"{host}\n{challenge}".encode(), hashlib.sha256).hexdigest()


def _made(file: Path) -> str:
    """A new secret, in a file that only the owner of the data directory reads."""
    secret = secrets.token_urlsafe(32)
    with suppress(FileNotFoundError):
        file.unlink()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as fresh:
        fresh.write(secret)
    return secret


def _told(synced: Synced) -> dict[str, Any]:
    added = synced.added
    return {
        "added": added.added,
        "updated": added.updated,
        "unchanged": added.unchanged,
        "problems": [str(problem) for problem in added.problems],
        "removed": synced.removed,
        "waiting": [source.location for source in synced.waiting],
    }
