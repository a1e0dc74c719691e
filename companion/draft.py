"""A transcript while it is edited: words on lines. Words that stay keep their times, new ones are given some."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from companion.places import Text, bare
from companion.timecode import Span, shares
from companion.transcripts import Segment, Source, Transcript, Word


def all_words(transcript: Transcript) -> tuple[Word, ...]:
    """Every word of a transcript; where no word times exist, words share their segment's time by length."""
    return tuple(word for segment in transcript.segments for word in segment.said)


def all_speakers(transcript: Transcript) -> tuple[str | None, ...]:
    """Who says each of these words."""
    return tuple(segment.speaker for segment in transcript.segments for _ in segment.said)


def span_of(words: Sequence[Word], first: int, end: int) -> Span:
    """The time of the words from `first` up to `end`, at least one."""
    start = words[first].start
    return Span(start=start, end=max(start, *(word.end for word in words[first:end])))


def spoken(words: Sequence[Word], first: int, end: int, texts: Sequence[str]) -> list[Word]:
    """Texts as words in the place of others: those at either end that stay keep their times, new ones share the rest.

    Where nothing goes, the new ones share the pause between their neighbours, however short.
    """
    here, there, new = _narrowed(words, first, end, texts)
    if here < there:
        span = span_of(words, here, there)
        start, stop = span.start, span.end
    else:
        stop = words[here].start if here < len(words) else words[here - 1].end
        start = min(words[here - 1].end, stop) if here else stop
    times = shares(start, stop, new)
    made = [Word(start=a, end=b, text=text, probability=1.0) for text, (a, b) in zip(new, times, strict=True)]
    return [*words[first:here], *made, *words[there:end]]


@dataclass(slots=True)
class _Line:
    """A segment while it is edited; `whole` while its words and edges are those of `source`."""

    source: Segment
    speaker: str | None
    timed: bool
    whole: bool = True


class Draft:
    """A transcript as one run of words (`text`), each on a line, to be changed by positions of words."""

    def __init__(self, transcript: Transcript) -> None:
        self._made_of = transcript
        self._lines: list[_Line] = []
        self._line: list[int] = []  # of each word
        words: list[Word] = []
        for segment in transcript.segments:
            said, timed = segment.said, segment.timed
            self._line += [len(self._lines)] * len(said)
            self._lines.append(_Line(source=segment, speaker=segment.speaker, timed=timed))
            words += said
        self.text = Text(words)

    def rename(self, old: str, new: str) -> None:
        """Gives the lines of one speaker to another name."""
        for line in self._lines:
            if line.speaker == old:
                line.speaker = new

    def reword(self, first: int, end: int, texts: Sequence[str]) -> None:
        """Makes the words from `first` up to `end` read as `texts`."""
        first, end = self._read_so(first, end, texts)
        said = spoken(self.text.words, first, end, texts)
        here, there, new = _narrowed(self.text.words, first, end, texts)
        if here == there and not new:
            return
        inside = here < there or (here == first and here < len(self._line))
        on = self._line[here if inside else here - 1]
        for line in {on, *self._line[here:there]}:
            self._lines[line].whole = False
        self._line[here:there] = [on] * len(new)
        self.text.exchange(first, end, said)

    def _read_so(self, first: int, end: int, texts: Sequence[str]) -> tuple[int, int]:
        """The place of a rewording, widened if a better recogniser has heard the added words by now."""
        wanted = [bare(text) for text in texts]
        for start in range(max(end - len(texts), 0), first + 1):
            here = self.text.words[start : start + len(texts)]
            if len(texts) > end - first and [bare(word.text) for word in here] == wanted:
                return start, start + len(texts)
        return first, end

    def voice(self, first: int, end: int, speaker: str | None, *, joined: bool) -> None:
        """Gives words to a speaker; `joined`, to the one before them, as one line with what is said there."""
        self._cut(first)
        self._cut(end)
        before = self._line[first - 1] if first else None
        speaker = self._lines[before].speaker if joined and before is not None else speaker
        numbers = list(dict.fromkeys(self._line[first:end]))
        for line in numbers:
            self._lines[line].speaker = speaker
        if joined and before is not None:
            self._lines[before].whole = False
            self._lines[before].timed &= self._lines[numbers[0]].timed
            self._line[first:end] = [before if line == numbers[0] else line for line in self._line[first:end]]

    def _cut(self, at: int) -> None:
        """Begins a new line at a word, if one does not begin there already."""
        if not 0 < at < len(self._line) or self._line[at - 1] != self._line[at]:
            return
        old = self._line[at]
        self._lines[old].whole = False
        self._lines.append(replace(self._lines[old]))
        self._line[at:] = [len(self._lines) - 1 if line == old else line for line in self._line[at:]]

    def transcript(self) -> Transcript:
        """What has become of it; the very same one if nothing has."""
        segments = []
        for number, group in groupby(zip(self._line, self.text.words, strict=True), key=lambda pair: pair[0]):
            line, words = self._lines[number], tuple(word for _, word in group)
            if line.whole:
                same = line.speaker == line.source.speaker
                segments.append(line.source if same else replace(line.source, speaker=line.speaker))
            else:
                segments.append(_segment(line, words))
        if tuple(segments) == self._made_of.segments:
            return self._made_of
        return replace(self._made_of, source=Source.EDITED, segments=tuple(segments))


def _segment(line: _Line, words: tuple[Word, ...]) -> Segment:
    return Segment(
        start=words[0].start,
        end=max(word.end for word in words),
        text=" ".join(word.text for word in words),
        speaker=line.speaker,
        words=words if line.timed else (),
    )


def _narrowed(words: Sequence[Word], first: int, end: int, texts: Sequence[str]) -> tuple[int, int, Sequence[str]]:
    """A rewording without the words at either end that stay as they are."""
    head = _same([word.text for word in words[first:end]], texts)
    first, texts = first + head, texts[head:]
    tail = _same([word.text for word in reversed(words[first:end])], texts[::-1])
    return first, end - tail, texts[: len(texts) - tail]


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    """How many texts two sequences have in common at their beginning."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
