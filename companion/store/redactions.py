"""What was redacted: rows of the stretches that nobody may read or hear."""

from datetime import datetime

from companion.errors import NotFoundError
from companion.redactions import Redaction
from companion.store.connection import Connection
from companion.timecode import Span


class Redactions:
    """Reads and writes the stretches; what has to follow from them is `Protection`'s to do."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def all(self, episode: str) -> tuple[Redaction, ...]:
        """An episode's redactions in order of time."""
        rows = self._c.all(
            """
            select key, start, end, opening, reason, who, at from redactions
            where episode = :episode order by start, end
            """,
            episode=episode,
        )
        return tuple(
            Redaction(
                key=row["key"],
                span=Span(start=row["start"], end=row["end"]),
                opening=bool(row["opening"]),
                reason=row["reason"],
                who=row["who"],
                at=datetime.fromisoformat(row["at"]),
            )
            for row in rows
        )

    def spans(self, episode: str) -> tuple[Span, ...]:
        """The stretches of an episode that are taken out, in order of time."""
        return tuple(one.span for one in self.all(episode))

    def add(self, episode: str, span: Span, *, opening: bool, reason: str, who: str, at: datetime) -> None:
        """Adds one; an opening takes the place of an earlier one."""
        if opening:
            self._c.run("delete from redactions where episode = :episode and opening = 1", episode=episode)
        self._c.run(
            """
            insert into redactions (episode, start, end, opening, reason, who, at)
            values (:episode, :start, :end, :opening, :reason, :who, :at)
            """,
            episode=episode,
            start=span.start,
            end=span.end,
            opening=opening,
            reason=reason,
            who=who,
            at=at.isoformat(),
        )

    def remove(self, episode: str, key: int) -> None:
        """Takes one back; `NotFoundError` if it is not there (any more)."""
        if not self._c.run("delete from redactions where episode = :episode and key = :key", episode=episode, key=key):
            raise NotFoundError("redaction", str(key), "Somebody may have taken it back a moment ago.")
