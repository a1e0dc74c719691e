"""From terms to FTS5 expressions. Only letters and digits ever pass, in quotation marks, so that no syntax can."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from companion.store.search.language import Term

Words = tuple[str, ...]

_REQUIRED = 8  # terms; a longer query asks for its rarest
_DROPPABLE = 6  # terms among which some may be missing
_COMMON = 5.0  # weight of a word that is said so often (60,000 times) that it tells nothing beside rarer ones
_FEW = 3  # terms that are asked for where nearly all are common


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """Something to be found: any of `ways` as it was asked for, or of the `wider` ones; each is a word or phrase.

    `weight` is how much it says: the rarer, the more.
    """

    ways: tuple[Words, ...]
    wider: tuple[Words, ...]
    weight: float

    @property
    def direct(self) -> str:
        """Any way in which it was asked for."""
        return _any(map(phrase, self.ways))

    @property
    def widened(self) -> str:
        """Any way at all."""
        return _any(map(phrase, self.ways + self.wider))


def phrase(words: Sequence[str]) -> str:
    """Words in this order."""
    return '"' + " ".join(words) + '"'


def all_of(units: Sequence[Unit], *, widened: bool) -> str:
    """Every unit, or of a long query its rarest."""
    if len(units) <= _REQUIRED:
        return _all([unit.widened if widened else unit.direct for unit in units])
    return all_of(_rarest(units)[:_REQUIRED], widened=widened)


def in_a_row(units: Sequence[Unit]) -> str:
    """All words as one phrase, in the order they were asked for; `ways` other than the first are left out."""
    return phrase([word for unit in units for word in unit.ways[0]])


def most_of(units: Sequence[Unit]) -> Iterable[str]:
    """Expressions for fewer and fewer of the units, the most telling of them first, down to any one."""
    known = [unit for unit in _rarest(units) if unit.weight]
    telling = [unit for unit in known if unit.weight > _COMMON][:_DROPPABLE]
    telling = telling or known[:_FEW]
    for size in range(min(len(telling), len(units) - 1), 0, -1):
        yield _with_others(_any(_all([unit.direct for unit in some]) for some in combinations(telling, size)), units)


def without(terms: Sequence[Term]) -> str:
    """Any of the terms that must not be there; empty where there are none."""
    return _any(phrase(term.words) for term in terms)


def in_columns(expression: str, columns: str, excluded: str) -> str:
    """An expression held to some columns of an index, and what is excluded left out of its results."""
    held = f"{{{columns}}} : ({expression})"
    return f"({held}) NOT ({{{columns}}} : ({excluded}))" if excluded else held


def _with_others(required: str, units: Sequence[Unit]) -> str:
    return f"({required}) AND ({_any(unit.direct for unit in _rarest(units)[:_REQUIRED])})"


def _rarest(units: Sequence[Unit]) -> list[Unit]:
    return sorted(units, key=lambda unit: -unit.weight)


def _all(parts: Iterable[str]) -> str:
    return " AND ".join(f"({part})" for part in parts)


def _any(parts: Iterable[str]) -> str:
    return " OR ".join(f"({part})" for part in parts)
