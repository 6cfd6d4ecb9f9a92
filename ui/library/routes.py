"""``/library``: the page, and what its script sets going that takes longer than a request should."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from index.browsing import ORDERS, Order, Shelf
from index.collection import Collection
from index.fetching.addresses import LONGEST_URL, parse, shown
from index.sources import Source
from ui.access.person import person_of
from ui.library.jobs import Jobs, Kind
from ui.pages import View, templates
from ui.render import article_path, credit, readable
from ui.security.headers import own_page
from ui.words import Words, texts

PAGE = own_page(forms="'self'", framed="'none'") + "; connect-src 'self'"
"""What the page may load: beside its own files, the answers to its own requests."""
PER_PAGE = 50
LONGEST_SEARCH = 200
"""Characters; what comes after is not looked for."""
SCRIPTED = "js_"
"""How the keys of the words begin that the script shows."""
THOUSANDS = {"en": ",", "de": ".", "es": ".", "zh": ","}


class JobIn(BaseModel):
    """What is to be set going."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    location: str = Field("", max_length=LONGEST_URL)
    """The address to add, or the source to bring up to date or to remove; "" for every source."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which articles the address asks for; what it says wrongly is as if it said nothing."""

    words: str
    order: Order
    page: int
    """From 1."""

    @classmethod
    def of(cls, request: Request) -> "Asked":
        """What the request's query says."""
        query = request.query_params
        order, page = query.get("sort", ""), query.get("page", "")
        return cls(
            query.get("q", "")[:LONGEST_SEARCH].strip(),
            order if order in ORDERS else ORDERS[0],
            int(page) if page.isdecimal() and len(page) < 9 and int(page) else 1,
        )

    def link(self, page: int) -> str:
        """The address of another page of the same list."""
        named = {
            "q": self.words,
            "sort": self.order if self.order != ORDERS[0] else "",
            "page": page if page > 1 else "",
        }
        return "library?" + urlencode({name: value for name, value in named.items() if value})


@dataclass(frozen=True, slots=True)
class Library:
    """The page and its routes over a collection."""

    collection: Collection
    jobs: Jobs
    largest: int
    """Bytes of the largest upload that the server takes."""
    templates: Environment = field(default_factory=templates)

    def router(self) -> APIRouter:
        """All routes; the API has its own for articles and sources."""
        router = APIRouter(include_in_schema=False)
        router.get("/library")(self.page)
        router.get("/library/jobs")(self.listed)
        router.post("/library/jobs")(self.begin)
        router.delete("/library/jobs/{job_id}")(self.stop)
        return router

    def page(self, request: Request) -> HTMLResponse:
        """A page of the list and the sources; its script asks for it again and takes over the parts that change."""
        view, asked = View.of(request, root=""), Asked.of(request)
        owner = person_of(request.scope).role == "owner"
        shelf, page = self._shelf(asked)
        words = Words("library", view.language)
        first = (page - 1) * PER_PAGE
        shown_page = self.templates.get_template("library.html").render(
            lang=view.language,
            root=view.root,
            view=view,
            words=words,
            owner=owner,
            asked=asked,
            orders=ORDERS,
            rows=shelf.articles,
            total=_number(shelf.total, view),
            span=f"{_number(first + 1, view)}–{_number(first + len(shelf.articles), view)}",
            before=asked.link(page - 1) if page > 1 else "",
            after=asked.link(page + 1) if first + len(shelf.articles) < shelf.total else "",
            sources=[_source(source, view, owner=owner) for source in self.collection.followed.all()],
            path=lambda article_id: article_path(article_id).lstrip("/"),
            credit=lambda metadata: credit(metadata, view.language),
            day=lambda moment: readable(moment.date(), view.language),
            scripted=json.dumps(_scripted(view)),
            largest=self.largest,
        )
        return HTMLResponse(shown_page, headers={"content-security-policy": PAGE, "cache-control": "no-store"})

    def listed(self) -> JSONResponse:
        """Every job that waits, goes on, or has ended lately."""
        return JSONResponse({"jobs": [job.to_json() for job in self.jobs.all()]}, headers={"cache-control": "no-store"})

    def begin(self, body: JobIn) -> JSONResponse:
        """Set a job going; 422 for an address that is never fetched."""
        location = str(parse(body.location.strip())) if body.kind == "add" else body.location
        return JSONResponse(self.jobs.begin(body.kind, location).to_json(), status_code=202)

    def stop(self, job_id: str) -> Response:
        """Have a job end soon; 404 where none of that id is under way."""
        if not self.jobs.stop(job_id):
            raise HTTPException(404, "That is done already.")
        return Response(status_code=204)

    def _shelf(self, asked: Asked) -> tuple[Shelf, int]:
        """The page that is asked for, or the last one where there are fewer; and its number."""
        first = (asked.page - 1) * PER_PAGE
        shelf = self.collection.browse(asked.words, order=asked.order, first=first, limit=PER_PAGE)
        if shelf.articles or asked.page == 1:
            return shelf, asked.page
        last = max(1, -(-shelf.total // PER_PAGE))
        return self.collection.browse(
            asked.words, order=asked.order, first=(last - 1) * PER_PAGE, limit=PER_PAGE
        ), last  # fmt: skip


def _source(source: Source, view: View, *, owner: bool) -> dict[str, Any]:
    """A source as the page shows it; where files lie and what went wrong with them is for owners."""
    words = Words("library", view.language)
    web = "://" in source.location
    place = shown(source.location) if web else source.location
    counted = [("new", source.counts.new), ("changed", source.counts.changed), ("unchanged", source.counts.unchanged)]
    counted += [("gone", source.counts.removed), ("failed", source.counts.failed)]
    counts = [words(f"count_{name}", count=_number(count, view)) for name, count in counted if count]
    return {
        "location": source.location if owner else "",
        "shown": place if owner or web else place.replace("\\", "/").rpartition("/")[2],
        "kind": words(f"kind_{source.kind}"),
        "last_run": source.last_run,
        "counts": " · ".join(counts),
        "error": (source.last_error or "") if owner else "",
        "failures": source.failures,
        "next_try": source.next_try,
    }


def _scripted(view: View) -> dict[str, str]:
    return {key: told[view.language] for key, told in texts("library").items() if key.startswith(SCRIPTED)}


def _number(number: int, view: View) -> str:
    return f"{number:,}".replace(",", THOUSANDS[view.language])
