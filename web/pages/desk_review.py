"""What the desk's review of an episode is given."""

from dataclasses import dataclass
from typing import ClassVar

from companion.exercises import Exercise
from companion.feeds import Episode
from companion.reviews import Case
from companion.themes import Theme
from web.pages.desk import DeskPage
from web.pages.moments import Reason
from web.pages.parts import Play


@dataclass(frozen=True, kw_only=True, slots=True)
class Near:
    """An undecided moment that says nearly the same as another one."""

    case: Case
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseCard:
    """One moment in the queue: `number` counts from 1, 0 for what is another moment by now; `href` opens it.

    `title`, `note` and `exercise` are what stands in the form; `near` may be decided together with it. `down` says that
    nobody outside the desk sees it.
    """

    case: Case
    theme: Theme
    instead: Theme | None
    number: int
    href: str
    play: Play | None
    title: str
    note: str
    exercise: str
    reasons: tuple[Reason, ...]
    strongest: float
    near: tuple[Near, ...]
    by_person: bool
    down: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Words of a line that belong to the same moments; `theme` is that of the first of them."""

    text: str
    moments: tuple[str, ...]
    theme: Theme | None
    here: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TalkLine:
    """One segment: `words` holds each word's start in hundredths of a second after `start`, `begun` its moments."""

    start: float
    end: float
    words: str
    pieces: tuple[Piece, ...]
    begun: tuple[CaseCard, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TalkTurn:
    """Lines of one speaker; `voice` numbers the speakers from 1, 0 where nobody knows."""

    start: float
    speaker: str | None
    voice: int
    lines: tuple[TalkLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One option of a filter."""

    value: str
    name: str
    chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """What was typed for a moment the tagger missed."""

    start: str
    end: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewPage(DeskPage):
    """An episode to be decided on: the queue, the moment at hand (`current`; None if the queue is empty), the talk.

    `themes` are (theme, its key). `view` are the hidden fields that keep the filter. `ahead` is where the next
    undecided moment is, `back` the one before in the queue. `trouble` says why the last thing could not be done.
    """

    template: ClassVar[str] = "desk/review.html"
    episode: Episode
    audio: str | None
    peaks: str | None
    cases: tuple[CaseCard, ...]
    current: CaseCard | None
    decided: int
    total: int
    undoable: int
    back: str | None
    ahead: str | None
    orders: tuple[Choice, ...]
    states: tuple[Choice, ...]
    filters: tuple[Choice, ...]
    view: tuple[tuple[str, str], ...]
    themes: tuple[tuple[Theme, str], ...]
    exercises: tuple[Exercise, ...]
    turns: tuple[TalkTurn, ...]
    trouble: str
    missed: Missed


@dataclass(frozen=True, kw_only=True, slots=True)
class StalePage(DeskPage):
    """Somebody has decided a moment meanwhile: both sides, and the form that decides it all the same.

    `fields` are the (name, value) of that form, `wished` what it would do, in words, `insists` the same as the person
    says it; `back` leaves it as it is.
    `written` are the (name, theirs, yours) of what both have written.
    """

    template: ClassVar[str] = "desk/stale.html"
    episode: Episode
    card: CaseCard
    wished: str
    insists: str
    written: tuple[tuple[str, str, str], ...]
    fields: tuple[tuple[str, str], ...]
    back: str
