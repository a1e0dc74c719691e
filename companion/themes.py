"""Themes: the skills, blocks and patterns that moments show, read from `editorial/themes.toml`."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from companion import tables


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


@cache
def themes() -> dict[str, Theme]:
    """All themes by slug, in editorial order (skills, blocks, patterns). `ConfigError` names what is wrong."""
    return parse(tables.shipped("themes.toml"))


def parse(text: str) -> dict[str, Theme]:
    """Themes from TOML text: one `[[theme]]` table each."""
    return {theme.slug: theme for theme in tables.read(text, file="themes.toml", kind="theme", into=Theme)}
