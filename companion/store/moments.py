"""Moments as the tagger proposes them, joined with what people have said of them."""

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from companion.errors import GoneError, NotFoundError
from companion.moments import Clip, Moment, State, Why
from companion.reviews import Review, Verdict, state
from companion.store.connection import Connection, Row
from companion.store.gone import is_gone
from companion.store.journal import append
from companion.timecode import Span

NEWEST_REVIEW = """
    left join reviews r on r.key = (select max(key) from reviews where moment = m.id) and r.verdict != 'open'
"""
MOMENT = """
    m.id, m.episode, m.theme, m.start, m.end, m.quote, m.speaker, m.before, m.after, m.score, m.why, m.tagger,
    (select quote from moments where id = json_extract(m.why, '$[2]')) as alike
"""  # the line that it is like by its moment: where that may not be seen, neither may the line
CLIP = f"""
    select {MOMENT},
        r.moment, r.verdict, r.reviewer, r.at, r.note, r.instead, coalesce(r.now_text, r.text) as text,
        coalesce(r.now_start, r.start) as cut_start, coalesce(r.now_end, r.end) as cut_end,
        r.title, r.exercise
    from moments m {NEWEST_REVIEW}
"""
_IN_STATE = """
    case :state
        when 'proposed' then r.verdict is null
        when 'accepted' then r.verdict = 'accept'
        when 'rejected' then r.verdict = 'reject'
        else r.verdict is null or r.verdict = 'accept' end
"""
_UNTOUCHED = """
    not exists (select 1 from takedowns where subject = {id}) and not exists (
        select 1 from reviews r where r.key = (select max(key) from reviews where moment = {id})
            and (r.verdict != 'open' or r.note != '' or r.title != '' or r.exercise is not null or r.start is not null)
    )
"""  # by people; `id` is a moment's
_SAME_STRETCH = "2 * (min(m.end, :end) - max(m.start, :start)) > min(m.end - m.start, :end - :start)"


class Moments:
    """Reads moments as clips; replaces proposals; appends reviews. A new tagger never takes a reviewed moment away."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def get(self, id: str) -> Clip:
        """One moment; `NotFoundError` if there is none."""
        row = self._c.one(f"{CLIP} where m.id = :id", id=id)
        if row is None:
            if is_gone(self._c, id):
                raise GoneError("moment", id)
            raise NotFoundError("moment", id, "companion moments lists them.")
        return clip_of(row)

    def of_episode(self, episode: str) -> tuple[Clip, ...]:
        """The moments of an episode in order of time, rejected ones left out."""
        rows = self._c.all(f"{CLIP} where m.episode = :episode order by m.start, m.theme", episode=episode)
        return tuple(clip for clip in map(clip_of, rows) if clip.state is not State.REJECTED)

    def of_episodes(self, episodes: Collection[str]) -> dict[str, tuple[Clip, ...]]:
        """The moments of several episodes, each in order of time, rejected ones left out; an entry for every one."""
        found: dict[str, list[Clip]] = {episode: [] for episode in episodes}
        rows = self._c.all(
            f"""
            {CLIP} where m.episode in (select value from json_each(:episodes)) and {_IN_STATE}
            order by m.episode, m.start, m.theme
            """,
            episodes=json.dumps([*episodes]),
            state=None,
        )
        for clip in map(clip_of, rows):
            found[clip.moment.episode].append(clip)
        return {episode: tuple(clips) for episode, clips in found.items()}

    def find(
        self,
        theme: str | None = None,
        state: State | None = None,
        limit: int | None = None,
        *,
        episode: str | None = None,
        offset: int = 0,
    ) -> tuple[Clip, ...]:
        """Moments of a theme, state and episode, accepted first, then by score; rejected ones only if asked for."""
        rows = self._c.all(
            f"""
            {CLIP} where (:theme is null or m.theme = :theme) and (:episode is null or m.episode = :episode)
                and {_IN_STATE}
            order by r.verdict = 'accept' desc, m.score desc, m.id limit coalesce(:limit, -1) offset :offset
            """,
            theme=theme,
            state=state,
            episode=episode,
            limit=limit,
            offset=offset,
        )
        return tuple(clip_of(row) for row in rows)

    def count(self, *, theme: str | None = None, state: State | None = None, episode: str | None = None) -> int:
        """How many moments there are of a theme, state and episode; rejected ones only if asked for."""
        row = self._c.one(
            f"""
            select count(*) as n from moments m {NEWEST_REVIEW}
            where (:theme is null or m.theme = :theme) and (:episode is null or m.episode = :episode) and {_IN_STATE}
            """,
            theme=theme,
            state=state,
            episode=episode,
        )
        assert row is not None  # count(*) always has a row
        return int(row["n"])

    def ids(self, *, limit: int) -> tuple[str, ...]:
        """The ids of at most so many moments, those that a person agreed to first; never of rejected ones."""
        rows = self._c.all(
            f"""
            select m.id from moments m {NEWEST_REVIEW} where {_IN_STATE}
            order by r.verdict = 'accept' desc, m.key limit :limit
            """,
            state=None,
            limit=limit,
        )
        return tuple(row["id"] for row in rows)

    def counts(self) -> dict[str, int]:
        """How many moments, rejected ones left out, there are of each theme that has any."""
        rows = self._c.all(  # all of them by the index, less the few rejected: asking for each one's review takes long
            """
            select theme, sum(n) as n from (
                select theme, count(*) as n from moments group by theme
                union all
                select m.theme, -count(*) from reviews r join moments m on m.id = r.moment
                where r.verdict = 'reject' and r.key = (select max(key) from reviews where moment = r.moment)
                group by m.theme
            ) group by theme having sum(n) > 0
            """
        )
        return {row["theme"]: row["n"] for row in rows}

    def replace(self, episode: str, tagger: str, moments: tuple[Moment, ...]) -> None:
        """Puts a tagger's proposals for an episode in place of earlier ones and notes that it has seen the episode."""
        with self._c.atomic():
            self._c.run(
                f"""
                delete from moments where episode = :episode and {_UNTOUCHED.format(id="moments.id")}
                """,
                episode=episode,
            )
            self._c.run(
                f"delete from withheld where episode = :episode and {_UNTOUCHED.format(id='withheld.moment')}",
                episode=episode,
            )
            for moment in moments:
                if not self._judged(moment):
                    self.insert(moment)
            self._c.run(
                """
                insert into taggings (episode, tagger) values (:episode, :tagger)
                on conflict (episode) do update set tagger = excluded.tagger
                """,
                episode=episode,
                tagger=tagger,
            )

    def tagged_by(self, episode: str) -> str | None:
        """The tagger version that has seen the episode's current transcript, None if none has."""
        row = self._c.one("select tagger from taggings where episode = :episode", episode=episode)
        return str(row["tagger"]) if row else None

    def add(self, moment: Moment, review: Review) -> None:
        """Keeps a moment that a person found and the tagger missed, with the review that says so."""
        with self._c.atomic():
            self.insert(moment)
            self.review(review)

    def review(self, review: Review) -> None:
        """Appends a person's decision and the words it is about; `NotFoundError` if there is no such moment."""
        with self._c.atomic():
            moment = self.get(review.moment).moment
            append(self._c, review, moment)

    def _judged(self, moment: Moment) -> bool:
        """Whether somebody has judged the same stretch for this theme before, when its words were heard otherwise.

        What was taken down stays down, whatever it may show.
        """
        row = self._c.one(
            f"""
            select 1 from moments m {NEWEST_REVIEW}
            where m.episode = :episode and m.theme = :theme and m.id != :id and r.verdict is not null
                and {_SAME_STRETCH}
            """,
            episode=moment.episode,
            theme=moment.theme,
            id=moment.id,
            start=moment.span.start,
            end=moment.span.end,
        )
        return row is not None or self.is_down(moment)

    def is_down(self, moment: Moment) -> bool:
        """Whether another moment of the same stretch, of any theme, was taken down."""
        row = self._c.one(
            f"""
            select 1 from takedowns t join moments m on m.id = t.subject
            where m.episode = :episode and m.id != :id and {_SAME_STRETCH}
            """,
            episode=moment.episode,
            id=moment.id,
            start=moment.span.start,
            end=moment.span.end,
        )
        return row is not None

    def _accepted(self, moment: Moment) -> str | None:
        """The id of the accepted moment whose line a reason names, None where it names none."""
        if not moment.why.like:
            return None
        row = self._c.one(
            """
            select r.moment from reviews r
            where r.theme = :theme and r.text = :line and r.verdict = 'accept' and r.moment != :id
                and r.key = (select max(key) from reviews where moment = r.moment) limit 1
            """,
            theme=moment.theme,
            line=moment.why.like,
            id=moment.id,
        )
        return str(row["moment"]) if row else None

    def insert(self, moment: Moment) -> None:
        """Adds a proposal, unless it is there already."""
        self._c.run(
            """
            insert into moments (id, episode, theme, start, end, quote, speaker, before, after, score, why, tagger)
            values (:id, :episode, :theme, :start, :end, :quote, :speaker, :before, :after, :score, :why, :tagger)
            on conflict (id) do nothing
            """,
            id=moment.id,
            episode=moment.episode,
            theme=moment.theme,
            start=moment.span.start,
            end=moment.span.end,
            quote=moment.quote,
            speaker=moment.speaker,
            before=moment.before,
            after=moment.after,
            score=moment.score,
            why=json.dumps([moment.why.sentence, moment.why.parts, self._accepted(moment)], ensure_ascii=False),
            tagger=moment.tagger,
        )


def clip_of(row: Row) -> Clip:
    """A row of `CLIP` as a Clip."""
    moment = moment_of(row)
    if row["verdict"] is None:
        return Clip(moment=moment, state=State.PROPOSED, note="")
    review = review_of(row)
    if review.span is not None and review.quote is not None:  # a person moved its edges
        # what stood beside the old ones stands no longer beside these
        moment = replace(moment, span=review.span, quote=review.quote, before="", after="")
    return Clip(moment=moment, state=state(review), note=review.note, title=review.title, exercise=review.exercise)


def moment_of(row: Row) -> Moment:
    """A row with the columns of a moment as it was proposed."""
    sentence, parts, *_ = json.loads(row["why"])
    return Moment(
        id=row["id"],
        episode=row["episode"],
        theme=row["theme"],
        span=Span(start=row["start"], end=row["end"]),
        quote=row["quote"],
        speaker=row["speaker"],
        before=row["before"],
        after=row["after"],
        score=row["score"],
        why=Why(sentence=sentence, parts=tuple((what, weight) for what, weight in parts), like=row["alike"] or ""),
        tagger=row["tagger"],
    )


def review_of(row: Row) -> Review:
    """A row with the columns of a review, its edges as `cut_start` and `cut_end`, as a Review."""
    cut = row["cut_start"] is not None
    return Review(
        moment=row["moment"],
        verdict=Verdict(row["verdict"]),
        reviewer=row["reviewer"],
        at=datetime.fromisoformat(row["at"]),
        note=row["note"],
        instead=row["instead"],
        span=Span(start=row["cut_start"], end=row["cut_end"]) if cut else None,
        quote=row["text"] if cut else None,
        title=row["title"],
        exercise=row["exercise"],
    )
