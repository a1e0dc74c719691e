"""What the practice pages are given."""

from dataclasses import dataclass
from typing import ClassVar

from companion.exercises import Exercise
from companion.resources import Resource
from companion.themes import Theme
from web.pages.parts import EpisodeCard, MomentCard, Prompt, Site


@dataclass(frozen=True, kw_only=True, slots=True)
class ExercisesPage:
    """All exercises, the themes of each by its slug, the newest prompts, and where else to look."""

    template: ClassVar[str] = "public/exercises.html"
    site: Site
    exercises: tuple[Exercise, ...]
    themes_of: dict[str, tuple[Theme, ...]]
    prompts: tuple[Prompt, ...]
    resources: tuple[Resource, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class StepCard:
    """One step, and the moment to hear before it is done."""

    text: str
    hear: MomentCard | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExercisePage:
    """One exercise, with moments to hear at the steps they belong to."""

    template: ClassVar[str] = "public/exercise.html"
    site: Site
    exercise: Exercise
    steps: tuple[StepCard, ...]
    themes: tuple[Theme, ...]
    resources: tuple[Resource, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekPage:
    """The week's prompt of one episode as a small exercise; the episode as `place` of what is heard first.

    `caution` is what is said before it is heard, "" for nothing.
    """

    template: ClassVar[str] = "public/week.html"
    site: Site
    prompt: Prompt
    place: EpisodeCard
    caution: str
    moments: tuple[MomentCard, ...]
    others: tuple[Prompt, ...]
