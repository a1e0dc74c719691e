"""Words in the form in which phrases are compared: lower case, contractions written out, slips of the finger mended,
"um" and stutters left out.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from companion.tagging.mending import mended

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_CLAUSE_ENDS = (",", ".", ";", ":", "!", "?", "…", "–", "—")
_FILLERS = {"um", "uh", "er", "erm", "hm", "hmm", "mm", "ah", "oh"}
_WHOLE = {
    "can't": "can not",
    "cannot": "can not",
    "won't": "will not",
    "let's": "let us",
    "gonna": "going to",
    "wanna": "want to",
    "gotta": "got to",
    "kinda": "kind of",
    "sorta": "sort of",
    "dunno": "do not know",
    "cuz": "because",
    "cos": "because",
    "u": "you",
    "ur": "your",
    "r": "are",
    "yea": "yeah",
    "yep": "yeah",
}
_ENDINGS = (("n't", " not"), ("'re", " are"), ("'m", " am"), ("'ve", " have"), ("'ll", " will"), ("'d", " would"))
# 's is "is" only after these; elsewhere it is mostly a genitive.
_IS = {"it's", "that's", "what's", "there's", "he's", "she's", "who's", "where's", "how's", "here's"}
_TYPED = re.compile(  # contractions as typed without their apostrophe, those left out that are words of their own
    "(aren|can|couldn|didn|doesn|don|hadn|hasn|haven|isn|shouldn|wasn|weren|won|wouldn)(t)"
    "|(i)(m|ve)|(you|they)(re|ve|ll)|(we)(ve)|(that|what|there|he|she|who|where|how|here)(s)"
)


class Spoken(NamedTuple):
    """One compared word, the position of the written word that it comes from, and its clause (counted from 0)."""

    text: str
    position: int
    clause: int


def spoken(text: str) -> tuple[Spoken, ...]:
    """The words of a text as compared; `position` counts its whitespace-separated words from 0."""
    found: list[Spoken] = []
    clause, last = 0, ""
    for position, written in enumerate(text.replace("’", "'").split()):
        words, ends = _compared(written)
        for word in words:
            if word != last:
                found.append(Spoken(word, position, clause))
                last = word
        clause += ends
    return tuple(found)


@lru_cache(maxsize=50_000)
def _compared(written: str) -> tuple[tuple[str, ...], bool]:
    """The words of a written word, fillers left out, and whether a clause ends with it."""
    words = (word for match in _WORD.finditer(written) for word in _long(match.group()).split())
    return tuple(word for word in words if word not in _FILLERS), written.endswith(_CLAUSE_ENDS)


def _long(written: str) -> str:
    word = written.lower()
    if typed := _TYPED.fullmatch(word):
        word = "'".join(filter(None, typed.groups()))
    if word in _WHOLE:
        return _WHOLE[word]
    if word in _IS:
        return f"{word[:-2]} is"
    for ending, long in _ENDINGS:
        if word.endswith(ending):
            return word.removesuffix(ending) + long
    return mended(word) if written == word else word  # a capital may begin a name, which is no slip
