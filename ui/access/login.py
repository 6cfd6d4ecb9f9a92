"""The login page: in with a name and a password, and out again."""

import logging
import re
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from assistant.settings import Settings
from ui.access.accounts import Accounts, folded
from ui.access.identifying import logged_in
from ui.access.passwords import PasswordsBusy
from ui.access.person import Person
from ui.access.sessions import LONGEST, Sessions, cookie_name
from ui.access.throttling import LoginThrottle
from ui.pages import templates
from ui.security import own_page
from ui.security.peers import address_of_client
from ui.words import Words, preferred

LOG = logging.getLogger(__name__)
PAGE = own_page(forms="'self'", framed="'none'")
LONGEST_FIELD = 1_000
BUSY = 5
"""Seconds after which to try again where too many log in at once."""
WITHIN = re.compile(r"(?!.*(^|/)\.\.?(/|$|\?))[\w.~!$&'()*+,;=:@%/?-]{0,2000}", re.ASCII)
"""A path below the server's root, and its query."""


class LoginIn(BaseModel):
    """What the form sends."""

    name: str = Field("", max_length=LONGEST_FIELD)
    password: str = Field("", max_length=LONGEST_FIELD)
    next: str = Field("", max_length=LONGEST_FIELD)
    """Where to go on to, a path below the server's root."""


@dataclass(frozen=True, slots=True)
class Login:
    """The routes; they are there in every way of access, and lead to the chat where nobody logs in."""

    settings: Settings
    accounts: Accounts
    sessions: Sessions
    templates: Environment
    throttle: LoginThrottle = attribute(default_factory=LoginThrottle)

    def router(self) -> APIRouter:
        """All routes."""
        router = APIRouter(include_in_schema=False)
        router.get("/login")(self.page)
        router.post("/login")(self.begin)
        router.post("/logout")(self.end)
        return router

    def page(
        self, request: Request, onward: Annotated[str, Query(alias="next", max_length=LONGEST_FIELD)] = ""
    ) -> Response:
        """The form; for whoever has logged in, the way out."""
        if self.settings.auth != "password":
            return RedirectResponse("./", 303)
        return self._page(request, form=LoginIn(next=onward), person=self._person(request))

    def begin(self, request: Request, form: Annotated[LoginIn, Form()]) -> Response:
        """A session in this browser, and on to where its person wanted to go; 401 for a wrong password."""
        if self.settings.auth != "password":
            raise HTTPException(404, "Nobody logs in here.")
        if "origin" not in request.headers:
            # Every browser of today names it, and whoever is logged in by another site's page would not notice.
            raise HTTPException(403, "Log in on the login page; programs send a token instead.")
        address = address_of_client(request.scope)
        tried = folded(form.name)
        if wait := self.throttle.wait(address, tried):
            LOG.warning("Logins from %s are held back", address)
            return self._held_back(request, form, wait)
        try:
            person = self.accounts.verified(form.name, form.password)
        except PasswordsBusy:
            self.throttle.forget(address, tried)
            return self._held_back(request, form, BUSY)
        if person is None:
            # The name is not logged: people type their password there by mistake.
            LOG.warning("A login from %s failed", address)
            return self._page(request, form=form, trouble=words_of(request)("wrong"), status=401)
        self.throttle.forget(address, tried)
        self._end(request)
        reply = RedirectResponse(f"./{form.next}" if WITHIN.fullmatch(form.next) else "./", 303)
        self._set_cookie(request, reply, self.sessions.begin(person))
        return reply

    def end(self, request: Request) -> Response:
        """The session ends, on the server as well as in the browser."""
        self._end(request)
        reply = RedirectResponse("./login", 303)
        self._set_cookie(request, reply, "")
        return reply

    def _end(self, request: Request) -> None:
        if secret := request.cookies.get(cookie_name(request.scope, self.settings.root_path)):
            self.sessions.end(secret)

    def _person(self, request: Request) -> Person | None:
        return logged_in(request.scope, self.sessions, prefix=self.settings.root_path)

    def _set_cookie(self, request: Request, reply: Response, secret: str) -> None:
        reply.headers["cache-control"] = "no-store"
        reply.set_cookie(
            cookie_name(request.scope, self.settings.root_path),
            secret,
            max_age=int(LONGEST) if secret else 0,
            path=self.settings.root_path or "/",
            secure=request.scope["scheme"] == "https",
            httponly=True,
            samesite="lax",
        )

    def _held_back(self, request: Request, form: LoginIn, wait: int) -> HTMLResponse:
        page = self._page(request, form=form, trouble=words_of(request)("often", seconds=wait), status=429)
        page.headers["retry-after"] = str(wait)
        return page

    def _page(
        self, request: Request, *, form: LoginIn, person: Person | None = None, trouble: str = "", status: int = 200
    ) -> HTMLResponse:
        words = words_of(request)
        shown = self.templates.get_template("login.html").render(
            words=words, lang=words.language, person=person, trouble=trouble, name=form.name, onward=form.next
        )
        headers = {"content-security-policy": PAGE, "cache-control": "no-store", "vary": "Accept-Language, Cookie"}
        return HTMLResponse(shown, status_code=status, headers=headers)


def login_router(settings: Settings) -> APIRouter:
    """The login page's routes for the people of this data directory."""
    return Login(settings, Accounts(settings.data), Sessions(settings.data), templates()).router()


def words_of(request: Request) -> Words:
    """The page's words in the language that the browser prefers."""
    return Words("access", preferred(request.headers.get("accept-language", "")))
