"""What the pages of episodes are given."""

from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from companion.chapters import Chapter
from companion.themes import Theme
from companion.timecode import Span
from web.pages.parts import EpisodeCard, MomentCard, Paragraph, Play, Prompt, Site, ThemeCard


@dataclass(frozen=True, kw_only=True, slots=True)
class EpisodesPage:
    """Episodes, newest first; `seasons` and `themes` are those they can be narrowed to."""

    template: ClassVar[str] = "public/episodes.html"
    site: Site
    seasons: tuple[int, ...]
    season: int | None
    themes: tuple[Theme, ...]
    theme: Theme | None
    cards: tuple[EpisodeCard, ...]
    previous: str | None
    next: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class EpisodePage:
    """One episode: player, transcript, moments, notes. `play` starts where the address says.

    `themes` are those of its moments, `only` the one whose moments are shown, None for all; `caution` is what is said
    before it is played, "" for nothing. `asked` is the stretch that the address names; `about` is what is told where a
    link to the page is passed on: the words of that stretch, or how the notes begin.
    """

    template: ClassVar[str] = "public/episode.html"
    site: Site
    card: EpisodeCard
    play: Play | None
    asked: Span | None
    about: str
    chapters: tuple[Chapter, ...]
    themes: tuple[ThemeCard, ...]
    only: Theme | None
    paragraphs: tuple[Paragraph, ...]
    source: str
    moments: tuple[MomentCard, ...]
    notes: Markup
    prompt: Prompt | None
    caution: str
