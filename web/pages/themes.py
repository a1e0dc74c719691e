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
class ThemePage:
    """One theme with its examples; `answers` are the skills that answer a block, or the blocks a skill answers."""

    template: ClassVar[str] = "public/theme.html"
    site: Site
    theme: Theme
    answers: tuple[Theme, ...]
    moments: tuple[MomentCard, ...]
    total: int
    exercises: tuple[Exercise, ...]
