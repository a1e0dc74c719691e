"""Everything that is kept: one SQLite file, opened as a `Store` with a door for each noun."""

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from companion.store.audit import Audit, Deed
from companion.store.connection import Connection
from companion.store.corrections import Actor, ChangedError, Chosen, Corrections
from companion.store.decisions import Decisions
from companion.store.edits import Mended
from companion.store.examples import Examples, News, Rung, Scope
from companion.store.feeds import Feeds, Validators
from companion.store.following import Stray
from companion.store.media import Audio, Media
from companion.store.moments import Moments
from companion.store.opinions import Opinions
from companion.store.overview import Overview, Stages
from companion.store.parts import Parts
from companion.store.protection import Protection, Silence, Takedown
from companion.store.public import show_public
from companion.store.reviewing import Reviewing
from companion.store.search import Found, Hit, Match, Query, Results, Search
from companion.store.sessions import Attempts, Sessions
from companion.store.transcripts import Transcripts
from companion.store.users import Users
from companion.store.voices import Hosts, Voices
from companion.store.work import Failure, Work

__all__ = [
    "Actor",
    "Audio",
    "ChangedError",
    "Chosen",
    "Deed",
    "Failure",
    "Found",
    "Hit",
    "Hosts",
    "Match",
    "Mended",
    "News",
    "Query",
    "Results",
    "Rung",
    "Scope",
    "Silence",
    "Stages",
    "Store",
    "Stray",
    "Takedown",
    "Validators",
]


class Store:
    """The database, open. Each noun's reads and writes are behind the attribute of its name."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection
        self.feeds = Feeds(connection)
        self.media = Media(connection)
        self.transcripts = Transcripts(connection)
        self.corrections = Corrections(connection, self.transcripts)
        self.moments = Moments(connection)
        self.parts = Parts(connection)
        self.reviewing = Reviewing(connection, self.moments, self.transcripts)
        self.opinions = Opinions(connection, self.reviewing)
        self.overview = Overview(connection)
        self.examples = Examples(connection)
        self.voices = Voices(connection)
        self.decisions = Decisions(connection)
        self.work = Work(connection)
        self.users = Users(connection)
        self.sessions = Sessions(connection)
        self.attempts = Attempts(connection)
        self.audit = Audit(connection)
        self.protection = Protection(connection, self.transcripts)
        self.search = Search(connection, self.transcripts)

    @classmethod
    def open(cls, path: Path) -> "Store":
        """Opens the database file, made and migrated if need be; `ConflictError` if it is newer, locked or none."""
        return cls(Connection(path))

    @classmethod
    def public(cls, path: Path, *, proposals: bool = True, preview: str | None = None) -> "Store":
        """Opens the database as the public sees it: what is hidden or redacted is not there, and can't be written.

        What is no part of that (who logs in, how often it is tried, what was done) is written through it as usual.
        `proposals` says whether moments that nobody has reviewed are; `preview` is an episode that is there as if it
        was published. `ConflictError` as in `open`.
        """
        connection = Connection(path)
        show_public(connection, proposals=proposals, preview=preview)
        return cls(connection)

    def close(self) -> None:
        """Closes the connection."""
        self._c.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def atomic(self, *, shown: bool = True) -> AbstractContextManager[None]:
        """A block whose writes are all kept or none; after it, answers made before are no longer good.

        Where `shown` is False, no public page shows what is written, and they stay good.
        """
        return self._c.atomic(shown=shown)

    def snapshot(self) -> AbstractContextManager[None]:
        """A block that reads one state of the database throughout, whatever others write meanwhile; it can't write."""
        return self._c.snapshot()

    def version(self) -> int:
        """A number that changes whenever content does."""
        row = self._c.one("select number from revision")
        assert row is not None  # made by the first migration
        return int(row["number"])
