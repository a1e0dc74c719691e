"""Moments as the tagger proposes them, joined with what people have said of them."""

import json
from datetime import datetime

from companion.errors import NotFoundError
from companion.moments import Clip, Moment, State, Why
from companion.reviews import Review, Verdict, state
from companion.store.connection import Connection, Row
from companion.timecode import Span

_CLIP = """
    select m.id, m.episode, m.theme, m.start, m.end, m.quote, m.speaker, m.before, m.after, m.score, m.why, m.tagger,
        r.moment, r.verdict, r.reviewer, r.at, r.note, r.text, r.instead, r.start as cut_start, r.end as cut_end
    from moments m
    left join reviews r on r.key = (select max(key) from reviews where moment = m.id)
"""


class Moments:
    """Reads moments as clips; replaces proposals; appends reviews. A new tagger never takes a reviewed moment away."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def get(self, id: str) -> Clip:
        """One moment; `NotFoundError` if there is none."""
        row = self._c.one(f"{_CLIP} where m.id = :id", id=id)
        if row is None:
            raise NotFoundError("moment", id, "companion moments lists them.")
        return _clip(row)

    def of_episode(self, episode: str) -> tuple[Clip, ...]:
        """The moments of an episode in order of time, rejected ones left out."""
        rows = self._c.all(f"{_CLIP} where m.episode = :episode order by m.start, m.theme", episode=episode)
        return tuple(clip for clip in map(_clip, rows) if clip.state is not State.REJECTED)

    def find(self, theme: str | None = None, state: State | None = None, limit: int | None = None) -> tuple[Clip, ...]:
        """Moments of a theme and state, accepted first, then by score. Without a state, rejected ones are left out."""
        rows = self._c.all(
            f"""
            {_CLIP} where (:theme is null or m.theme = :theme)
                and case :state
                    when 'proposed' then r.verdict is null
                    when 'accepted' then r.verdict = 'accept'
                    when 'rejected' then r.verdict = 'reject'
                    else r.verdict is null or r.verdict = 'accept' end
            order by r.verdict = 'accept' desc, m.score desc, m.id limit coalesce(:limit, -1)
            """,
            theme=theme,
            state=state,
            limit=limit,
        )
        return tuple(_clip(row) for row in rows)

    def counts(self) -> dict[str, int]:
        """How many moments, rejected ones left out, there are of each theme that has any."""
        rows = self._c.all(
            """
            select m.theme, count(*) as n from moments m
            left join reviews r on r.key = (select max(key) from reviews where moment = m.id)
            where r.verdict is null or r.verdict = 'accept' group by m.theme
            """
        )
        return {row["theme"]: row["n"] for row in rows}

    def replace(self, episode: str, tagger: str, moments: tuple[Moment, ...]) -> None:
        """Puts a tagger's proposals for an episode in place of earlier ones and notes that it has seen the episode."""
        with self._c.atomic():
            self._c.run(
                "delete from moments where episode = :episode and id not in (select moment from reviews)",
                episode=episode,
            )
            for moment in moments:
                self._insert(moment)
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
            self._insert(moment)
            self.review(review)

    def review(self, review: Review) -> None:
        """Appends a person's decision and the words it is about; `NotFoundError` if there is no such moment."""
        with self._c.atomic():
            moment = self.get(review.moment).moment
            self._c.run(
                """
                insert into reviews
                    (moment, verdict, reviewer, at, note, theme, text, before, tagger, instead, start, end)
                values
                    (:moment, :verdict, :reviewer, :at, :note, :theme, :text, :before, :tagger, :instead, :start, :end)
                """,
                moment=review.moment,
                verdict=review.verdict,
                reviewer=review.reviewer,
                at=review.at.isoformat(),
                note=review.note,
                theme=moment.theme,
                text=review.quote or moment.quote,
                before=moment.before,
                tagger=moment.tagger,
                instead=review.instead,
                start=review.span.start if review.span else None,
                end=review.span.end if review.span else None,
            )

    def _insert(self, moment: Moment) -> None:
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
            why=json.dumps([moment.why.sentence, moment.why.parts], ensure_ascii=False),
            tagger=moment.tagger,
        )


def _clip(row: Row) -> Clip:
    sentence, parts = json.loads(row["why"])
    review = None
    start, end, quote = row["start"], row["end"], row["quote"]
    if row["verdict"] is not None:
        if row["cut_start"] is not None:  # a person moved its edges
            start, end, quote = row["cut_start"], row["cut_end"], row["text"]
        review = Review(
            moment=row["moment"],
            verdict=Verdict(row["verdict"]),
            reviewer=row["reviewer"],
            at=datetime.fromisoformat(row["at"]),
            note=row["note"],
            instead=row["instead"],
        )
    return Clip(
        moment=Moment(
            id=row["id"],
            episode=row["episode"],
            theme=row["theme"],
            span=Span(start=start, end=end),
            quote=quote,
            speaker=row["speaker"],
            before=row["before"],
            after=row["after"],
            score=row["score"],
            why=Why(sentence=sentence, parts=tuple((what, weight) for what, weight in parts)),
            tagger=row["tagger"],
        ),
        state=state(review),
        note=review.note if review else "",
    )
