"""Everything that is kept: one SQLite file, opened as a `Store` with a door for each noun."""

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from companion.store.connection import Connection
from companion.store.decisions import Decisions
from companion.store.examples import Examples, News, Rung, Scope
from companion.store.feeds import Feeds, Validators
from companion.store.media import Audio, Media
from companion.store.moments import Moments
from companion.store.search import Found, Hit, Match, Query, Results, Search
from companion.store.transcripts import Transcripts
from companion.store.voices import Hosts, Voices
from companion.store.work import Failure, Progress, Work

__all__ = [
    "Audio",
    "Failure",
    "Found",
    "Hit",
    "Hosts",
    "Match",
    "News",
    "Progress",
    "Query",
    "Results",
    "Rung",
    "Scope",
    "Store",
    "Validators",
]


class Store:
    """The database, open. Each noun's reads and writes are behind the attribute of its name."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection
        self.feeds = Feeds(connection)
        self.media = Media(connection)
        self.transcripts = Transcripts(connection)
        self.moments = Moments(connection)
        self.examples = Examples(connection)
        self.voices = Voices(connection)
        self.decisions = Decisions(connection)
        self.work = Work(connection)
        self.search = Search(connection, self.transcripts)

    @classmethod
    def open(cls, path: Path) -> "Store":
        """Opens the database file, made and migrated if need be; `ConflictError` if it is newer, locked or none."""
        return cls(Connection(path))

    def close(self) -> None:
        """Closes the connection."""
        self._c.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def atomic(self) -> AbstractContextManager[None]:
        """A block whose writes are all kept or none."""
        return self._c.atomic()

    def snapshot(self) -> AbstractContextManager[None]:
        """A block that reads one state of the database throughout, whatever others write meanwhile; it can't write."""
        return self._c.snapshot()

    def version(self) -> int:
        """A number that changes whenever content does."""
        row = self._c.one("select number from revision")
        assert row is not None  # made by the first migration
        return int(row["number"])
