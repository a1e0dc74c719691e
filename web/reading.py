"""A transcript laid out for reading: paragraphs by speaker, lines that know their moments and word times."""

from companion.timecode import Span
from companion.transcripts import Segment, Transcript, turns
from web.pages.parts import Line, MomentCard, Paragraph

_LONGEST = 45.0  # seconds in one paragraph: a long speech is broken where a sentence ends after that


def paragraphs(transcript: Transcript, cards: tuple[MomentCard, ...], asked: Span | None) -> tuple[Paragraph, ...]:
    """The transcript as paragraphs; `cards` are its moments in order of time, `asked` the stretch to mark."""
    voices: dict[str, int] = {}
    waiting = list(cards)
    found: list[Paragraph] = []
    for turn in turns(transcript):
        speaker = turn.speaker
        voice = voices.setdefault(speaker, len(voices) + 1) if speaker else 0
        for block in _blocks(turn.segments):
            lines = tuple(_line(segment, cards, waiting, asked) for segment in block)
            found.append(Paragraph(start=block[0].start, speaker=speaker, voice=voice, lines=lines))
            speaker = None
    return tuple(found)


def _blocks(segments: tuple[Segment, ...]) -> list[list[Segment]]:
    blocks: list[list[Segment]] = [[]]
    for segment in segments:
        if blocks[-1] and segment.end - blocks[-1][0].start > _LONGEST:
            blocks.append([])
        blocks[-1].append(segment)
    return blocks


def _line(segment: Segment, cards: tuple[MomentCard, ...], waiting: list[MomentCard], asked: Span | None) -> Line:
    begun = []
    while waiting and waiting[0].clip.moment.span.start < segment.end:
        begun.append(waiting.pop(0))
    middle = (segment.start + segment.end) / 2
    inside = (card for card in cards if card.clip.moment.span.start <= middle < card.clip.moment.span.end)
    return Line(
        start=segment.start,
        end=segment.end,
        text=segment.text,
        words=_word_times(segment),
        themes=tuple(dict.fromkeys(card.theme.slug for card in inside)),
        cards=tuple(begun),
        linked=asked is not None and asked.overlaps(Span(start=segment.start, end=segment.end)),
    )


def _word_times(segment: Segment) -> str:
    """Only where there is a time for each word that is shown: otherwise the line is followed as a whole."""
    if not segment.words or len(segment.words) != len(segment.text.split()):
        return ""
    return " ".join(str(round((word.start - segment.start) * 100)) for word in segment.words)
