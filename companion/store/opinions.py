"""Second opinions, kept beside the reviews: a verdict stays what it is until somebody settles a disagreement."""

from datetime import datetime

from companion.agreement import Pair
from companion.errors import InvalidError, NotFoundError
from companion.moments import Moment
from companion.opinions import Disagreement, Opinion
from companion.reviews import Change, Review, Verdict
from companion.store.connection import Connection, Row
from companion.store.moments import MOMENT, moment_of
from companion.store.reviewing import Reviewing

# a moment as the tagger proposed it: neither the verdict nor the edges that came with it may be seen
_UNSEEN = f"""
    select {MOMENT}
    from moments m
"""
_REVIEW = "r.key = (select max(key) from reviews where moment = m.id) and r.verdict != 'open'"
# a moment that a person found is no proposal: that it was found says how it was judged
_DECIDED_BY_OTHERS = f"""
    exists (select 1 from reviews r where {_REVIEW})
    and not exists (select 1 from reviews where moment = m.id and (reviewer = :reviewer or made))
"""
_NO_OPINION_YET = "not exists (select 1 from opinions where moment = m.id and reviewer = :reviewer)"
_NEWEST = "p.key = (select max(key) from opinions where moment = p.moment and reviewer = p.reviewer)"
_OPEN = f"""
    {_NEWEST} and p.reviewer != r.reviewer
    and (p.verdict != r.verdict or (p.instead is not null and r.instead is not null and p.instead != r.instead))
    and (p.settled is null or exists (select 1 from reviews where moment = p.moment and undoes = p.settled))
"""


class Opinions:
    """Offers decided moments to another pair of eyes, keeps what they say, and finds where people disagree."""

    def __init__(self, connection: Connection, reviewing: Reviewing) -> None:
        self._c = connection
        self._reviewing = reviewing

    def waiting(self, reviewer: str, *, limit: int, past: str = "") -> tuple[Moment, ...]:
        """Moments that others decided and this reviewer never judged, as they were proposed, by episode and time.

        Those after the moment `past` come first, and it and those before it last.
        """
        rows = self._c.all(
            f"""
            {_UNSEEN} where {_DECIDED_BY_OTHERS} and {_NO_OPINION_YET}
            order by (m.episode, m.start, m.id) <= (select episode, start, id from moments where id = :past),
                m.episode, m.start, m.id
            limit :limit
            """,
            reviewer=reviewer,
            limit=limit,
            past=past,
        )
        return tuple(moment_of(row) for row in rows)

    def left(self, reviewer: str) -> int:
        """How many moments wait for this reviewer's second opinion."""
        return self._count(
            f"select count(*) as n from moments m where {_DECIDED_BY_OTHERS} and {_NO_OPINION_YET}", reviewer=reviewer
        )

    def given(self, reviewer: str) -> int:
        """How many moments this reviewer has given an opinion on."""
        return self._count(
            "select count(distinct moment) as n from opinions where reviewer = :reviewer", reviewer=reviewer
        )

    def unseen(self, moment: str, reviewer: str) -> Moment:
        """One moment as it was proposed; `NotFoundError` if there is none that this reviewer may give an opinion on."""
        row = self._c.one(f"{_UNSEEN} where m.id = :id and {_DECIDED_BY_OTHERS}", id=moment, reviewer=reviewer)
        if row is None:
            raise NotFoundError("moment for your second opinion", moment)
        return moment_of(row)

    def mine(self, moment: str, reviewer: str) -> Opinion | None:
        """What this reviewer last said of a moment."""
        row = self._c.one(
            """
            select moment, verdict, instead, reviewer, at, note from opinions
            where moment = :moment and reviewer = :reviewer order by key desc limit 1
            """,
            moment=moment,
            reviewer=reviewer,
        )
        return _opinion(row) if row else None

    def give(self, opinion: Opinion) -> None:
        """Keeps an opinion; a later one of the same person counts instead.

        `NotFoundError` if there is no such moment, `InvalidError` if nobody else has decided it, this reviewer has, or
        the disagreement about it was settled.
        """
        with self._c.atomic(shown=False):
            case = self._reviewing.case(opinion.moment)
            if case.review is None or case.review.verdict is Verdict.OPEN:
                raise InvalidError("Nobody has decided this moment, so there is nothing to give a second opinion on.")
            known = {"moment": opinion.moment, "reviewer": opinion.reviewer}
            if self._c.one("select 1 from reviews where moment = :moment and reviewer = :reviewer", **known):
                raise InvalidError("You have judged this moment yourself; a second opinion is somebody else's.")
            if self._c.one("select 1 from opinions where moment = :moment and settled is not null", **known):
                raise InvalidError("You have talked about this moment and settled it; it stays as it is.")
            self._c.run(
                """
                insert into opinions (moment, theme, verdict, instead, reviewer, at, note, first)
                values (:moment, :theme, :verdict, :instead, :reviewer, :at, :note, :first)
                """,
                theme=case.moment.theme,
                verdict=opinion.verdict,
                instead=opinion.instead,
                at=opinion.at.isoformat(),
                note=opinion.note,
                first=case.review.verdict,
                **known,
            )

    def pairs(self) -> dict[str, tuple[Pair, ...]]:
        """By theme, the first verdict with every second opinion, as each was when it was given unseen.

        A change of mind after that is no independent judgement, and doesn't count here.
        """
        rows = self._c.all(
            """
            select theme, first, verdict from opinions
            where key in (select min(key) from opinions group by moment, reviewer) order by key
            """
        )
        found: dict[str, tuple[Pair, ...]] = {}
        for row in rows:
            pair = (Verdict(row["first"]), Verdict(row["verdict"]))
            found[row["theme"]] = (*found.get(row["theme"], ()), pair)
        return found

    def disagreements(self) -> tuple[Disagreement, ...]:
        """What is to be settled, by episode and time."""
        rows = self._c.all(
            f"""
            select m.id from moments m join reviews r on {_REVIEW}
            where exists (select 1 from opinions p where p.moment = m.id and {_OPEN}) order by m.episode, m.start, m.id
            """
        )
        return tuple(self.disagreement(row["id"]) for row in rows)

    def disagreement(self, moment: str) -> Disagreement:
        """What people said of one moment; `NotFoundError` if it is not there, or has no verdict."""
        case = self._reviewing.case(moment)
        if case.review is None:
            raise NotFoundError("disagreement about the moment", moment)
        rows = self._c.all(
            f"""
            select p.moment, p.verdict, p.instead, p.reviewer, p.at, p.note
            from opinions p where p.moment = :moment and {_NEWEST} order by p.key
            """,
            moment=moment,
        )
        return Disagreement(case=case, review=case.review, opinions=tuple(map(_opinion, rows)))

    def settle(self, review: Review, *, seen: int) -> None:
        """Writes the review that ends a disagreement; `StaleError` if a newer one has come than the one `seen`."""
        with self._c.atomic():
            (number,) = self._reviewing.decide([Change(review=review, seen=seen)])
            self._c.run(
                "update opinions set settled = :number where moment = :moment", number=number, moment=review.moment
            )

    def _count(self, sql: str, **parameters: object) -> int:
        row = self._c.one(sql, **parameters)
        assert row is not None  # count(*) always has a row
        return int(row["n"])


def _opinion(row: Row) -> Opinion:
    return Opinion(
        moment=row["moment"],
        verdict=Verdict(row["verdict"]),
        reviewer=row["reviewer"],
        at=datetime.fromisoformat(row["at"]),
        note=row["note"],
        instead=row["instead"],
    )
