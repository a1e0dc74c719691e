"""Form: how a line is said, whoever says it about whatever; patterns and word lists are in `editorial/forms.toml`."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

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
            "FEELING": f"(?:{'|'.join(sorted(words['feelings']))}|left out|let down)",
            "FAMILY": f"(?:{'|'.join(sorted(words['family']))})",
            "NUMBER": rf"(?:\d\S*|{'|'.join(sorted(words['numbers']))})",
            **table["classes"],
        }
        patterns = {name: _compiled(name, pattern, classes) for name, pattern in table["forms"].items()}
    except KeyError as error:
        raise ConfigError(f"forms.toml lacks {error}.") from error
    except (tomllib.TOMLDecodeError, TypeError, AttributeError) as error:
        raise ConfigError(f"forms.toml cannot be read: {error}.") from error
    return Forms(patterns=patterns, **words)


def features(words: Sequence[str], *, asked: bool) -> tuple[str, ...]:
    """The names of the forms that a sentence (its compared words; `asked` if it ends in a question mark) shows."""
    return _features(tuple(words), asked=asked)


@lru_cache(maxsize=5_000)  # a turn is looked at for itself, and again as the turn before
def _features(words: tuple[str, ...], *, asked: bool) -> tuple[str, ...]:
    text = f" {' '.join(words)} "
    found = [name for name, pattern in forms().patterns.items() if pattern.search(text)]
    if asked:
        found.append("question mark")
    length = len(words)
    if length < _SHORT:
        found.append("very short" if length < _VERY_SHORT else "short")
    elif length > _LONG:
        found.append("long")
    return tuple(found)


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


def _compiled(name: str, pattern: str, classes: Mapping[str, str]) -> re.Pattern[str]:
    for capital, meaning in classes.items():
        pattern = pattern.replace(capital, meaning)
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ConfigError(f"forms.toml: the pattern of “{name}” cannot be read: {error}.") from error
