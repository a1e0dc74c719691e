"""What the overview of the desk is given."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from companion.feeds import Episode, Feed
from companion.store import Failure
from web.pages.desk import DeskPage
from web.pages.themes import Choice


class Sign(StrEnum):
    """How a stage of an episode stands; the name is that of its drawing."""

    DONE = "done"
    NOW = "now"
    WRONG = "wrong"
    YET = "yet"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """One stage of an episode, with what there is to say about it; `done` of `total` where it can be measured."""

    name: str
    sign: Sign
    says: str
    done: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One episode: how far it has come, what failed, and whether it is being brought in or waits for that.

    `seconds` is its length, None where unknown; `reviewed` is that one of its `stages`; `left` counts the moments that
    nobody has decided; `begun` says that something of it is here, or was tried.
    """

    episode: Episode
    seconds: float | None
    stages: tuple[Stage, ...]
    reviewed: Stage
    left: int
    failures: tuple[Failure, ...]
    queued: bool
    begun: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedRow:
    """One feed, with what failed when it was last read."""

    feed: Feed
    failures: tuple[Failure, ...]
    queued: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Doing:
    """What goes on: a sentence for each thing that is being done or waits, and for how the last job of the desk ended.

    `key` is another one whenever anything of this page may have changed.
    """

    key: str
    running: bool
    says: tuple[str, ...]
    ended: str
    well: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OverviewPage(DeskPage):
    """Every episode with its stages, as of `now`, in UTC.

    `left` moments in `unfinished` episodes wait; `begin` is the newest of these.
    """

    template: ClassVar[str] = "desk/overview.html"
    now: datetime
    doing: Doing
    left: int
    unfinished: int
    begin: Row | None
    feeds: tuple[FeedRow, ...]
    choices: tuple[Choice, ...]
    rows: tuple[Row, ...]
    previous: str | None
    next: str | None
