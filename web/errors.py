"""Errors become answers here and nowhere else."""

import logging
from urllib.parse import quote

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException
from litestar.serialization import encode_json

from companion.errors import (
    CompanionError,
    ConfigError,
    ConflictError,
    GoneError,
    InvalidError,
    NotFoundError,
    StageError,
    StaleError,
)
from web.deps import House
from web.near import near, words
from web.pages.error import ErrorPage

_STATUS: dict[type[CompanionError], int] = {
    GoneError: 410,  # before what it is one of
    NotFoundError: 404,
    InvalidError: 400,
    StaleError: 409,  # before its parent
    ConflictError: 503,  # a database that is locked or newer: the visitor did nothing wrong, and may come again
    ConfigError: 500,
    StageError: 500,
}

_TITLES = {
    400: "That address isn't quite right",
    403: "That isn't possible from here",
    404: "There is nothing here",
    405: "That can't be done here",
    410: "This was taken down",
    503: "One moment, please",
}
_MESSAGES = {
    404: "The page may have moved, or the link may have lost a letter on its way.",
    405: "This page can be read, and nothing else.",
    410: "Somebody's story was here, and it is no longer told. Its words and its sound are gone from this site.",
}
_OURS = "Something went wrong on our side. It has been written down. Please try again in a moment."

_GONE_AWAY = "client disconnected prematurely"  # what the framework says of this, as of an error of the server's

PROBLEM = "application/problem+json"  # RFC 9457: errors of the API, for programs and those who write them

_log = logging.getLogger("web")


def ours(request: Request, error: CompanionError) -> Response[bytes]:
    """An error this project raises on purpose: its message is for people, unless it tells of the server's insides."""
    status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
    if status >= 500:
        _log.error("%s %s: %s", request.method, request.url.path, error.message)
        return _answer(request, status, _OURS)
    if isinstance(error, GoneError):
        return _answer(request, status, _MESSAGES[status])
    if isinstance(error, NotFoundError):  # its message ends with what to type, which is of no use here
        return _answer(request, status, f"There is no {error.kind} “{error.id}”. {_MESSAGES[404]}")
    return _answer(request, status, error.message)


def protocol(request: Request, error: HTTPException) -> Response[bytes]:
    """An error of the framework: no such page, a method that is not allowed, input that cannot be read."""
    if error.detail == _GONE_AWAY:
        return _answer(request, 400, "The request broke off before its end.")  # nobody reads it any more
    if error.status_code >= 500:
        return unforeseen(request, error)
    message = _MESSAGES.get(error.status_code) or _faults(error) or "The request could not be understood."
    if error.status_code == 403:  # said by the desk's guards, to people
        message = error.detail
    return _answer(request, error.status_code, message, error.headers)


def unforeseen(request: Request, error: Exception) -> Response[bytes]:
    """A bug: written to the log whole, and shown as an apology."""
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _answer(request, 500, _OURS)


def _answer(request: Request, status: int, message: str, headers: dict[str, str] | None = None) -> Response[bytes]:
    title = _TITLES.get(status, "Something went wrong")
    if status == 400 and request.method == "POST":
        title = "That can't be used as it is"
    headers = {**(headers or {}), "cache-control": "no-store"}
    if request.url.path.startswith("/api/") or (request.url.path.startswith("/desk") and wants_json(request)):
        problem = encode_json({"status": status, "title": title, "detail": message})
        return Response(problem, status_code=status, media_type=PROBLEM, headers=headers)
    house: House = request.app.state.house
    page = ErrorPage(
        site=house.nameless,
        status=status,
        title=title,
        message=message,
        near=near(request.url.path) if status == 404 else (),
        words=words(request.url.path) if status == 404 else "",
        again=_again(request) if status >= 500 and request.method == "GET" else None,
    )
    return Response(
        house.render(page),
        status_code=status,
        media_type="text/html",
        headers=headers,
    )


def wants_json(request: ASGIConnection) -> bool:
    """Whether a script asks, and not somebody who goes from page to page."""
    navigated = request.headers.get("sec-fetch-mode", "navigate") == "navigate"
    return not navigated or "application/json" in request.headers.get("accept", "")


def _faults(error: HTTPException) -> str:
    """Which parameters of a request cannot be read, and why: "page: Expected `int` >= 1."."""
    faults = error.extra if isinstance(error.extra, list) else []
    # a handler's own names end with _ where the framework keeps the name to itself
    return " ".join(f"{one.get('key', 'input').rstrip('_')}: {one['message'].rstrip('.')}." for one in faults)


def _again(request: Request) -> str:
    # one slash: two would be the address of another site
    path = "/" + quote(request.url.path.lstrip("/\\"))
    return f"{path}?{request.url.query}" if request.url.query else path
