"""The journal of corrections and the glossary, as rows: only ever appended to, what is taken back stays written."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from companion.corrections import Correction, Edit, Renamed, Reworded, Undone, Voiced
from companion.errors import InvalidError, NotFoundError
from companion.glossary import Mend
from companion.places import Anchor
from companion.store.connection import Connection, Row
from companion.timecode import Span

_COLUMNS = "key, episode, kind, edit, who, at"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mended:
    """A word that the glossary changes in an episode, and since when."""

    mend: Mend
    since: datetime


class Edits:
    """Reads and appends; what has to follow from it is `Transcripts`' to do."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def of_episode(self, episode: str) -> tuple[Correction, ...]:
        """All lines of the journal that concern an episode, those for its whole podcast too, oldest first."""
        rows = self._c.all(
            f"""
            select {_COLUMNS} from corrections
            where episode = :episode or feed = (select feed from episodes where id = :episode) order by key
            """,
            episode=episode,
        )
        return tuple(map(_correction, rows))

    def all(self) -> tuple[Correction, ...]:
        """The whole journal, oldest first."""
        return tuple(map(_correction, self._c.all(f"select {_COLUMNS} from corrections order by key")))

    def get(self, episode: str, key: int) -> Correction:
        """One line of the journal that concerns an episode; `NotFoundError` if there is none."""
        found = next((one for one in self.of_episode(episode) if one.key == key), None)
        if found is None:
            raise NotFoundError("correction", str(key))
        return found

    def append(self, episode: str, edit: Edit, *, who: str, at: datetime, everywhere: bool = False) -> None:
        """Adds a line; `everywhere` makes it one for the episode's whole podcast. Within the caller's transaction."""
        self._c.run(
            f"""
            insert into corrections (episode, feed, kind, edit, who, at)
            values ({"null, (select feed from episodes where id = :episode)" if everywhere else ":episode, null"},
                :kind, :edit, :who, :at)
            """,
            episode=episode,
            kind=type(edit).__name__.lower(),
            edit=json.dumps(_told(edit), ensure_ascii=False),
            who=who,
            at=at.isoformat(),
        )

    def names(self) -> tuple[str, ...]:
        """The names that the glossary mends, in order of the alphabet."""
        rows = self._c.all("select name from glossary where removed_at is null order by name collate nocase")
        return tuple(row["name"] for row in rows)

    def add_name(self, name: str, *, who: str, at: datetime) -> None:
        """Puts a name into the glossary; `InvalidError` if it is there."""
        if name in self.names():
            raise InvalidError(f"“{name}” is in the glossary already.")
        self._c.run(
            "insert into glossary (name, who, at) values (:name, :who, :at)", name=name, who=who, at=at.isoformat()
        )

    def remove_name(self, name: str, *, who: str, at: datetime) -> None:
        """Takes a name out of the glossary; `NotFoundError` if it is not there."""
        if not self._c.run(
            "update glossary set removed_by = :who, removed_at = :at where name = :name and removed_at is null",
            name=name,
            who=who,
            at=at.isoformat(),
        ):
            raise NotFoundError("glossary entry", name)

    def mended(self, episode: str) -> tuple[Mended, ...]:
        """What the glossary changes in an episode, in order of time."""
        rows = self._c.all(
            "select start, heard, name, at from mends where episode = :episode order by start, key", episode=episode
        )
        return tuple(
            Mended(
                mend=Mend(start=row["start"], heard=row["heard"], name=row["name"]),
                since=datetime.fromisoformat(row["at"]),
            )
            for row in rows
        )

    def log(self, episode: str, mends: tuple[Mend, ...]) -> None:
        """Notes what the glossary changes in an episode by now; what it changed before keeps its date."""
        since = {one.mend: one.since for one in self.mended(episode)}
        if tuple(since) == mends:
            return
        self._c.run("delete from mends where episode = :episode", episode=episode)
        for mend in mends:
            self._c.run(
                """
                insert into mends (episode, start, heard, name, at)
                values (:episode, :start, :heard, :name, coalesce(:at, strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now')))
                """,
                episode=episode,
                start=mend.start,
                heard=mend.heard,
                name=mend.name,
                at=since[mend].isoformat() if mend in since else None,
            )


def _told(edit: Edit) -> dict[str, object]:
    if isinstance(edit, Reworded):
        return {**_anchored(edit.anchor), "new": edit.new}
    if isinstance(edit, Voiced):
        return {**_anchored(edit.anchor), "speaker": edit.speaker, "joined": edit.joined}
    if isinstance(edit, Renamed):
        return {"old": edit.old, "new": edit.new}
    return {"edit": edit.edit}


def _anchored(anchor: Anchor) -> dict[str, object]:
    sides = {"before": anchor.before, "words": anchor.words, "after": anchor.after}
    return {**sides, "start": anchor.span.start, "end": anchor.span.end}


def _correction(row: Row) -> Correction:
    return Correction(
        key=row["key"],
        episode=row["episode"],
        by=row["who"],
        at=datetime.fromisoformat(row["at"]),
        edit=_edit(row["kind"], json.loads(row["edit"])),
    )


def _edit(kind: str, told: dict[str, Any]) -> Edit:
    if kind == "renamed":
        return Renamed(old=told["old"], new=told["new"])
    if kind == "undone":
        return Undone(edit=told["edit"])
    anchor = Anchor(
        before=tuple(told["before"]),
        words=tuple(told["words"]),
        after=tuple(told["after"]),
        span=Span(start=told["start"], end=told["end"]),
    )
    if kind == "reworded":
        return Reworded(anchor=anchor, new=tuple(told["new"]))
    return Voiced(anchor=anchor, speaker=told["speaker"], joined=told["joined"])
