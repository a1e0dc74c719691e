"""What an error page is given."""

from dataclasses import dataclass
from typing import ClassVar

from web.pages.parts import Site


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorPage:
    """What went wrong and what to do."""

    template: ClassVar[str] = "error.html"
    site: Site
    status: int
    title: str
    message: str
