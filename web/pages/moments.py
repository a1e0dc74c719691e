"""What a moment's page and its small player are given."""

from dataclasses import dataclass
from typing import Any, ClassVar

from companion.exercises import Exercise
from web.pages.parts import EpisodeCard, MomentCard, Play, Site


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A line beside a moment; `speaker` is None where nobody knows."""

    speaker: str | None
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One part of the machine's reason: `weight` speaks for the theme, or, below 0, against it."""

    what: str
    weight: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What other sites show of a link to this page, every address absolute; the player's size is in pixels.

    `facts` is the page as schema.org tells it, a JSON document; `code` is the HTML that puts the player on a page.
    """

    url: str
    title: str
    description: str
    image: str | None
    audio: str | None
    player: str
    width: int
    height: int
    oembed: str
    facts: dict[str, Any]
    code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MomentPage:
    """One moment, why it is one, and what to do with it.

    `context` plays it with what surrounds it, `before` and `after` are the lines beside it, `heard` a sentence of
    the machine's `reasons`, the strongest first, `previous` and `next` other examples of its theme.
    """

    template: ClassVar[str] = "public/moment.html"
    site: Site
    card: MomentCard
    reviewed: bool
    by_person: bool  # found, or put under its theme, by a person
    before: tuple[Said, ...]
    after: tuple[Said, ...]
    context: Play | None
    heard: str
    reasons: tuple[Reason, ...]
    strongest: float
    place: EpisodeCard
    exercises: tuple[Exercise, ...]
    previous: MomentCard | None
    next: MomentCard | None
    preview: Preview


@dataclass(frozen=True, kw_only=True, slots=True)
class EmbedPage:
    """A moment as a small player for other people's pages."""

    template: ClassVar[str] = "public/embed.html"
    site: Site
    card: MomentCard
