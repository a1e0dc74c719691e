"""What the page of learning is given."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from companion.retraining import Retrained
from companion.tagging.learning import Comparison
from companion.themes import Theme
from web.pages.desk import DeskPage
from web.pages.desk_overview import Doing


@dataclass(frozen=True, kw_only=True, slots=True)
class ThemeFigures:
    """How the old and the new version do on one theme; `few` says that it is held back too seldom to tell."""

    theme: Theme
    figures: Comparison
    few: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """What a training was judged by: the AP of the old and the new version, averaged over so many `themes`.

    `few` says that each of these has too few verdicts held back to tell.
    """

    old: float
    new: float
    themes: int
    few: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """One tagger version: when it was made, by how many verdicts, and how many proposals that wait are its own.

    `stale` says that the written examples have changed since.
    """

    name: str
    made: datetime
    verdicts: int
    used: bool
    stale: bool
    proposals: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LearningPage(DeskPage):
    """What the tagger has learnt: `verdicts` so far, `held` of them to judge by, the `last` training with its `themes`.

    `made` is the version it made, if that is still here; `judged` is None where nothing could be measured, and `fewest`
    are needed to tell. `both` verdicts count for two themes, `since` have come after the training. `behind` counts
    episodes whose proposals are another version's than the one in use; `busy` says that the tagger is being worked on.
    """

    template: ClassVar[str] = "desk/learning.html"
    doing: Doing
    verdicts: int
    held: int
    last: Retrained | None
    made: Version | None
    judged: Judged | None
    fewest: int
    both: int
    since: int
    themes: tuple[ThemeFigures, ...]
    versions: tuple[Version, ...]
    behind: int
    busy: bool
