"""Themes: the skills, blocks and patterns that moments show, read from `editorial/themes.toml`."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from companion.errors import ConfigError


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
    answered_by: tuple[str, ...]


@cache
def themes() -> dict[str, Theme]:
    """All themes by slug, in editorial order (skills, blocks, patterns). `ConfigError` names what is wrong."""
    return parse(files("companion.editorial").joinpath("themes.toml").read_text("utf-8"))


def parse(text: str) -> dict[str, Theme]:
    """Themes from TOML text: one `[[theme]]` table each."""
    try:
        tables = tomllib.loads(text)["theme"]
        found = [
            Theme(
                slug=table["slug"],
                name=table["name"],
                kind=Kind(table["kind"]),
                definition=table["definition"],
                sounds_like=tuple(table["sounds_like"]),
                is_not=tuple(table["is_not"]),
                answered_by=tuple(table.get("answered_by", ())),
            )
            for table in tables
        ]
    except KeyError as error:
        raise ConfigError(f"themes.toml: a theme lacks {error}.") from error
    except (tomllib.TOMLDecodeError, ValueError, TypeError) as error:
        raise ConfigError(f"themes.toml cannot be read: {error}.") from error
    return {theme.slug: theme for theme in found}
