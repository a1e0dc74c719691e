"""Themes: the skills, blocks and patterns that moments show, and the pairs of them that are easily confused."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from companion import tables
from companion.errors import InvalidError


class Kind(StrEnum):
    """What a theme is to a learner."""

    SKILL = "skill"
    BLOCK = "block"
    PATTERN = "pattern"


@dataclass(frozen=True, kw_only=True, slots=True)
class Theme:
    """One theme. `sounds_like` and `is_not` are short lines; `answered_by` names the skills that answer a block."""

    slug: str
    name: str
    kind: Kind
    definition: str
    sounds_like: tuple[str, ...]
    is_not: tuple[str, ...]
    answered_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Contrast:
    """Two themes to hear side by side, by their slugs; `difference` says how to tell them apart."""

    title: str
    skill: str
    block: str
    difference: str

    def __post_init__(self) -> None:
        if unknown := ", ".join(sorted({self.skill, self.block} - themes().keys())):
            raise InvalidError(f"has {unknown}, which is no theme")


@cache
def themes() -> dict[str, Theme]:
    """All themes of `editorial/themes.toml` by slug, in its order. `ConfigError` names what is wrong."""
    return parse(tables.shipped("themes.toml"))


def parse(text: str) -> dict[str, Theme]:
    """Themes from TOML text: one `[[theme]]` table each."""
    found = tables.read(text, file="themes.toml", kind="theme", into=Theme, check=_faults)
    return {theme.slug: theme for theme in found}


def _faults(theme: Theme, others: tuple[Theme, ...]) -> Iterator[str]:
    skills = [other.slug for other in others if other.kind is Kind.SKILL]
    for slug in theme.answered_by:
        if slug not in skills:
            yield f"is answered by “{slug}”, which is none of the skills: {', '.join(skills)}"


@cache
def contrasts() -> tuple[Contrast, ...]:
    """The pairs of `editorial/contrasts.toml`, in its order. `ConfigError` names what is wrong."""
    return parse_contrasts(tables.shipped("contrasts.toml"))


def contrasts_of(slug: str) -> tuple[Contrast, ...]:
    """The pairs that a theme is half of."""
    return tuple(contrast for contrast in contrasts() if slug in (contrast.skill, contrast.block))


def parse_contrasts(text: str) -> tuple[Contrast, ...]:
    """Pairs from TOML text: one `[[contrast]]` table each, both halves being known themes."""
    return tables.read(text, file="contrasts.toml", kind="contrast", into=Contrast)
