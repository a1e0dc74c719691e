"""An episode's audio, with the byte ranges that seeking needs (RFC 9110, sections 13 and 14)."""

import re
from collections.abc import Iterator
from email.utils import formatdate
from os import fstat
from typing import BinaryIO

from litestar import Request, Response, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.params import FromPath
from litestar.response import Stream

from companion.errors import NotFoundError
from companion.store import Audio
from web.deps import READ, STREAMED, Visit

_BLOCK = 128 * 1024
_RANGE = re.compile(r"bytes=\s*(\d{1,19})?\s*-\s*(\d{1,19})?\s*", re.IGNORECASE | re.ASCII)


@route("/episodes/{episode_id:str}/audio", http_method=READ, opt=STREAMED, sync_to_thread=True)
def audio(request: Request, episode_id: FromPath[str], visit: NamedDependency[Visit]) -> Response:
    """The copy that was transcribed, so that times are right."""
    episode = visit.cards.episode(episode_id)
    stored = visit.store.media.get(episode.id)
    if stored is None:
        raise NotFoundError("audio of", episode.title, "It has not been fetched yet.")
    try:
        file = (visit.house.settings.audio / stored.file).open("rb")
    except FileNotFoundError as error:
        raise NotFoundError("audio of", episode.title, "Its file is gone; the next ingest brings it back.") from error
    return respond(request, stored, file)


def respond(request: Request, stored: Audio, file: BinaryIO) -> Response:
    """The answer to a request for an open file: whole, one range of it, or nothing where that is all that is needed."""
    status = fstat(file.fileno())
    size = status.st_size  # of this very file, not the stored one: it may have been replaced a moment ago
    headers = {
        "accept-ranges": "bytes",
        "cache-control": "no-cache",
        "etag": f'"{stored.sha256[:32]}-{size}"',
        "last-modified": formatdate(status.st_mtime, usegmt=True),
    }
    asked = request.headers
    if headers["etag"] in [given.strip().removeprefix("W/") for given in asked.get("if-none-match", "").split(",")]:
        file.close()
        return Response(None, status_code=304, headers=headers)
    wanted = None
    if request.method == HttpMethod.GET and asked.get("if-range", "") in (
        "",
        headers["etag"],
        headers["last-modified"],
    ):
        wanted = byte_range(asked.get("range", ""), size)
    first, last = wanted or (0, size - 1)
    if wanted is not None and first >= size:
        file.close()
        headers |= {"content-range": f"bytes */{size}"}
        return Response(b"", status_code=416, media_type=stored.type, headers=headers)
    headers["content-length"] = str(last - first + 1)
    if wanted is not None:
        headers["content-range"] = f"bytes {first}-{last}/{size}"
    if request.method == HttpMethod.HEAD:
        file.close()
        return Response(b"", status_code=200, media_type=stored.type, headers=headers)
    return Stream(
        _blocks(file, first, last - first + 1),
        status_code=206 if wanted is not None else 200,
        media_type=stored.type,
        headers=headers,
    )


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """The first and last byte that a Range header asks of `size` bytes; None for the whole.

    Several ranges, other units and headers that make no sense are served whole, as the RFC allows. A range that cannot
    be satisfied comes back with its first byte at or past `size`.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None:
        return None
    first, last = match.groups()
    if first is None and last is None:
        return None
    if first is None:
        length = min(int(last), size)
        return (size - length, size - 1) if length else (size, size)
    if last is not None and int(last) < int(first):
        return None
    return int(first), min(int(last), size - 1) if last is not None else size - 1


def _blocks(file: BinaryIO, first: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while length > 0 and (block := file.read(min(_BLOCK, length))):
            length -= len(block)
            yield block
