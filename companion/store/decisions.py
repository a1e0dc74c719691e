"""What people decided, as the tagger learns from it."""

from companion.reviews import Decision, Verdict
from companion.store.connection import Connection


class Decisions:
    """Reads decisions; they are written with the reviews."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def all(self) -> tuple[Decision, ...]:
        """The newest review of each moment, in the order of the first ones: a change of mind keeps its place.

        Nothing is learnt from words that were redacted.
        """
        rows = self._c.all(
            """
            select r.theme, r.text, r.before, r.tagger, r.verdict, r.instead
            from reviews r
            join (select min(key) as first, max(key) as newest from reviews group by moment) o on o.newest = r.key
            where r.text != '' and r.verdict != 'open'
                and r.moment not in (select moment from withheld where gone = 1)
            order by o.first
            """
        )
        return tuple(Decision(**{**row, "verdict": Verdict(row["verdict"])}) for row in rows)
