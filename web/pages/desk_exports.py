"""What the page of an episode's exports is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from companion.feeds import Episode
from web.pages.desk import DeskPage
from web.pages.parts import MomentCard


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportsPage(DeskPage):
    """`texts` are the exports that can be made, by the names of their formats; `moments` those that can be cut out.

    `at` begins every address in them; `guessed` says that nobody has set it.
    """

    template: ClassVar[str] = "desk/exports.html"
    episode: Episode
    texts: Mapping[str, str]
    moments: tuple[MomentCard, ...]
    at: str
    guessed: bool
