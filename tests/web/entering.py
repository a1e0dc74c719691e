"""What tests of the desk share: people with keys, a clock that can be set, and logging in."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import uvicorn
from litestar import Litestar
from litestar.testing import TestClient

from companion.config import Settings
from companion.store import Store
from companion.users import Role, User, hashed
from web.desk.guards import COOKIE, Session

HERE = "http://127.0.0.1"  # the desk is not open under the name that a test client gives itself
PASSWORD = "two chairs and a lamp"
NORA = User(name="Nora", role=Role.PRODUCER)
TOM = User(name="Tom", role=Role.EDITOR)


@dataclass
class Clock:
    """A clock that stands still until it is moved on."""

    now: datetime = field(default_factory=lambda: datetime(2026, 3, 2, 9, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def on(self, **time: float) -> None:
        self.now += timedelta(**time)


def let_in(settings: Settings, *people: User) -> None:
    """Gives people a key, all with the same password."""
    with Store.open(settings.database) as store:
        for one in people:
            store.users.put(one, hashed(PASSWORD), datetime.now(UTC))


def enter(client: TestClient, user: User) -> str:
    """Logs somebody in; gives the token that their forms send."""
    typed = {"name": user.name, "password": PASSWORD}
    answer = client.post("/desk/login", data=typed, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return token(client, user)


def token(client: TestClient, user: User) -> str:
    """The token of the session whose cookie a client holds."""
    return Session(user=user, secret=client.cookies[COOKIE]).csrf


@contextmanager
def serving(app: Litestar) -> Iterator[str]:
    """The address of an app of its own, served by uvicorn on loopback."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server ended before it began"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()
