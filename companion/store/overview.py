"""How far everything has come: every episode by its stages, and which taggers made the proposals that wait."""

from dataclasses import dataclass
from datetime import datetime

from companion.store.connection import Connection
from companion.store.work import Failure


@dataclass(frozen=True, kw_only=True, slots=True)
class Stages:
    """How far one episode has come.

    `seconds` is its audio's length, None while that is not here; `heard` the seconds recognised so far of a recognition
    that is not finished; `transcript` its source and `tagged` the tagger version, None while there is none; `reviewed`
    of `moments` have a verdict. `failures` are those not made good since.
    """

    episode: str
    seconds: float | None
    heard: float
    transcript: str | None
    tagged: str | None
    moments: int
    reviewed: int
    failures: tuple[Failure, ...]

    @property
    def left(self) -> int:
        """How many moments wait for a verdict."""
        return self.moments - self.reviewed


class Overview:
    """Reads what the desk shows of the whole."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def stages(self) -> dict[str, Stages]:
        """How far every episode has come, by its id."""
        failures = self.failures()
        rows = self._c.all(
            """
            with standing as (
                select o.episode, r.verdict from moments o
                left join reviews r on r.key = (select max(key) from reviews where moment = o.id)
                where r.instead is null -- else the same words count as a moment of another theme
            )
            select e.id, m.seconds, t.source, g.tagger,
                (select max(w.end) from windows w where w.episode = e.id) as heard,
                (select count(*) from standing s where s.episode = e.id) as moments,
                (select count(*) from standing s where s.episode = e.id and s.verdict != 'open') as reviewed
            from episodes e
            left join media m on m.episode = e.id
            left join transcripts t on t.episode = e.id and t.current = 1
            left join taggings g on g.episode = e.id
            """
        )
        return {
            row["id"]: Stages(
                episode=row["id"],
                seconds=row["seconds"],
                heard=row["heard"] or 0.0,
                transcript=row["source"],
                tagged=row["tagger"],
                moments=row["moments"],
                reviewed=row["reviewed"],
                failures=failures.get(row["id"], ()),
            )
            for row in rows
        }

    def failures(self) -> dict[str, tuple[Failure, ...]]:
        """What has failed and not succeeded since, by the id of its feed or episode."""
        rows = self._c.all("select subject, stage, message, attempts, retry_at from failures order by subject, stage")
        found: dict[str, tuple[Failure, ...]] = {}
        for row in rows:
            one = Failure(**{**row, "retry_at": datetime.fromisoformat(row["retry_at"])})
            found[one.subject] = (*found.get(one.subject, ()), one)
        return found

    def taggers(self) -> dict[str, int]:
        """How many proposals that nobody has decided yet each tagger version made, the busiest first."""
        rows = self._c.all(
            """
            select o.tagger, count(*) as n from moments o
            left join reviews r on r.key = (select max(key) from reviews where moment = o.id) and r.verdict != 'open'
            where r.key is null group by o.tagger order by n desc, o.tagger
            """
        )
        return {row["tagger"]: row["n"] for row in rows}
