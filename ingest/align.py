"""Puts the podcaster's own text and speakers onto the times of the recognised words.

Words are matched by what they say, not by when: hosts splice advertisements in per download, so published times can be
minutes off. They only help between two matched words, where both say how far off they are. Matching takes three steps:

1. Anchors: runs of words that occur once in each text, the longest ascending chain of them, then the same again between
   neighbours with shorter runs. Source: Bram Cohen's patience diff; aligning long recordings from anchors inwards
   follows P. Moreno et al., "A recursive algorithm for the forced alignment of very long audio segments" (ICSLP 1998).
2. Between anchors, where little is left, Levenshtein's alignment, whose replaced words count if they look alike.
3. Matches without company are dropped: in an advertisement "and" and "the" would find a partner by chance.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

from companion.timecode import shares
from companion.transcripts import Source, Transcript, Word

_ENOUGH = 0.3  # of the published words matched, or it is another episode's text
_RUNS = (5, 4, 3)  # words in an anchor, tried in this order
_LITTLE = 1_000_000  # words times words that Levenshtein may compare between two anchors
_ALIKE = 60.0  # percent of letters that a misheard word shares with the right one
_COMPANY = 4  # matches that confirm each other ...
_NEAR = 6  # ... when no more words than this lie between them
_PACE = 0.08  # seconds a letter takes: 150 words a minute of five letters each
_STEADY = 1.0  # seconds that published times may run ahead or behind between two matched words and still be believed


@dataclass(frozen=True, kw_only=True, slots=True)
class _Token:
    """A word, or part of one, as compared; `word` is its index in its text, the times are seconds."""

    text: str
    word: int
    start: float = 0.0
    end: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Written:
    """A published word: the index of its segment, and the times its segment's times suggest for it."""

    segment: int
    text: str
    start: float
    end: float

    @property
    def letters(self) -> int:
        return sum(map(str.isalnum, self.text))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a published word was said, and how surely (0 if nothing was recognised there)."""

    start: float
    end: float
    probability: float


def align(published: Transcript, recognised: Transcript) -> Transcript | None:
    """The published segments with every word timed, or None if under 30 % of its words were recognised.

    Matched words have the recognised word's time and probability; the others probability 0 and a time between their
    neighbours'. Starts ascend through the whole transcript. 20,000 words on 20,000 take about half a second.
    """
    written = list(_written(published))
    spoken = [word for segment in recognised.segments for word in segment.words]
    ours = [_Token(text=token, word=index) for index, word in enumerate(written) for token in _tokens(word.text)]
    theirs = list(_timed(spoken))
    pairs = _confirmed(_match([token.text for token in ours], [token.text for token in theirs]))
    places: dict[int, _Place] = {}
    for index, group in groupby(pairs, key=lambda pair: ours[pair[0]].word):
        tokens = [theirs[there] for _, there in group]
        places[index] = _Place(tokens[0].start, tokens[-1].end, min(spoken[token.word].probability for token in tokens))
    if not places or len(places) < _ENOUGH * len({token.word for token in ours}):
        return None
    words = _placed(written, places, end=max(word.end for word in spoken))
    segments = []
    for index, said in groupby(zip(written, words, strict=True), key=lambda pair: pair[0].segment):
        timed = tuple(word for _, word in said)
        segments.append(replace(published.segments[index], start=timed[0].start, end=timed[-1].end, words=timed))
    return Transcript(
        episode=recognised.episode,
        source=Source.ALIGNED,
        model=recognised.model,
        language=published.language or recognised.language,
        segments=tuple(segments),
    )


def _written(published: Transcript) -> Iterator[_Written]:
    now = 0.0
    for index, segment in enumerate(published.segments):
        texts = segment.text.split()
        for text, (start, end) in zip(texts, shares(segment.start, segment.end, texts), strict=True):
            start, now = max(now, start), max(now, end)
            yield _Written(segment=index, text=text, start=start, end=now)


_PART = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SHORT = {"won't": "will not", "can't": "can not", "cannot": "can not", "shan't": "shall not", "let's": "let us"}
_SPOKEN = {"gonna": "going to", "wanna": "want to", "ok": "okay", "mr": "mister", "dr": "doctor"}
_NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_ENDINGS = (("n't", " not"), ("'m", " am"), ("'re", " are"), ("'ll", " will"), ("'ve", " have"), ("'s", " is"))
_EXPANDED = _SHORT | _SPOKEN | {str(number): name for number, name in enumerate(_NUMBERS)}


def _tokens(word: str) -> list[str]:
    """A word as compared: lower case, no punctuation, hyphens apart, contractions spelled out ("don't" -> do, not)."""
    tokens: list[str] = []
    for part in _PART.findall(unicodedata.normalize("NFKC", word).casefold().replace("’", "'")):
        spelled = _EXPANDED.get(part)
        ending = next(((short, long) for short, long in _ENDINGS if part.endswith(short)), None)
        if spelled is None and ending:
            spelled = part.removesuffix(ending[0]) + ending[1]
        tokens.extend((spelled or part).replace("'", "").split())
    return tokens


def _timed(words: Sequence[Word]) -> Iterator[_Token]:
    """The recognised words' tokens, which share their word's time by length; a start before the last end is moved."""
    now = 0.0
    for index, word in enumerate(words):
        tokens = _tokens(word.text)
        end = max(now, word.end)
        step = (end - max(now, word.start)) / (sum(map(len, tokens)) or 1)
        now = max(now, word.start)
        for token in tokens:
            yield _Token(text=token, word=index, start=now, end=now + step * len(token))
            now += step * len(token)


def _match(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """Ascending pairs of indices of words that are the same or look alike."""
    pairs: list[tuple[int, int]] = []
    rest = [(0, len(ours), 0, len(theirs), 0)]  # two stretches, and the next length of anchor to try on them
    while rest:
        here, here_end, there, there_end, run = rest.pop()
        while here < here_end and there < there_end and ours[here] == theirs[there]:
            pairs.append((here, there))
            here, there = here + 1, there + 1
        area = (here_end - here) * (there_end - there)
        if run < len(_RUNS) and area > 0:
            anchors = _anchors(ours, theirs, (here, here_end), (there, there_end), _RUNS[run])
            edges = [(here, there), *((a + _RUNS[run], b + _RUNS[run]) for a, b in anchors)]
            pairs.extend((a + step, b + step) for a, b in anchors for step in range(_RUNS[run]))
            for (a, b), (a_end, b_end) in zip(edges, [*anchors, (here_end, there_end)], strict=True):
                rest.append((a, a_end, b, b_end, run + 1))
        elif 0 < area <= _LITTLE:
            found = _edited(ours[here:here_end], theirs[there:there_end])
            pairs.extend((here + a, there + b) for a, b in found)
    return sorted(pairs)


def _anchors(
    ours: Sequence[str], theirs: Sequence[str], here: tuple[int, int], there: tuple[int, int], run: int
) -> list[tuple[int, int]]:
    """Starts of runs of words unique in both stretches, as the longest ascending chain without overlaps."""
    mine, other = _unique(ours, here, run), _unique(theirs, there, run)
    common = [(start, other[key]) for key, start in mine.items() if key in other]
    chain: list[tuple[int, int]] = []
    for a, b in _ascending(common):
        if not chain or (a >= chain[-1][0] + run and b >= chain[-1][1] + run):
            chain.append((a, b))
    return chain


def _unique(texts: Sequence[str], stretch: tuple[int, int], run: int) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    twice = set()
    for start in range(stretch[0], stretch[1] - run + 1):
        key = tuple(texts[start : start + run])
        if key in found:
            twice.add(key)
        found[key] = start
    return {key: start for key, start in found.items() if key not in twice}


def _ascending(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of pairs (ascending in their first) that ascends in the second, too: patience sorting."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int | None] = []
    for index, (_, there) in enumerate(pairs):
        pile = bisect_left(tops, there)
        before.append(piles[pile - 1] if pile else None)
        tops[pile : pile + 1] = [there]
        piles[pile : pile + 1] = [index]
    chain: list[tuple[int, int]] = []
    last = piles[-1] if piles else None
    while last is not None:
        chain.append(pairs[last])
        last = before[last]
    return chain[::-1]


def _edited(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[int, int]]:
    for step in Levenshtein.opcodes(ours, theirs):
        if step.tag in {"equal", "replace"}:
            for a, b in zip(range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True):
                if ratio(ours[a], theirs[b]) >= _ALIKE:
                    yield a, b


def _confirmed(pairs: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    group: list[tuple[int, int]] = []
    for pair in pairs:
        if group and max(pair[0] - group[-1][0], pair[1] - group[-1][1]) > _NEAR:
            yield from group if len(group) >= _COMPANY else ()
            group = []
        group.append(pair)
    yield from group if len(group) >= _COMPANY else ()


def _placed(written: Sequence[_Written], places: dict[int, _Place], *, end: float) -> Iterator[Word]:
    """All published words with times; those without a place share the time between the placed ones around them."""
    now = 0.0
    for before, after in pairwise([-1, *sorted(places), len(written)]):
        place = places.get(after, _Place(end, end, 0.0))
        start = max(now, place.start)  # sums of shares may overlap by a rounding error
        lost = range(before + 1, after)
        for index, times in zip(
            lost, _hinted(written, lost, now, start) or _paced(written, lost, now, start), strict=True
        ):
            yield Word(start=times[0], end=times[1], text=written[index].text, probability=0.0)
        now = max(start, place.end)
        if after in places:
            yield Word(start=start, end=now, text=written[after].text, probability=place.probability)


def _hinted(written: Sequence[_Written], lost: range, start: float, end: float) -> list[tuple[float, float]] | None:
    """Times for lost words as their published ones suggest, moved; None if those contradict what was recognised."""
    first = written[lost.start - 1].end if lost.start else None
    last = written[lost.stop].start if lost.stop < len(written) else None
    if first is None:  # before the first matched word, or after the last, there is only one side to go by
        first = (last or 0.0) - (end - start)
    elif last is None:
        last = first + (end - start)
    span = (last or 0.0) - first
    letters = sum(written[index].letters for index in lost)
    hinted = written[lost.stop - 1].end - written[lost.start].start if lost else 0.0
    if span <= 0 or abs(span - (end - start)) > _STEADY or hinted < letters * _PACE / 3:
        return None

    def moved(time: float) -> float:
        return min(end, max(start, start + (time - first) * (end - start) / span))

    return [(moved(written[index].start), moved(written[index].end)) for index in lost]


def _paced(written: Sequence[_Written], lost: range, start: float, end: float) -> Iterator[tuple[float, float]]:
    """Times for lost words at their usual pace, or as fast as they must.

    Where time is to spare, words of the segment in which recognition goes on stand right before it, the others right
    after what came before: an advertisement then falls between segments.
    """
    letters = [written[index].letters for index in lost]
    pace = min(_PACE, (end - start) / (sum(letters) or 1))
    before = written[lost.start - 1].segment if lost.start else None
    after = written[lost.stop].segment if lost.stop < len(written) else None
    late = [index for index in lost if before != after and (before is None or written[index].segment == after)]
    now = start
    for index, count in zip(lost, letters, strict=True):
        if late and index == late[0]:
            now = max(now, end - pace * sum(letters[index - lost.start :]))
        till = min(end, now + count * pace)
        yield now, till
        now = till
