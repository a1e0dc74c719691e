"""What was said: words with their times, segments, and the transcript that holds them."""

import re
from dataclasses import dataclass
from enum import StrEnum

from companion.timecode import Span, shares


class Source(StrEnum):
    """Where a transcript's words come from. Later members are read in preference to earlier ones."""

    RECOGNISED = "recognised"  # by the speech model
    PUBLISHED = "published"  # the podcaster's own text, with its coarser times
    ALIGNED = "aligned"  # the podcaster's text on the recognised words' times
    EDITED = "edited"  # the best of these with what people and the glossary changed, never without one of these


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """One word as spoken, its punctuation attached and without spaces; `probability` is the recogniser's, 0 to 1."""

    start: float
    end: float
    text: str
    probability: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """A stretch of speech by one speaker, usually a sentence or two; `words` is empty where no word times exist."""

    start: float
    end: float
    text: str
    speaker: str | None
    words: tuple[Word, ...]

    @property
    def timed(self) -> bool:
        """Whether there is a time for each word that is shown."""
        return bool(self.words) and len(self.words) == len(self.text.split())

    @property
    def said(self) -> tuple[Word, ...]:
        """Each word that is shown with its time, guessed from the words' lengths where there is none."""
        if self.timed:
            return self.words
        texts = self.text.split()
        times = zip(texts, shares(self.start, self.end, texts), strict=True)
        return tuple(Word(start=start, end=end, text=text, probability=1.0) for text, (start, end) in times)


_STOP = re.compile(r"[.?!…][\"'”’)\]]*$")
_ABBREVIATIONS = {"mr.", "mrs.", "ms.", "dr.", "st.", "vs."}


def ends_sentence(word: str) -> bool:
    """Whether a word as written has a full stop at its end, and not that of an abbreviation."""
    return bool(_STOP.search(word)) and word.lower() not in _ABBREVIATIONS


@dataclass(frozen=True, kw_only=True, slots=True)
class Transcript:
    """All segments of an episode in order of time. `model` names what made it (a model, or the format it came in)."""

    episode: str
    source: Source
    model: str
    language: str | None
    segments: tuple[Segment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A finished stretch of recognition: windows of one file follow each other without gaps, counted from 0."""

    index: int
    span: Span
    language: str | None
    segments: tuple[Segment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One speaker's run of segments."""

    speaker: str | None
    segments: tuple[Segment, ...]

    @property
    def text(self) -> str:
        """The words of the whole turn."""
        return " ".join(segment.text for segment in self.segments)


def turns(transcript: Transcript, *, pause: float = 2.0) -> tuple[Turn, ...]:
    """The transcript as turns: one ends where the speaker changes, or, with none known, at `pause` seconds' rest."""
    found: list[list[Segment]] = []
    for segment in transcript.segments:
        last = found[-1][-1] if found else None
        same = last is not None and last.speaker == segment.speaker
        if last is not None and same and (segment.speaker is not None or segment.start - last.end < pause):
            found[-1].append(segment)
        else:
            found.append([segment])
    return tuple(Turn(speaker=segments[0].speaker, segments=tuple(segments)) for segments in found)
