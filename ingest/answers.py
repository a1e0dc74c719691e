"""From an address to its answer: redirects followed, one request per host at a time, refusals put in words."""

import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from companion.errors import FetchError
from ingest.net import Pace, Patience, Reply, Resolver, TransientError, Wire, host_of

_MAX_HOPS = 10
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_PIECE = 64 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A response whose body is still to be read. `permanent_url`: the last address permanent redirects alone led to.

    `headers` has names in lower case.
    """

    url: str
    permanent_url: str | None
    status: int
    headers: Mapping[str, str]
    raw: Reply

    @property
    def packing(self) -> str:
        """The content coding, '' for none."""
        coding = self.headers.get("content-encoding", "").strip().lower()
        return "" if coding == "identity" else coding

    def body(self) -> Iterator[bytes]:
        """The body in pieces of at most 64 kB, so that a gzip bomb goes off no further than its reader's cap."""
        if not self.packing:
            yield from self.raw.iter_stream()
            return
        if self.packing not in ("gzip", "x-gzip", "deflate"):
            message = f"{self.url} comes packed as “{self.packing}”, which was not asked for."
            raise FetchError(message, url=self.url)
        unpack = zlib.decompressobj(wbits=47)  # 32 + 15: gzip or zlib, as the data says
        try:
            for chunk in self.raw.iter_stream():
                while chunk and not unpack.eof:
                    yield unpack.decompress(chunk, _PIECE)
                    chunk = unpack.unconsumed_tail
            yield unpack.flush()
        except zlib.error as error:
            raise TransientError(f"{self.url} is packed wrongly ({error}).", url=self.url) from error
        if not unpack.eof:
            raise TransientError(f"{host_of(self.url)} broke off while sending {self.url}.", url=self.url)


@dataclass(kw_only=True, slots=True)
class _Host:
    """A host's turn, and the moment (monotonic seconds) until which it asked to be left alone."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    quiet_until: float = 0


class Client:
    """Asks hosts, with manners; may be shared by threads."""

    def __init__(
        self, *, allow_private: bool, resolver: Resolver, sleep: Callable[[float], None], patience: Patience
    ) -> None:
        self._wire = Wire(allow_private=allow_private, resolver=resolver, patience=patience)
        self._sleep, self._patience = sleep, patience
        self._hosts: dict[str, _Host] = {}
        self._hosts_lock = threading.Lock()

    @contextmanager
    def follow(self, url: str, headers: Mapping[str, str], pace: Callable[[], Pace]) -> Iterator[Answer]:
        """The answer at the end of the redirects; each hop is checked, dialled and waited for like the first.

        `pace` makes a hop's clock, which does not run while other requests have their turn.
        """
        here, seen, permanent = url, {url}, True
        permanent_url = None
        for _ in range(_MAX_HOPS):
            with self._turn(here), self._wire.exchange(here, headers, pace()) as response:
                fields = _fields(response)
                if response.status not in _REDIRECTS or "location" not in fields:
                    yield Answer(
                        url=here, permanent_url=permanent_url, status=response.status, headers=fields, raw=response
                    )
                    return
                permanent = permanent and response.status in _PERMANENT
            try:
                here = urljoin(here, fields["location"])
            except ValueError as error:
                raise FetchError(f"{here} redirects to an address that is none.", url=url) from error
            permanent_url = here if permanent else permanent_url
            if here in seen:
                raise FetchError(f"{url} redirects in a circle.", url=url, status=response.status)
            seen.add(here)
        raise FetchError(f"{url} redirects more than {_MAX_HOPS} times.", url=url, status=response.status)

    @contextmanager
    def _turn(self, url: str) -> Iterator[None]:
        """One request at a time per host, and none while it wants to be left alone."""
        host = self._host(url)
        with host.lock:
            wait = host.quiet_until - time.monotonic()
            if wait > self._patience.longest_wait:
                message = f"{host_of(url)} asked not to be asked again for {_waiting(wait)}; try again then."
                raise FetchError(message, url=url, retry_after=wait)
            if wait > 0:
                self._sleep(wait)
            yield

    def _host(self, url: str) -> _Host:
        with self._hosts_lock:
            return self._hosts.setdefault(host_of(url), _Host())

    def refused(self, answer: Answer) -> FetchError:
        """The error for a status that is not what we wanted; a Retry-After is noted for the host's next turn."""
        status, host = answer.status, host_of(answer.url)
        if status in (408, 425, 429) or status >= 500:
            wait = _retry_after(answer.headers)
            if wait is not None:
                self._host(answer.url).quiet_until = time.monotonic() + wait
            later = f"in {_waiting(wait)}" if wait else "later"
            reason = "is asked too often" if status == 429 else "has trouble of its own"
            return TransientError(
                f"{host} {reason} (status {status}) and does not give {answer.url}; try again {later}.",
                url=answer.url,
                status=status,
                retry_after=wait,
            )
        reason = {
            401: "wants a login, which cannot be given here",
            403: "does not allow it to be fetched",
            404: "has nothing there; check the address",
            410: "says it is gone for good",
        }.get(status, "gives an answer that is of no use here")
        message = f"{answer.url} cannot be fetched: {host} {reason} (status {status})."
        return FetchError(message, url=answer.url, status=status, permanent=400 <= status < 500)


def _fields(response: Reply) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by a Retry-After of seconds or of an HTTP date (RFC 9110, 10.2.3); None if there is none."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _waiting(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:.0f} minutes"
