"""What the search page is given."""

from dataclasses import dataclass
from typing import ClassVar

from companion.themes import Theme
from web.pages.parts import FoundMoment, Passage, Site


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchPage:
    """What was found: moments, passages, show notes; `total` counts all pages, `themes` can be chosen."""

    template: ClassVar[str] = "public/search.html"
    site: Site
    text: str
    theme: Theme | None
    themes: tuple[Theme, ...]
    total: int
    moments: tuple[FoundMoment, ...]
    passages: tuple[Passage, ...]
    notes: tuple[Passage, ...]
    previous: str | None
    next: str | None
