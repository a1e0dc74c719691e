"""Requests a second of the site over a large database, beside a bare Litestar page served the same way, turn by turn.

python tests/bench/bench_site.py [FOLDER]      (a folder made by large.py; without one it is made first)

Both servers are processes of their own; the client is this one: a few keep-alive connections that speak plain HTTP and
ask for gzip, as browsers do. "First time" rows never ask for a page twice, so nothing is answered from memory.
"""

import argparse
import random
import re
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice, repeat
from pathlib import Path
from urllib.parse import urlencode

import large

from companion.config import Settings
from companion.store import Store
from companion.themes import themes

ROOT = Path(__file__).parents[2]
SECONDS = 0.5  # of a turn
TURNS = 8  # of a row, at most, and as many of the bare page
CONNECTIONS = 8
QUERIES = 800
HELLO = """
import socket
import uvicorn
from litestar import Litestar, get

@get("/")
async def hello() -> str:
    return "hello, world"

listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # told, or asyncio leaves Nagle on
listening.bind(("127.0.0.1", 0))
app = Litestar([hello], openapi_config=None, logging_config=None)
server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False))
print(f"http://127.0.0.1:{listening.getsockname()[1]}/", flush=True)
server.run(sockets=[listening])
"""


@dataclass(kw_only=True)
class Row:
    """What one row of the table is made of: seconds each answer took and all of them together, and what they were like.

    `size` is that of the largest body as sent, in bytes, `beside` the rate as a part of the bare page's.
    """

    took: list[float] = field(default_factory=list)
    seconds: float = 0.0
    statuses: set[int] = field(default_factory=set)
    size: int = 0
    beside: float = 1.0

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.took) / self.seconds

    def quickest(self, share: float) -> float:
        """The seconds that so many of the answers took at most."""
        return sorted(self.took)[int(len(self.took) * share)]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    folder = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as made:
        settings = Settings(data=(folder or Path(made)).absolute())
        if folder is None:
            print("making 1,000 episodes", flush=True)
            large.make(settings, 1000)
        with Store.open(settings.database) as store:
            moments = [f"/moments/{clip.moment.id}" for clip in store.moments.find()]
            episodes = [f"/episodes/{episode.id}" for episode in store.feeds.episodes()]
        chance = random.Random(3)
        chance.shuffle(moments)
        chance.shuffle(episodes)
        searches = queries(chance)
        site = [sys.executable, "-m", "companion", "--data", str(settings.data), "serve", "--port", "0"]
        with serving([sys.executable, "-c", HELLO]) as hello, serving(site) as port:
            bare = Row()
            drive(bare, hello, repeat("/"), None, CONNECTIONS)
            say("bare Litestar hello", bare)
            for name, path in (
                ("home", "/"),
                ("moment", moments[0]),
                ("episode", episodes[0]),
                ("search", searches[0]),
            ):
                say(f"{name}, asked again", beside(hello, port, repeat(path)))
                say(f"{name}, unchanged (304)", beside(hello, port, repeat(path), etag=header(port, path, "etag")))
            say("moments, first time", beside(hello, port, moments[1:]))
            say("episodes, first time", beside(hello, port, episodes[1:]))
            half = QUERIES // 2
            say("searches, first time, one visitor", beside(hello, port, searches[1:half], connections=1))
            say("searches, first time, 4 visitors", beside(hello, port, searches[half:], connections=4))


def queries(chance: random.Random) -> list[str]:
    """Searches as people type them: common and rare words, half sentences, phrases, slips of the finger, filters."""
    spoken = large.tongue()
    slugs = list(themes())
    found: dict[str, None] = {}
    while len(found) < QUERIES:
        words = chance.choice(spoken.sentences).split()
        first = chance.randrange(len(words))
        some = words[first : first + chance.randint(2, 5)]
        rare = chance.choice(spoken.words)
        asked: dict[str, str] = chance.choice(
            [
                {"q": words[first]},
                {"q": rare},
                {"q": " ".join(some)},
                {"q": f'"{" ".join(some)}"'},
                {"q": f"{rare[:2]}{rare[3:]}"},
                {"q": f"{words[first]} {rare}", "theme": chance.choice(slugs)},
                {"q": " ".join(words)},
            ]
        )
        found[f"/search?{urlencode(asked)}"] = None
    return list(found)


@contextmanager
def serving(command: list[str]) -> Iterator[int]:
    """A server as a process of its own; gives its port once it answers."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = int(re.findall(r"http://127\.0\.0\.1:(\d+)/", process.stdout.readline())[0])
        yield port
    finally:
        process.terminate()
        process.wait(20)


class Visitor:
    """One keep-alive connection with one request under way."""

    def __init__(self, port: int, etag: str | None) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = "host: 127.0.0.1\r\naccept-encoding: gzip\r\n" + (f"if-none-match: {etag}\r\n" if etag else "")

    def ask(self, path: str) -> None:
        """Sends a request."""
        self._came, self._whole, self.began = b"", None, time.perf_counter()
        self.socket.sendall(f"GET {path} HTTP/1.1\r\n{self._rest}\r\n".encode())

    def heard(self) -> tuple[int, int] | None:
        """Reads what has come: the status and the body's length once the answer is whole."""
        came = self.socket.recv(1 << 20)
        if not came:
            raise ConnectionError("the server hung up")
        self._came += came
        if self._whole is None and (end := self._came.find(b"\r\n\r\n")) >= 0:
            length = re.search(rb"\r\ncontent-length: (\d+)", self._came[:end], re.IGNORECASE)
            self._body = int(length[1]) if length else 0
            self._whole = end + 4 + self._body
        if self._whole is None or len(self._came) < self._whole:
            return None
        return int(self._came[9:12]), self._body


def beside(
    hello: int, port: int, paths: Iterable[str], *, etag: str | None = None, connections: int = CONNECTIONS
) -> Row:
    """Asks for the paths until they or the turns are used up, in turns with the bare page: both have the same luck."""
    waiting = iter(paths)
    row, bare = Row(), Row()
    for _ in range(TURNS):
        drive(bare, hello, repeat("/"), None, connections)
        if not drive(row, port, waiting, etag, connections):
            break
    row.beside = row.rate / bare.rate
    return row


def drive(row: Row, port: int, waiting: Iterator[str], etag: str | None, connections: int) -> bool:
    """One turn: asks over several connections, one request at a time on each; False once there are no more paths."""
    began = time.perf_counter()
    more = True
    with selectors.DefaultSelector() as selector:
        for path in islice(waiting, connections):
            visitor = Visitor(port, etag)
            selector.register(visitor.socket, selectors.EVENT_READ, visitor)
            visitor.ask(path)
        while selector.get_map():
            for event, _ in selector.select():
                visitor = event.data
                if (answer := visitor.heard()) is None:
                    continue
                now = time.perf_counter()
                row.took.append(now - visitor.began)
                row.statuses.add(answer[0])
                row.size = max(row.size, answer[1])
                path = None
                if now - began < SECONDS:
                    path = next(waiting, None)
                    more = path is not None
                if path is None:
                    selector.unregister(visitor.socket)
                    visitor.socket.close()
                else:
                    visitor.ask(path)
    row.seconds += time.perf_counter() - began
    return more


def header(port: int, path: str, name: str) -> str:
    """One header of a page's answer."""
    from http.client import HTTPConnection

    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    value = connection.getresponse().getheader(name)
    connection.close()
    assert value is not None, f"{path} has no {name}"
    return value


def say(name: str, row: Row) -> None:
    """Prints one row."""
    print(
        f"{name:34} {row.rate:7.0f}/s {row.beside:6.2f} of hello   p50 {row.quickest(0.5) * 1000:6.1f} ms"
        f"   p99 {row.quickest(0.99) * 1000:6.1f} ms   {row.size / 1000:6.1f} kB   {', '.join(map(str, row.statuses))}",
        flush=True,
    )


if __name__ == "__main__":
    main()
