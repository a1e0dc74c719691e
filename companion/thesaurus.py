"""The thesaurus: families of words for one feeling or theme, which widen a search; from `editorial/thesaurus.toml`."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from companion import tables
from companion.themes import themes

Words = tuple[str, ...]

_WORD = re.compile(r"\w+")
_ENDING = re.compile(r"(?:ing|edly|ed|es|s|ly|e)$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """Words and short phrases that mean nearly the same to a person who searches.

    `theme` is the slug of the one they speak of, `near` of one that may help where nothing is found; or "".
    """

    title: str
    words: tuple[str, ...]
    theme: str = ""
    near: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Thesaurus:
    """All families, and where each word stands. `longest` is the number of words in the longest phrase."""

    families: tuple[Family, ...]
    by_words: dict[Words, tuple[Family, ...]]
    longest: int

    def families_of(self, words: Sequence[str]) -> tuple[Family, ...]:
        """The families that hold a word or phrase, in any of its forms: “ignoring” is found by “ignored”."""
        return self.by_words.get(tuple(map(_root, words)), ())

    def others(self, words: Sequence[str]) -> tuple[str, ...]:
        """What else could have been said, in the families' order and without other forms of the same word."""
        own = tuple(map(_root, words))
        found: dict[Words, str] = {}
        for family in self.families_of(words):
            for other in family.words:
                found.setdefault(_roots(other), other)
        return tuple(other for roots, other in found.items() if roots != own)


@cache
def thesaurus() -> Thesaurus:
    """The shipped thesaurus. `ConfigError` names the line and what is wrong."""
    return parse(tables.shipped("thesaurus.toml"))


def parse(text: str) -> Thesaurus:
    """A thesaurus from TOML text: one `[[family]]` table each. `ConfigError` names the line and what is wrong."""
    families = tables.read(text, file="thesaurus.toml", kind="family", into=Family, check=_faults)
    by_words: defaultdict[Words, list[Family]] = defaultdict(list)
    for family in families:
        for words in dict.fromkeys(map(_roots, family.words)):
            by_words[words].append(family)
    return Thesaurus(
        families=families,
        by_words={words: tuple(found) for words, found in by_words.items()},
        longest=max(map(len, by_words), default=0),
    )


def _faults(family: Family, _: tuple[Family, ...]) -> Iterator[str]:
    if len(family.words) < 2:
        yield "has fewer than two words, so it widens nothing"
    for word in family.words:
        if not _WORD.search(word):
            yield f"has “{word}”, in which there is nothing to look for"
        if list(family.words).count(word) > 1:
            yield f"has “{word}” twice"
    for slug in filter(None, (family.theme, family.near)):
        if slug not in themes():
            yield f"names the theme “{slug}”, which is none of {', '.join(themes())}"


def _roots(text: str) -> Words:
    return tuple(map(_root, _WORD.findall(text.casefold())))


def _root(word: str) -> str:
    """A word without its ending: enough to bring the forms of one word together."""
    cut = _ENDING.sub("", word)
    return cut if len(cut) >= 4 else word
