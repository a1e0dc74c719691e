"""The database kept open between visits: opening it takes longer than most pages do."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from companion.store import Store

_IDLE = 8  # stores kept open at most while nobody uses them


@dataclass(frozen=True, kw_only=True, slots=True)
class Lent:
    """An open store; `version` is what the database was when it was opened."""

    store: Store
    version: str


class Stores:
    """Open stores of one database file. When the file has changed or is another one, they are closed and opened anew.

    So a database that a newer program has changed is noticed as if it was opened for each visit. All but the opening
    itself happens on the event loop, which is why nothing here is locked.
    """

    def __init__(self, path: Path, *, proposals: bool) -> None:
        """Of the database as the public sees it; `proposals` as in `Store.public`."""
        self._path = path
        self._proposals = proposals
        self._watch: Lent | None = None  # never lent: only asked for the version
        self._idle: list[Lent] = []

    async def version(self) -> str:
        """A name for what the database holds just now, another one after every change; `ConflictError` as in opening.

        Costs one look at the file and one read of a row, and waits for nobody.
        """
        if self._watch is not None:
            if self._watch.version == _version(self._path, self._watch.store):
                return self._watch.version
            self.close()
        opened = await self._open()
        if self._watch is None:
            self._watch = opened
        else:  # two visitors came at once
            self.give(opened)
        return self._watch.version

    async def take(self) -> Lent:
        """A store to use for one visit; to be given back."""
        await self.version()
        return self._idle.pop() if self._idle else await self._open()

    def give(self, lent: Lent) -> None:
        """Takes a store back, for the next visit or to be closed."""
        if self._watch is not None and lent.version == self._watch.version and len(self._idle) < _IDLE:
            self._idle.append(lent)
        else:
            lent.store.close()

    def close(self) -> None:
        """Closes all that are not lent."""
        for lent in [*self._idle, *([self._watch] if self._watch else [])]:
            lent.store.close()
        self._idle, self._watch = [], None

    async def _open(self) -> Lent:
        # on a thread: a database that another program is just migrating keeps us waiting
        return await asyncio.to_thread(_open, self._path, self._proposals)


def _open(path: Path, proposals: bool) -> Lent:
    store = Store.public(path, proposals=proposals)
    return Lent(store=store, version=_version(path, store))


def _version(path: Path, store: Store) -> str:
    try:
        file = path.stat().st_ino  # another file may have been put in place of the one that is open
    except FileNotFoundError:
        file = 0
    return f"{file:x}.{store.version()}"
