"""Chapters: the parts of an episode, read from the list of times that many podcasters put in their show notes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from companion.feeds import blocks, plain_text
from companion.timecode import parse_time

_FEWEST = 2  # a time by itself in show notes is a remark, not a table of contents
_TIME = re.compile(
    r"(?<![\w:.,/+])(?:\d{1,2}:[0-5]\d|\d{1,3}):[0-5]\d(?![\w:]|[.,]\d|\s?[ap]\.?m\b)", re.IGNORECASE | re.ASCII
)
_OPENING = re.compile(r"^[\s([•*–—-]*$")  # what may stand before a chapter's time
_SEPARATOR = re.compile(r"^[\s)\]:|•–—-]+|[\s|•–—-]+$")  # what stands between its time and its title
_APART = " |•*–—-"  # what stands around a title whose time follows it, but for brackets
_CLOSING = re.compile(r"^(?:\s*[–—-]\s*[\d:]+)?[\s)\].]*$")  # what may stand after one: when the chapter ends


@dataclass(frozen=True, kw_only=True, slots=True)
class Chapter:
    """One part of an episode, from `start` (in seconds) to the next one's."""

    start: float
    title: str


def times_in(text: str) -> Iterator[tuple[int, int, float]]:
    """The times of a recording that plain text names, "12:34" or "1:02:03": (first character, last + 1, seconds).

    Times of day ("6:30 pm"), ratios with letters and longer numbers are left alone.
    """
    for match in _TIME.finditer(text):
        yield match.start(), match.end(), parse_time(match.group())


def chapters_in(notes: str, *, seconds: float | None) -> tuple[Chapter, ...]:
    """The chapters that sanitised show notes list: lines that begin with a time, or else end with one set apart from
    the title, as in "The dinner (12:34)"; at least two, in order.

    None of them if they are out of order or go past the episode's length in `seconds`: then the times mean something
    else.
    """
    lines = [plain_text(line) for block in blocks(notes) for line in block.split("\n")]
    begun = tuple(filter(None, map(_begun, lines)))
    found = begun if len(begun) >= _FEWEST else tuple(filter(None, map(_ended, lines)))
    ordered = all(one.start < two.start for one, two in pairwise(found))
    within = seconds is None or all(chapter.start < seconds for chapter in found)
    return found if len(found) >= _FEWEST and ordered and within else ()


def _begun(text: str) -> Chapter | None:
    """The chapter of a line that begins with its time."""
    start, end, at = next(times_in(text), (0, 0, 0.0))
    title = _SEPARATOR.sub("", text[end:])
    return Chapter(start=at, title=title) if title and end and _OPENING.match(text[:start]) else None


def _ended(text: str) -> Chapter | None:
    """The chapter of a line that ends with its time."""
    start, end, at = next(times_in(text), (0, 0, 0.0))
    before = text[:start].rstrip()
    title = before[:-1] if before.endswith(("(", "[")) else before.rstrip(_APART)
    named = title != before and title.strip(_APART)
    return Chapter(start=at, title=title.strip(_APART)) if named and _CLOSING.match(text[end:]) else None
