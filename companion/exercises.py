"""Exercises that turn a heard moment into something to try, and the week's prompt found in show notes."""

import re
from dataclasses import dataclass
from functools import cache

from companion import tables
from companion.errors import InvalidError
from companion.feeds import blocks, plain_text
from companion.themes import themes


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step: what to do, and the slug of a theme to hear an example of before doing it; "" for none."""

    text: str
    hear: str = ""

    def __post_init__(self) -> None:
        if self.hear and self.hear not in themes():
            raise InvalidError(f"asks to hear “{self.hear}”, which is none of {', '.join(themes())}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Exercise:
    """One exercise: `together` tells couples' work from solo work, `themes` are the slugs it practises.

    `minutes` is how long the whole takes, `turns` how many minutes each of the two has the floor; 0 where nobody
    takes turns.
    """

    slug: str
    title: str
    themes: tuple[str, ...]
    minutes: int
    together: bool
    why: str
    steps: tuple[Step, ...]
    prompts: tuple[str, ...] = ()
    turns: int = 0

    def __post_init__(self) -> None:
        if unknown := ", ".join(sorted(set(self.themes) - themes().keys())):
            raise InvalidError(f"practises {unknown}, which is none of {', '.join(themes())}")


@cache
def exercises() -> dict[str, Exercise]:
    """All exercises by slug, in editorial order. `ConfigError` names what is wrong."""
    return parse(tables.shipped("exercises.toml"))


def for_theme(theme: str) -> tuple[Exercise, ...]:
    """The exercises that practise a theme."""
    return tuple(exercise for exercise in exercises().values() if theme in exercise.themes)


def parse(text: str) -> dict[str, Exercise]:
    """Exercises from TOML text: one `[[exercise]]` table each."""
    found = tables.read(text, file="exercises.toml", kind="exercise", into=Exercise)
    return {exercise.slug: exercise for exercise in found}


_PROMPT = re.compile(
    r"\b(?:this\s+week[’']s|weekly)\s+(?:prompt|practice|exercise|question)\s*[:–—-]\s*(.*)", re.IGNORECASE
)


def weekly_prompt(notes: str) -> str | None:
    """The week's prompt in sanitised notes, as plain text: what follows "This week's prompt:" in its block.

    Where the words are a heading of their own, the next block that says anything is the prompt.
    """
    said = map(plain_text, blocks(notes))
    for block in said:
        if match := _PROMPT.search(block):
            return match.group(1).strip() or next(filter(None, said), None)
    return None
