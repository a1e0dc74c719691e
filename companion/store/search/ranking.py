"""Which match is better: BM25 over the marked words, more for words in a row and close together."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from companion.store.search.hits import Match
from companion.store.vocabulary import Known, plain

_K, _B, _LENGTH = 1.2, 0.75, 60  # BM25's usual constants; characters of an average line
_RAREST = 16.0  # the logarithm of nine million, as many words as a thousand episodes have
_ROW, _NEAR, _ABOUT = 0.6, 0.4, 0.15  # how much more for words in a row, close together, an episode about them


def ranked(matches: Iterable[Match], known: Mapping[str, Known], *, terms: int, about: Collection[str]) -> list[Match]:
    """Direct matches before widened ones, accepted moments before proposals, then by how well the words fit.

    `terms` is how many were asked for, `about` the episodes with the words in title or notes.
    """
    weights = {word: weight(one.n) for word, one in known.items()}

    def order(match: Match) -> tuple[bool, bool, float, int]:
        score = _score(match, weights, terms) * (1 + _ABOUT * (match.episode in about))
        return match.widened, not match.accepted, -score, match.key

    return sorted(matches, key=order)


def weight(n: int) -> float:
    """How much a word says that occurs `n` times: the rarer, the more; one that occurs nowhere says nothing."""
    return max(_RAREST - math.log(n), 0.3) if n else 0.0


def surfaces(matches: Iterable[Match]) -> set[str]:
    """The marked words, as they are written."""
    return {
        match.text[start:end] for match in matches for start, end in match.marks if " " not in match.text[start:end]
    }


def coverage(match: Match) -> int:
    """How many different words are marked."""
    return len({match.text[start:end].lower() for start, end in match.marks})


def _score(match: Match, weights: Mapping[str, float], terms: int) -> float:
    text, marks = match.text, sorted(match.marks)
    marked = [plain(text[start:end]) for start, end in marks]
    counted = Counter(marked) if len(marked) > 1 else dict.fromkeys(marked, 1)
    damp = _K * (1 - _B + _B * len(text) / _LENGTH)
    score = sum(weights.get(word, 5.0) * n * (_K + 1) / (n + damp) for word, n in counted.items())
    if terms < 2 or len(marks) < 2:
        return score
    return score * (1 + _ROW * (_longest_row(text, marks) - 1) / (terms - 1) + _NEAR * _nearness(marks))


def _longest_row(text: str, marks: Sequence[tuple[int, int]]) -> int:
    """The most marked words that follow each other with no other word between."""
    longest = row = 1
    for (_, before), (after, _) in pairwise(marks):
        row = row + 1 if not any(c.isalnum() for c in text[before:after]) else 1
        longest = max(longest, row)
    return longest


def _nearness(marks: Sequence[tuple[int, int]]) -> float:
    """How much of the stretch from first to last mark is marked, 0 to 1."""
    return sum(end - start + 1 for start, end in marks) / (marks[-1][1] - marks[0][0] + 1)
