"""Deciding at the desk: moments with all that was said of them; nothing is overwritten unseen, acts are taken back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from companion.errors import InvalidError, NotFoundError, StaleError
from companion.moments import Moment
from companion.reviews import Case, Change, Review, Verdict
from companion.store.connection import Connection, Row
from companion.store.journal import append
from companion.store.moments import MOMENT, Moments, moment_of, review_of
from companion.store.redactions import Redactions
from companion.store.transcripts import Transcripts
from companion.store.withheld import Withheld
from companion.timecode import Span, clock

_CASE = f"""
    select {MOMENT},
        r.key, r.moment, r.verdict, r.reviewer, r.at, r.note, r.instead, coalesce(r.now_text, r.text) as text,
        coalesce(r.now_start, r.start) as cut_start, coalesce(r.now_end, r.end) as cut_end,
        r.title, r.exercise
    from moments m left join reviews r on r.key = (select max(key) from reviews where moment = m.id)
"""
_REVIEW = """
    select key, moment, verdict, reviewer, at, note, text, instead, start as cut_start, end as cut_end, title, exercise,
        made, restores, undoes
    from reviews
"""


class Reviewing:
    """Reads cases; appends what is decided, many moments in one act; takes acts back, as often as there are any."""

    def __init__(self, connection: Connection, moments: Moments, transcripts: Transcripts) -> None:
        self._c = connection
        self._moments = moments
        self._transcripts = transcripts

    def case(self, moment: str) -> Case:
        """One moment with its newest review; `NotFoundError` if there is none."""
        row = self._c.one(f"{_CASE} where m.id = :id", id=moment)
        if row is None:
            raise NotFoundError("moment", moment)
        return _case_of(row)

    def of_episode(self, episode: str) -> tuple[Case, ...]:
        """All moments of an episode in order of time, rejected ones, too."""
        rows = self._c.all(f"{_CASE} where m.episode = :episode order by m.start, m.theme", episode=episode)
        return tuple(_case_of(row) for row in rows)

    def decide(self, changes: Sequence[Change]) -> tuple[int, ...]:
        """Appends the reviews of one act, all or none; gives their numbers.

        `StaleError` if a moment has a newer review than the one that was seen. A review that the same person has just
        made already (its answer was lost on the way) is not made again.
        """
        numbers: list[int] = []
        with self._c.atomic():
            act, decided = None, set[str]()
            for change in changes:
                made = change.made is not None and self._make(change.made)
                case = self.case(change.review.moment)
                if case.seen != change.seen and _stands(case, change):
                    numbers.append(case.seen)
                    continue
                number = append(self._c, change.review, case.moment, act=act, made=made)
                act = act or number
                numbers.append(number)
                decided.add(case.moment.episode)
            for episode in decided:
                self._settle(episode)
        return tuple(numbers)

    def undo(self, episode: str, reviewer: str, at: datetime, *, undoable: int | None = None) -> tuple[str, ...]:
        """Takes a person's newest act in an episode back; gives the ids of its moments.

        Each moment is again what it was before, the journal only grows. A moment that the act made is gone, and one
        that was redacted since stays out of it. `undoable` is how many acts the person saw that could be taken back:
        where there are fewer by now, this one is (the answer was lost on the way), and nothing is done.
        `InvalidError` if nothing is left to take back, `StaleError` if somebody has decided one of the moments since.
        """
        with self._c.atomic():
            if undoable is not None and self.undoable(episode, reviewer) < undoable:
                return ()
            row = self._c.one(
                """
                select coalesce(r.act, r.key) as act from reviews r join moments m on m.id = r.moment
                where m.episode = :episode and r.reviewer = :reviewer and r.undoes is null
                    and coalesce(r.act, r.key) not in (select undoes from reviews where undoes is not null)
                order by r.key desc limit 1
                """,
                episode=episode,
                reviewer=reviewer,
            )
            if row is None:
                raise InvalidError("There is nothing of yours left to take back in this episode.")
            undone = self._c.all(
                f"""
                {_REVIEW} where (key = :act or act = :act) and moment in (select id from moments) order by key
                """,
                act=row["act"],
            )
            for one in undone:
                self._restore(one, row["act"], reviewer, at)
            self._settle(episode)
        return tuple(one["moment"] for one in undone)

    def undoable(self, episode: str, reviewer: str) -> int:
        """How many acts a person could take back in an episode."""
        row = self._c.one(
            """
            select count(distinct coalesce(r.act, r.key)) as n from reviews r join moments m on m.id = r.moment
            where m.episode = :episode and r.reviewer = :reviewer and r.undoes is null
                and coalesce(r.act, r.key) not in (select undoes from reviews where undoes is not null)
            """,
            episode=episode,
            reviewer=reviewer,
        )
        assert row is not None  # count always has a row
        return int(row["n"])

    def _restore(self, undone: Row, act: int, reviewer: str, at: datetime) -> None:
        place = {"moment": undone["moment"], "key": undone["key"]}
        newest = self._c.one(f"{_REVIEW} where moment = :moment and key >= :key order by key desc limit 1", **place)
        before = self._c.one(f"{_REVIEW} where moment = :moment and key < :key order by key desc limit 1", **place)
        if newest is None or _stands_for(newest) != undone["key"]:
            raise StaleError(undone["moment"])
        earlier = _stands_for(before) if before else None
        row = self._c.one(f"{_REVIEW} where key = :key", key=earlier) if earlier else None
        review = Review(moment=undone["moment"], verdict=Verdict.OPEN, reviewer=reviewer, at=at, note="")
        if row is not None:
            review = review_of(row)
        moment = self.case(undone["moment"]).moment
        append(self._c, review, moment, restores=earlier, undoes=act)
        if undone["made"]:
            self._c.run("delete from moments where id = :id", id=moment.id)

    def _settle(self, episode: str) -> None:
        """What a person cut, or took back, may reach into what was redacted."""
        if redactions := Redactions(self._c).all(episode):
            Withheld(self._c).settle(episode, redactions, self._transcripts.get(episode))

    def _make(self, moment: Moment) -> bool:
        """Adds a moment; False if it is there already.

        `InvalidError` where the same words are one elsewhere, or were taken down.
        """
        if self._moments.is_down(moment):
            raise InvalidError("What is said there was taken down. Put that back first.")
        row = self._c.one("select start, end from moments where id = :id", id=moment.id)
        if row is None:
            self._moments.insert(moment)
        elif not moment.span.overlaps(Span(start=row["start"], end=row["end"])):
            raise InvalidError(
                f"The same words are a moment of this theme, at {clock(row['start'])}. Take a word more or less."
            )
        return row is None


def _stands_for(row: Row) -> int | None:
    """The number of the review that a row puts in force: its own, or that which an undo brought back."""
    number: int | None = row["restores"] if row["undoes"] is not None else row["key"]
    return number


def _stands(case: Case, change: Change) -> bool:
    """Whether a moment with a newer review than was seen is as wished already; `StaleError` if it is not.

    It is, whoever decided it, where the verdict is the same and nothing that was written would be lost. What one person
    decides twice may change: a moment they make is one they may have decided before, unseen here.
    """
    newest, wished = case.review, change.review
    assert newest is not None  # or nothing newer could be there
    if _holds(newest, wished):
        return True
    writes = bool(wished.title or wished.note or wished.exercise)
    if change.made is not None and newest.verdict is wished.verdict and not writes:
        return True
    if change.made is None or newest.reviewer != wished.reviewer:
        raise StaleError(case.moment.id)
    return False


def _holds(newest: Review, wished: Review) -> bool:
    """Whether a review says all that another would, by whomever."""
    all_of_both = replace(
        wished,
        title=wished.title or newest.title,
        note=wished.note or newest.note,
        exercise=wished.exercise or newest.exercise,
    )
    return replace(newest, reviewer=wished.reviewer, at=wished.at) == all_of_both


def _case_of(row: Row) -> Case:
    return Case(
        moment=moment_of(row),
        review=review_of(row) if row["verdict"] is not None else None,
        seen=row["key"] or 0,
    )
