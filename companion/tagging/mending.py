"""Slips of the finger mended: a word that nobody knows becomes the word of stance or feeling that it nearly is.

What a tired typist or a poor recogniser leaves (“undrestand”, “fel”) is mostly a single slip away from what was meant:
Damerau 1964, doi 10.1145/363958.363994. Of several such words the commonest is taken. `lexicon.txt` holds the words
of examples.toml and dialogues.txt, commonest first (`python -m companion.tagging.shelf` makes it anew).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

from companion.tagging import form

LEXICON = Path(__file__).with_name("lexicon.txt")
_WORD = re.compile(r"(?<!['’\w])[^\W\d_]+(?!['’\w])")  # contractions and genitives apart
_SHORTEST = 3  # letters of a word that is mended
_KNOWN = 2  # times that a word must be said to be known


@lru_cache(maxsize=20_000)
def mended(word: str) -> str:
    """A lower-case word, mended if it is unknown: a letter wrong, lost or too many, or two that changed places."""
    from rapidfuzz.distance import OSA

    if len(word) < _SHORTEST or not word.isalpha() or word in _known():
        return word
    near = {other for slip in _slips(word) for other in _targets().get(slip, ())}
    meant = [other for other in near if OSA.distance(word, other) == 1]
    return min(meant, key=lambda other: (_known()[other], other), default=word)


def lexicon(lines: Iterable[str]) -> str:
    """The lexicon's text, from lines as they are said."""
    counts = Counter(word for line in lines for word in _WORD.findall(line.lower()))
    known = [word for word, count in counts.items() if count >= _KNOWN]
    return "\n".join(sorted(known, key=lambda word: (-counts[word], word))) + "\n"


@cache
def _known() -> Mapping[str, int]:
    """Every known word with its rank, 0 for the commonest."""
    words = [*LEXICON.read_text("utf-8").split(), *sorted(_carrying()), *sorted(form.forms().starts)]
    return {word: rank for rank, word in reversed(list(enumerate(words)))}


@cache
def _targets() -> Mapping[str, tuple[str, ...]]:
    """The words that carry stance, by what a slip may leave of them."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in sorted(_carrying()):
        for slip in _slips(word):
            found[slip].append(word)
    return {slip: tuple(words) for slip, words in found.items()}


def _carrying() -> frozenset[str]:
    known = form.forms()
    return frozenset(word for word in known.stance | known.feelings | known.family if word.isalpha() and len(word) > 1)


def _slips(word: str) -> set[str]:
    """The word, and it with any one letter left out: two words that are one slip apart share one of these."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
