"""Who is logged in, and how fast a login may be tried again."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from companion.store.connection import Connection
from companion.users import Role, User

IDLE = timedelta(hours=2)  # a session ends after that long without a request
LONGEST = timedelta(hours=12)  # and after that long in any case
_NOTICED = timedelta(minutes=1)  # how exactly the last request is known
_FREE = {"name": 5, "address": 20}  # tries before the first wait: many people may share an address
_LONGEST_WAIT = {"name": 60, "address": 900}  # seconds; not long for a name, or strangers could lock its owner out
_FORGOTTEN = timedelta(days=1)  # failed tries are, after that long without another


class Sessions:
    """Starts, finds and ends sessions. Only the digest of a session's id is kept: who reads the file can't enter."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def start(self, user: User, now: datetime) -> str:
        """A new session's id, a secret to be kept by the browser alone."""
        secret = secrets.token_urlsafe(32)
        with self._c.atomic(shown=False):
            self._c.run(
                "delete from sessions where seen <= :idle or started <= :longest",
                idle=_text(now - IDLE),
                longest=_text(now - LONGEST),
            )
            self._c.run(
                "insert into sessions (id, user, started, seen) values (:id, :user, :now, :now)",
                id=_digest(secret),
                user=user.name,
                now=_text(now),
            )
        return secret

    def find(self, secret: str, now: datetime) -> User | None:
        """Whose session this is, with the role they have now; None if it has ended or never was."""
        row = self._c.one(
            """
            select u.name, u.role, s.seen from sessions s join users u on u.name = s.user
            where s.id = :id and s.seen > :idle and s.started > :longest
            """,
            id=_digest(secret),
            idle=_text(now - IDLE),
            longest=_text(now - LONGEST),
        )
        if row is None:
            return None
        if row["seen"] <= _text(now - _NOTICED):
            with self._c.atomic(shown=False):
                self._c.run("update sessions set seen = :now where id = :id", now=_text(now), id=_digest(secret))
        return User(name=row["name"], role=Role(row["role"]))

    def end(self, secret: str) -> None:
        """Ends a session, whoever still holds its id."""
        with self._c.atomic(shown=False):
            self._c.run("delete from sessions where id = :id", id=_digest(secret))


class Attempts:
    """Counts tries to log in, for each name (whether anybody has it or not) and for each address they come from."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def begin(self, name: str, address: str, now: datetime) -> int:
        """Counts a try as failed until `succeeded` says otherwise; or gives the seconds to wait if it came too early.

        The first tries are free, then each failure doubles the wait. A try that came too early is not counted.
        """
        with self._c.atomic(shown=False):
            self._c.run("delete from attempts where at <= :then", then=_text(now - _FORGOTTEN))
            asked = {"name": name, "address": address}
            waits = [wait for kind, who in asked.items() if (wait := self._wait(kind, who, now)) > 0]
            if not waits:
                for kind, who in asked.items():
                    self._c.run(
                        """
                        insert into attempts (subject, failures, at) values (:subject, 1, :now)
                        on conflict (subject) do update set failures = failures + 1, at = :now
                        """,
                        subject=_subject(kind, who),
                        now=_text(now),
                    )
        return max(waits, default=0)

    def succeeded(self, name: str, address: str) -> None:
        """Forgets the failures of a name; of its address only this try, as others may guess from there."""
        with self._c.atomic(shown=False):
            self._c.run("delete from attempts where subject = :subject", subject=_subject("name", name))
            self._c.run(
                "update attempts set failures = failures - 1 where subject = :subject",
                subject=_subject("address", address),
            )

    def _wait(self, kind: str, who: str, now: datetime) -> int:
        row = self._c.one("select failures, at from attempts where subject = :subject", subject=_subject(kind, who))
        if row is None or row["failures"] < _FREE[kind]:
            return 0
        wait = min(2 ** min(row["failures"] - _FREE[kind], 20), _LONGEST_WAIT[kind])
        until = datetime.fromisoformat(row["at"]) + timedelta(seconds=wait)
        return max(0, -int(-(until - now).total_seconds() // 1))


def _subject(kind: str, who: str) -> str:
    """Not the name itself: now and then somebody types their password there."""
    return f"{kind}:{_digest(who.casefold())}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _text(time: datetime) -> str:
    """Times of the same zone and length, so that they compare as text."""
    return time.isoformat(timespec="microseconds")
