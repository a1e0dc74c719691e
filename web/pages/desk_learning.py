"""What the page of learning is given."""

from dataclasses import dataclass
from typing import ClassVar

from companion.retraining import Retrained
from companion.tagging.learning import Comparison
from companion.themes import Theme
from web.pages.desk import DeskPage
from web.pages.desk_overview import Doing


@dataclass(frozen=True, kw_only=True, slots=True)
class ThemeFigures:
    """How the old and the new version do on one theme."""

    theme: Theme
    figures: Comparison


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """One tagger version: how many verdicts it learnt from, and how many proposals that wait are its own.

    `stale` says that the written examples have changed since.
    """

    name: str
    verdicts: int
    used: bool
    stale: bool
    proposals: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LearningPage(DeskPage):
    """What the tagger has learnt: `verdicts` so far, `held` of them to judge by, the `last` training with its `themes`.

    `behind` counts episodes whose proposals are another version's than the one in use; `busy` says that the tagger is
    being worked on.
    """

    template: ClassVar[str] = "desk/learning.html"
    doing: Doing
    verdicts: int
    held: int
    last: Retrained | None
    themes: tuple[ThemeFigures, ...]
    versions: tuple[Version, ...]
    behind: int
    busy: bool
