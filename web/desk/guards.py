"""Who may make a request to the desk: checked for every one of its routes, before anything of a handler runs."""

import asyncio
import hmac
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers.base import BaseRouteHandler

from companion.config import Settings
from companion.users import Role, User
from web.deps import READ, House
from web.errors import wants_json

COOKIE = "companion_desk"
OPEN = {"open": True}  # `opt` of a handler that anybody may reach: the door
_SEALED = "This form could not be checked. Go back, load the page again, and send it once more."


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """Who makes the request; `csrf` is the token that proves a form came from a page of this session."""

    user: User
    secret: str

    @property
    def csrf(self) -> str:
        """Made from the session's id, which no page of another site can know."""
        return hmac.new(self.secret.encode(), b"csrf", sha256).hexdigest()


class LoginNeeded(NotAuthorizedException):
    """Nobody is logged in: answered by the door. `kept` is the form that came, if it came from this site."""

    def __init__(self, kept: tuple[tuple[str, str], ...] | None = None) -> None:
        super().__init__("You are not logged in, or it was too long ago. Log in, and go on.")
        self.kept = kept


async def known_place(connection: ASGIConnection, _: BaseRouteHandler) -> None:
    """Answers only under the names that the desk is known by: another site's name could be led here."""
    settings: Settings = connection.app.state.house.settings
    host = _name(f"//{connection.headers.get('host', '')}")
    if host not in hosts(settings):
        raise PermissionDeniedException(
            f"The desk is not open under the name “{host}”. If it should be, add the name to the setting allowed_hosts."
        )


async def same_site(connection: ASGIConnection, _: BaseRouteHandler) -> None:
    """Lets nothing be changed from another site's pages, by what the browser says of where a request comes from."""
    if connection.scope["method"] in READ:
        return
    origin = connection.headers.get("origin")
    if origin is not None and not _ours(connection, origin):
        raise PermissionDeniedException(_SEALED)
    if connection.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise PermissionDeniedException(_SEALED)


async def somebody(connection: ASGIConnection, handler: BaseRouteHandler) -> None:
    """Lets in who is logged in, has the role, and sends the session's token with whatever changes something."""
    if handler.opt.get("open"):
        return
    assert isinstance(connection, Request)  # the desk has no web sockets
    session = await current(connection)
    if session is None:
        raise LoginNeeded(await _form(connection))
    if connection.method not in READ:
        given = connection.headers.get("x-csrf-token") or dict(await _fields(connection)).get("csrf", "")
        if not hmac.compare_digest(given.encode(), session.csrf.encode()):
            raise PermissionDeniedException(_SEALED)
    if not session.user.may(Role(handler.opt.get("role", Role.EDITOR))):
        raise PermissionDeniedException("This is for producers. Ask one of them to do it, or to make you one.")
    connection.state.session = session


GUARDS = (known_place, same_site, somebody)  # in this order


async def current(request: Request) -> Session | None:
    """The session that a request belongs to, None if it has ended or there is none."""
    secret = request.cookies.get(COOKIE)
    if not secret:
        return None
    house: House = request.app.state.house
    lent = await house.stores.take()
    try:
        user = await asyncio.to_thread(lent.store.sessions.find, secret, request.app.state.clock())
    finally:
        house.stores.give(lent)
    return Session(user=user, secret=secret) if user else None


def hosts(settings: Settings) -> frozenset[str]:
    """The names that the desk answers to: this machine's own, that of the site, and those that are set."""
    given = [f"//{name.strip()}" for name in settings.allowed_hosts.split(",")]
    own = f"//[{settings.host}]" if ":" in settings.host else f"//{settings.host}"
    names = {_name(address) for address in (settings.base_url, own, *given)}
    return frozenset(names | {"localhost", "127.0.0.1", "::1"}) - {""}


async def _form(request: Request) -> tuple[tuple[str, str], ...] | None:
    """The fields of a form that a page of this site sent, but for its token; None if there is no such form.

    Only with an Origin: what another site sends must never wait here for somebody's login.
    """
    origin = request.headers.get("origin")
    if request.method in READ or origin is None or wants_json(request):
        return None
    return tuple((name, value) for name, value in await _fields(request) if name != "csrf")


async def _fields(request: Request) -> list[tuple[str, str]]:
    if request.content_type[0] not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return []
    return [(name, value) for name, value in (await request.form()).multi_items() if isinstance(value, str)]


def _ours(connection: ASGIConnection, origin: str) -> bool:
    """Whether an Origin header names the site. "null" does not; the scheme may be another one than a proxy asks by."""
    settings: Settings = connection.app.state.house.settings
    known = {connection.headers.get("host", "").lower(), _place(settings.base_url)} - {""}
    return _place(origin) in known


def _place(address: str) -> str:
    """The host in an address with its port; "" where there is none to be read."""
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def _name(address: str) -> str:
    """The host in an address, without its port."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
