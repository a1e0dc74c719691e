"""What surrounds a moment: the lines before and after it with who says them, and the stretch to hear it in."""

from itertools import groupby

from companion.moments import Moment
from companion.places import bare
from companion.store import Audio
from companion.timecode import Span
from companion.transcripts import Segment
from web import links
from web.cards import theme_of
from web.pages.moments import Said
from web.pages.parts import Play

CONTEXT = 20.0  # seconds before and after
_LINES = 3  # shown on each side


def stretch(moment: Moment, audio: Audio | None) -> Span:
    """A moment with what led to it and what came of it."""
    end = moment.span.end + CONTEXT
    return Span(
        start=max(moment.span.start - CONTEXT, 0.0), end=max(min(end, audio.seconds), moment.span.end) if audio else end
    )


def play(moment: Moment, span: Span) -> Play:
    """The stretch around a moment, to be played."""
    return Play(
        audio=links.audio(moment.episode),
        start=span.start,
        end=span.end,
        words=moment.quote,
        by=moment.speaker or "",
        theme=theme_of(moment.theme),
        page=links.episode(moment.episode, span),
    )


def lines(moment: Moment, segments: tuple[Segment, ...]) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    """The lines before and after a moment's words, of the segments around it.

    Where the words can't be found in them, the transcript being another by now, the moment's own memory is told.
    """
    words = [(number, word) for number, one in enumerate(segments) for word in one.text.split()]
    quoted = [bare(word) for word in moment.quote.split()]
    heard = [bare(word) for _, word in words]
    places = [at for at in range(len(heard) - len(quoted) + 1) if heard[at : at + len(quoted)] == quoted]
    if not places:
        return _remembered(moment.before), _remembered(moment.after)
    first = min(places, key=lambda at: abs(segments[words[at][0]].start - moment.span.start))
    before = _said(words[:first], segments)[-_LINES:]
    after = _said(words[first + len(quoted) :], segments)[:_LINES]
    return before, after


def _said(words: list[tuple[int, str]], segments: tuple[Segment, ...]) -> tuple[Said, ...]:
    return tuple(
        Said(speaker=segments[number].speaker, text=" ".join(word for _, word in group))
        for number, group in groupby(words, key=lambda word: word[0])
    )


def _remembered(text: str) -> tuple[Said, ...]:
    return (Said(speaker=None, text=text),) if text else ()
