"""The moments of a theme as examples to learn from: from clear to subtle, side by side, and what is new."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from math import inf

from companion.moments import Clip, State
from companion.store.connection import Connection
from companion.store.moments import CLIP, NEWEST_REVIEW, clip_of

_NOT_REJECTED = "(r.verdict is null or r.verdict = 'accept')"
_IS = {State.ACCEPTED: "r.verdict = 'accept'", State.PROPOSED: "r.verdict is null"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """One step of the ladder: its best examples, reviewed ones first, and how many there are in all."""

    clips: tuple[Clip, ...]
    total: int


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """A moment and since when it has been what it is: a person's yes, or its episode's day; None if it has none."""

    clip: Clip
    since: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """How many moments a theme has, in which seasons, in order, and the names of the speakers that are known."""

    total: int
    seasons: tuple[int, ...]
    speakers: frozenset[str]


class Examples:
    """Reads moments, never rejected ones, in the orders that learners ask for."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def ladder(
        self,
        theme: str,
        *,
        each: int,
        names: Collection[str] = (),
        by_names: bool | None = None,
        season: int | None = None,
    ) -> tuple[Rung, Rung, Rung]:
        """A theme's moments in three thirds by score, the clearest first; at most `each` clips of a third.

        With `by_names`, only what the speakers in `names` say (True) or what other known speakers say (False). The
        thirds are those of the whole theme, whatever is asked for.
        """
        # ranked by little more than their ids, and only those that are shown are read whole
        chosen = self._c.all(
            f"""
            with whole as (
                    select m.id, m.speaker, m.episode, m.score, r.verdict,
                        ntile(3) over (order by m.score desc, m.id) as third
                    from moments m {NEWEST_REVIEW} where m.theme = :theme and {_NOT_REJECTED}
                ),
                asked as (
                    select whole.id, third, count(*) over (partition by third) as total,
                        row_number() over (partition by third order by verdict is null, score desc, whole.id) as place
                    from whole
                    where (:by_names is null or (speaker in (select value from json_each(:names))) = :by_names)
                        and (:season is null or (select season from episodes where id = whole.episode) = :season)
                )
            select id, third, total from asked where place <= :each order by third, place
            """,
            theme=theme,
            names=json.dumps(sorted(names)),
            by_names=by_names,
            season=season,
            each=each,
        )
        ids = json.dumps([row["id"] for row in chosen])
        rows = self._c.all(f"{CLIP} where m.id in (select value from json_each(:ids))", ids=ids)
        clips = {row["id"]: clip_of(row) for row in rows}

        def rung(third: int) -> Rung:
            mine = [row for row in chosen if row["third"] == third]
            return Rung(clips=tuple(clips[row["id"]] for row in mine), total=mine[0]["total"] if mine else 0)

        return rung(1), rung(2), rung(3)

    def neighbours(self, clip: Clip) -> tuple[Clip | None, Clip | None]:
        """The examples of its theme before and after a moment: reviewed ones first, each group from clear to subtle."""
        theme, score, id = clip.moment.theme, clip.moment.score, clip.moment.id
        before = self._before(theme, clip.state, score, id)
        after = self._after(theme, clip.state, score, id)
        if clip.state is State.PROPOSED and before is None:
            before = self._before(theme, State.ACCEPTED, -inf, "")
        if clip.state is State.ACCEPTED and after is None:
            after = self._after(theme, State.PROPOSED, inf, "")
        return before, after

    def _before(self, theme: str, state: State, score: float, id: str) -> Clip | None:
        row = self._c.one(
            f"""
            {CLIP} where m.theme = :theme and {_IS[state]}
                and m.score >= :score and (m.score > :score or m.id < :id) order by m.score, m.id desc limit 1
            """,
            theme=theme,
            score=score,
            id=id,
        )
        return clip_of(row) if row else None

    def _after(self, theme: str, state: State, score: float, id: str) -> Clip | None:
        row = self._c.one(
            f"""
            {CLIP} where m.theme = :theme and {_IS[state]}
                and m.score <= :score and (m.score < :score or m.id > :id) order by m.score desc, m.id limit 1
            """,
            theme=theme,
            score=score,
            id=id,
        )
        return clip_of(row) if row else None

    def newest(self, theme: str | None = None, *, limit: int) -> tuple[News, ...]:
        """The moments, of one theme if asked, that became what they are last; the last first."""
        rows = self._c.all(
            f"""
            select c.*, coalesce(c.at, e.published) as since
            from ({CLIP} where (:theme is null or m.theme = :theme) and {_NOT_REJECTED}) c
            join episodes e on e.id = c.episode order by since desc, c.id limit :limit
            """,
            theme=theme,
            limit=limit,
        )
        return tuple(
            News(clip=clip_of(row), since=datetime.fromisoformat(row["since"]) if row["since"] else None)
            for row in rows
        )

    def scope(self, theme: str) -> Scope:
        """How often a theme is heard, in which seasons, and from whom."""
        rows = self._c.all(
            f"""
            select (select season from episodes where id = m.episode) as season, m.speaker, count(*) as n
            from moments m {NEWEST_REVIEW} where m.theme = :theme and {_NOT_REJECTED} group by 1, 2
            """,
            theme=theme,
        )
        return Scope(
            total=sum(row["n"] for row in rows),
            seasons=tuple(sorted({row["season"] for row in rows if row["season"] is not None})),
            speakers=frozenset(row["speaker"] for row in rows if row["speaker"]),
        )
