"""What the pages of episodes are given."""

from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from web.pages.parts import EpisodeCard, MomentCard, Paragraph, Play, Prompt, Site


@dataclass(frozen=True, kw_only=True, slots=True)
class EpisodesPage:
    """All episodes, or one season's."""

    template: ClassVar[str] = "public/episodes.html"
    site: Site
    cards: tuple[EpisodeCard, ...]
    seasons: tuple[int, ...]
    season: int | None
    previous: str | None
    next: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class EpisodePage:
    """One episode: player, transcript, moments, notes. `play` starts where the address says."""

    template: ClassVar[str] = "public/episode.html"
    site: Site
    card: EpisodeCard
    play: Play | None
    paragraphs: tuple[Paragraph, ...]
    source: str
    moments: tuple[MomentCard, ...]
    notes: Markup
    prompt: Prompt | None
