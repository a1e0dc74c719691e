"""A transcript laid out for reading: paragraphs by speaker and chapter, lines with their moments and word times."""

from itertools import takewhile

from companion.chapters import Chapter
from companion.moments import Moment
from companion.places import bare_line
from companion.timecode import Span
from companion.transcripts import Segment, Transcript, turns
from web.pages.parts import Line, MomentCard, Paragraph

_LONGEST = 45.0  # seconds in one paragraph: a long speech is broken where a sentence ends after that
_AFTER = 1.0  # seconds that a moment may go on after its last word
_EARLY = 0.5  # seconds by which a sentence may come before the chapter that it begins: people round their times


def paragraphs(
    transcript: Transcript, cards: tuple[MomentCard, ...], chapters: tuple[Chapter, ...], asked: Span | None
) -> tuple[Paragraph, ...]:
    """The transcript as paragraphs; `cards` and `chapters` are in order of time, `asked` is the stretch to mark."""
    voices: dict[str, int] = {}
    waiting, coming = list(cards), list(chapters)
    found: list[Paragraph] = []
    for turn in turns(transcript):
        speaker = turn.speaker
        voice = voices.setdefault(speaker, len(voices) + 1) if speaker else 0
        for chapter, block in _blocks(turn.segments, coming):
            found.append(
                Paragraph(
                    start=round(block[0].start, 2),
                    chapter=chapter,
                    speaker=speaker,
                    voice=voice,
                    lines=tuple(_line(segment, cards, waiting, asked) for segment in block),
                )
            )
            speaker = None
    return tuple(found)


def spoken(segments: tuple[Segment, ...], asked: Span) -> str:
    """The words that are said within a stretch."""
    return " ".join(text.strip() for segment in segments for text, inside in _pieces(segment, asked) if inside)


def _blocks(segments: tuple[Segment, ...], coming: list[Chapter]) -> list[tuple[Chapter | None, list[Segment]]]:
    """The paragraphs of one turn, each with the chapter that begins on it; those begun are taken from `coming`."""
    blocks: list[tuple[Chapter | None, list[Segment]]] = []
    for segment in segments:
        chapter = None
        while coming and coming[0].start <= segment.start + _EARLY:
            chapter = coming.pop(0)
        if chapter or not blocks or segment.end - blocks[-1][1][0].start > _LONGEST:
            blocks.append((chapter, []))
        blocks[-1][1].append(segment)
    return blocks


def _line(segment: Segment, cards: tuple[MomentCard, ...], waiting: list[MomentCard], asked: Span | None) -> Line:
    come = takewhile(lambda card: card.clip.moment.span.start < segment.end, waiting)
    begun = [card for card in come if _begins(segment, card.clip.moment)]
    waiting[:] = [card for card in waiting if card not in begun]
    middle = (segment.start + segment.end) / 2
    inside = (card for card in cards if card.clip.moment.span.start <= middle < card.clip.moment.span.end)
    shows = (card for card in inside if _is_of(segment, card.clip.moment.quote))  # not what is only heard beside it
    pieces = _pieces(segment, asked)
    whole = len(pieces) == 1 and pieces[0][1]
    return Line(
        start=round(segment.start, 2),
        end=round(segment.end, 2),
        text=segment.text,
        words=_word_times(segment),
        themes=tuple(dict.fromkeys(card.theme.slug for card in shows)),
        cards=tuple(begun),
        linked=whole,
        pieces=pieces if len(pieces) > 1 else (),
    )


def _begins(segment: Segment, moment: Moment) -> bool:
    """Whether a moment's own words begin on a line, or it is the last that may have them.

    What is only heard before them, to lead in, is said by others.
    """
    words, quoted = bare_line(segment.text).split(), bare_line(moment.quote)
    ends = any(quoted.startswith(f" {' '.join(words[at:])} ") for at in range(1, len(words)))
    return ends or _is_of(segment, moment.quote) or moment.span.end - _AFTER <= segment.end


def _is_of(segment: Segment, quote: str) -> bool:
    """Whether a line is part of a quote, or has it."""
    line, quoted = bare_line(segment.text), bare_line(quote)
    return line in quoted or quoted in line


def _pieces(segment: Segment, asked: Span | None) -> tuple[tuple[str, bool], ...]:
    """The text cut where the asked stretch begins and ends in it; a word belongs where its middle lies."""
    if asked is None or asked.end <= segment.start or asked.start >= segment.end:
        return ()
    texts = segment.text.split()
    if not segment.timed:
        shared = min(asked.end, segment.end) - max(asked.start, segment.start)
        return ((segment.text, 2 * shared >= min(asked.length, segment.end - segment.start)),)
    inside = [asked.start <= (word.start + word.end) / 2 < asked.end for word in segment.words]
    if True not in inside:
        return ()
    first = inside.index(True)
    last = first + sum(inside)
    before, after = " ".join([*texts[:first], ""]), " ".join(["", *texts[last:]])
    runs = ((before, False), (" ".join(texts[first:last]), True), (after, False))
    return tuple((text, marked) for text, marked in runs if text)


def _word_times(segment: Segment) -> str:
    """Empty where not every word has a time: such a line is followed as a whole."""
    if not segment.timed:
        return ""
    return " ".join(str(round((word.start - segment.start) * 100)) for word in segment.words)
