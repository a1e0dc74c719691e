"""Exercises that turn a heard moment into something to try, and the week's prompt found in show notes."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from companion.errors import ConfigError
from companion.feeds import plain_text


@dataclass(frozen=True, kw_only=True, slots=True)
class Exercise:
    """One exercise: `together` tells couples' work from solo work, `themes` are the slugs it practises."""

    slug: str
    title: str
    themes: tuple[str, ...]
    minutes: int
    together: bool
    why: str
    steps: tuple[str, ...]
    prompts: tuple[str, ...]


@cache
def exercises() -> dict[str, Exercise]:
    """All exercises by slug, in editorial order. `ConfigError` names what is wrong."""
    return parse(files("companion.editorial").joinpath("exercises.toml").read_text("utf-8"))


def for_theme(theme: str) -> tuple[Exercise, ...]:
    """The exercises that practise a theme."""
    return tuple(exercise for exercise in exercises().values() if theme in exercise.themes)


def parse(text: str) -> dict[str, Exercise]:
    """Exercises from TOML text: one `[[exercise]]` table each."""
    try:
        tables = tomllib.loads(text)["exercise"]
        found = [
            Exercise(
                slug=table["slug"],
                title=table["title"],
                themes=tuple(table["themes"]),
                minutes=int(table["minutes"]),
                together=bool(table["together"]),
                why=table["why"],
                steps=tuple(table["steps"]),
                prompts=tuple(table.get("prompts", ())),
            )
            for table in tables
        ]
    except KeyError as error:
        raise ConfigError(f"exercises.toml: an exercise lacks {error}.") from error
    except (tomllib.TOMLDecodeError, ValueError, TypeError) as error:
        raise ConfigError(f"exercises.toml cannot be read: {error}.") from error
    return {exercise.slug: exercise for exercise in found}


_BLOCK = re.compile(r"</(?:p|li|h[1-6]|div|blockquote)>|<br\s*/?>")
_PROMPT = re.compile(
    r"\b(?:this\s+week[’']s|weekly)\s+(?:prompt|practice|exercise|question)\s*[:–—-]\s*(.+)", re.IGNORECASE
)


def weekly_prompt(notes: str) -> str | None:
    """The week's prompt in sanitised notes ("This week's prompt: …" up to the end of its block), as plain text."""
    for block in _BLOCK.split(notes):
        match = _PROMPT.search(plain_text(block))
        if match:
            return match.group(1).strip()
    return None
