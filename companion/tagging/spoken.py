"""Words in the form in which phrases are compared: lower case, contractions written out, "um" and stutters left out."""

import re
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_CLAUSE_ENDS = (",", ".", ";", ":", "!", "?", "…", "–", "—")
_FILLERS = {"um", "uh", "er", "erm", "hm", "hmm", "mm", "ah", "oh"}
_WHOLE = {"can't": "can not", "cannot": "can not", "won't": "will not", "let's": "let us", "gonna": "going to"}
_ENDINGS = (("n't", " not"), ("'re", " are"), ("'m", " am"), ("'ve", " have"), ("'ll", " will"), ("'d", " would"))
# 's is "is" only after these; elsewhere it is mostly a genitive.
_IS = {"it's", "that's", "what's", "there's", "he's", "she's", "who's", "where's", "how's", "here's"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """One compared word, the position of the written word that it comes from, and its clause (counted from 0)."""

    text: str
    position: int
    clause: int


def spoken(text: str) -> tuple[Spoken, ...]:
    """The words of a text as compared; `position` counts its whitespace-separated words from 0."""
    found: list[Spoken] = []
    clause = 0
    for position, written in enumerate(text.replace("’", "'").lower().split()):
        for match in _WORD.finditer(written):
            for word in _long(match.group()).split():
                if word not in _FILLERS and not (found and found[-1].text == word):
                    found.append(Spoken(text=word, position=position, clause=clause))
        clause += written.endswith(_CLAUSE_ENDS)
    return tuple(found)


@lru_cache(maxsize=10_000)
def _long(word: str) -> str:
    if word in _WHOLE:
        return _WHOLE[word]
    if word in _IS:
        return f"{word[:-2]} is"
    for ending, long in _ENDINGS:
        if word.endswith(ending):
            return word.removesuffix(ending) + long
    return word
