"""Moments follow their words: where a transcript has changed, quotes and spans are found again in it."""

from bisect import bisect_left
from dataclasses import dataclass

from companion.draft import all_speakers, all_words, span_of
from companion.places import CONTEXT, Anchor, Text
from companion.store.connection import Connection, Row
from companion.timecode import Span
from companion.transcripts import Transcript

_BESIDE = 0.3  # seconds by which recognisers differ over where a word begins
_SHIFTED = 1.0  # seconds from where it was that a quote may be found and its span still be good
_PROPOSED = "select id, start, end, quote, before, after, speaker, null as review from moments where episode = :episode"
_CUT = """
    select m.id, coalesce(r.now_start, r.start) as start, coalesce(r.now_end, r.end) as end,
        coalesce(r.now_text, r.text) as quote, '' as before, '' as after, m.speaker, r.key as review
    from moments m join reviews r on r.key = (select max(key) from reviews where moment = m.id)
    where m.episode = :episode and r.start is not null
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stray:
    """A moment that somebody has judged and whose words are not in the transcript any more.

    It is `withheld` from everybody while anything of its episode is taken out: what it quotes may be that.
    """

    moment: str
    theme: str
    span: Span
    quote: str
    verdict: str
    withheld: bool


class Following:
    """Finds the moments of an episode in what it says by now."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def follow(self, transcript: Transcript) -> None:
        """Brings quotes, the words around them, speakers and spans up to date; what is found nowhere stays."""
        text, speakers = Text(all_words(transcript)), all_speakers(transcript)
        rows = self._c.all(_PROPOSED, episode=transcript.episode)
        for row in [*rows, *self._c.all(_CUT, episode=transcript.episode)]:
            stands = _stands(row, text)
            place = stands or text.find(_anchor(row))
            if place is None or place[0] == place[1]:
                continue
            if not stands:
                self._bring(row, text, *place)
            elif row["review"] is None:
                self._surround(row, text, *place)
            if row["review"] is None and row["speaker"] != speakers[place[0]]:
                self._c.run("update moments set speaker = :s where id = :id", s=speakers[place[0]], id=row["id"])

    def strays(self, transcript: Transcript) -> tuple[Stray, ...]:
        """The judged moments of an episode that could not be found, in order of time."""
        text = Text(all_words(transcript))
        judged = self._c.all(
            """
            select m.id, m.theme, r.verdict, coalesce(r.now_start, r.start, m.start) as start,
                coalesce(r.now_end, r.end, m.end) as end,
                iif(r.start is null, m.quote, coalesce(r.now_text, r.text)) as quote,
                iif(r.start is null, m.before, '') as before, iif(r.start is null, m.after, '') as after, m.withheld
            from (
                select id, episode, theme, start, end, quote, before, after, 0 as withheld from moments
                union all
                select moment, episode, json_extract(row, '$.theme'), json_extract(row, '$.start'),
                    json_extract(row, '$.end'), json_extract(row, '$.quote'), json_extract(row, '$.before'),
                    json_extract(row, '$.after'), 1
                from withheld where gone = 1
            ) m join reviews r on r.key = (select max(key) from reviews where moment = m.id)
            where m.episode = :episode and r.verdict != 'open' order by 4
            """,
            episode=transcript.episode,
        )
        return tuple(
            Stray(
                moment=row["id"],
                theme=row["theme"],
                span=Span(start=row["start"], end=row["end"]),
                quote=row["quote"],
                verdict=row["verdict"],
                withheld=bool(row["withheld"]),
            )
            for row in judged
            if not _stands(row, text) and _nowhere(text.find(_anchor(row)))
        )

    def _bring(self, row: Row, text: Text, first: int, end: int) -> None:
        words = text.words
        span = _moved(Span(start=row["start"], end=row["end"]), span_of(words, first, end))
        quote = " ".join(word.text for word in words[first:end])
        if row["review"] is not None:
            self._c.run(
                "update reviews set now_start = :start, now_end = :end, now_text = :quote where key = :key",
                key=row["review"],
                start=span.start,
                end=span.end,
                quote=quote,
            )
            return
        self._c.run(
            "update moments set start = :start, end = :end, quote = :quote where id = :id",
            id=row["id"],
            start=span.start,
            end=span.end,
            quote=quote,
        )
        self._surround(row, text, first, end)

    def _surround(self, row: Row, text: Text, first: int, end: int) -> None:
        """Brings the words before and after a quote up to date, as many as there were."""
        before, after = len(row["before"].split()), len(row["after"].split())
        self._c.run(
            """
            update moments set before = :before, after = :after
            where id = :id and (before, after) != (:before, :after)
            """,
            id=row["id"],
            before=" ".join(word.text for word in text.words[max(first - before, 0) : first]),
            after=" ".join(word.text for word in text.words[end : end + after]),
        )


def _nowhere(place: tuple[int, int] | None) -> bool:
    return place is None or place[0] == place[1]


def _moved(span: Span, said: Span) -> Span:
    """The span of a moment whose words are said at a time: as it was if it still holds them, else moved there."""
    if span.start - _SHIFTED <= said.start and said.end <= span.end + _SHIFTED:
        return Span(start=min(span.start, said.start), end=max(span.end, said.end))
    return Span(start=said.start, end=max(said.end, said.start + span.length))


def _anchor(row: Row) -> Anchor:
    return Anchor(
        before=tuple(row["before"].split()[-CONTEXT:]),
        words=tuple(row["quote"].split()),
        after=tuple(row["after"].split()[:CONTEXT]),
        span=Span(start=row["start"], end=row["end"]),
    )


def _stands(row: Row, text: Text) -> tuple[int, int] | None:
    """Where the very words are still said within the span; None if they are not."""
    quote = row["quote"].split()
    first = bisect_left(text.words, row["start"] - _BESIDE, key=lambda word: word.start)
    end = bisect_left(text.words, row["end"] + _BESIDE, key=lambda word: word.start)
    said = [word.text for word in text.words[first:end]]
    for at in range(len(said) - len(quote) + 1):
        if quote and said[at : at + len(quote)] == quote:
            return first + at, first + at + len(quote)
    return None
