"""The door of the desk: logging in and out, and what becomes of a form that came after its session had ended."""

import asyncio
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from urllib.parse import quote, urlsplit

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie, FormMultiDict, State
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect
from litestar.serialization import encode_json

from companion.store import Store
from companion.users import composed, matches
from companion.wording import count
from web.deps import READ, House
from web.desk.guards import COOKIE, OPEN, LoginNeeded, Session, current
from web.errors import PROBLEM, wants_json
from web.pages.desk import LoginPage, ResendPage

HOME = "/desk"
_LOGIN = "/desk/login"
_KEPT = "kept."  # before the names of the fields that wait for the login
_RENEWED = "Your new password holds from now on. Please log in with it."
_WRONG = "That name and password don't belong together. Look at both, and try again."


@get(_LOGIN, opt=OPEN)
async def ask(request: Request) -> Response:
    """Asks who is there; somebody who is logged in goes straight on. `?renewed` tells of a new password."""
    to = inside(request.query_params.get("next", ""))
    if await current(request):
        return Redirect(to, status_code=303)
    trouble = _RENEWED if "renewed" in request.query_params else ""
    return _ask(request, 200, _Typed(name="", password="", to=to, kept=None), trouble)


@post(_LOGIN, opt=OPEN)
async def login(request: Request, state: State) -> Response:
    """Lets somebody in with a new session, and sends the form that waited. Wrong names and wrong passwords are one."""
    typed = _typed(await request.form())
    house: House = state.house
    lent = await house.stores.take()
    try:
        address = _address(request)
        wait = await asyncio.to_thread(lent.store.attempts.begin, typed.name, address, state.clock())
        if wait:
            trouble = f"That was a few tries too many. Please wait {count(wait, 'second')}, and try again."
            return _ask(request, 429, typed, trouble, {"retry-after": str(wait)})
        digest = await asyncio.to_thread(lent.store.users.digest, typed.name)
        # few at a time: each comparison takes a good deal of memory
        right = await asyncio.get_running_loop().run_in_executor(state.passwords, matches, digest, typed.password)
        if not right:
            return _ask(request, 401, typed, _WRONG)
        session = await asyncio.to_thread(_start, lent.store, typed.name, address, request, state)
    finally:
        house.stores.give(lent)
    if typed.kept is None:
        answer: Response = Redirect(typed.to, status_code=303)
    else:
        page = ResendPage(site=house.nameless, user=session.user, csrf=session.csrf, to=typed.to, kept=typed.kept)
        answer = Response(house.render(page), status_code=200, media_type="text/html")
    answer.set_cookie(_cookie(request, session.secret))
    return answer


@post("/desk/logout")
async def logout(request: Request, state: State) -> Response:
    """Ends the session here, so that its id opens nothing any more, wherever it may still be."""
    session: Session = request.state.session
    lent = await state.house.stores.take()
    try:
        await asyncio.to_thread(lent.store.sessions.end, session.secret)
        await asyncio.to_thread(lent.store.audit.note, session.user.name, "log out", "", state.clock())
    finally:
        state.house.stores.give(lent)
    answer = Redirect(_LOGIN, status_code=303)
    answer.set_cookie(_cookie(request, "", max_age=0))
    return answer


def shut_out(request: Request, error: LoginNeeded) -> Response:
    """The answer to somebody who is not logged in: the door, holding the form that came; to a script, the reason."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    door = f"{_LOGIN}?next={quote(path if request.method in READ else HOME, safe='/')}"
    if wants_json(request):
        problem = {"status": 401, "title": "Please log in", "detail": error.detail, "login": door}
        return Response(encode_json(problem), status_code=401, media_type=PROBLEM)
    if error.kept is None:
        return Redirect(door, status_code=303)
    trouble = "You were away for a while. What you sent is kept: log in, and it goes where you sent it."
    return _ask(request, 401, _Typed(name="", password="", to=inside(path), kept=error.kept), trouble)


def inside(path: str) -> str:
    """The path of a page of the desk, or its first page if it is none: nobody is led elsewhere by the door."""
    known = path == HOME or path.startswith((f"{HOME}/", f"{HOME}?"))
    plain = path.isprintable() and "\\" not in path and "/../" not in path
    return path if known and plain and urlsplit(path).path not in (_LOGIN, "/desk/logout") else HOME


@dataclass(frozen=True, kw_only=True, slots=True)
class _Typed:
    """What was sent to the door: who, with what password, wanting where; and the form that waits, if one does."""

    name: str
    password: str
    to: str
    kept: tuple[tuple[str, str], ...] | None


def _typed(form: FormMultiDict) -> _Typed:
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    given = dict(fields)
    kept = tuple((name.removeprefix(_KEPT), value) for name, value in fields if name.startswith(_KEPT))
    return _Typed(
        name=composed(given.get("name", ""))[:200],
        password=given.get("password", ""),
        to=inside(given.get("to", "")),
        kept=kept if "waits" in given else None,
    )


def _start(store: Store, name: str, address: str, request: Request, state: State) -> Session:
    """A new session; the one that the browser came with, if any, is over."""
    store.attempts.succeeded(name, address)
    store.sessions.end(request.cookies.get(COOKIE, ""))
    user = store.users.get(name)
    secret = store.sessions.start(user, state.clock())
    store.audit.note(user.name, "log in", "", state.clock())
    return Session(user=user, secret=secret)


def _ask(
    request: Request, status: int, typed: _Typed, trouble: str = "", headers: dict[str, str] | None = None
) -> Response[bytes]:
    house: House = request.app.state.house
    page = LoginPage(
        site=house.nameless, user=None, csrf="", name=typed.name, trouble=trouble, to=typed.to, kept=typed.kept
    )
    return Response(house.render(page), status_code=status, media_type="text/html", headers=headers)


def _cookie(request: Request, secret: str, max_age: int | None = None) -> Cookie:
    """Only for the desk, so that the public pages stay without; it goes when the browser is closed."""
    secure = request.scope["scheme"] == "https"
    return Cookie(key=COOKIE, value=secret, path=HOME, httponly=True, samesite="lax", secure=secure, max_age=max_age)


def _address(request: Request) -> str:
    """Where a try comes from; of IPv6 the network, as one person has all the addresses in it."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    # as IPv4 visitors come to a server that listens on "::"
    return str(address.ipv4_mapped or int(address) >> 64)


HANDLERS: tuple[HTTPRouteHandler, ...] = (ask, login, logout)
