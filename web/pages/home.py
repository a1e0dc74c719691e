"""What the home page is given."""

from dataclasses import dataclass
from typing import ClassVar

from companion.exercises import Exercise
from web.pages.parts import EpisodeCard, MomentCard, Prompt, Site, ThemeCard


@dataclass(frozen=True, kw_only=True, slots=True)
class HomePage:
    """The first thing a visitor sees. `newest` is the newest episode that can be heard, `others` stand beside it."""

    template: ClassVar[str] = "public/home.html"
    site: Site
    listen: MomentCard | None
    skills: tuple[ThemeCard, ...]
    blocks: tuple[ThemeCard, ...]
    patterns: tuple[ThemeCard, ...]
    newest: EpisodeCard | None
    others: tuple[EpisodeCard, ...]
    prompt: Prompt | None
    exercises: tuple[Exercise, ...]
