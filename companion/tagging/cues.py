"""Cue phrases, matched over windows of whole words so that small errors don't hide them."""

import hashlib
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from companion import tables
from companion.errors import InvalidError
from companion.tagging.hits import Heard, Part
from companion.tagging.spoken import Spoken, spoken

if TYPE_CHECKING:
    import numpy as np

_ENOUGH, _WEAK = 0.85, 0.55  # what a perfect match of a cue, of a weak cue is worth
_NEGATIONS = {"not", "never", "nobody", "nothing", "no"}
_PERSONS = {"i", "me", "my", "you", "your", "we", "us", "he", "she", "they"}
_SHORT = 3  # letters up to which a word of a cue may be lost in a window that is like it
_SAME_WORD = 60  # similarity from which a longer word may be a cue's word, misheard or in another form
_NEAR = 2  # sentences after a weak cue, in its turn, in which a near word still helps it
_DENIED = 4  # words after a "not", in its clause, that it may deny
_SLACK = 1  # words by which a window may be longer or shorter than its cue


@dataclass(frozen=True, kw_only=True, slots=True)
class Cue:
    """A phrase of a theme, as written and as compared. A `weak` one needs one of the theme's `near` words."""

    theme: str
    text: str
    words: tuple[str, ...]
    weak: bool

    @property
    def least(self) -> float:
        """The similarity (0 to 100) from which a window counts: short phrases must be heard nearly as written."""
        return {1: 100.0, 2: 92.0}.get(len(self.words), 84.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cues:
    """All cues; `near` and `unless` by theme, as compared."""

    cues: tuple[Cue, ...]
    near: dict[str, tuple[str, ...]]
    unless: dict[str, tuple[str, ...]]


@cache
def cues() -> Cues:
    """The cues of `editorial/cues.toml`. `ConfigError` names what is wrong."""
    return parse(tables.shipped("cues.toml"))


def digest(text: str) -> str:
    """Eight hex digits that change with the text."""
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


def parse(text: str) -> Cues:
    """Cues from TOML text: one `[[theme]]` table each, described at the top of cues.toml."""
    written = tables.read(text, file="cues.toml", kind="theme", into=_Written)
    return Cues(
        cues=tuple(
            _cue(one.slug, phrase, weak)
            for one in written
            for phrases, weak in ((one.cues, False), (one.weak, True))
            for phrase in phrases
        ),
        near={one.slug: tuple(_joined(spoken(phrase)) for phrase in one.near) for one in written},
        unless={one.slug: tuple(_joined(spoken(phrase)) for phrase in one.unless) for one in written},
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Written:
    """The phrases of a theme, as they stand in the file."""

    slug: str
    cues: tuple[str, ...]
    weak: tuple[str, ...]
    near: tuple[str, ...]
    unless: tuple[str, ...]

    def __post_init__(self) -> None:
        if not all(map(spoken, (*self.cues, *self.weak))):
            raise InvalidError("has an empty cue")


def hits(
    texts: Sequence[str], turns: Sequence[int], heard: Sequence[Sequence[Spoken]], cues: Cues
) -> tuple[Heard, ...]:
    """For every sentence and theme the best cue heard, in order of sentence and theme.

    Sentences are given as written (`texts`), with the turn that each belongs to, and as compared (`heard`).
    """
    plain = [_joined(words) for words in heard]
    found: dict[tuple[int, str], Heard] = {}
    for match in sorted(_matches(heard, cues.cues), key=lambda match: (-match.weight, match.first, match.cue.text)):
        index, theme = match.sentence, match.cue.theme
        if (index, theme) in found or any(phrase in plain[index] for phrase in cues.unless[theme]):
            continue
        if not match.cue.weak or _helped(match, cues.near[theme], turns, heard):
            part = _part(match, texts[index], heard[index])
            found[index, theme] = Heard(sentence=index, theme=theme, part=part)
    return tuple(found[key] for key in sorted(found))


def _cue(theme: str, phrase: str, weak: bool) -> Cue:
    return Cue(theme=theme, text=phrase, words=tuple(word.text for word in spoken(phrase)), weak=weak)


def _joined(words: Sequence[Spoken]) -> str:
    return f" {' '.join(word.text for word in words)} "


@dataclass(frozen=True, kw_only=True, slots=True)
class _Match:
    """A cue found in a sentence: how similar (0 to 100) it is to the compared words `first` to `last`."""

    sentence: int
    cue: Cue
    similarity: float
    first: int
    last: int

    @property
    def weight(self) -> float:
        return round(self.similarity / 100 * (_WEAK if self.cue.weak else _ENOUGH), 3)


def _matches(heard: Sequence[Sequence[Spoken]], cues: Sequence[Cue]) -> Iterator[_Match]:
    """The best window of each cue in each sentence that has one.

    Windows of whole words, as long as the cue or one word more or less, are compared by rapidfuzz's `ratio`
    (normalised Indel similarity): `partial_ratio` would cut words, and give half a cue to any two-word sentence.
    """
    from rapidfuzz.process import cdist

    plain = [word.text for words in heard for word in words]
    begins = [0, *accumulate(map(len, heard))]
    for cue, windows in _windows(plain, begins, cues):
        texts = [" ".join(plain[first:end]) for first, end in windows]
        best: dict[int, _Match] = {}
        (row,) = cdist([" ".join(cue.words)], texts, score_cutoff=cue.least, workers=1)
        for number in row.nonzero()[0]:
            index = bisect(begins, windows[number][0]) - 1
            first, last = windows[number][0] - begins[index], windows[number][1] - begins[index] - 1
            similarity = float(row[number])
            if index in best and best[index].similarity >= similarity:
                continue
            if _fits(cue, heard[index], first, last):
                best[index] = _Match(sentence=index, cue=cue, similarity=similarity, first=first, last=last)
        yield from best.values()


def _windows(
    words: Sequence[str], begins: Sequence[int], cues: Sequence[Cue]
) -> Iterator[tuple[Cue, list[tuple[int, int]]]]:
    """For each cue the windows worth a comparison: those with all the words without which it never `_fits`.

    `words` are those of all sentences, `begins` where each sentence begins; of a window first and end are given.
    """
    import numpy as np
    from rapidfuzz.process import cdist

    numbers: dict[str, int] = {}
    codes = np.array([numbers.setdefault(word, len(numbers)) for word in words], int)
    chars = np.array([0, *accumulate(len(word) + 1 for word in words)])
    nowhere, sentence = np.array([], int), np.repeat(np.arange(len(begins) - 1), np.diff(begins))
    parts = np.split(np.argsort(codes, kind="stable"), np.bincount(codes).cumsum())
    where = dict(zip(numbers, parts, strict=False))
    long = sorted({word for cue in cues for word in cue.words if len(word) > _SHORT})
    alike = {
        word: np.sort(np.concatenate([nowhere, *(parts[number] for number in row.nonzero()[0])]))
        for word, row in zip(long, cdist(long, list(numbers), score_cutoff=_SAME_WORD), strict=True)
    }
    for cue in cues:
        known = [alike.get(word, where.get(word, nowhere)) for word in cue.words if word in alike or word in _PERSONS]
        needed = sorted(known, key=len) or [np.arange(len(words))]
        slack = _SLACK if len(cue.words) > 2 else 0
        rarest, longest, letters = needed[0], len(cue.words) + slack, len(" ".join(cue.words))
        for places in needed[1:]:
            rarest = rarest[_some(places, rarest - longest + 1, rarest + longest)]
        found: list[tuple[int, int]] = []
        for size in range(len(cue.words) - slack, longest + 1):
            begun = np.zeros(len(words) + longest, bool)
            begun[rarest[:, None] - np.arange(size)] = True  # what is before the first word is counted from the end
            firsts = np.flatnonzero(begun[: max(0, len(words) - size + 1)])
            firsts = firsts[sentence[firsts] == sentence[firsts + size - 1]]
            length = chars[firsts + size] - chars[firsts] - 1
            firsts = firsts[200 * np.minimum(length, letters) >= cue.least * (length + letters)]  # else too unlike
            for places in needed[1:]:
                firsts = firsts[_some(places, firsts, firsts + size)]
            found += zip(firsts.tolist(), (firsts + size).tolist(), strict=True)
        if found:
            yield cue, found


def _some(places: "np.ndarray", firsts: "np.ndarray", ends: "np.ndarray") -> "np.ndarray":
    """For each stretch whether any of the `places`, in order, lies in it."""
    some: np.ndarray = places.searchsorted(firsts) < places.searchsorted(ends)
    return some


def _fits(cue: Cue, words: Sequence[Spoken], first: int, last: int) -> bool:
    """Who is meant, whether it is denied, and each longer word must be as in the cue, however similar the whole is."""
    from rapidfuzz.fuzz import ratio

    window = {word.text for word in words[first : last + 1]}
    if not window & _PERSONS >= set(cue.words) & _PERSONS:
        return False
    if bool(window & _NEGATIONS) != bool(set(cue.words) & _NEGATIONS):
        return False
    if not all(any(ratio(word, other) >= _SAME_WORD for other in window) for word in cue.words if len(word) > _SHORT):
        return False
    before = {word.text for word in words[max(0, first - _DENIED) : first] if word.clause == words[first].clause}
    return bool(set(cue.words) & _NEGATIONS) or "not" not in before


def _helped(match: _Match, near: Sequence[str], turns: Sequence[int], heard: Sequence[Sequence[Spoken]]) -> bool:
    """True if a near word stands beside the match in its sentence, or soon after it in the turn."""
    words, turn = heard[match.sentence], turns[match.sentence]
    text = _joined(words[: match.first]) + _joined(words[match.last + 1 :])
    for other in range(match.sentence + 1, min(match.sentence + 1 + _NEAR, len(heard))):
        text += _joined(heard[other]) if turns[other] == turn else ""
    return any(phrase in text for phrase in near)


def _part(match: _Match, sentence: str, words: Sequence[Spoken]) -> Part:
    written = sentence.split()[words[match.first].position : words[match.last].position + 1]
    said = " ".join(written).strip(' .,;:!?…"“”')
    exact = tuple(word.text for word in words[match.first : match.last + 1]) == match.cue.words
    how = f"the cue “{said}”" if exact else f"the cue “{match.cue.text}” heard as “{said}”"
    return Part(words=how, weight=match.weight)
