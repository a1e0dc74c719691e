"""Errors become answers here and nowhere else."""

import logging
from urllib.parse import quote

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.serialization import encode_json

from companion.errors import CompanionError, ConfigError, ConflictError, InvalidError, NotFoundError, StageError
from web.deps import House
from web.near import near, words
from web.pages.error import ErrorPage

_STATUS: dict[type[CompanionError], int] = {
    NotFoundError: 404,
    InvalidError: 400,
    ConflictError: 503,  # a database that is locked or newer: the visitor did nothing wrong, and may come again
    ConfigError: 500,
    StageError: 500,
}

_TITLES = {
    400: "That address isn't quite right",
    404: "There is nothing here",
    405: "That can't be done here",
    503: "One moment, please",
}
_MESSAGES = {
    404: "The page may have moved, or the link may have lost a letter on its way.",
    405: "This page can be read, and nothing else.",
}
_OURS = "Something went wrong on our side. It has been written down. Please try again in a moment."

PROBLEM = "application/problem+json"  # RFC 9457: errors of the API, for programs and those who write them

_log = logging.getLogger("web")


def ours(request: Request, error: CompanionError) -> Response[bytes]:
    """An error this project raises on purpose: its message is for people, unless it tells of the server's insides."""
    status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
    if status >= 500:
        _log.error("%s %s: %s", request.method, request.url.path, error.message)
        return _answer(request, status, _OURS)
    if isinstance(error, NotFoundError):  # its message ends with what to type, which is of no use here
        return _answer(request, status, f"There is no {error.kind} “{error.id}”. {_MESSAGES[404]}")
    return _answer(request, status, error.message)


def protocol(request: Request, error: HTTPException) -> Response[bytes]:
    """An error of the framework: no such page, a method that is not allowed, input that cannot be read."""
    if error.status_code >= 500:
        return unforeseen(request, error)
    message = _MESSAGES.get(error.status_code) or _faults(error) or "The request could not be understood."
    return _answer(request, error.status_code, message, error.headers)


def unforeseen(request: Request, error: Exception) -> Response[bytes]:
    """A bug: written to the log whole, and shown as an apology."""
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _answer(request, 500, _OURS)


def _answer(request: Request, status: int, message: str, headers: dict[str, str] | None = None) -> Response[bytes]:
    title = _TITLES.get(status, "Something went wrong")
    headers = {**(headers or {}), "cache-control": "no-store"}
    if request.url.path.startswith("/api/"):
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


def _faults(error: HTTPException) -> str:
    """Which parameters of a request cannot be read, and why: "page: Expected `int` >= 1."."""
    faults = error.extra if isinstance(error.extra, list) else []
    # a handler's own names end with _ where the framework keeps the name to itself
    return " ".join(f"{one.get('key', 'input').rstrip('_')}: {one['message'].rstrip('.')}." for one in faults)


def _again(request: Request) -> str:
    # one slash: two would be the address of another site
    path = "/" + quote(request.url.path.lstrip("/\\"))
    return f"{path}?{request.url.query}" if request.url.query else path
