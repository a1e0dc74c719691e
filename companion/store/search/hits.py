"""What is found: matches as the index gives them, hits as they are shown, and the whole answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from companion.store.search.language import Query
from companion.transcripts import Segment

OPEN, SHUT = "\x02", "\x03"  # highlight marks; control characters never survive a feed or a recogniser

Kind = Literal["moment", "passage", "notes"]
Marks = tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A row of an index that matches. `text` has its matched words at `marks`; times are those of the whole row.

    `widened` says that it has other words of the same meaning or sound, `accepted` that a person agreed to the moment.
    """

    kind: Kind
    key: int
    id: str | None
    episode: str
    season: int | None
    title: str
    start: float
    end: float
    text: str
    marks: Marks
    speaker: str | None
    theme: str | None
    accepted: bool
    widened: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """Something found. `start` is where the matched words begin, in seconds; `marks` are their places in `text`."""

    kind: Kind
    episode: str
    title: str
    start: float
    end: float
    text: str
    marks: Marks
    speaker: str | None
    themes: tuple[str, ...]
    moment: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    """A page of hits, and how many there are in all."""

    total: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Facets:
    """How many of the matches each filter would leave, the most first. Episodes are ids."""

    themes: dict[str, int]
    speakers: dict[str, int]
    seasons: dict[int, int]
    episodes: dict[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The answer to a query, best first within each kind.

    `query` is what was looked for in the end: the one asked, or with its spelling mended (`corrected`). `also` are the
    words that widened it, `most` says that only most of its words were asked for because nothing has all, `capped`
    that there is more than was looked at, `exercises` are slugs.
    """

    query: Query
    corrected: bool
    also: tuple[str, ...]
    most: bool
    capped: bool
    moments: tuple[Match, ...]
    passages: tuple[Match, ...]
    notes: tuple[Match, ...]
    exercises: tuple[str, ...]
    facets: Facets

    @property
    def total(self) -> int:
        """How many matches there are, exercises included."""
        return len(self.moments) + len(self.passages) + len(self.notes) + len(self.exercises)


def unmark(marked: str) -> tuple[str, Marks]:
    """Text with highlight marks -> the text, and the (start, end) character places that were marked."""
    first, *rest = marked.split(OPEN)
    text, marks = first, []
    for piece in rest:
        inside, _, after = piece.partition(SHUT)
        marks.append((len(text), len(text) + len(inside)))
        text += inside + after
    return text, tuple(marks)


def remarked(text: str, marks: Marks, other: str) -> Marks:
    """The places in another text of the words that are marked in this one."""
    words = sorted({text[start:end] for start, end in marks}, key=len, reverse=True)
    if not words:
        return ()
    found = re.finditer(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", other, re.IGNORECASE)
    return tuple(one.span() for one in found)


def densest(marks: Sequence[tuple[int, int]], reach: int = 80) -> int:
    """Where the tightest cluster of marks begins: the first with the most others within `reach` characters."""
    best = max(marks, key=lambda mark: sum(mark[0] <= other[0] < mark[0] + reach for other in marks), default=(0, 0))
    return best[0]


def time_at(one: Segment, place: int) -> float:
    """When the character at `place` of a segment's text is spoken: its word's start, or by proportion without words."""
    if one.words:
        before = len(one.text[:place].split())
        return one.words[min(before, len(one.words) - 1)].start
    return one.start + (one.end - one.start) * place / max(len(one.text), 1)


def quoted_at(segments: Sequence[Segment], quote: str, marks: Marks, start: float, end: float) -> float:
    """When the marked words of a moment's quote are spoken, looked up in the segments under it."""
    place = densest(marks)
    words = [word for one in segments for word in one.words if start - 0.05 <= word.start < end + 0.05]
    spoken = quote.split()
    if len(words) == len(spoken):
        return words[min(len(quote[:place].split()), len(words) - 1)].start
    return start + (end - start) * place / max(len(quote), 1)
