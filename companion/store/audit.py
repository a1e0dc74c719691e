"""The audit trail: who did what and when. It is only ever added to."""

from dataclasses import dataclass
from datetime import datetime

from companion.store.connection import Connection


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """Something that somebody (`who`, a name, even if they have gone since) did `at` a time in UTC."""

    at: datetime
    who: str
    action: str
    what: str


class Audit:
    """Writes down deeds and reads them back."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def note(self, who: str, action: str, what: str, at: datetime) -> None:
        """Adds a deed; in an `atomic` block it is kept if all else in it is."""
        with self._c.atomic(shown=False):
            self._c.run(
                "insert into audit (at, who, action, what) values (:at, :who, :action, :what)",
                at=at.isoformat(timespec="seconds"),
                who=who,
                action=action,
                what=what,
            )

    def newest(self, *, limit: int, offset: int = 0) -> tuple[Deed, ...]:
        """The newest deeds first."""
        rows = self._c.all(
            "select at, who, action, what from audit order by key desc limit :limit offset :offset",
            limit=limit,
            offset=offset,
        )
        return tuple(Deed(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in rows)
