"""What a moment's page is given."""

from dataclasses import dataclass
from typing import ClassVar

from companion.exercises import Exercise
from web.pages.parts import EpisodeCard, MomentCard, Site


@dataclass(frozen=True, kw_only=True, slots=True)
class MomentPage:
    """One moment, why it is one, and what to do with it."""

    template: ClassVar[str] = "public/moment.html"
    site: Site
    card: MomentCard
    reviewed: bool
    place: EpisodeCard
    exercises: tuple[Exercise, ...]
    previous: MomentCard | None
    next: MomentCard | None
