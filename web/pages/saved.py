"""What the page of saved moments is given."""

from dataclasses import dataclass
from typing import ClassVar

from companion.themes import Theme
from web.pages.parts import Site


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedPage:
    """Nothing of the visitor: only the themes that what they saved may show."""

    template: ClassVar[str] = "public/saved.html"
    site: Site
    themes: tuple[Theme, ...]
