"""What the pages of themes are given."""

from dataclasses import dataclass
from typing import ClassVar

from companion.exercises import Exercise
from companion.themes import Theme
from web.pages.parts import MomentCard, Site, ThemeCard


@dataclass(frozen=True, kw_only=True, slots=True)
class ThemesPage:
    """All themes by kind."""

    template: ClassVar[str] = "public/themes.html"
    site: Site
    skills: tuple[ThemeCard, ...]
    blocks: tuple[ThemeCard, ...]
    patterns: tuple[ThemeCard, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """One step of the ladder from clear to subtle: its best examples, and how many there are in all."""

    name: str
    about: str
    cards: tuple[MomentCard, ...]
    total: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """Half of a pair: a theme with its clearest moment, or with a made-up line while there is no moment."""

    theme: Theme
    card: MomentCard | None
    line: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Two themes that are easily confused, to be heard one after the other."""

    title: str
    difference: str
    skill: Side
    block: Side


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One way to narrow the examples down; `chosen` says that they are."""

    name: str
    href: str
    chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ThemePage:
    """One theme with its examples.

    `answers` are the skills that answer a block, or the blocks a skill answers; `near` other themes of its kind.
    `heard` counts its moments, `shown` those on the page; `guessed` is the speaker who was only taken to be the
    therapist.
    """

    template: ClassVar[str] = "public/theme.html"
    site: Site
    theme: Theme
    answers: tuple[Theme, ...]
    near: tuple[Theme, ...]
    pairs: tuple[Pair, ...]
    ladder: tuple[Rung, ...]
    speakers: tuple[Choice, ...]
    seasons: tuple[Choice, ...]
    guessed: str | None
    heard: int
    shown: int
    exercises: tuple[Exercise, ...]
