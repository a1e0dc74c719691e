"""What every way of judging a sentence hands to `spans`: hits."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One reason for a hit: its words for people, its weight 0 to 1; the same `key` elsewhere is the same reason."""

    key: str
    words: str
    weight: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """Sentence number `sentence` (counted from 0 in the episode) shows `theme`, for these reasons (at least one)."""

    sentence: int
    theme: str
    parts: tuple[Part, ...]


def together(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Each reason once, at its strongest; strongest first."""
    best: dict[str, Part] = {}
    for part in parts:
        if part.key not in best or part.weight > best[part.key].weight:
            best[part.key] = part
    return tuple(sorted(best.values(), key=lambda part: (-part.weight, part.key)))


def score(parts: tuple[Part, ...]) -> float:
    """How strongly reasons speak together, 0 to 1: each one takes away its share of the remaining doubt."""
    doubt = 1.0
    for part in together(parts):
        doubt *= 1 - part.weight
    return round(1 - doubt, 3)
