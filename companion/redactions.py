"""Redactions: stretches of an episode that nobody may read or hear, and a transcript without them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from companion.timecode import Span
from companion.transcripts import Segment, Transcript, Word

_GAP = "…"  # where words are missing: what is left must not read as one sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Redaction:
    """A stretch that was taken out by `who`; `opening` says that it is all that comes before "the session starts here".

    `reason` may be empty. `key` tells redactions apart.
    """

    key: int
    span: Span
    opening: bool
    reason: str
    who: str
    at: datetime


def redact(transcript: Transcript, spans: Sequence[Span]) -> Transcript:
    """The transcript without the words whose middle lies in one of the spans.

    Where words are left around a hole, an ellipsis on the word beside it says so. A segment without word times goes as
    a whole if it reaches into a span: nobody knows which of its words are meant.
    """
    if not spans:
        return transcript
    found = (_segment(segment, spans) for segment in transcript.segments)
    return replace(transcript, segments=tuple(segment for segment in found if segment is not None))


def widened(span: Span, segments: Iterable[Segment]) -> Span:
    """The span grown to the edges of what it takes out, so that not half a word is heard of it.

    These are words, and segments as a whole where the times of their words are unknown.
    """
    segments = list(segments)
    out: list[Word | Segment] = [word for segment in segments for word in segment.words if _inside(word, (span,))]
    out += [segment for segment in segments if not segment.words and _whole(segment).overlaps(span)]
    return Span(start=min([span.start, *(one.start for one in out)]), end=max([span.end, *(one.end for one in out)]))


def _segment(segment: Segment, spans: Sequence[Span]) -> Segment | None:
    if not segment.words:
        return None if any(_whole(segment).overlaps(span) for span in spans) else segment
    runs = [(out, list(run)) for out, run in groupby(segment.words, key=lambda word: _inside(word, spans))]
    if not any(out for out, _ in runs):
        return segment
    kept: list[Word] = []
    for place, (out, run) in enumerate(runs):
        if out:
            continue
        if place and not kept:
            run[0] = replace(run[0], text=_GAP + run[0].text)
        if place + 1 < len(runs):
            run[-1] = replace(run[-1], text=run[-1].text + _GAP)
        kept += run
    if not kept:
        return None
    return Segment(
        start=kept[0].start if runs[0][0] else segment.start,
        end=kept[-1].end if runs[-1][0] else segment.end,
        text=" ".join(word.text for word in kept),
        speaker=segment.speaker,
        words=tuple(kept),
    )


def _whole(segment: Segment) -> Span:
    return Span(start=segment.start, end=max(segment.end, segment.start + 0.001))


def _inside(word: Word, spans: Sequence[Span]) -> bool:
    middle = (word.start + word.end) / 2
    return any(span.start <= middle < span.end for span in spans)
