"""Fetching over HTTP: conditional, capped, guarded, patient up to a point, one request at a time per host."""

import errno
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from companion.errors import FetchError
from ingest.answers import Answer, Client
from ingest.net import PATIENCE, Pace, Patience, Resolver, TransientError, host_of, lookup
from ingest.part import Note, Part, validator

MB = 1024 * 1024
MAX_BODY = 15 * MB
MAX_DOWNLOAD = 2048 * MB

Progress = Callable[[int, int | None], None]
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """An answer: `status` 200 with the unpacked body, or 304 (nothing new) with none.

    `url` is the address that answered, `permanent_url` the last one reached by permanent redirects alone, if any;
    `etag` and `modified` are to be sent along next time.
    """

    status: int
    url: str
    permanent_url: str | None
    etag: str | None
    modified: str | None
    type: str
    body: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Download:
    """A file that arrived whole: the address that answered, the media type it announced, bytes, SHA-256 in hex."""

    url: str
    type: str
    size: int
    sha256: str


def silent(done: int, total: int | None) -> None:
    """A progress that is not shown."""


class Fetcher(Protocol):
    """What the rest of ingest needs of the network."""

    def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Response: ...

    def download(self, url: str, to: Path, *, progress: Progress = silent) -> Download: ...


class HttpFetcher:
    """The real network; may be shared by threads. `sleep` and `resolver` are what tests replace."""

    def __init__(
        self,
        *,
        allow_private: bool,
        resolver: Resolver = lookup,
        sleep: Callable[[float], None] = time.sleep,
        patience: Patience = PATIENCE,
    ) -> None:
        self._client = Client(allow_private=allow_private, resolver=resolver, sleep=sleep, patience=patience)
        self._sleep, self._patience = sleep, patience

    def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Response:
        """The body behind an address, of at most `MAX_BODY` bytes unpacked; 304 only if `etag` or `modified` was given.

        `FetchError` for everything else, after a few tries where those may help.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {"Accept-Encoding": "gzip"} | {name: value for name, value in conditions.items() if value}
        return self._persist(lambda: self._get(url, headers), self._patience.tries)

    def download(self, url: str, to: Path, *, progress: Progress = silent) -> Download:
        """Stream a body into the file `to`, which appears only when it is whole; `progress` gets bytes done and total.

        What a failure leaves behind (`to` + '.part') is continued by the next call if the host can vouch that the
        body is still the same. `FetchError` with the reason otherwise.
        """
        part = Part(to, url)
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            return self._persist(lambda: self._download(part, progress), self._patience.download_tries)
        except OSError as error:  # the network's are FetchErrors by now: this is the disk
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise _disk_full(part, (part.note.size if part.note else 0) - part.held) from error
            raise FetchError(f"{part.path} cannot be written: {error.strerror or error}.", url=url) from error

    def _persist(self, once: Callable[[], _T], tries: int) -> _T:
        for attempt in range(1, tries):
            try:
                return once()
            except TransientError as error:
                if (error.retry_after or 0) > self._patience.longest_wait:
                    raise
                if error.retry_after is None:  # otherwise the wait is kept when the host's turn comes
                    self._sleep(self._patience.backoff * 2 ** (attempt - 1) * random.uniform(0.5, 1.5))
        return once()

    def _get(self, url: str, headers: dict[str, str]) -> Response:
        with self._client.follow(url, headers, lambda: Pace(self._patience.total)) as answer:
            fresh = answer.status == 200
            if not fresh and not (answer.status == 304 and len(headers) > 1):
                raise self._client.refused(answer)
            body = bytearray()
            for chunk in answer.body() if fresh else ():
                body += chunk
                if len(body) > MAX_BODY:
                    message = f"{url} is larger than {MAX_BODY / MB:.0f} MB, more than is read of it."
                    raise FetchError(message, url=url, permanent=True)
            return Response(
                status=answer.status,
                url=answer.url,
                permanent_url=answer.permanent_url,
                etag=answer.headers.get("etag") or (None if fresh else headers.get("If-None-Match")),
                modified=answer.headers.get("last-modified") or (None if fresh else headers.get("If-Modified-Since")),
                type=answer.headers.get("content-type", ""),
                body=bytes(body),
            )

    def _download(self, part: Part, progress: Progress) -> Download:
        note = part.note
        if note is not None and part.held == note.size:  # killed between the last byte and the new name
            size, digest = part.finish()
            return Download(url=note.url, type=note.type, size=size, sha256=digest)
        wanted = part.request()
        limits = self._patience
        headers = {"Accept-Encoding": "identity", **wanted}  # a range of a packed body would be of no use
        with self._client.follow(part.asked, headers, lambda: Pace(limits.stall, limits.stall_bytes)) as answer:
            if answer.status == 416 or (answer.status == 206 and not part.continued_by(answer.headers)):
                part.drop()
                message = f"{host_of(answer.url)} could not continue {part.asked}; it is begun anew."
                raise TransientError(message, url=part.asked, status=answer.status)
            if answer.status not in ((200, 206) if wanted else (200,)):
                raise self._client.refused(answer)
            total = note.size if note is not None and answer.status == 206 else _begin(part, answer)
            _receive(part, answer, total, progress)
            size, digest = part.finish()
            return Download(url=answer.url, type=answer.headers.get("content-type", ""), size=size, sha256=digest)


def _begin(part: Part, answer: Answer) -> int | None:
    """Start the part over for this answer; the bytes it announces. Only an announced, vouched-for size can resume."""
    length = answer.headers.get("content-length", "")
    size = int(length) if length.isascii() and length.isdigit() and not answer.packing else None
    if size is not None and size > MAX_DOWNLOAD:
        raise _too_large(part)
    if size is not None and size > shutil.disk_usage(part.to.parent).free:
        raise _disk_full(part, size)
    mark = validator(answer.headers)
    note = None
    if mark is not None and size is not None:
        kind = answer.headers.get("content-type", "")
        note = Note(asked=part.asked, url=answer.url, type=kind, validator=mark, size=size)
    part.begin(note)
    return size


def _receive(part: Part, answer: Answer, total: int | None, progress: Progress) -> None:
    """Add the answer's body to the part; afterwards the part has the announced size, or an error is raised."""
    done = part.path.stat().st_size
    progress(done, total)
    with part.path.open("ab") as file:
        for chunk in answer.body():
            done += len(chunk)
            if done > MAX_DOWNLOAD:
                raise _too_large(part)
            file.write(chunk)
            progress(done, total)
    if total is not None and done != total:
        if done > total:
            part.drop()
        message = f"{host_of(answer.url)} sent {done} bytes of {part.asked} where it had announced {total}."
        raise TransientError(message, url=part.asked)


def _too_large(part: Part) -> FetchError:
    """Give the download up, and say so."""
    part.drop()
    message = f"{part.asked} is larger than {MAX_DOWNLOAD / MB:.0f} MB and is not downloaded."
    return FetchError(message, url=part.asked, permanent=True)


def _disk_full(part: Part, missing: int) -> FetchError:
    need = f"free {missing / MB + 1:.0f} MB" if missing > 0 else "free some space"
    return FetchError(
        f"The disk is full: {need} where {part.to.parent} lies and run this again. Nothing that came so far is lost.",
        url=part.asked,
    )
