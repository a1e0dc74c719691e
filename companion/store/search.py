"""Finding what was said: moments first, then passages, then episodes by their notes; each hit at its second."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from companion.store.connection import Connection, Row
from companion.store.transcripts import Transcripts, segment
from companion.timecode import Span
from companion.transcripts import Segment

_MOST = 500  # ranked rows looked at per kind; beyond them nobody pages, and ranking stays quick
_OPEN, _SHUT = "\x02", "\x03"  # highlight marks; control characters never survive a feed or a recogniser


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """Something found. `start` is where the matched words begin, in seconds; `marks` are their places in `text`."""

    kind: Literal["moment", "passage", "notes"]
    episode: str
    title: str
    start: float
    end: float
    text: str
    marks: tuple[tuple[int, int], ...]
    speaker: str | None
    themes: tuple[str, ...]
    moment: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    """A page of hits, and how many there are in all."""

    total: int
    hits: tuple[Hit, ...]


class Search:
    """Full-text search over the current transcripts, the moments and the show notes."""

    def __init__(self, connection: Connection, transcripts: Transcripts) -> None:
        self._c = connection
        self._transcripts = transcripts

    def query(self, text: str, *, theme: str | None = None, limit: int = 20, offset: int = 0) -> Results:
        """What matches all words of `text`, or, where nothing does, most of them; never an error, whatever is asked."""
        terms = [f'"{term}"' for term in terms_of(text)]
        hits = self._matching(" ".join(terms), theme) if terms else []
        if len(terms) > 1 and not hits:
            hits = _best_covered(self._matching(" OR ".join(terms), theme))
        return Results(total=len(hits), hits=tuple(hits[offset : offset + limit]))

    def _matching(self, match: str, theme: str | None) -> list[Hit]:
        moments = [self._moment_hit(row) for row in self._moments(match, theme)]
        if theme:
            return moments
        shown = [(hit.episode, hit.start, hit.end) for hit in moments]
        passages = [
            hit
            for hit in map(self._passage_hit, self._passages(match))
            if not any(hit.episode == episode and start <= hit.start < end for episode, start, end in shown)
        ]
        return moments + passages + [_notes_hit(row) for row in self._notes(match)]

    def _moments(self, match: str, theme: str | None) -> list[Row]:
        return self._c.all(
            """
            select m.id, m.episode, e.title, m.theme, m.start, m.end, m.speaker,
                highlight(moments_fts, 0, :open, :shut) as text
            from moments_fts join moments m on m.key = moments_fts.rowid join episodes e on e.id = m.episode
            left join reviews r on r.key = (select max(key) from reviews where moment = m.id)
            where moments_fts match :match and (:theme is null or m.theme = :theme)
                and (r.verdict is null or r.verdict = 'accept')
            order by r.verdict = 'accept' desc, bm25(moments_fts), m.key limit :most
            """,
            match=match,
            theme=theme,
            open=_OPEN,
            shut=_SHUT,
            most=_MOST,
        )

    def _moment_hit(self, row: Row) -> Hit:
        text, marks = _unmark(row["text"])
        segments = self._transcripts.between(row["episode"], Span(start=row["start"], end=row["end"]))
        return Hit(
            kind="moment",
            episode=row["episode"],
            title=row["title"],
            start=_quoted_at(segments, text, marks, row["start"], row["end"]),
            end=row["end"],
            text=text,
            marks=marks,
            speaker=row["speaker"],
            themes=(row["theme"],),
            moment=row["id"],
        )

    def _passages(self, match: str) -> list[Row]:
        return self._c.all(
            """
            select t.episode, e.title, s.start, s.end, s.speaker, s.text, s.words,
                highlight(segments_fts, 0, :open, :shut) as marked,
                (select group_concat(distinct m.theme) from moments m
                    where m.episode = t.episode and m.start < s.end and m.end > s.start) as themes
            from segments_fts join segments s on s.key = segments_fts.rowid
            join transcripts t on t.key = s.transcript and t.current = 1
            join episodes e on e.id = t.episode
            where segments_fts match :match order by bm25(segments_fts), s.key limit :most
            """,
            match=match,
            open=_OPEN,
            shut=_SHUT,
            most=_MOST,
        )

    def _passage_hit(self, row: Row) -> Hit:
        text, marks = _unmark(row["marked"])
        return Hit(
            kind="passage",
            episode=row["episode"],
            title=row["title"],
            start=_time_at(segment(row), _densest(marks)),
            end=row["end"],
            text=text,
            marks=marks,
            speaker=row["speaker"],
            themes=tuple(sorted(row["themes"].split(","))) if row["themes"] else (),
            moment=None,
        )

    def _notes(self, match: str) -> list[Row]:
        return self._c.all(
            """
            select e.id, e.title, snippet(episodes_fts, 1, :open, :shut, '…', 40) as text
            from episodes_fts join episodes e on e.key = episodes_fts.rowid
            where episodes_fts match :match order by bm25(episodes_fts, 4.0, 1.0), e.key limit :most
            """,
            match=match,
            open=_OPEN,
            shut=_SHUT,
            most=_MOST,
        )


def terms_of(text: str) -> list[str]:
    """The words and "quoted phrases" of free text: letters and digits only, so that no FTS5 syntax can pass."""
    straight = re.sub("[“”„«»]", '"', text[:1000].replace("_", " "))
    chunks = (quoted or word for quoted, word in re.findall(r'"([^"]*)"|([^\s"]+)', straight))
    terms = (" ".join(re.findall(r"\w+", chunk)) for chunk in chunks)
    return [term for term in terms if term][:64]


def _best_covered(hits: list[Hit]) -> list[Hit]:
    """Of hits that match some of the words asked for, those that match most of them, the fullest first."""

    def covered(hit: Hit) -> int:
        return len({hit.text[start:end].lower() for start, end in hit.marks})

    best = max(map(covered, hits), default=0)
    return sorted((hit for hit in hits if 3 * covered(hit) >= 2 * best), key=covered, reverse=True)


def _notes_hit(row: Row) -> Hit:
    text, marks = _unmark(row["text"])
    return Hit(
        kind="notes",
        episode=row["id"],
        title=row["title"],
        start=0.0,
        end=0.0,
        text=text,
        marks=marks,
        speaker=None,
        themes=(),
        moment=None,
    )


def _unmark(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Text with highlight marks -> the text, and the (start, end) character places that were marked."""
    text, marks = "", []
    for piece in re.split(f"({_OPEN}[^{_SHUT}]*{_SHUT})", marked):
        if piece.startswith(_OPEN):
            marks.append((len(text), len(text) + len(piece) - 2))
            piece = piece[1:-1]
        text += piece
    return text, tuple(marks)


def _densest(marks: Sequence[tuple[int, int]], reach: int = 80) -> int:
    """Where the tightest cluster of marks begins: the first with the most others within `reach` characters."""
    best = max(marks, key=lambda mark: sum(mark[0] <= other[0] < mark[0] + reach for other in marks), default=(0, 0))
    return best[0]


def _time_at(one: Segment, place: int) -> float:
    """When the character at `place` of a segment's text is spoken: its word's start, or by proportion without words."""
    if one.words:
        before = len(one.text[:place].split())
        return one.words[min(before, len(one.words) - 1)].start
    return one.start + (one.end - one.start) * place / max(len(one.text), 1)


def _quoted_at(
    segments: Sequence[Segment], quote: str, marks: Sequence[tuple[int, int]], start: float, end: float
) -> float:
    """When the marked words of a moment's quote are spoken, looked up in the segments under it."""
    place = _densest(marks)
    words = [word for one in segments for word in one.words if start - 0.05 <= word.start < end + 0.05]
    spoken = quote.split()
    if len(words) == len(spoken):
        return words[min(len(quote[:place].split()), len(words) - 1)].start
    return start + (end - start) * place / max(len(quote), 1)
