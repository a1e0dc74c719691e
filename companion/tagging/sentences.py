"""From a transcript to sentences: what the tagger judges one at a time, whatever the segments look like."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from companion.tagging import form
from companion.transcripts import Transcript, Word, ends_sentence, turns

_MOST_WORDS = 40  # a "sentence" must end somewhere
_RUN_ON = 20  # words without any punctuation that are more than one breath
_LEAST_WORDS = 7  # of a piece of them
_PAUSE = 1.0  # s of silence that end a sentence whose full stop the recogniser missed


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """One sentence: its place in seconds, its words as written, who says it and in which turn (counted from 0)."""

    start: float
    end: float
    text: str
    speaker: str | None
    turn: int


def sentences(transcript: Transcript) -> tuple[Sentence, ...]:
    """All sentences in order of time; none crosses from one speaker's turn into the next.

    A sentence ends at its punctuation or at a long pause; what runs on without any is cut as in `pieces`. Where a
    segment has no word times they are guessed from its length in characters.
    """
    found = []
    for index, turn in enumerate(turns(transcript)):
        words = [word for segment in turn.segments for word in segment.said]
        for group in _groups(words):
            found.append(
                Sentence(
                    start=group[0].start,
                    end=max(group[0].start, group[-1].end),
                    text=" ".join(word.text for word in group),
                    speaker=turn.speaker,
                    turn=index,
                )
            )
    return tuple(found)


def pieces(words: Sequence[str]) -> list[int]:
    """Where a sentence of these written words is cut: the place of each piece's first word, beginning with 0.

    One piece, unless it is longer than `_MOST_WORDS` or a run-on line, as recognisers and hurried writers leave it:
    many words without punctuation. That is cut before words that people begin with.
    """
    if not words:
        return []
    run_on = len(words) > _RUN_ON and not any(word[-1] in ".?!…,;:—–" for word in words)
    cuts = [0]
    for number, word in enumerate(words):
        long = number - cuts[-1]
        begins = run_on and long >= _LEAST_WORDS and word.lower().replace("’", "'") in form.forms().starts
        if begins or long >= _MOST_WORDS:
            cuts.append(number)
    return cuts


def _groups(words: Sequence[Word]) -> Iterator[list[Word]]:
    group: list[Word] = []
    for word in words:
        if group and word.start - group[-1].end >= _PAUSE:
            yield from _cut(group)
            group = []
        group.append(word)
        if ends_sentence(word.text):
            yield from _cut(group)
            group = []
    yield from _cut(group)


def _cut(group: Sequence[Word]) -> Iterator[list[Word]]:
    cuts = [*pieces([word.text for word in group]), len(group)]
    for first, last in pairwise(cuts):
        yield list(group[first:last])
