"""Where a moment begins and ends: at words, by whole sentences, and what is then said in it."""

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass

from companion.errors import InvalidError
from companion.tagging.sentences import sentences
from companion.timecode import Span, clock, exact
from companion.transcripts import Transcript, turns

LONGEST = 180.0  # seconds, of a moment: what one listens to in one go
_CONTEXT = 30  # words before and after
_CLOSE = 0.02  # seconds within which two times are the same
_NOBODYS = -1  # the turn of all words whose speaker is unknown: a pause between them parts nobody


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """A stretch and the words quoted from it, who says them, and the words before and after."""

    span: Span
    quote: str
    speaker: str | None
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Spoken:
    start: float
    end: float
    text: str
    speaker: str | None
    turn: int


class Talk:
    """The words of a transcript, to be cut."""

    def __init__(self, transcript: Transcript) -> None:
        self._words = [
            _Spoken(
                start=word.start,
                end=word.end,
                text=word.text,
                speaker=turn.speaker,
                turn=number if turn.speaker is not None else _NOBODYS,
            )
            for number, turn in enumerate(turns(transcript))
            for segment in turn.segments
            for word in segment.said
        ]
        self._starts = [word.start for word in self._words]
        found = sentences(transcript)
        self._sentence_starts = [one.start for one in found]
        self._sentence_ends = [one.end for one in found]
        self.end = max((word.end for word in self._words), default=0.0)

    def cut(self, start: float, end: float, *, speaker: str | None = None) -> Cut:
        """What is said from `start` to `end`: a word belongs where its middle lies.

        Where several people speak, the one who says most of it is quoted, `speaker` if they are among them, and all are
        heard. `InvalidError` where the end is not after the start, nothing is said, or it is too long for a moment.
        """
        if not 0 <= start < end:
            raise InvalidError(f"A moment must end after it begins, not begin at {_at(start)} and end at {_at(end)}.")
        if start >= self.end:
            raise InvalidError(f"Nothing is said after {clock(self.end)} in this episode.")
        inside = [at for at, word in enumerate(self._words) if start <= (word.start + word.end) / 2 < end]
        if end - start > LONGEST:
            raise InvalidError(
                f"That is {len(inside)} words, {clock(end - start)} long; a moment may last {clock(LONGEST)}. "
                "Choose the part that shows the theme."
            )
        if not inside:
            raise InvalidError(f"Nothing is said between {_at(start)} and {_at(end)}.")
        turn = self._quoted(inside, speaker)
        quoted = [at for at in inside if self._words[at].turn == turn]
        first, last = quoted[0], quoted[-1]
        return Cut(
            span=Span(start=round(start, 2), end=round(end, 2)),
            quote=self._text(first, last + 1),
            speaker=self._words[first].speaker,
            before=self._text(max(0, first - _CONTEXT), first),
            after=self._text(last + 1, last + 1 + _CONTEXT),
        )

    def widened(self, span: Span, *, back: bool) -> tuple[float, float]:
        """The stretch with the sentence before it (`back`) or after it."""
        if back:
            at = bisect_left(self._sentence_starts, span.start - _CLOSE) - 1
            return (self._sentence_starts[max(at, 0)] if self._sentence_starts else span.start), span.end
        at = bisect_right(self._sentence_ends, span.end + _CLOSE)
        return span.start, (self._sentence_ends[at] if at < len(self._sentence_ends) else span.end)

    def narrowed(self, span: Span, *, back: bool) -> tuple[float, float]:
        """The stretch without its first sentence (`back`: moving its start) or its last; one always stays."""
        if back:
            at = bisect_right(self._sentence_starts, span.start + _CLOSE)
            inside = at < len(self._sentence_starts) and self._sentence_starts[at] < span.end - _CLOSE
            return (self._sentence_starts[at] if inside else span.start), span.end
        at = bisect_left(self._sentence_ends, span.end - _CLOSE) - 1
        inside = at >= 0 and self._sentence_ends[at] > span.start + _CLOSE
        return span.start, (self._sentence_ends[at] if inside else span.end)

    def word_start(self, second: float) -> float:
        """Where the word that is said at a second begins, or the next one."""
        at = max(bisect_right(self._starts, second) - 1, 0)
        if self._words and self._words[at].end <= second and at + 1 < len(self._words):
            at += 1
        return self._words[at].start if self._words else second

    def word_end(self, second: float) -> float:
        """Where the word that is said at a second ends, or the one before."""
        at = bisect_left(self._starts, second) - 1
        return self._words[at].end if at >= 0 else second

    def _quoted(self, inside: list[int], speaker: str | None) -> int:
        counts = Counter(self._words[at].turn for at in inside)
        theirs = {self._words[at].turn for at in inside if speaker is not None and self._words[at].speaker == speaker}
        return max(counts, key=lambda turn: (turn in theirs, counts[turn], -turn))

    def _text(self, first: int, last: int) -> str:
        return " ".join(word.text for word in self._words[first:last])


def _at(second: float) -> str:
    return exact(second) if 0 <= second < 1e6 else f"{second:g}"
