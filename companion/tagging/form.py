"""Form: how a line is said, whoever says it about whatever; patterns and word lists are in `editorial/forms.toml`."""

import re
import tomllib
from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, groupby

from companion import tables
from companion.errors import ConfigError

_LISTS = ("feelings", "family", "numbers", "stance", "starts")
_VERY_SHORT, _SHORT, _LONG = 4, 9, 22  # words: below, below, above


@dataclass(frozen=True, kw_only=True, slots=True)
class Forms:
    """The word lists, and each form's pattern by its name."""

    feelings: frozenset[str]
    family: frozenset[str]
    numbers: frozenset[str]
    stance: frozenset[str]
    starts: frozenset[str]
    patterns: Mapping[str, re.Pattern[str]]


@cache
def forms() -> Forms:
    """The editorial forms. `ConfigError` names what is wrong."""
    return parse(tables.shipped("forms.toml"))


def parse(text: str) -> Forms:
    """Forms from TOML text, described at the top of forms.toml."""
    try:
        table = tomllib.loads(text)
        words = {name: frozenset(table["words"][name].split()) for name in _LISTS}
        classes = {
            "FEELING": _either([*words["feelings"], "left out", "let down"]),
            "FAMILY": _either(words["family"]),
            "NUMBER": rf"(?:\d\S*|{_either(words['numbers'])})",
            **table["classes"],
        }
        patterns = {name: _compiled(name, pattern, classes) for name, pattern in table["forms"].items()}
    except KeyError as error:
        raise ConfigError(f"forms.toml lacks {error}.") from error
    except (tomllib.TOMLDecodeError, TypeError, AttributeError) as error:
        raise ConfigError(f"forms.toml cannot be read: {error}.") from error
    return Forms(patterns=patterns, **words)


def features(sentences: Sequence[Sequence[str]]) -> list[list[str]]:
    """For each sentence (its compared words) the names of the forms that it shows.

    Each pattern goes through all of them at one go, a sentence a line: half the time of a search in every single one.
    """
    lines = [f"\n {' '.join(words)} " for words in sentences]
    text = "".join(lines)
    begins = [0, *accumulate(map(len, lines))]
    found: list[list[str]] = [[] for _ in sentences]
    for name, pattern in forms().patterns.items():
        match = pattern.search(text)
        while match and match.start() < len(text):
            line = bisect(begins, match.start()) - 1
            found[line].append(name)
            match = pattern.search(text, begins[line + 1])
    for names, words in zip(found, sentences, strict=True):
        if len(words) < _SHORT:
            names.append("very short" if len(words) < _VERY_SHORT else "short")
        elif len(words) > _LONG:
            names.append("long")
    return found


@lru_cache(maxsize=20_000)
def stance(word: str) -> str:
    """The word itself if it carries stance, else its class, else a star."""
    known = forms()
    if word in known.feelings:
        return "<feeling>"
    if word in known.family:
        return "<family>"
    if word in known.stance:
        return word
    return "<number>" if word in known.numbers or word[0].isdigit() else "*"


def _either(words: Iterable[str]) -> str:
    """A pattern for any of these words, by their first letters: the others are then passed over at once."""
    grouped = {
        first: "|".join(word[1:] for word in same) for first, same in groupby(sorted(words), key=lambda word: word[0])
    }
    return f"(?:{'|'.join(f'{first}(?:{rest})' for first, rest in grouped.items())})"


def _compiled(name: str, pattern: str, classes: Mapping[str, str]) -> re.Pattern[str]:
    for capital, meaning in classes.items():
        pattern = pattern.replace(capital, meaning)
    if pattern.startswith("^"):
        pattern = "\n" + pattern[1:]  # the same, and found much faster
    try:
        return re.compile(pattern, re.MULTILINE)
    except re.error as error:
        raise ConfigError(f"forms.toml: the pattern of “{name}” cannot be read: {error}.") from error
