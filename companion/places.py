"""Finds a stretch of words again in a transcript that has changed since: by its words first, by its time second."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

from companion.timecode import Span
from companion.transcripts import Word

CONTEXT = 8  # words remembered on each side of a stretch
INSTANT = 0.02  # seconds within which two times are the same one
_WHOLE = 2 * CONTEXT  # a longer stretch is looked for by its two ends
_SLACK = 4  # words that may have come in or gone within what is looked for
_ALIKE = 60.0  # percent of letters that a word heard otherwise shares with the one remembered
_FAR = 0.6  # part of the remembered words that must be there, wherever they are
_NEAR = 0.45  # ... and where they stand at the remembered time
_THEN = 3.0  # seconds that count as the same time
_TIE = 0.08  # two places as good as each other differ by less than this
_TIES = 20.0  # seconds from the remembered time within which one of several equal places may be chosen
_TRIED = 12  # places looked at closely


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchor:
    """What is remembered of a stretch: its words, up to `CONTEXT` words on each side, and its time in seconds."""

    before: tuple[str, ...]
    words: tuple[str, ...]
    after: tuple[str, ...]
    span: Span


class Text:
    """The words of a transcript, to be searched and changed. Positions are indices of words."""

    def __init__(self, words: Iterable[Word]) -> None:
        self.words: list[Word] = list(words)
        self._numbers: dict[str, int] = {}
        self._ids = self._numbered(self.words)

    def exchange(self, first: int, end: int, words: Sequence[Word]) -> None:
        """Puts other words in the place of those from `first` up to `end`."""
        self.words[first:end] = words
        self._ids = np.concatenate((self._ids[:first], self._numbered(words), self._ids[end:]))

    def anchor(self, first: int, end: int) -> Anchor:
        """What to remember of the words from `first` up to `end`, at least one."""
        texts = [word.text for word in self.words[max(first - CONTEXT, 0) : end + CONTEXT]]
        here = min(first, CONTEXT)
        start = self.words[first].start
        return Anchor(
            before=tuple(texts[:here]),
            words=tuple(texts[here : here + end - first]),
            after=tuple(texts[here + end - first :]),
            span=Span(start=start, end=max(start, self.words[end - 1].end)),
        )

    def find(self, anchor: Anchor) -> tuple[int, int] | None:
        """Where an anchor's words stand now, or those said in their place, as (first, end); None if that is not sure.

        Of several places that fit equally well, the one at the remembered time is taken if it is clearly the nearest.
        """
        exact = self._there(anchor)
        if exact is not None:
            return exact
        size = len(anchor.words)
        if size <= _WHOLE:
            needle = (*anchor.before, *anchor.words, *anchor.after)
            found = self._search(needle, (len(anchor.before), len(anchor.before) + size), anchor.span.start)
            return found if found is None or found[1] - found[0] <= 2 * size + _SLACK else None
        head = (*anchor.before, *anchor.words[:CONTEXT])
        tail = (*anchor.words[-CONTEXT:], *anchor.after)
        first = self._search(head, (len(anchor.before), len(head)), anchor.span.start)
        last = self._search(tail, (0, CONTEXT), anchor.span.end)
        if first is None or last is None or not size // 2 <= last[1] - first[0] <= 2 * size:
            return None
        return first[0], last[1]

    def _there(self, anchor: Anchor) -> tuple[int, int] | None:
        """The place at the very time remembered, if everything around it is as it was."""
        needle = (*anchor.before, *anchor.words, *anchor.after)
        at = bisect_left(self.words, anchor.span.start - INSTANT, key=lambda word: word.start)
        while at < len(self.words) and self.words[at].start < anchor.span.start + INSTANT:
            first = at - len(anchor.before)
            if first >= 0 and tuple(word.text for word in self.words[first : first + len(needle)]) == needle:
                return at, at + len(anchor.words)
            at += 1
        return None

    def _search(self, needle: Sequence[str], edges: tuple[int, int], time: float) -> tuple[int, int] | None:
        wanted = [bare(text) for text in needle]
        scored = []
        for start in self._candidates(wanted):
            score, place = self._fit(wanted, edges, start)
            if place is not None:
                away = abs(self.words[min(place[0], len(self.words) - 1)].start - time)
                if score >= (_NEAR if away <= _THEN else _FAR):
                    scored.append((score, away, place))
        if not scored:
            return None
        best = max(score for score, _, _ in scored)
        equal = {place: away for score, away, place in scored if score > best - _TIE}
        if len(equal) == 1:
            return next(iter(equal))
        nearest, next_ = sorted(equal, key=lambda place: equal[place])[:2]
        return nearest if equal[nearest] <= _TIES and 2 * equal[nearest] < equal[next_] else None

    def _candidates(self, wanted: Sequence[str]) -> list[int]:
        """Where what is wanted may begin: every word votes for where it would then begin, rare words the loudest."""
        size = len(self._ids) + len(wanted)
        votes = np.zeros(size)
        for place, token in enumerate(wanted):
            places = np.flatnonzero(self._ids == self._numbers.get(token, -1))
            if len(places):
                votes[places - place + len(wanted)] += 1 / (1 + np.log(len(places)))
        spread = np.convolve(votes, np.ones(2 * _SLACK + 1), "same")  # words that came in or went shift the votes
        found: list[int] = []
        for _ in range(_TRIED):
            top = int(np.argmax(spread))
            if spread[top] <= 0:
                break
            found.append(top - len(wanted))
            spread[max(top - _SLACK, 0) : top + _SLACK + 1] = 0
        return found

    def _fit(self, wanted: list[str], edges: tuple[int, int], start: int) -> tuple[float, tuple[int, int] | None]:
        """How much of what is wanted stands near a place, and where exactly its edges lie, None if they are lost."""
        low = max(start - 2 * _SLACK, 0)
        here = [bare(word.text) for word in self.words[low : max(start, 0) + len(wanted) + 2 * _SLACK]]
        pairs: dict[int, int] = {}
        score = 0.0
        for step in Levenshtein.opcodes(wanted, here):
            if step.tag in ("equal", "replace"):
                for a, b in zip(
                    range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True
                ):
                    alike = ratio(wanted[a], here[b])
                    if alike >= _ALIKE:
                        pairs[a] = b
                        score += alike / 100
        _tighten(pairs, wanted, here)
        first, end = edges
        left = pairs.get(first, pairs[first - 1] + 1 if first - 1 in pairs else None)
        right = pairs[end - 1] + 1 if end - 1 in pairs else pairs.get(end)
        if left is None and first == 0 and low == 0:
            left = 0
        if right is None and end == len(wanted) and low + len(here) == len(self.words):
            right = len(here)
        if left is None or right is None or left > right:
            return 0.0, None
        return score / len(wanted), (low + left, low + right)

    def _numbered(self, words: Sequence[Word]) -> npt.NDArray[np.int64]:
        numbers = self._numbers
        return np.fromiter((numbers.setdefault(bare(word.text), len(numbers)) for word in words), np.int64, len(words))


def stands(words: Sequence[Word], said: Sequence[str], near: int, time: float | None) -> int | None:
    """Where words stand that read exactly as `said`: at the remembered time, or, if none is known, at the index `near`.

    What is said there may read otherwise by now; then another place is taken only if it is the only one, and too long
    to be said twice by chance: "Yeah." elsewhere is not the "Yeah." that was meant.
    """
    texts, size = [word.text for word in words], len(said)
    places = [at for at in range(len(texts) - size + 1) if size and texts[at : at + size] == list(said)]
    there = [at for at in places if (at == near if time is None else abs(words[at].start - time) < INSTANT)]
    if not there and size >= CONTEXT and len(places) == 1:
        there = places
    return min(there, key=lambda at: abs(at - near), default=None)


def _tighten(pairs: dict[int, int], wanted: Sequence[str], here: Sequence[str]) -> None:
    """Of equal words that one could be, takes the one beside its neighbours: alignment leaves that to chance."""
    middle = len(wanted) // 2
    for places, last, step in ((range(middle, -1, -1), len(wanted), 1), (range(middle + 1, len(wanted)), -1, -1)):
        for a in filter(pairs.__contains__, places):
            beside = next((b for b in range(a + step, last, step) if b in pairs), a)  # those between may read otherwise
            meant = pairs[beside] + a - beside
            if (meant - pairs[a]) * step > 0 and 0 <= meant < len(here) and here[meant] == wanted[a]:
                pairs[a] = meant


def likeness(one: str, other: str) -> float:
    """How much of their letters two texts share, in percent."""
    return ratio(one, other)


@lru_cache(maxsize=50_000)
def bare(text: str) -> str:
    """A word as compared: lower case, letters and digits only."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def bare_line(text: str) -> str:
    """The bare words of a text with a space between and at both ends, "" of none: what is in it is whole words."""
    joined = " ".join(filter(None, map(bare, text.split())))
    return f" {joined} " if joined else ""
