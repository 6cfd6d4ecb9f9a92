"""The HTTP API over sources: listed, followed, removed; and an article added by its address."""

from typing import Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import Headers
from starlette.routing import Match
from starlette.types import Scope

from index.collection import Collection
from index.fetching.addresses import LONGEST_URL, parse
from index.settings import IndexSettings
from index.syncing import Follower
from ui.api import ERRORS, added_reply
from ui.sources import source_json


class UrlIn(BaseModel):
    """The address of a page, a feed or a sitemap; files of the server's own disk are not added over HTTP."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=LONGEST_URL)
    vanished: Literal["keep", "remove"] | None = None


class JsonRoute(APIRoute):
    """A route for bodies of JSON, beside another on the same path for uploads."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As any route does, but for requests whose body is JSON only."""
        kind = Headers(scope=scope).get("content-type", "") if scope["type"] == "http" else ""
        if not kind.lower().startswith("application/json"):
            return Match.NONE, {}
        return super().matches(scope)


def sources_router(collection: Collection, settings: IndexSettings) -> APIRouter:
    """``/api/sources``, and ``POST /api/articles`` with ``{"url": …}``; to be included before the articles' router."""
    follower = Follower.of(collection, settings)
    router = APIRouter(responses=ERRORS, tags=["Sources"])

    def listed() -> list[dict[str, Any]]:
        """Every source with the counts of its last run and its last error."""
        return [source_json(source) for source in follower.sources()]

    def add(body: UrlIn) -> JSONResponse:
        """Read what the address names and follow it from now on; 422 when nothing of it could be read."""
        return added_reply(follower.add([str(parse(body.url))], vanished=body.vanished).added)

    def remove(location: str = Query()) -> Response:
        """Follow the source no longer, and remove its articles that no other source has."""
        follower.remove(location)
        return Response(status_code=204)

    router.get("/api/sources")(listed)
    router.post("/api/sources")(add)
    router.delete("/api/sources", status_code=204)(remove)
    # Its twin for uploads is the one that the schema shows; OpenAPI has room for one of a path and method.
    router.add_api_route(
        "/api/articles", add, methods=["POST"], include_in_schema=False, route_class_override=JsonRoute
    )
    return router
