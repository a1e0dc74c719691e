"""`podcast:soundbite` lines, to be put into an episode's feed entry. Source: podcast namespace, tags/soundbite.

The namespace asks for 15 to 120 seconds and at most 128 characters of title. A shorter moment is widened by whole
sentences around it, a longer one ends where a sentence does; neither ever reaches into a stretch nobody may hear.
"""

import re
from collections.abc import Iterator
from math import inf
from xml.sax.saxutils import escape

from companion.errors import NotFoundError
from companion.feeds import Soundbite
from companion.formats.material import Material, title
from companion.moments import Clip
from companion.timecode import Span
from companion.transcripts import Segment

SHORTEST, LONGEST = 15.0, 120.0  # seconds
TITLE = 128  # characters
_STOP = re.compile(r"[.?!…]['\"’”)\]]*$")
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(material: Material) -> str:
    """A line for each accepted moment around which 15 seconds may be heard; `NotFoundError` if there is none."""
    found = [bite_of(clip, material) for clip in material.accepted()]
    if not any(found):
        raise NotFoundError("moment with 15 seconds around it in", material.episode.title)
    return "".join(f"{line(bite)}\n" for bite in found if bite)


def line(bite: Soundbite) -> str:
    """One element, its title as text."""
    said = escape(_NOT_XML.sub("", bite.title))
    return f'<podcast:soundbite startTime="{bite.start}" duration="{bite.duration}">{said}</podcast:soundbite>'


def bite_of(clip: Clip, material: Material) -> Soundbite | None:
    """A moment as a soundbite, in milliseconds; None where fewer than 15 seconds around it may be heard."""
    segments = material.transcript.segments if material.transcript else ()
    span = fitted(clip.moment.span, segments, seconds=material.seconds, hidden=material.hidden)
    if span is None:
        return None
    start = round(span.start, 3)
    return Soundbite(start=start, duration=round(span.end - start, 3), title=title(clip, TITLE))


def fitted(
    span: Span, segments: tuple[Segment, ...], *, seconds: float | None, hidden: tuple[Span, ...] = ()
) -> Span | None:
    """The span made to last 15 to 120 s within an audio of `seconds` (None: unknown); None where that can't be.

    `segments` are the transcript's, in order of time; `hidden` may not be heard.
    """
    if any(one.overlaps(span) for one in hidden):
        return None
    low = max((one.end for one in hidden if one.end <= span.start), default=0.0)
    high = min((one.start for one in hidden if one.start >= span.end), default=inf if seconds is None else seconds)
    if span.length > LONGEST:
        ends = [end for end in _sentence_ends(segments) if SHORTEST <= end - span.start <= LONGEST]
        return Span(start=span.start, end=max(ends, default=span.start + LONGEST))
    if span.length >= SHORTEST:
        return span
    return _by_sentences(span, segments, low, high) or _by_time(span, low, high)


def _by_sentences(span: Span, segments: tuple[Segment, ...], low: float, high: float) -> Span | None:
    """The shortest stretch of whole segments that is long enough; one with something on both sides is dearer."""
    near = [one for one in segments if span.end - LONGEST <= one.start and one.end <= span.start + LONGEST]
    starts = [span.start, *(one.start for one in near if low <= one.start < span.start)]
    ends = [span.end, *(one.end for one in near if span.end < one.end <= high)]
    pairs = [(start, end) for start in starts for end in ends if SHORTEST <= round(end - start, 3) <= LONGEST]

    def cost(pair: tuple[float, float]) -> float:
        before, after = span.start - pair[0], pair[1] - span.end
        return before + after + abs(before - after) / 2

    if not pairs:
        return None
    start, end = min(pairs, key=cost)
    return Span(start=start, end=end)


def _by_time(span: Span, low: float, high: float) -> Span | None:
    """As many seconds on each side as are missing, more on one where the other has none."""
    missing, before, after = SHORTEST - span.length, span.start - low, high - span.end
    if before + after < missing:
        return None
    lead = min(before, max(missing / 2, missing - after))
    return Span(start=span.start - lead, end=span.start - lead + SHORTEST)


def _sentence_ends(segments: tuple[Segment, ...]) -> Iterator[float]:
    for segment in segments:
        yield segment.end
        yield from (word.end for word in segment.words if _STOP.search(word.text))
