"""An episode's talk with its moments in place: each line cut where a moment begins or ends in it."""

from collections.abc import Sequence
from itertools import groupby

from companion.moments import State
from companion.transcripts import Segment, Transcript, turns
from web.pages.desk_review import CaseCard, Piece, TalkLine, TalkTurn


def conversation(transcript: Transcript, cards: Sequence[CaseCard], current: str | None) -> tuple[TalkTurn, ...]:
    """The turns of a transcript; rejected moments are not marked, unless one is the `current` (its id)."""
    shown = sorted(
        (card for card in cards if card.case.state is not State.REJECTED or card.case.moment.id == current),
        key=lambda card: card.case.span.start,
    )
    waiting = list(shown)
    voices: dict[str, int] = {}
    return tuple(
        TalkTurn(
            start=round(turn.segments[0].start, 2),
            speaker=turn.speaker,
            voice=voices.setdefault(turn.speaker, len(voices) + 1) if turn.speaker else 0,
            lines=tuple(_line(segment, shown, waiting, current) for segment in turn.segments),
        )
        for turn in turns(transcript)
    )


def _line(segment: Segment, cards: Sequence[CaseCard], waiting: list[CaseCard], current: str | None) -> TalkLine:
    begun = []
    while waiting and waiting[0].case.span.start < segment.end:
        begun.append(waiting.pop(0))
    near = [card for card in cards if card.case.span.start < segment.end and segment.start < card.case.span.end]
    words = segment.said
    pieces = []
    for inside, run in groupby(words, key=lambda word: _covering((word.start + word.end) / 2, near)):
        text = " ".join(word.text for word in run)
        ids = tuple(card.case.moment.id for card in inside)
        chosen = next((card for card in inside if card.case.moment.id == current), inside[0] if inside else None)
        pieces.append(Piece(text=text, moments=ids, theme=chosen.theme if chosen else None, here=current in ids))
    return TalkLine(
        start=round(segment.start, 2),
        end=round(segment.end, 2),
        words=" ".join(str(round((word.start - segment.start) * 100)) for word in words),
        pieces=tuple(pieces),
        begun=tuple(begun),
    )


def _covering(second: float, cards: Sequence[CaseCard]) -> tuple[CaseCard, ...]:
    return tuple(card for card in cards if card.case.span.start <= second < card.case.span.end)
