"""What an error page is given."""

from dataclasses import dataclass
from typing import ClassVar

from web.pages.parts import Site


@dataclass(frozen=True, kw_only=True, slots=True)
class Near:
    """A page that may have been meant."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorPage:
    """What went wrong and what to do: pages that may have been meant, words to search for, an address to try again."""

    template: ClassVar[str] = "error.html"
    site: Site
    status: int
    title: str
    message: str
    near: tuple[Near, ...]
    words: str
    again: str | None
