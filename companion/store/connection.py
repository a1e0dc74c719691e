"""The connection under the store: how it is opened, how a write is made whole, and rows by name."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from companion.errors import ConflictError
from companion.store.migrations import migrations

Row = Mapping[str, Any]

_ADVICE = {  # by SQLite's primary result codes
    sqlite3.SQLITE_BUSY: "Another program is writing to it; try again when that is done.",
    sqlite3.SQLITE_CANTOPEN: "Look at the folder's permissions, or choose another --data folder.",
    sqlite3.SQLITE_CORRUPT: "It is damaged; put a copy back, or move it away and start anew.",
    sqlite3.SQLITE_FULL: "The disk is full; free some space and run this again: what was finished is kept.",
    sqlite3.SQLITE_IOERR: "The disk could not be read or written; look at it before you go on.",
    sqlite3.SQLITE_NOTADB: "It is not a database of this program; move it away, or choose another --data folder.",
    sqlite3.SQLITE_READONLY: "It may not be written; look at its permissions, or choose another --data folder.",
}


class Connection:
    """One SQLite connection in WAL mode, usable from any one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Opens `path`, making and migrating the database as needed; `ConflictError` if it is newer, locked or none."""
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConflictError(
                f"The folder {path.parent} cannot be made ({error.strerror}); choose another."
            ) from error
        with self._explained():
            raw = sqlite3.connect(path, timeout=30, check_same_thread=False, isolation_level=None)
            raw.row_factory = sqlite3.Row
            for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = on"):
                raw.execute(f"pragma {pragma}")
            self._db = Database(raw)
            self._migrate(path)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Says what the disk or another program did to the file; a fault in our SQL is a bug, and surfaces."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            advice = _ADVICE.get(error.sqlite_errorcode & 0xFF)
            if advice is None:
                raise
            raise ConflictError(f"The database {self._path} cannot be used ({error}). {advice}") from error

    def _migrate(self, path: Path) -> None:
        known = {migration.name for migration in migrations.pending(self._db)}
        applied = {migration.name for migration in migrations.applied(self._db)}
        ours = {migration.name for migration in migrations._migrations}
        if applied - ours:
            raise ConflictError(
                f"{path} was made by a newer version of companion (it has {', '.join(sorted(applied - ours))}). "
                "Update companion, or choose another --data folder; nothing was changed."
            )
        if known:
            with self.atomic():  # takes the write lock first, so that two first runs do not both migrate
                migrations.apply(self._db)

    def close(self) -> None:
        """Closes it; whatever was not committed is gone."""
        self._db.close()

    @contextmanager
    def atomic(self, *, shown: bool = True) -> Iterator[None]:
        """One write transaction, begun at once so that it waits its turn; nested blocks join the outer one.

        Where `shown` is False, no public page shows what is written, and answers made before stay good.
        """
        raw = self._db.conn
        if raw.in_transaction:
            yield
            return
        with self._explained():
            raw.execute("begin immediate")
            try:
                before = raw.total_changes
                yield
                changed = shown and raw.total_changes != before
                if changed and self.one("select 1 from sqlite_master where name = 'revision'"):
                    raw.execute("update revision set number = number + 1")
                raw.execute("commit")
            except BaseException:
                raw.rollback()
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """A block that reads one state of the database throughout, whatever others write meanwhile; it can't write."""
        raw = self._db.conn
        with self._explained():
            raw.execute("pragma query_only = on")
            raw.execute("begin")
        try:
            yield
        finally:
            raw.rollback()
            raw.execute("pragma query_only = off")

    def all(self, sql: str, **parameters: object) -> list[Row]:
        """Every row of a query."""
        with self._explained():
            return list(self._db.conn.execute(sql, parameters))

    def one(self, sql: str, **parameters: object) -> Row | None:
        """The first row of a query."""
        with self._explained():
            row: Row | None = self._db.conn.execute(sql, parameters).fetchone()
        return row

    def run(self, sql: str, **parameters: object) -> int:
        """Runs a statement; gives the number of rows it touched."""
        return self._db.conn.execute(sql, parameters).rowcount
