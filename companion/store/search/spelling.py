"""What may have been meant: the vocabulary's words that are spelt like one, and names that sound like it."""

import math
import re

from companion.store.vocabulary import Vocabulary, plain

_SHORTEST = 4  # letters; of a shorter word there is too little to tell what it should be
_ALIKE = 0.7  # similarity, 0 to 1, at which a word may be meant
_SOUNDS = 0.6  # the same for a name that sounds the same
_NAMES = 4
_SELDOM = 5  # times; what is said more often and is no name was meant as it is

# what an index has of “don’t” and its like beside the t
_HALVES = {
    f"{word}n"
    for word in ("are", "could", "did", "does", "do", "had", "has", "have", "is", "should", "was", "were", "would")
}

_LETTERS = (("ph", "f"), ("ck", "k"), ("gh", "g"), ("sch", "s"), ("sh", "s"), ("ch", "s"), ("th", "t"), ("wr", "r"))
_SINGLE = str.maketrans({"c": "k", "q": "k", "x": "k", "z": "s", "v": "f", "j": "g", "d": "t", "b": "p"})


class Spelling:
    """Asks the vocabulary of one store."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def meant(self, word: str) -> str | None:
        """The word that was most likely meant, or two run together (“makessense”); None if nothing is near."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        asked = plain(word)
        if len(asked) < _SHORTEST:
            return None
        near = self._vocabulary.long(len(asked) - 2, len(asked) + 2)
        found = process.extract(
            asked,
            [other for other, _, _ in near],
            scorer=OSA.normalized_similarity,
            score_cutoff=_ALIKE,
            limit=30,
        )

        def likelihood(one: tuple[str, float, int]) -> float:
            other, alike, place = one
            often = 0.02 * math.log(1 + near[place][1])
            return alike + often + 0.06 * (other[0] == asked[0]) + 0.06 * (sound(other) == sound(asked))

        whole = (one for one in found if one[0] != asked and one[0] not in _HALVES)
        best = max(whole, key=likelihood, default=None)
        return best[0] if best else self._parted(asked)

    def names(self, word: str) -> tuple[str, ...]:
        """Names that sound like a word that is itself a name, or hardly ever said: “Norah” for “Nora”."""
        from rapidfuzz.distance import OSA

        asked = plain(word)
        own = self._vocabulary.known([asked]).get(asked)
        if len(asked) < 3 or (own is not None and own.n > _SELDOM and not own.name):
            return ()
        heard = sound(asked)
        found = [
            (OSA.normalized_similarity(asked, other), n, other)
            for other, n, named in self._vocabulary.long(len(asked) - 2, len(asked) + 2)
            if named * 2 >= n > 0 and named and other != asked and sound(other) == heard
        ]
        return tuple(other for alike, _, other in sorted(found, reverse=True) if alike >= _SOUNDS)[:_NAMES]

    def _parted(self, asked: str) -> str | None:
        pairs = [(asked[:place], asked[place:]) for place in range(3, len(asked) - 2)]
        known = self._vocabulary.known(half for pair in pairs for half in pair)
        whole = [pair for pair in pairs if pair[0] in known and pair[1] in known]
        best = max(whole, key=lambda pair: min(known[pair[0]].n, known[pair[1]].n), default=None)
        return " ".join(best) if best else None


def sound(word: str) -> str:
    """A rough key of how a word sounds: its first letter and its consonants, those easily confused made one."""
    for letters, one in _LETTERS:
        word = word.replace(letters, one)
    key = word[:1] + re.sub("[aeiouyhw]", "", word[1:])
    return re.sub(r"(.)\1+", r"\1", key.translate(_SINGLE))
