"""What every transcript format is read into before it becomes segments: lines said between two times."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from companion.errors import FeedError
from companion.timecode import shares
from companion.transcripts import Segment, Transcript, Word

MAX_LINES = 200_000  # a day of talk, one word to a line
_SHORTEST = 0.1  # seconds of a cue whose words have no length
UNKNOWN = "Unknown"  # written where others have a name: a nameless line would seem to go on with the last speaker
NAMELESS = frozenset({"unknown", "unknown speaker", "speaker unknown"})  # read as nobody's name


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One said line, in seconds: `end` is None where the file gives none, `speaker` where the line names none."""

    start: float
    end: float | None
    speaker: str | None
    text: str


def tidy(text: str) -> str:
    """Runs of white space, line breaks too, as one space."""
    return " ".join(text.split())


def segments(lines: Iterable[Line]) -> tuple[Segment, ...]:
    """Lines as segments in order of time; one-word lines are joined into sentences that keep their words' times.

    `FeedError` if there are too many lines, none with words, or all of them at one time.
    """
    said: list[Line] = []
    for line in lines:
        text = tidy(line.text)
        if any(map(str.isalnum, text)) and math.isfinite(line.start) and line.start >= 0:
            said.append(replace(line, text=text))
        if len(said) > MAX_LINES:
            raise FeedError(f"it has more than {MAX_LINES:,} lines.")
    if not said:
        raise FeedError("it has no line with both a time and words.")
    said = _ended(_named(sorted(said, key=lambda line: line.start)))
    if max(line.end or 0 for line in said) <= 0 or (len(said) > 2 and said[0].start == said[-1].start):
        raise FeedError("its lines all have the same time.")
    if sum(" " not in line.text for line in said) >= 0.8 * len(said):
        return tuple(_sentences(said))
    return tuple(Segment(start=one.start, end=_end(one), text=one.text, speaker=one.speaker, words=()) for one in said)


def until(segment: Segment) -> float:
    """When its cue ends, in seconds: after it begins, as a cue has to, though recognisers give some words no length."""
    return segment.end if segment.end - segment.start >= 0.001 else segment.start + _SHORTEST


def spread(start: float, end: float | None, parts: Sequence[tuple[str | None, str]]) -> Iterator[Line]:
    """The lines of one cue in which several people, as (speaker, text), share its time."""
    if len(parts) == 1:
        yield Line(start=start, end=end, speaker=parts[0][0], text=parts[0][1])
        return
    stop = start if end is None else max(start, end)
    for (speaker, text), (first, last) in zip(parts, shares(start, stop, [text for _, text in parts]), strict=True):
        yield Line(start=first, end=last, speaker=speaker, text=text)


def labelled(transcript: Transcript) -> list[tuple[Segment, str | None]]:
    """The segments to write, each with the name to write beside it; nothing but None if no speaker is known."""
    spoken = [replace(segment, text=tidy(segment.text)) for segment in transcript.segments if segment.text.strip()]
    known = any(segment.speaker for segment in spoken)
    return [(segment, tidy(segment.speaker or UNKNOWN) if known else None) for segment in spoken]


def _named(said: list[Line]) -> list[Line]:
    """Names carried to the lines that follow, if the file marks only changes of speaker, as the podcast namespace does.

    A file that names the same speaker twice in a row marks every line; there a nameless line stays nameless.
    """
    changes = not any(one.speaker and one.speaker == two.speaker for one, two in pairwise(said))
    speaker: str | None = None
    named = []
    for line in said:
        speaker = line.speaker or (speaker if changes else None)
        unknown = speaker is None or speaker.casefold() in NAMELESS
        named.append(replace(line, speaker=None if unknown else speaker))
    return named


def _ended(said: list[Line]) -> list[Line]:
    """Missing, broken or backward ends put to the next line's start (the last line's to its own start)."""
    result = []
    for line, after in zip(said, [*(one.start for one in said[1:]), None], strict=True):
        good = line.end is not None and math.isfinite(line.end) and line.end >= line.start
        result.append(line if good else replace(line, end=line.start if after is None else after))
    return result


def _end(line: Line) -> float:
    return line.start if line.end is None else line.end


_STOP = re.compile(r"[.?!…。？！][\"'”’)\]]*$")
_ABBREVIATION = re.compile(r"(?:dr|mr|mrs|ms|st|vs|prof|[a-z])\.$", re.IGNORECASE)
_PAUSE = 1.0  # seconds of silence that end a sentence without a full stop
_LONGEST = 60  # words


def _sentences(said: list[Line]) -> Iterator[Segment]:
    sentence: list[Word] = []
    speaker: str | None = None
    for line in said:
        if sentence and (line.speaker != speaker or _over(sentence, line.start)):
            yield _sentence(sentence, speaker)
            sentence = []
        speaker = line.speaker
        texts = line.text.split()
        for text, (start, end) in zip(texts, shares(line.start, _end(line), texts), strict=True):
            sentence.append(Word(start=start, end=end, text=text, probability=1.0))
    yield _sentence(sentence, speaker)


def _over(sentence: list[Word], start: float) -> bool:
    last = sentence[-1]
    stopped = _STOP.search(last.text) and not _ABBREVIATION.match(last.text)
    return bool(stopped) or start - last.end >= _PAUSE or len(sentence) >= _LONGEST


def _sentence(words: list[Word], speaker: str | None) -> Segment:
    end = max(word.end for word in words)
    text = " ".join(word.text for word in words)
    return Segment(start=words[0].start, end=end, text=text, speaker=speaker, words=tuple(words))
