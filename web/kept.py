"""Answers kept in memory while the database stays as it is, and 304 for visitors who have them already."""

from collections import OrderedDict
from dataclasses import dataclass

from litestar.enums import HttpMethod, ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from web.deps import READ, STREAMED, House

_MEMORY = 32_000_000  # bytes of kept answers
_LARGEST = 2_000_000  # bytes of one
_HEAD = 1_000  # bytes that an answer takes beside its body and its address, roughly
_ADDRESS = 2_000  # letters of an address: longer ones are made up, and what they say is not asked for again


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A whole answer, its body as it is sent (compressed, where the visitor takes that)."""

    start: HTTPResponseStartEvent
    body: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class _Key:
    """What an answer depends on, the database aside; on `scheme` and `host` since some hold whole addresses."""

    scheme: str
    host: bytes
    path: str
    query: bytes
    packed: bool

    @property
    def letters(self) -> int:
        """How long the address is."""
        return len(self.host) + len(self.path) + len(self.query)


class Kept(ASGIMiddleware):
    """Goes around the handlers, those that stream excepted: their answers depend on the address and the database only.

    An answer is kept if it is good and carries the entity tag of the moment. When that changes, all are forgotten, so
    nothing outdated is ever sent. Those not asked for longest make room for new ones, and an address counts as much as
    a body does: anybody can make one up. HEAD is GET without the body.
    """

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = next(iter(STREAMED))
    exclude_path_pattern = r"^/desk(/|$)"  # those depend on who asks

    def __init__(self, house: House) -> None:
        self._house = house
        self._answers: OrderedDict[_Key, Answer] = OrderedDict()
        self._etag = ""
        self._size = 0

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Answers with 304, from memory, or by way of the handler."""
        if scope["method"] not in READ:  # type: ignore[typeddict-item]
            await next_app(scope, receive, send)
            return
        etag = self._house.etag(await self._house.stores.version())
        asked = dict(scope["headers"])
        if _has(asked.get(b"if-none-match", b"").decode("latin-1"), etag):
            headers = _encoded({**self._house.keeping(etag), "vary": "Accept-Encoding"})
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        key = _Key(
            scheme=scope["scheme"],
            host=asked.get(b"host", b""),
            path=scope["path"],
            query=scope["query_string"],
            packed=b"gzip" in asked.get(b"accept-encoding", b""),
        )
        bodiless = scope["method"] == HttpMethod.HEAD
        answer = self._find(key, etag)
        if answer is not None:
            await send({**answer.start, "headers": list(answer.start["headers"])})
            await send({"type": "http.response.body", "body": b"" if bodiless else answer.body, "more_body": False})
            return
        listener = _Listener(send, self._house.keeping(etag), bodiless)
        await next_app({**scope, "method": "GET"}, receive, listener)
        if listener.whole is not None and _for_all(listener.whole, etag):
            self._keep(key, listener.whole, etag)

    def _find(self, key: _Key, etag: str) -> Answer | None:
        if etag != self._etag:
            self._answers.clear()
            self._etag, self._size = etag, 0
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def _keep(self, key: _Key, answer: Answer, etag: str) -> None:
        if etag != self._etag or key in self._answers or key.letters > _ADDRESS:
            return
        self._answers[key] = answer
        self._size += _size(key, answer)
        while self._size > _MEMORY:
            self._size -= _size(*self._answers.popitem(last=False))


class _Listener:
    """Sends an answer on, as one to be kept if it says nothing of that; `whole` is it, unless it came in parts."""

    def __init__(self, send: Send, keeping: dict[str, str], bodiless: bool) -> None:
        self._send = send
        self._keeping = keeping
        self._bodiless = bodiless
        self._start: HTTPResponseStartEvent | None = None
        self.whole: Answer | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            names = {name.lower() for name, _ in message["headers"]}
            added = {} if b"vary" in names else {"vary": "Accept-Encoding"}  # it was too short to be compressed
            if b"cache-control" not in names:
                added |= self._keeping if message["status"] == 200 else {"cache-control": "no-store"}
            message["headers"] = [*message["headers"], *_encoded(added)]
            self._start = {**message, "headers": list(message["headers"])}  # before anybody else adds to it
        elif message["type"] == "http.response.body":
            if self._start is not None and not message["more_body"]:
                self.whole = Answer(start=self._start, body=message["body"])
            self._start = None
            if self._bodiless:
                message["body"] = b""
        await self._send(message)


def _size(key: _Key, answer: Answer) -> int:
    return len(answer.body) + key.letters + _HEAD


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _has(given: str, etag: str) -> bool:
    """Whether an If-None-Match names the tag (RFC 9110, 13.1.2: compared weakly)."""
    return etag.removeprefix("W/") in [one.strip().removeprefix("W/") for one in given.split(",")]


def _for_all(answer: Answer, etag: str) -> bool:
    headers = {name.lower(): value.lower() for name, value in answer.start["headers"]}
    return (
        answer.start["status"] == 200
        and headers.get(b"etag") == etag.lower().encode()
        and headers.get(b"vary") == b"accept-encoding"
        and b"no-store" not in headers.get(b"cache-control", b"")
        and len(answer.body) <= _LARGEST
    )
